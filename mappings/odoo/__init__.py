"""Where Odoo keeps what Regie names: datasets, record types and what is provisioned. Nothing else names an Odoo field."""
