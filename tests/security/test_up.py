"""`regie up` for real, everything logged, a key that Odoo refuses: who may reach it, and where the keys do not stand."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.connectors.loopback import Loopback, failure, http
from tests.prefect_up import PASSWORD, Up
from tests.security.spellings import shown

pytestmark = pytest.mark.prefect

BLOCK_KEY, KEY, ADMIN_KEY = "bl0ck-Key!\"<&>'%é", "env-Key!08\"15<&>'%", "adm1n-Key!08\"15<&>'%"


def echo(request: bytes) -> bytes:
    """An Odoo that says in its refusal everything it was sent."""
    if request.startswith(b"GET /web/version"):
        return http(json.dumps({"version_info": [18, 0], "version": "18.0"}))
    return failure("jsonrpc", "odoo.exceptions.UserError", f"you sent {request.decode()}")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    folder.chmod(0o755)
    companies = folder / "companies"
    companies.mkdir()
    (companies / "acme.yaml").write_text("company: Acme\n")
    with Loopback(echo) as odoo:
        environment = {
            "REGIE_ODOO_URL": odoo.url,
            "REGIE_ODOO_DATABASE": "db",
            "REGIE_ODOO_LOGIN": "bot",
            "REGIE_ODOO_KEY": KEY,
            "REGIE_ODOO_ADMIN_LOGIN": "admin",
            "REGIE_ODOO_ADMIN_KEY": ADMIN_KEY,
        }
        with Up(folder, companies, environment) as made:
            yield made


def make_block(up: Up) -> None:
    """The connection as an admin types it into the UI."""
    kind = up.ask("block_types/slug/regie-odoo", method="GET")["id"]
    schema = up.ask("block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind]}}})[0]["id"]
    data = {"url": up.environment["REGIE_ODOO_URL"], "database": "db", "login": "bot", "key": BLOCK_KEY}
    up.ask("block_documents/", {"name": "regie-odoo", "data": data, "block_schema_id": schema, "block_type_id": kind})


def test_keys_stand_nowhere_after_a_run_that_odoo_refused(up: Up) -> None:
    make_block(up)
    run = up.run("Facturer le mois/Acme", company="Acme", month="2026-10")
    assert run["state_type"] == "FAILED" and "you sent" in run["state"]["message"] and "***" in run["state"]["message"]
    assert not shown(json.dumps(run), KEY, BLOCK_KEY, ADMIN_KEY)
    lines = up.logs()
    assert lines and not shown("\n".join(lines), KEY, BLOCK_KEY, ADMIN_KEY)
    files = up.files()
    assert any(path.name.startswith("prefect.db") for path in files) and any(path.suffix == ".log" for path in files)
    for path in files:
        assert not shown(path.read_bytes(), KEY, BLOCK_KEY, ADMIN_KEY), path.name
    assert not shown(up.said, KEY, BLOCK_KEY, ADMIN_KEY)


def test_no_command_line_holds_a_key_or_the_password(up: Up) -> None:
    others = [process for process in psutil.process_iter(["cmdline"]) if process.pid != os.getpid()]
    listed = [process.info["cmdline"] or [] for process in others]  # none of one that has ended and waits for its parent
    assert any("prefect" in words and "server" in words for words in listed)
    assert not shown("\n".join(" ".join(words) for words in listed), KEY, BLOCK_KEY, ADMIN_KEY, PASSWORD, "Pw-4711-geheim")


def test_worker_and_server_do_not_know_the_administrator(up: Up) -> None:
    pids = [json.loads(record.read_text())["pid"] for record in up.state.glob("*.json")]
    ours = [
        process.environ() for pid in pids for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True))
    ]
    assert len(pids) == 3 and all("REGIE_ODOO_KEY" in environment for environment in ours)
    assert not any(name.startswith("REGIE_ODOO_ADMIN") for environment in ours for name in environment)
    assert not any(Path(f"/proc/{pid}/environ").stat().st_mode & 0o077 for pid in pids), "another user may read it"


def test_only_this_machine_reaches_the_server(up: Up) -> None:
    listening = [c for c in psutil.net_connections("tcp") if c.status == psutil.CONN_LISTEN and c.laddr.port == up.port]
    assert {connection.laddr.ip for connection in listening} == {"127.0.0.1"}
    assert up.environment["PREFECT_SERVER_API_HOST"] == "0.0.0.0", "whatever the environment asks for"


def test_nor_do_its_pages_send_a_browser_elsewhere(up: Up) -> None:
    told = httpx.get(f"{up.url}/ui-settings", auth=tuple(PASSWORD.split(":", 1)), timeout=30).raise_for_status().json()
    assert told["api_url"] in (f"{up.url}/api", "/api"), told


def test_what_is_kept_is_its_owner_s(up: Up) -> None:
    assert up.state.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["flow_runs/filter", "block_documents/filter", "work_pools/filter"])
def test_who_has_no_password_gets_nothing(up: Up, path: str) -> None:
    for auth in (None, ("finance", "wrong"), ("", "")):
        assert httpx.post(f"{up.url}/api/{path}", json={}, auth=auth, timeout=30).status_code == 401


def test_no_other_web_page_is_answered(up: Up) -> None:
    def allowed(origin: str) -> str | None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        answer = httpx.options(f"{up.url}/api/block_documents/filter", headers=asked, timeout=30)
        return answer.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://evil.test") is None
    assert allowed(f"http://127.0.0.1:{up.port + 1}") is None
    assert allowed(up.url) == up.url
