"""The key goes to the server that was named and proved itself, nowhere else; and an answer that is a bomb is broken off."""

import json
import time
from pathlib import Path

import pytest

from connectors.odoo import connect, retry
from connectors.odoo.errors import ConfigurationError, OdooError, OutcomeUnknown
from connectors.odoo.json2 import Json2
from connectors.odoo.jsonrpc import JsonRpc
from connectors.odoo.probe import server_version
from connectors.odoo.transport import Transport, trust
from connectors.odoo.xmlrpc import XmlRpc
from tests.connectors.loopback import PROTOCOLS, SECRET, Loopback, certificate, http, result, settings, transport


def made(protocol: str, url: str) -> Transport:
    chosen = settings(url)
    return {"json2": Json2, "xmlrpc": XmlRpc}[protocol](chosen) if protocol != "jsonrpc" else JsonRpc(chosen, "18.0")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retry, "pause", lambda seconds: None)
    trust.cache_clear()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_certificate_nobody_vouches_for_is_refused_and_nothing_is_sent(protocol: str, tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Loopback(result(protocol, 2), tls=context) as server:
        with pytest.raises(ConfigurationError, match="certificate is not trusted") as caught:
            made(protocol, server.url).login()
        with pytest.raises(ConfigurationError, match="certificate is not trusted"):
            server_version(settings(server.url))
    assert not server.received
    assert "SSL_CERT_FILE" in caught.value.remedy


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_certificate_of_another_name_is_refused(protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path, names=("127.0.0.2",))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    trust.cache_clear()
    with Loopback(result(protocol, 2), tls=context) as server, pytest.raises(ConfigurationError, match="not trusted"):
        made(protocol, server.url).login()
    assert not server.received


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_that_the_machine_trusts_is_taken(protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    trust.cache_clear()
    with Loopback(http("{}", 500), tls=context) as server, pytest.raises(OdooError):
        made(protocol, server.url).login()
    assert server.received


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_so_the_key_goes_nowhere_else(
    protocol: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authority = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    trust.cache_clear()
    with Loopback(result(protocol, 2)) as elsewhere:
        answer = http("", status, Location=f"{elsewhere.url}/jsonrpc")
        with Loopback(answer, tls=context) as server:
            with pytest.raises(ConfigurationError, match="sends elsewhere"):
                made(protocol, server.url).login()
            with pytest.raises(OdooError):
                connect(settings(server.url))
    assert SECRET.encode() in b"".join(server.received) and not elsewhere.received


ENTITIES = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def xml(entities: str, value: str) -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><methodResponse><params><param>'
        f"<value><string>{value}</string></value></param></params></methodResponse>"
    )


LAUGHS = xml(f'<!ENTITY l0 "lol">{ENTITIES}', "&l11;")
BLOWN = xml(f'<!ENTITY a "{"a" * 100_000}">', "&a;" * 50_000)


@pytest.mark.parametrize("bomb", [LAUGHS, BLOWN], ids=["billion laughs", "quadratic"])
def test_an_answer_that_swells_is_broken_off(bomb: str) -> None:
    """What Python's own expat does since 2.4.1; a Python built on an older one fails here."""
    begun = time.perf_counter()
    with Loopback(http(bomb, kind="text/xml")) as server, pytest.raises(OutcomeUnknown, match="amplification"):
        transport("xmlrpc", server).call("res.partner", "read", [1], None, {})
    assert time.perf_counter() - begun < 5


def test_an_answer_reads_no_file_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim")
    body = xml(f'<!ENTITY a SYSTEM "file://{tmp_path}/secret">', "&a;")
    with Loopback(http(body, kind="text/xml")) as server:
        assert transport("xmlrpc", server).call("res.partner", "read", [1], None, {}) == ""


def test_a_version_nested_without_end_is_no_odoo() -> None:
    with Loopback(http("[" * 200_000)) as server, pytest.raises(ConfigurationError, match="no Odoo answers"):
        server_version(settings(server.url))


def test_version_is_asked_without_a_key() -> None:
    with Loopback(http(json.dumps({"version_info": [19, 0]}))) as server:
        server_version(settings(server.url))
    assert SECRET.encode() not in b"".join(server.received)
