"""`regie up` for real, everything logged, a key that Odoo refuses: who may reach it, and where the keys do not stand."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.connectors.loopback import Loopback, failure, http
from tests.security.spellings import shown

pytestmark = pytest.mark.prefect

BLOCK_KEY, KEY, ADMIN_KEY = "bl0ck-Key!\"<&>'%é", "env-Key!08\"15<&>'%", "adm1n-Key!08\"15<&>'%"
PASSWORD = "finance:Pw-4711-geheim"


def echo(request: bytes) -> bytes:
    """An Odoo that says in its refusal everything it was sent."""
    if request.startswith(b"GET /web/version"):
        return http(json.dumps({"version_info": [18, 0], "version": "18.0"}))
    return failure("jsonrpc", "odoo.exceptions.UserError", f"you sent {request.decode()}")


class Up:
    """A running `regie up`, and the way to ask it."""

    def __init__(self, folder: Path, odoo: str) -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        companies = folder / "companies"
        companies.mkdir()
        (companies / "acme.yaml").write_text("company: Acme\n")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "REGIE"))}
        self.environment = kept | {
            "XDG_STATE_HOME": str(folder / "state"),
            "REGIE_COMPANIES": str(companies),
            "REGIE_ODOO_URL": odoo,
            "REGIE_ODOO_DATABASE": "db",
            "REGIE_ODOO_LOGIN": "bot",
            "REGIE_ODOO_KEY": KEY,
            "REGIE_ODOO_ADMIN_LOGIN": "admin",
            "REGIE_ODOO_ADMIN_KEY": ADMIN_KEY,
            "PREFECT_SERVER_API_AUTH_STRING": PASSWORD,
            "PREFECT_LOGGING_LEVEL": "DEBUG",
            "PREFECT_LOGGING_ROOT_LEVEL": "DEBUG",
            "PREFECT_LOGGING_SERVER_LEVEL": "DEBUG",
        }

    def regie(self, *words: str) -> str:
        command = [sys.executable, "-c", "from regie.cli import main; main()", *words, "--port", str(self.port)]
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        auth = tuple(PASSWORD.split(":"))
        return httpx.request(method, f"{self.url}/api/{path}", json=body, auth=auth, timeout=30).raise_for_status().json()  # type: ignore[arg-type]

    @property
    def state(self) -> Path:
        return self.folder / "state" / "regie" / f"prefect-{self.port}"

    def block(self) -> None:
        """The connection as an admin types it into the UI."""
        kind = self.ask("block_types/slug/regie-odoo", method="GET")["id"]
        schema = self.ask("block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [kind]}}})[0]["id"]
        data = {"url": self.environment["REGIE_ODOO_URL"], "database": "db", "login": "bot", "key": BLOCK_KEY}
        self.ask("block_documents/", {"name": "regie-odoo", "data": data, "block_schema_id": schema, "block_type_id": kind})

    def bill(self) -> dict[str, Any]:
        """A run of the deployment to its end."""
        found = self.ask("deployments/name/Facturer le mois/Acme", method="GET")["id"]
        run = self.ask(f"deployments/{found}/create_flow_run", {"parameters": {"company": "Acme", "month": "2026-10"}})["id"]
        for _ in range(600):
            read: dict[str, Any] = self.ask(f"flow_runs/{run}", method="GET")
            if read["state_type"] in ("FAILED", "COMPLETED", "CRASHED"):
                return read
            time.sleep(0.2)
        raise AssertionError("the run never ended")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    folder.chmod(0o755)
    with Loopback(echo) as odoo:
        made = Up(folder, odoo.url)
        try:
            made.said = made.regie("up")  # type: ignore[attr-defined]
            yield made
        finally:
            made.regie("down")


def test_keys_stand_nowhere_after_a_run_that_odoo_refused(up: Up) -> None:
    up.block()
    run = up.bill()
    assert run["state_type"] == "FAILED" and "you sent" in run["state"]["message"] and "***" in run["state"]["message"]
    assert not shown(json.dumps(run), KEY, BLOCK_KEY, ADMIN_KEY)
    lines = [line["message"] for line in up.ask("logs/filter", {"limit": 200})]
    assert lines and not shown("\n".join(lines), KEY, BLOCK_KEY, ADMIN_KEY)
    files = [path for path in up.state.rglob("*") if path.is_file()]
    assert any(path.name.startswith("prefect.db") for path in files) and any(path.suffix == ".log" for path in files)
    for path in files:
        assert not shown(path.read_bytes(), KEY, BLOCK_KEY, ADMIN_KEY), path.name
    assert not shown(up.said, KEY, BLOCK_KEY, ADMIN_KEY)  # type: ignore[attr-defined]


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
