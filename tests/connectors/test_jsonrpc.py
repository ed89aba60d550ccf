"""JSON-RPC through odoorpc on the wire."""

import json
from typing import Any

import pytest
from loopback import SECRET, Loopback, http, refused_url, result, settings, transport

from connectors.odoo.errors import AuthenticationError, ConfigurationError, RetriableError
from connectors.odoo.jsonrpc import JsonRpc


def sent(request: bytes) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(request.split(b"\r\n\r\n")[1])
    return body["params"]


def test_a_call_is_execute_kw_with_named_arguments() -> None:
    with Loopback(result("jsonrpc", True)) as server:
        connection = transport("jsonrpc", server)
        assert connection.call("res.partner", "write", [1], {"lang": "fr_FR"}, {"vals": {"name": "é"}}) is True
    assert connection.uid == 2
    assert server.received[0].startswith(b"POST /jsonrpc ")
    assert sent(server.received[0]) == {
        "service": "object",
        "method": "execute_kw",
        "args": ["db", 2, SECRET, "res.partner", "write", [[1]], {"vals": {"name": "é"}, "context": {"lang": "fr_FR"}}],
    }


@pytest.mark.parametrize(("values", "positional"), [([{"name": "a"}], [[{"name": "a"}]]), ({"name": "a"}, [[{"name": "a"}]])])
def test_create_gets_a_list_as_its_first_argument(values: Any, positional: Any) -> None:
    with Loopback(result("jsonrpc", [5])) as server:
        assert transport("jsonrpc", server).call("res.partner", "create", None, None, {"vals_list": values}) == [5]
    assert sent(server.received[0])["args"][5:] == [positional, {}]


def test_the_context_of_the_user_is_not_added() -> None:
    with Loopback(result("jsonrpc", [])) as server:
        transport("jsonrpc", server).call("res.partner", "search", None, None, {"domain": []})
    assert sent(server.received[0])["args"][5:] == [[], {"domain": []}]


def test_the_language_of_the_user_is_told_once_it_is_known() -> None:
    with Loopback(result("jsonrpc", [])) as server:
        transport("jsonrpc", server).call("res.partner", "search", None, None, {"domain": []})
    assert b"\r\naccept-language: fr-fr\r\n" in server.received[0].lower()


def test_a_refused_login() -> None:
    with Loopback(result("jsonrpc", False)) as server, pytest.raises(AuthenticationError):
        JsonRpc(settings(server.url), "18.0").login()


def test_a_login_where_nothing_listens() -> None:
    with pytest.raises(RetriableError):
        JsonRpc(settings(refused_url()), "18.0").login()


def test_a_closed_service_is_not_a_data_error() -> None:
    told = {"code": 404, "message": "404: Not Found", "data": {"name": "werkzeug.exceptions.NotFound", "message": "404"}}
    with Loopback(http(json.dumps({"error": told}))) as server, pytest.raises(ConfigurationError):
        JsonRpc(settings(server.url), "18.0").login()


def test_a_clone_logs_in_by_itself() -> None:
    with Loopback(result("jsonrpc", 2)) as server:
        connection = transport("jsonrpc", server)
        server.answers[:] = [result("jsonrpc", 2), result("jsonrpc", {})]
        assert connection.clone().uid == 2
