"""Which protocol is chosen: by version, by what is open, by what the key is good for."""

import json
import xmlrpc.client
from typing import Any

import pytest
from loopback import SECRET, Loopback, failure, http, refused_url, result, settings

from connectors.odoo import connect, retry
from connectors.odoo.errors import AuthenticationError, ConfigurationError, RetriableError
from connectors.odoo.probe import server_version

NOWHERE = http("<h1>Not Found</h1>", 404, "text/html")


class Server:
    """Answers by path and procedure what a test has opened; everything else is 404, the key `SECRET` alone is good."""

    def __init__(self, version: list[Any], *doors: str, password: bool = False) -> None:
        self.version, self.doors, self.password = version, doors, password
        self.asked: list[str] = []

    def __call__(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        path = head.split(b" ")[1].decode()
        self.asked.append(path)
        if path == "/web/version" and self.version[0] == 19:
            return http(json.dumps({"version_info": self.version, "version": "19.0"}))
        if path.startswith("/json/2/") and "json2" in self.doors:
            return self._json2(path, f"bearer {SECRET}".encode() in head)
        if path == "/jsonrpc" and "jsonrpc" in self.doors:
            params = json.loads(body)["params"]
            return result("jsonrpc", self._service(params["method"], params["args"]))
        if path in ("/xmlrpc/2/common", "/xmlrpc/2/object") and "xmlrpc" in self.doors:
            args, method = xmlrpc.client.loads(body)
            return result("xmlrpc", self._service(method, args))
        return NOWHERE

    def _json2(self, path: str, good: bool) -> bytes:
        if self.password or not good:
            return failure("json2", "werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
        return result("json2", {"uid": 2} if path.endswith("context_get") else [{"id": 2, "login": "bot"}])

    def _service(self, method: str, args: Any) -> Any:
        if method == "version":
            return {"server_version_info": self.version}
        if method in ("execute", "execute_kw"):  # context_get
            return {"lang": "fr_FR"}
        return 2 if args[2] == SECRET else False


@pytest.mark.parametrize(
    ("version", "doors", "password", "chosen"),
    [
        ([19, 0, 0, "final", 0, ""], ("json2", "jsonrpc", "xmlrpc"), False, "json2"),
        ([19, 0, 0, "final", 0, ""], ("json2", "jsonrpc", "xmlrpc"), True, "jsonrpc"),
        ([19, 0, 0, "final", 0, ""], ("json2",), False, "json2"),
        ([19, 0, 0, "final", 0, ""], ("xmlrpc",), False, "xmlrpc"),
        ([18, 0, 0, "final", 0, "e"], ("jsonrpc", "xmlrpc"), False, "jsonrpc"),
        (["saas~18", 2, 0, "final", 0, ""], ("jsonrpc",), False, "jsonrpc"),
        ([16, 0, 0, "final", 0, ""], ("xmlrpc",), False, "xmlrpc"),
    ],
)
def test_the_best_open_protocol_is_chosen(version: list[Any], doors: tuple[str, ...], password: bool, chosen: str) -> None:
    with Loopback(Server(version, *doors, password=password)) as loopback:
        odoo = connect(settings(loopback.url))
    assert (odoo.protocol, odoo.uid) == (chosen, 2)
    assert odoo.version == (19, 0) if version[0] == 19 else odoo.version[0] in (16, 18)
    assert SECRET not in repr(odoo)


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_a_protocol_may_be_set(protocol: str) -> None:
    server = Server([19, 0], "json2", "jsonrpc", "xmlrpc")
    with Loopback(server) as loopback:
        assert connect(settings(loopback.url, protocol=protocol)).protocol == protocol


def test_json2_is_not_tried_below_19() -> None:
    server = Server([18, 0], "json2", "jsonrpc")
    with Loopback(server) as loopback:
        connect(settings(loopback.url))
    assert not [path for path in server.asked if path.startswith("/json/2")]


@pytest.mark.parametrize("doors", [("json2",), ("json2", "jsonrpc", "xmlrpc"), ("xmlrpc",)])
def test_a_wrong_key_is_told_as_such(doors: tuple[str, ...]) -> None:
    with Loopback(Server([19, 0], *doors)) as loopback, pytest.raises(AuthenticationError):
        connect(settings(loopback.url, key="wrong-key"))


def test_a_refused_login_is_not_tried_over_every_protocol() -> None:
    server = Server([18, 0], "jsonrpc", "xmlrpc")
    with Loopback(server) as loopback, pytest.raises(AuthenticationError):
        connect(settings(loopback.url, key="wrong-key"))
    assert "/xmlrpc/2/common" not in server.asked


def test_neither_login_nor_key_is_sent_to_find_the_version() -> None:
    with Loopback(Server([18, 0], "xmlrpc")) as loopback:
        assert server_version(settings(loopback.url)) == (18, 0)
    assert SECRET.encode() not in b"".join(loopback.received)
    assert b"bot" not in b"".join(loopback.received)


@pytest.mark.parametrize("answer", [NOWHERE, http("<html>hello</html>", kind="text/html"), http("{}")])
def test_a_server_that_is_no_odoo(answer: bytes) -> None:
    with Loopback(answer) as loopback, pytest.raises(ConfigurationError) as caught:
        connect(settings(loopback.url))
    assert "no Odoo answers" in str(caught.value)


@pytest.mark.parametrize("answer", [b"", http(b"", 502), http(b"", 503)])
def test_a_first_contact_without_answer_has_written_nothing(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda seconds: None)
    with Loopback(answer) as loopback, pytest.raises(RetriableError):
        connect(settings(loopback.url))
    assert len(loopback.received) == 3


def test_a_login_without_answer_has_written_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda seconds: None)
    known = http(json.dumps({"version_info": [19, 0]}))
    with Loopback(known, b"") as loopback, pytest.raises(RetriableError):
        connect(settings(loopback.url))


def test_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda seconds: None)
    with pytest.raises(RetriableError) as caught:
        connect(settings(refused_url()))
    assert not caught.value.sent
