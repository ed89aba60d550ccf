"""The demo companies of a sandbox, as they stand at the beginning of November 2026, loaded through Regie's own client."""

from __future__ import annotations

from dataclasses import replace

from connectors.odoo import Odoo, OdooSettings, connect
from sandbox.access import Access
from sandbox.building import Progress
from sandbox.companies import hydro_verte, integration_user, stafforia
from sandbox.companies.loader import Loader
from sandbox.companies.setup import PASSWORD, administrator, settings
from sandbox.server import make_key

__all__ = ["PASSWORD", "load"]


def load(access: Access, progress: Progress) -> Access:
    """Load both companies into the Odoo of `access`, and make its integration user; answers an access that has its key.

    Loading again adds nothing: records are keyed, and each step (confirm, validate, approve, post) is taken up where it stands.

    Raises:
        LoadError: Odoo refused a record. connectors.odoo.errors: it did not answer as it should.
    """
    from flows.provision import provision  # the sandbox may use a flow; nothing of it runs unless a company is loaded

    with connect(_settings(access, access.admin_login, access.admin_key)) as odoo:
        loader = Loader.open(odoo)
        progress("Settings, charts of accounts, people")
        settings(loader)
        places = [(company, company.set_up(loader)) for company in (hydro_verte, stafforia)]
        progress("Provisioning")
        provision(odoo)
        for company, here in places:
            progress(f"Loading {company.SPEC.name}")
            company.trade(here)
            company.work(here, lambda login: _as_person(access, login))
        progress("Integration user")
        companies = [company.SPEC.key for company, _ in places]
        administrator(loader, companies)
        login = integration_user.make(loader, companies)
    if access.bot_login == login and access.bot_key:
        return access
    return replace(access, bot_login=login, bot_key=make_key(access, login))


def _settings(access: Access, login: str, key: str, protocol: str = "auto") -> OdooSettings:
    """Everything told, nothing left to the environment; a chart of accounts may take its minute."""
    return OdooSettings(url=access.url, database=access.database, login=login, key=key, protocol=protocol, timeout=600)


def _as_person(access: Access, login: str) -> Odoo:
    """A connection as a person of the demo: what they do, Odoo lets them do and says who did it."""
    return connect(_settings(access, login, PASSWORD, protocol="jsonrpc"))
