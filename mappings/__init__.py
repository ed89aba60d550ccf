"""What things are called: datasets per Odoo edition and version, the company file, labels."""
