"""What this Odoo has: version, edition, modules, and the fields of each model as `fields_get` tells them."""

import threading
from collections.abc import Mapping
from typing import Any, Literal

from connectors.odoo.client import Odoo
from connectors.odoo.errors import AccessDenied, DataError

Edition = Literal["community", "oca", "enterprise"]

_ATTRIBUTES = ["type"]
"""No more than what is asked: the choices of a company's fields alone take Odoo a fifth of a second."""

_ENTERPRISE_MODULE = "web_enterprise"
_OCA_AUTHOR = "Odoo Community Association"
_ENTERPRISE_MODELS = ("helpdesk.team", "planning.slot", "sale.subscription.plan")
_OCA_MODELS = ("helpdesk.ticket.team", "contract.contract", "hr_timesheet.sheet")
"""Probed only where the user may not read the list of modules: models that exist in one edition alone."""


Fields = Mapping[str, Mapping[str, Any]]
"""By field name: its type, as `fields_get` tells it."""


class Schema:
    """Answers from one `fields_get` per model, asked when first needed; may be shared by threads."""

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        self._models: dict[str, Fields | None] = {}
        self._locales: list[str] | None = None
        self._lock = threading.Lock()
        self.version = odoo.version
        self.modules = _installed(odoo)
        self.edition: Edition = self._edition()

    def fields(self, model: str) -> Fields:
        """The fields of a model by name; empty where the model does not exist or may not be seen."""
        return self._asked(model) or {}

    def has(self, model: str, field: str) -> bool:
        """Whether the model exists and has the field, for this user."""
        return field in self.fields(model)

    def model_exists(self, model: str) -> bool:
        """Whether the model exists on this server, for this user."""
        return self._asked(model) is not None

    def locale(self, language: str) -> str:
        """The installed locale of a language, as `fr_FR` of "fr"; empty (Odoo's own English) where there is none."""
        if self._locales is None:
            rows = self._odoo.call("res.lang", "search_read", domain=[], fields=["code"], order="id", load=None, safe=True)
            self._locales = [row["code"] for row in rows]
        return next((code for code in self._locales if code.split("_")[0] == language), "")

    def _asked(self, model: str) -> Fields | None:
        with self._lock:
            if model not in self._models:
                self._models[model] = _fields(self._odoo, model)
            return self._models[model]

    def _edition(self) -> Edition:
        if self.modules is not None:
            if _ENTERPRISE_MODULE in self.modules:
                return "enterprise"
            return "oca" if any(_OCA_AUTHOR in author for author in self.modules.values()) else "community"
        if any(map(self.model_exists, _ENTERPRISE_MODELS)):
            return "enterprise"
        return "oca" if any(map(self.model_exists, _OCA_MODELS)) else "community"


def detect(odoo: Odoo) -> Schema:
    """The schema of the connected database, as its user sees it."""
    return Schema(odoo)


def _installed(odoo: Odoo) -> Mapping[str, str] | None:
    """Installed modules with their authors; None where the user may not read them."""
    try:
        rows = odoo.call(
            "ir.module.module",
            "search_read",
            domain=[("state", "=", "installed")],
            fields=["name", "author"],
            load=None,
            safe=True,
        )
    except AccessDenied:
        return None
    return {row["name"]: row["author"] or "" for row in rows}


def _fields(odoo: Odoo, model: str) -> Fields | None:
    try:
        answer: Fields = odoo.call(model, "fields_get", attributes=_ATTRIBUTES, safe=True)
    except (AccessDenied, DataError):
        return None
    return answer
