"""The Odoo connection as a Prefect block: the admin types the key once in the UI, and it never shows again."""

import os
from typing import cast

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from connectors.odoo import OdooSettings
from connectors.odoo.errors import ConfigurationError

DEFAULT_BLOCK = "regie-odoo"
"""The block that is used where it exists; the environment variable REGIE_ODOO_BLOCK names another."""


class RegieOdoo(Block):
    """How Regie reaches Odoo. Without such a block, the worker's environment (REGIE_ODOO_URL, ...) says it."""

    _block_type_name = "Odoo (Regie)"
    _block_type_slug = "regie-odoo"
    _description = "Odoo connection of Regie: used by every flow instead of the environment variables REGIE_ODOO_*."

    url: str = Field(description="Address of the server, https://odoo.example.com")
    database: str = Field(description="Database name")
    login: str = Field(description="Login of the integration user")
    key: SecretStr = Field(description="API key of that user (or its password below Odoo 14)")

    def settings(self) -> OdooSettings:
        """The connection's settings; what the block does not say comes from the environment."""
        return OdooSettings(url=self.url, database=self.database, login=self.login, key=self.key)


def odoo_settings() -> OdooSettings:
    """The settings of the block REGIE_ODOO_BLOCK, or of the default block if there is one, else of the environment.

    Raises ConfigurationError where REGIE_ODOO_BLOCK names a block that does not exist, or the environment says too little.
    """
    named = os.environ.get("REGIE_ODOO_BLOCK")
    try:
        block = cast(RegieOdoo, RegieOdoo.load(named or DEFAULT_BLOCK))
    except ValueError:
        if named:
            raise ConfigurationError(
                f"there is no block {named!r} of the type Odoo (Regie)", remedy="Make it in Prefect, or unset REGIE_ODOO_BLOCK."
            ) from None
        return OdooSettings()
    return block.settings()
