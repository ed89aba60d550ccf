"""The command line at its loudest, against servers that refuse, repeat what they were sent, break off or are not there."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.connectors.loopback import Loopback, certificate, failure, http, refused_url
from tests.security.spellings import shown

KEY, ADMIN_KEY = "env-Key!08\"15<&>'%", "adm1n-Key!08\"15<&>'%"
LOUD = """
import logging, http.client, sys
logging.basicConfig(level=0, stream=sys.stderr, format="%(name)s %(levelname)s %(message)s")
from connectors.odoo import retry
retry.pause = lambda seconds: None
from regie.cli import main
main()
"""
BILL = ("--debug", "run", "bill", "--company", "acme", "--month", "2026-10")


def echo(request: bytes) -> bytes:
    """An Odoo 19 that says in its refusal everything it was sent, in the words of the protocol it was asked in."""
    if request.startswith(b"GET /web/version"):
        return http(json.dumps({"version_info": [19, 0], "version": "19.0"}))
    asked = request.split(b" ")[1]
    protocol = "json2" if asked.startswith(b"/json/2") else "xmlrpc" if asked.startswith(b"/xmlrpc") else "jsonrpc"
    return failure(protocol, "odoo.exceptions.UserError", f"you sent {request.decode()}", 422)


def known_then_nothing(request: bytes) -> bytes:
    return echo(request) if request.startswith(b"GET /web/version") else b""


def environment(folder: Path, url: str, protocol: str = "auto") -> dict[str, str]:
    (folder / "acme.yaml").write_text("company: Acme\nlanguage: en\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REGIE")}
    return kept | {
        "REGIE_COMPANIES": str(folder),
        "REGIE_ODOO_URL": url,
        "REGIE_ODOO_DATABASE": "db",
        "REGIE_ODOO_LOGIN": "bot",
        "REGIE_ODOO_KEY": KEY,
        "REGIE_ODOO_ADMIN_LOGIN": "admin",
        "REGIE_ODOO_ADMIN_KEY": ADMIN_KEY,
        "REGIE_ODOO_PROTOCOL": protocol,
        "PYTHONASYNCIODEBUG": "1",
    }


def ran(folder: Path, url: str, *words: str, protocol: str = "auto") -> str:
    """Everything `regie` prints, at its loudest; it must not succeed."""
    command = [sys.executable, "-c", LOUD, *words]
    done = subprocess.run(
        command, env=environment(folder, url, protocol), cwd=folder, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 1
    return (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_a_server_that_repeats_what_it_was_sent(tmp_path: Path, protocol: str) -> None:
    with Loopback(echo) as server:
        said = ran(tmp_path, server.url, *BILL, protocol=protocol)
    assert "you sent" in said and "***" in said and "Traceback" in said
    assert not shown(said, KEY, ADMIN_KEY)
    assert any(shown(request, KEY) for request in server.received), "the key was sent, or nothing is proved"


@pytest.mark.parametrize("protocol", ["json2", "jsonrpc", "xmlrpc"])
def test_a_server_that_breaks_off(tmp_path: Path, protocol: str) -> None:
    with Loopback(known_then_nothing) as server:
        said = ran(tmp_path, server.url, *BILL, protocol=protocol)
    assert "no clear answer" in said and "Traceback" in said
    assert not shown(said, KEY, ADMIN_KEY)


@pytest.mark.parametrize("words", [("doctor", "--json"), ("provision", "--preview"), ("--debug", "provision", "--remove")])
def test_the_other_commands(tmp_path: Path, words: tuple[str, ...]) -> None:
    with Loopback(echo) as server:
        said = ran(tmp_path, server.url, *words)
    assert "you sent" in said
    assert not shown(said, KEY, ADMIN_KEY)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    said = ran(tmp_path, refused_url(), *BILL)
    assert "no connection" in said
    assert not shown(said, KEY, ADMIN_KEY)


def test_a_certificate_that_is_not_trusted_gets_no_key_and_shows_none(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with Loopback(echo, tls=context) as server:
        said = ran(tmp_path, server.url, *BILL)
    assert "certificate is not trusted" in said and not server.received
    assert not shown(said, KEY, ADMIN_KEY)


def test_no_command_line_holds_a_key_while_it_runs(tmp_path: Path) -> None:
    with Loopback(None) as server:
        process = subprocess.Popen(
            [sys.executable, "-c", LOUD, *BILL[1:]],
            env=environment(tmp_path, server.url),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            for _ in range(200):
                if server.received:
                    break
                time.sleep(0.05)
            assert server.received and process.poll() is None
            assert not shown(Path(f"/proc/{process.pid}/cmdline").read_bytes(), KEY, ADMIN_KEY)
            assert shown(Path(f"/proc/{process.pid}/environ").read_bytes(), KEY), "it stands in the environment of the process"
            assert not Path(f"/proc/{process.pid}/environ").stat().st_mode & 0o077, "which another user may not read"
        finally:
            process.kill()
            process.communicate()
