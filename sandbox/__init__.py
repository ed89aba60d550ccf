"""A real Odoo 19 on loopback with two companies' worth of data: the demo and the tests run on it."""
