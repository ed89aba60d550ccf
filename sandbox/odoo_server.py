"""One Odoo serving one database on one port: its configuration, its processes, its health, and the keys of its users."""

import hashlib
import json
import os
import secrets
import socket
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from sandbox import processes
from sandbox.errors import SandboxError
from sandbox.packages import Packages
from sandbox.paths import Places
from sandbox.postgres import ROLE, WITHOUT_WAITING, Cluster
from sandbox.shell import run

HOST = "127.0.0.1"
KEY_ROUNDS = 6000
"""What Odoo gives an API key: its `KEY_CRYPT_CONTEXT`."""
_PATIENCE = 180  # seconds until the first answer; 5 are usual, a busy machine needs more


@dataclass(frozen=True, slots=True)
class OdooServer:
    """The Odoo of `database` on `port`."""

    places: Places
    packages: Packages
    cluster: Cluster
    database: str
    port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self) -> None:
        """Start it, unless it runs, and wait until it answers.

        Raises:
            SandboxError: the port is taken (the message says by whom), or it ended (with the end of its log).
        """
        record = processes.Record.of(self.places.process(self.database))
        if record is not None and record.alive and healthy(self.url):
            return
        self.stop()
        check_port(self.port)
        self._configure()
        log = self.places.log(self.database)
        record = processes.start(self._command("server"), log, self.places.process(self.database))
        until = time.monotonic() + _PATIENCE
        while not healthy(self.url):
            if not record.alive or time.monotonic() > until:
                self.stop()
                raise SandboxError(f"Odoo did not start. The end of its log:\n{_tail(log)}", f"Its whole log: {log}.")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it and all its workers, also orphans of one that was killed."""
        processes.stop(self.places.process(self.database))

    def install(self, modules: Sequence[str], languages: Sequence[str], *, demo: bool) -> None:
        """Make the database with those modules (two minutes and more)."""
        self._configure()
        options = ["-i", ",".join(modules), f"--load-language={','.join(languages)}", "--stop-after-init", "--no-http"]
        command = self._command("server", *options, "--with-demo" if demo else "--without-demo", "--workers=0")
        run(command, "Making Odoo's database", cwd=self.places.root, env=os.environ | WITHOUT_WAITING)

    def make_key(self, login: str, rounds: int = KEY_ROUNDS) -> str:
        """A new API key of that user, for all of Odoo's external API, without an end date.

        Written as Odoo's own `res.users.apikeys` writes one; its shell would take ten seconds to say so.

        Raises:
            SandboxError: nobody has that login.
        """
        key, user = secrets.token_hex(20), login.replace("'", "''")
        made = self.cluster.sql(
            "INSERT INTO res_users_apikeys (name, user_id, scope, index, key) "
            f"SELECT 'Regie sandbox', id, 'rpc', '{key[:8]}', '{hashed(key, rounds)}' FROM res_users WHERE login = '{user}' "
            "RETURNING user_id",
            self.database,
        )
        if not made:
            raise SandboxError(f"No user has the login {login}", "Name a login that stands in Odoo.")
        return key

    def _command(self, verb: str, *options: str) -> list[str | Path]:
        return [self.packages.python, self.packages.start, verb, "-c", self.places.config(self.database), *options]

    def _configure(self) -> None:
        settings = {
            "addons_path": self.packages.addons_path,
            "data_dir": self.places.data,
            "db_host": self.cluster.socket,
            "db_user": ROLE,
            "db_name": self.database,
            "dbfilter": f"^{self.database}$",
            "list_db": False,
            "http_interface": HOST,
            "http_port": self.port,
            "gevent_port": free_port(),
            "workers": 2,
            "max_cron_threads": 0,  # nothing happens in a sandbox by itself
            "limit_time_cpu": 3600,
            "limit_time_real": 3600,
            "limit_memory_soft": 4 * 1024**3,
            "limit_memory_hard": 6 * 1024**3,
            "log_level": "info",
        }
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        self.places.config(self.database).write_text(f"[options]\n{lines}")


def hashed(key: str, rounds: int = KEY_ROUNDS) -> str:
    """As passlib writes pbkdf2_sha512. Odoo checks a key with as many rounds as stand here, at every request."""
    salt = secrets.token_bytes(16)
    parts = (salt, hashlib.pbkdf2_hmac("sha512", key.encode(), salt, rounds))
    return "$".join(["", "pbkdf2-sha512", str(rounds), *(b64encode(part, b"./").decode().rstrip("=") for part in parts)])


def healthy(url: str) -> bool:
    """Whether an Odoo answers there and reaches its database server."""
    try:
        with urllib.request.urlopen(f"{url}/web/health?db_server_status=1", timeout=5) as answer:
            return bool(json.load(answer).get("status") == "pass")
    except (OSError, ValueError):
        return False


def check_port(port: int) -> None:
    """Raise `SandboxError` when something listens on that port, saying what."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise SandboxError(f"Port {port} is reserved for root.", "Choose a port above 1023 with --port.") from error
        except OSError as error:
            raise SandboxError(
                f"Port {port} is already in use{_listener(port)}.",
                f"Choose another with --port (the next free one is {_next_free(port)}), or end what uses it.",
            ) from error


def _listener(port: int) -> str:
    try:
        pids = {one.pid for one in psutil.net_connections("tcp") if one.status == "LISTEN" and one.laddr[1:2] == (port,)}
        return next(f" by process {pid} ({psutil.Process(pid).name()})" for pid in pids if pid)
    except (psutil.Error, StopIteration, AttributeError):
        return ""


def _next_free(port: int) -> int:
    for candidate in range(port + 1, 65536):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, candidate)):
                return candidate
    return free_port()


def free_port() -> int:
    """A port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _tail(file: Path, lines: int = 12) -> str:
    return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
