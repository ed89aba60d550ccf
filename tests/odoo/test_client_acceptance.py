"""One set of checks of the client from outside, the same over each protocol, on the sandbox's real Odoo."""

import logging
import socket
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from relay import Relay

from connectors.odoo import Odoo, OdooSettings, connect, retry
from connectors.odoo.errors import (
    AccessDenied,
    AuthenticationError,
    ConfigurationError,
    DataError,
    OutcomeUnknown,
    RetriableError,
)
from connectors.odoo.schema import detect
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

ENGLISH = {"lang": "en_US"}
KEYED = {"mode": "update", "noupdate": True, "tz": "UTC"}


@pytest.fixture(scope="module", params=["json2", "jsonrpc", "xmlrpc"])
def protocol(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def admin_settings(access: Access, protocol: str, **values: Any) -> OdooSettings:
    given = {"url": access.url, "database": access.database, "login": access.admin_login, "key": access.admin_key}
    return OdooSettings(**{**given, "protocol": protocol, **values})


@pytest.fixture(scope="module")
def odoo(sandbox_access: Access, protocol: str) -> Iterator[Odoo]:
    with connect(admin_settings(sandbox_access, protocol)) as connection:
        yield connection


@pytest.fixture(scope="module")
def bot(sandbox_access: Access, protocol: str) -> Iterator[Odoo]:
    """The integration user, with few rights."""
    settings = admin_settings(sandbox_access, protocol, login=sandbox_access.bot_login, key=sandbox_access.bot_key)
    with connect(settings) as connection:
        yield connection


@pytest.fixture
def partner(odoo: Odoo) -> Iterator[int]:
    (made,) = odoo.call("res.partner", "create", vals_list=[{"name": "Essai du client"}])
    yield made
    odoo.call("res.partner", "unlink", ids=[made])


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda seconds: None)


def key() -> str:
    return f"__regie__.acceptance_{uuid.uuid4().hex}"


def load(odoo: Odoo, name: str, title: str = "Essai du client") -> Any:
    return odoo.call("res.partner", "load", fields=["id", "name"], data=[[name, title]], context=KEYED, safe=True)


def test_who_and_where(odoo: Odoo, sandbox_access: Access, protocol: str) -> None:
    assert odoo.version >= (19, 0)
    assert odoo.protocol == protocol
    assert (odoo.url, odoo.database, odoo.login) == (sandbox_access.url, sandbox_access.database, sandbox_access.admin_login)
    assert odoo.call("res.users", "read", ids=[odoo.uid], fields=["login"], safe=True)[0]["login"] == odoo.login


def test_read(odoo: Odoo, partner: int) -> None:
    (row,) = odoo.call("res.partner", "read", ids=[partner], fields=["name", "parent_id", "active"], safe=True)
    assert row == {"id": partner, "name": "Essai du client", "parent_id": False, "active": True}


def test_search_read_gives_raw_ids_with_load_none(odoo: Odoo) -> None:
    domain = [["login", "=", odoo.login]]
    (row,) = odoo.call("res.users", "search_read", domain=domain, fields=["company_id"], load=None, limit=1, safe=True)
    assert isinstance(row["company_id"], int)
    (named,) = odoo.call("res.users", "search_read", domain=domain, fields=["company_id"], limit=1, safe=True)
    assert named["company_id"][0] == row["company_id"]


def test_create_write_unlink(odoo: Odoo) -> None:
    made = odoo.call("res.partner", "create", vals_list=[{"name": "Une"}, {"name": "Deux é漢"}])
    assert len(made) == 2
    assert odoo.call("res.partner", "write", ids=made, vals={"comment": False, "ref": "R"}) is True
    rows = odoo.call("res.partner", "read", ids=made, fields=["name", "ref"], safe=True)
    assert [(row["name"], row["ref"]) for row in rows] == [("Une", "R"), ("Deux é漢", "R")]
    assert odoo.call("res.partner", "unlink", ids=made) is True
    assert odoo.call("res.partner", "search_count", domain=[["id", "in", made]], safe=True) == 0


def test_create_of_one_answers_a_list_too(odoo: Odoo) -> None:
    made = odoo.call("res.partner", "create", vals_list={"name": "Seule"})
    assert isinstance(made, list)
    odoo.call("res.partner", "unlink", ids=made)


def test_the_context_is_passed(odoo: Odoo) -> None:
    def label(language: str) -> str:
        told = odoo.call("res.partner", "fields_get", allfields=["name"], context={"lang": language}, safe=True)
        return str(told["name"]["string"])

    assert (label("en_US"), label("fr_FR")) == ("Name", "Nom")


def test_a_keyed_load_replayed_answers_the_same_id(odoo: Odoo) -> None:
    name = key()
    first = load(odoo, name)
    second = load(odoo, name, "another title")
    assert first["ids"] == second["ids"]
    (row,) = odoo.call("res.partner", "read", ids=first["ids"], fields=["name"], safe=True)
    assert row["name"] == "Essai du client"
    odoo.call("res.partner", "unlink", ids=first["ids"])


def test_a_refused_access_names_the_right(bot: Odoo) -> None:
    with pytest.raises(AccessDenied) as caught:
        bot.call("res.groups", "create", vals_list=[{"name": "Mine"}], context=ENGLISH)
    assert (caught.value.model, caught.value.operation) == ("res.groups", "create")
    assert caught.value.groups
    assert caught.value.groups[0] in caught.value.message
    assert caught.value.groups[0] in caught.value.remedy


def test_a_data_error_carries_odoos_own_message(odoo: Odoo, protocol: str) -> None:
    """What the database itself refuses JSON-2 tells in the language of the user, not of the call."""
    with pytest.raises(DataError) as caught:
        odoo.call("res.partner", "create", vals_list=[{"name": False, "type": "contact"}], context=ENGLISH)
    english = "The operation cannot be completed: Contacts require a name"
    french = "L'opération ne peut pas être terminée : Les contacts nécessitent un nom"
    assert caught.value.message == (french if protocol == "json2" else english)


@pytest.mark.parametrize(
    ("model", "method", "arguments", "said"),
    [
        ("no.such.model", "search_count", {"domain": []}, "no.such.model"),
        ("res.partner", "no_such_method", {"ids": [1]}, "no_such_method"),
        ("res.partner", "_write", {"ids": [1], "vals": {}}, "_write"),
        ("res.partner", "read", {"ids": [1], "fields": ["no_such_field"]}, "no_such_field"),
        ("res.partner", "search_count", {"domain": [["no_such_field", "=", 1]]}, "no_such_field"),
        ("res.partner", "search_count", {"domain": [], "no_such_argument": 1}, "no_such_argument"),
        ("res.partner", "write", {"ids": [2**31 - 1], "vals": {"ref": "x"}}, "2147483647"),
    ],
)
def test_a_wrong_call_is_a_data_error(odoo: Odoo, model: str, method: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError) as caught:
        odoo.call(model, method, **arguments)
    assert said in caught.value.message
    assert caught.value.call == f"{model}.{method}"


def test_a_method_that_returns_nothing(odoo: Odoo, partner: int) -> None:
    """XML-RPC has no word for it: the outcome is unknown, and reading settles that it was done."""
    if odoo.protocol == "xmlrpc":
        with pytest.raises(OutcomeUnknown) as caught:
            odoo.call("res.partner", "action_archive", ids=[partner], safe=True)
        assert not caught.value.repeatable
    else:
        assert odoo.call("res.partner", "action_archive", ids=[partner], safe=True) is None
    assert odoo.call("res.partner", "read", ids=[partner], fields=["active"], safe=True)[0]["active"] is False


def test_a_wrong_key(sandbox_access: Access, protocol: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        connect(admin_settings(sandbox_access, protocol, key="wrong-key-0815"))
    assert "REGIE_ODOO_KEY" in caught.value.remedy
    assert "wrong-key-0815" not in str(caught.value)


def test_a_wrong_database(sandbox_access: Access, protocol: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        connect(admin_settings(sandbox_access, protocol, database="no_such_database"))
    assert "REGIE_ODOO_DATABASE" in caught.value.remedy


@pytest.mark.usefixtures("no_pause")
def test_an_unreachable_port(sandbox_access: Access, protocol: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(RetriableError) as caught:
        connect(admin_settings(sandbox_access, protocol, url=f"http://127.0.0.1:{port}"))
    assert not caught.value.sent


@pytest.mark.parametrize("loss", ["cut", "hold"])
@pytest.mark.usefixtures("no_pause")
def test_a_lost_answer_is_settled_by_replaying_the_key(sandbox_access: Access, protocol: str, loss: Any) -> None:
    """The answer of a load is cut half way, or never comes: it was done all the same, and a replay tells its id."""
    name = key()
    with (
        Relay(sandbox_access.url) as relay,
        connect(admin_settings(sandbox_access, protocol, url=relay.url, timeout=8)) as odoo,
    ):
        relay.answers = loss
        with pytest.raises(OutcomeUnknown):
            odoo.call("res.partner", "load", fields=["id", "name"], data=[[name, "Essai du client"]], context=KEYED)
        relay.answers = "pass"
        reference = name.partition(".")[2]
        found = odoo.call("ir.model.data", "check_object_reference", module="__regie__", xml_id=reference, safe=True)
        assert load(odoo, name)["ids"] == [found[1]]
        odoo.call("res.partner", "unlink", ids=[found[1]])


def test_a_clone_is_the_same_user(odoo: Odoo) -> None:
    with odoo.clone() as other:
        assert (other.uid, other.protocol, other.version) == (odoo.uid, odoo.protocol, odoo.version)
        assert other.call("res.users", "search_count", domain=[["id", "=", odoo.uid]], safe=True) == 1


def test_the_key_is_in_no_log(sandbox_access: Access, protocol: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with connect(admin_settings(sandbox_access, protocol)) as odoo:
        odoo.call("res.partner", "search_count", domain=[], safe=True)
        with pytest.raises(DataError):
            odoo.call("res.partner", "read", ids=[1], fields=["no_such_field"])
    assert sandbox_access.admin_key
    assert sandbox_access.admin_key not in caplog.text


def test_the_schema_of_the_server(bot: Odoo) -> None:
    schema = detect(bot)
    assert schema.version == bot.version
    assert schema.edition in ("community", "oca")
    assert schema.has("res.partner", "name")
    assert not schema.has("res.partner", "no_such_field")
    assert schema.model_exists("account.move")
    assert not schema.model_exists("no.such.model")
    assert schema.fields("account.move")["partner_id"] == {"type": "many2one"}
    assert schema.modules is None or "sale_timesheet" in schema.modules
