"""How a server's edition and fields are found out where Odoo refuses to tell: a stand-in refuses, nothing else."""

from typing import Any, cast

import pytest

from connectors.odoo import Odoo
from connectors.odoo.errors import AccessDenied, DataError
from connectors.odoo.schema import Schema, detect


class Refusing:
    """Knows the models it is given, keeps its list of modules to itself unless given, and counts what is asked."""

    version = (18, 0)

    def __init__(self, *models: str, modules: dict[str, str] | None = None) -> None:
        self.models, self.modules = models, modules
        self.asked: list[str] = []

    def call(self, model: str, method: str, **_: Any) -> Any:
        self.asked.append(f"{model}.{method}")
        if model == "ir.module.module":
            if self.modules is None:
                raise AccessDenied("no", model=model, operation="read")
            return [{"name": name, "author": author} for name, author in self.modules.items()]
        if model == "secret.model":
            raise AccessDenied("no", model=model, operation="read")
        if model not in self.models:
            raise DataError(f"the model {model!r} does not exist")
        return {"name": {"type": "char", "store": True}}


def found(server: Refusing) -> Schema:
    return detect(cast(Odoo, server))


@pytest.mark.parametrize(
    ("server", "edition"),
    [
        (Refusing(modules={"sale": "Odoo S.A."}), "community"),
        (Refusing(modules={"sale": "Odoo S.A.", "contract": "Tecnativa, Odoo Community Association (OCA)"}), "oca"),
        (Refusing(modules={"web_enterprise": "Odoo S.A.", "contract": "Odoo Community Association (OCA)"}), "enterprise"),
        (Refusing(), "community"),
        (Refusing("contract.contract"), "oca"),
        (Refusing("helpdesk.team", "contract.contract"), "enterprise"),
    ],
)
def test_edition(server: Refusing, edition: str) -> None:
    schema = found(server)
    assert schema.edition == edition
    assert (schema.modules is None) == (server.modules is None)


def test_fields_are_asked_once_per_model() -> None:
    server = Refusing("res.partner", modules={})
    schema = found(server)
    assert schema.has("res.partner", "name")
    assert not schema.has("res.partner", "nope")
    assert not schema.model_exists("no.model")
    assert not schema.has("no.model", "name")
    assert schema.fields("no.model") == {}
    assert server.asked == ["ir.module.module.search_read", "res.partner.fields_get", "no.model.fields_get"]


def test_a_model_that_may_not_be_seen_is_not_there() -> None:
    assert not found(Refusing(modules={})).model_exists("secret.model")
