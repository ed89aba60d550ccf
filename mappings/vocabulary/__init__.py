"""The words that rules, flows and connectors share: datasets, the plan, units and policies.

Nothing here knows Odoo, Prefect or a file format.
"""
