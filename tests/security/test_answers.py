"""No server takes the machine's memory by its answer: what is larger than any of Odoo's is not read, nor asked for again."""

import json
import zlib
from collections.abc import Callable

import pytest

from connectors.odoo import transport as bounds
from connectors.odoo.errors import ConfigurationError, OutcomeUnknown
from connectors.odoo.probe import server_version
from connectors.odoo.retry import tried
from tests.connectors.loopback import PROTOCOLS, Loopback, http, result, settings, transport

LONG, SHORT = "x" * 3000, "x" * 300


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST", 2000)


def asked(protocol: str, server: Loopback) -> Callable[[], object]:
    made = transport(protocol, server)
    return lambda: made.call("res.partner", "name", None, None, {})


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_answer_that_is_too_large_is_refused_once(protocol: str) -> None:
    with Loopback(result(protocol, LONG)) as server:
        ask = asked(protocol, server)
        with pytest.raises(OutcomeUnknown, match="larger than any of Odoo's") as caught:
            tried(ask, safe=True, secret="")
        assert len(server.received) == 1 and "REGIE_ODOO_URL" in caught.value.remedy


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_one_that_is_not_is_read(protocol: str) -> None:
    with Loopback(result(protocol, SHORT)) as server:
        assert asked(protocol, server)() == SHORT


def test_what_is_packed_counts_unpacked() -> None:
    """Three thousand bytes in thirty."""
    packed = zlib.compress(json.dumps(LONG).encode())
    head = f"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Encoding: deflate\r\nContent-Length: {len(packed)}"
    answer = head.encode() + b"\r\nConnection: close\r\n\r\n" + packed
    with Loopback(answer) as server, pytest.raises(OutcomeUnknown, match="larger"):
        asked("json2", server)()


def test_whoever_asks_for_the_version_reads_no_more_either() -> None:
    version = {"version_info": [19, 0], "more": LONG}
    with Loopback(http(json.dumps(version))) as server, pytest.raises(ConfigurationError, match="no Odoo answers"):
        server_version(settings(server.url))
