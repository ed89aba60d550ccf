"""JSON-2 on the wire."""

import json

import pytest
from loopback import SECRET, Loopback, result, settings, transport

from connectors.odoo.errors import AuthenticationError, ConfigurationError
from connectors.odoo.json2 import Json2


def test_a_call_is_a_post_of_named_arguments() -> None:
    with Loopback(result("json2", [{"id": 1}])) as server:
        answer = transport("json2", server).call(
            "res.partner", "read", [1], {"lang": "fr_FR"}, {"fields": ["name"], "load": None}
        )
    assert answer == [{"id": 1}]
    head, body = server.received[0].split(b"\r\n\r\n")
    assert head.startswith(b"POST /json/2/res.partner/read HTTP/1.1")
    assert f"Authorization: bearer {SECRET}".encode() in head
    assert b"X-Odoo-Database: db" in head
    assert json.loads(body) == {"fields": ["name"], "load": None, "ids": [1], "context": {"lang": "fr_FR"}}


def test_ids_and_context_are_left_out_where_not_given() -> None:
    with Loopback(result("json2", 3)) as server:
        transport("json2", server).call("res.partner", "search_count", None, None, {"domain": []})
    assert json.loads(server.received[0].split(b"\r\n\r\n")[1]) == {"domain": []}


def test_login_finds_the_user_of_the_key() -> None:
    with Loopback(result("json2", {"uid": 7}), result("json2", [{"id": 7, "login": "bot"}])) as server:
        connection = transport("json2", server)
        connection.login()
        assert connection.uid == 7
        assert connection.clone().uid == 7


def test_a_key_of_somebody_else_is_refused() -> None:
    answers = (result("json2", {"uid": 2}), result("json2", [{"id": 2, "login": "admin"}]))
    with Loopback(*answers) as server, pytest.raises(AuthenticationError) as caught:
        transport("json2", server).login()
    assert "'admin'" in str(caught.value)
    assert "'bot'" in str(caught.value)


@pytest.mark.parametrize(
    ("lang", "told"), [("fr_BE", b"Accept-Language: fr-BE"), (False, b""), ("sr@latin", b""), ("a\nb", b"")]
)
def test_the_language_of_the_user_is_told_once_it_is_known(lang: object, told: bytes) -> None:
    answers = (result("json2", {"uid": 7, "lang": lang}), result("json2", [{"id": 7, "login": "bot"}]))
    with Loopback(*answers, result("json2", 3), result("json2", 3)) as server:
        connection = transport("json2", server)
        connection.login()
        for one in (connection, connection.clone()):
            one.call("res.partner", "search_count", None, None, {"domain": []})
    first, _, *later = server.received
    assert b"Accept-Language" not in first
    assert [[line for line in request.split(b"\r\n") if line.startswith(b"Accept-Language")] for request in later] == [
        [told] if told else []
    ] * 2


@pytest.mark.parametrize("key", ["mot de passe", "motdépasse", "two\nlines"])
def test_what_no_header_can_carry_is_no_api_key(key: str) -> None:
    with pytest.raises(AuthenticationError) as caught:
        Json2(settings("https://odoo.example.com", key=key))
    assert key not in str(caught.value)


def test_a_database_no_header_can_carry_is_told() -> None:
    with pytest.raises(ConfigurationError):
        Json2(settings("https://odoo.example.com", database="société"))
