"""Payroll beside Odoo: its journal (OD de paie) becomes one draft entry."""
