"""Odoo's external API: one client over JSON-2, JSON-RPC and XML-RPC, the reader, the writer and the schema check."""

from connectors.odoo import errors
from connectors.odoo.client import Odoo, connect
from connectors.odoo.settings import OdooSettings

__all__ = ["Odoo", "OdooSettings", "connect", "errors"]
