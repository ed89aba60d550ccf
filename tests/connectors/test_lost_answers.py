"""What a call learns when the connection fails: nothing was sent, or nobody knows. The same over every protocol."""

import logging
from pathlib import Path
from typing import Any

import pytest
from loopback import PROTOCOLS, SECRET, Answer, Loopback, certificate, failure, http, result, transport

from connectors.odoo.errors import ConfigurationError, DataError, OdooError, OutcomeUnknown, RetriableError
from connectors.odoo.transport import Transport, trust


def write(connection: Transport) -> Any:
    return connection.call("res.partner", "write", [1], {"lang": "fr_FR"}, {"vals": {"name": "é"}})


def half(protocol: str) -> bytes:
    whole = result(protocol, ["x" * 400])
    return whole[: len(whole) - 200]


def without_length(protocol: str) -> bytes:
    """Half a body with nothing that tells its length: it ends where the connection does."""
    return half(protocol).replace(b"Content-Length", b"X-Length")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("cut", ["nothing", "head", "half", "half without length", "empty", "page", "not the protocol"])
def test_an_answer_cut_half_way_leaves_the_outcome_unknown(protocol: str, cut: str) -> None:
    answers: dict[str, Answer] = {
        "nothing": b"",
        "head": b"HTTP/1.1 200 OK\r\nContent-Le",
        "half": half(protocol),
        "half without length": without_length(protocol),
        "empty": http(b""),
        "page": http("<html>Sign in</html>", kind="text/html"),
        "not the protocol": http("[1") if protocol == "json2" else http("[]"),
    }
    with Loopback(answers[cut]) as server:
        connection = transport(protocol, server)
        with pytest.raises(OutcomeUnknown) as caught:
            write(connection)
    assert caught.value.call == "res.partner.write"
    assert caught.value.repeatable
    assert len(server.received) == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_answer_in_time_leaves_the_outcome_unknown(protocol: str) -> None:
    with Loopback(None) as server:
        connection = transport(protocol, server, timeout=1)
        with pytest.raises(OutcomeUnknown):
            write(connection)
    assert len(server.received) == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_refused_connection_is_known_to_have_sent_nothing(protocol: str) -> None:
    with Loopback(http()) as server:
        connection = transport(protocol, server)
    with pytest.raises(RetriableError) as caught:
        write(connection)
    assert not caught.value.sent
    assert "REGIE_ODOO_URL" in caught.value.remedy


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_argument_that_cannot_be_sent_is_a_data_error(protocol: str) -> None:
    with Loopback(http()) as server:
        connection = transport(protocol, server)
        with pytest.raises(DataError):
            connection.call("res.partner", "write", [1], None, {"vals": {"name": object()}})
    assert server.received == []


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("trusted", [False, True])
def test_the_certificate_is_verified(protocol: str, trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, file = certificate(tmp_path)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    trust.cache_clear()
    try:
        with Loopback(result(protocol, True), tls=tls) as server:
            if trusted:
                assert write(transport(protocol, server)) is True
                return
            with pytest.raises(ConfigurationError) as caught:
                write(transport(protocol, server))
            assert "not trusted" in caught.value.message
            assert server.received == []
    finally:
        trust.cache_clear()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_the_key_is_in_no_log(protocol: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("odoorpc", "odoorpc.rpc.jsonrpclib", "httpx", "httpcore", "urllib3", "requests", "connectors"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    with Loopback(result(protocol, True), failure(protocol, "builtins.ValueError", SECRET), b"") as server:
        connection = transport(protocol, server)
        write(connection)
        for _ in range(2):
            with pytest.raises(OdooError):
                write(connection)
    assert SECRET.encode() in b"".join(server.received), "the key was sent, so it could have been logged"
    assert SECRET not in caplog.text
    assert not any(SECRET in repr(record.__dict__) for record in caplog.records)


def test_odoorpc_would_log_the_key_without_the_filter(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Loopback(result("jsonrpc", True)) as server:
        connection = transport("jsonrpc", server)
        logger = logging.getLogger("odoorpc.rpc.jsonrpclib")
        filters, logger.filters = logger.filters, []
        try:
            write(connection)
        finally:
            logger.filters = filters
    assert SECRET in caplog.text
