"""The sandbox that the benchmarks of Odoo measure on: its own, so that no test disturbs it."""

import os
from pathlib import Path

from connectors.odoo import OdooSettings
from sandbox import companies, server
from sandbox.access import Access
from sandbox.grow import grow

PORT = int(os.environ.get("REGIE_BENCH_PORT", "8269"))
COMPANY = "stafforia"


def grown(timesheets: int = 0, *, fresh: bool = False) -> Access:
    """The sandbox with at least so many timesheets; `fresh`: as new before that."""
    os.environ["REGIE_COMPANIES"] = str(Path(companies.__file__).parent)
    access = server.reset(PORT) if fresh else server.up(PORT)
    grow(PORT, timesheets)
    return access


def settings(access: Access, protocol: str = "auto") -> OdooSettings:
    """How Regie enters: as its integration user, whatever the environment says."""
    return OdooSettings(
        url=access.url, database=access.database, login=access.bot_login, key=access.bot_key, protocol=protocol, timeout=900
    )
