"""The sandbox from outside: `up`, `status`, `reset`, `down`, and what tests need (`access`, `make_key`, `sql`, `restart`)."""

import shutil
from dataclasses import dataclass, field

from sandbox import packages, postgres, processes, templates
from sandbox.access import Access
from sandbox.building import Progress, locked, need_space, quiet
from sandbox.errors import SandboxError
from sandbox.odoo_server import KEY_ROUNDS, check_port, free_port, healthy
from sandbox.paths import DEFAULT_PORT, Places
from sandbox.postgres import Cluster

DATABASE = "regie"
DEMO_DATABASE = "regie_demo"
_GIGABYTES = 1.5  # measured: 0.7 for a sandbox with its templates; with Odoo's demo data, 1.0

__all__ = ["Access", "SandboxError", "Status", "access", "down", "make_key", "reset", "restart", "sql", "status", "up"]


@dataclass(frozen=True, slots=True)
class Status:
    """How a sandbox is.

    `state` is `absent` (never made, or removed), `down`, `up`, or `broken` (something of it was killed or does not answer);
    `problems` says what, in words. `stale` means that what the database was made from has changed since.
    """

    port: int
    state: str
    url: str = ""
    database: str = ""
    odoo_pid: int | None = None
    postgres_pid: int | None = None
    stale: bool = False
    demo_url: str = ""
    problems: list[str] = field(default_factory=list)


def up(port: int = DEFAULT_PORT, progress: Progress = quiet, *, company: bool = True, demo: bool = False) -> Access:
    """Have the sandbox on that port running: made, mended or just started, whatever it takes; data in it is kept.

    Args:
        port: on loopback; each port is a sandbox of its own.
        progress: told what is going on.
        company: for a new sandbox, load the companies; False leaves Odoo empty (quicker).
        demo: also have a database with Odoo's own demo data, served at `access(port, demo=True)`.

    Raises:
        SandboxError: port taken, disk full, not Debian, no network, ...; says what to do.
    """
    places = Places(port)
    with locked(places.lock):
        _clear(places)
        unpacked = packages.ensure(progress)
        need_space(places.root, _GIGABYTES, "a sandbox")
        databases = _databases(places, unpacked, progress)
        if not databases.cluster.databases().get(DATABASE):
            _renew(databases, company=company)
        progress("Starting Odoo")
        databases.server(DATABASE).start()
        if demo:
            _have_demo(databases)
        return access(port)


def reset(port: int = DEFAULT_PORT, progress: Progress = quiet, *, company: bool = True) -> Access:
    """Put the database back to what it was when new, in seconds (longer when a source of the loading changed), and serve it.

    Raises:
        SandboxError: as `up`.
    """
    places = Places(port)
    with locked(places.lock):
        _clear(places)
        databases = _databases(places, packages.ensure(progress), progress)
        databases.server(DATABASE).stop()
        _renew(databases, company=company)
        progress("Starting Odoo")
        databases.server(DATABASE).start()
        return access(port)


def restart(port: int = DEFAULT_PORT) -> None:
    """Stop Odoo and start it again; the database stays."""
    places = Places(port)
    with locked(places.lock):
        server = _databases(places, packages.ensure(quiet), quiet).server(DATABASE)
        server.stop()
        server.start()


def down(port: int = DEFAULT_PORT, *, remove: bool = False) -> None:
    """Stop everything this sandbox started, and nothing else. The databases stay, unless `remove`."""
    places = Places(port)
    with locked(places.lock):
        for file in places.root.glob("*.pid.json"):
            processes.stop(file)
        postgres.stop(places.cluster)
        if remove:
            shutil.rmtree(places.root, ignore_errors=True)


def status(port: int = DEFAULT_PORT) -> Status:
    """How the sandbox is; changes nothing."""
    places = Places(port)
    odoo = processes.Record.of(places.process(DATABASE))
    running = postgres.server(places.cluster)
    demo = processes.Record.of(places.process(DEMO_DATABASE))
    if not places.access(DATABASE).exists():
        problems = ["It was never finished: `regie sandbox up` goes on."] if places.root.exists() else []
        return Status(port, "broken" if problems else "absent", problems=problems)
    found = access(port)
    if odoo is None and running is None:
        return Status(port, "down", found.url, found.database)
    problems = []
    if running is None:
        problems.append("PostgreSQL is not running: it was killed, or the machine restarted.")
    if odoo is None or not odoo.alive:
        problems.append("Odoo is not running: it was killed, or the machine restarted.")
    elif not healthy(found.url):
        problems.append(f"Odoo runs but does not answer at {found.url}; its log: {places.log(DATABASE)}.")
    return Status(
        port,
        "broken" if problems else "up",
        found.url,
        found.database,
        odoo_pid=odoo.pid if odoo and odoo.alive else None,
        postgres_pid=running.pid if running else None,
        stale=running is not None and _is_stale(places),
        demo_url=access(port, demo=True).url if demo and demo.alive else "",
        problems=problems,
    )


def access(port: int = DEFAULT_PORT, *, demo: bool = False) -> Access:
    """How to reach the sandbox's Odoo, or the one with Odoo's demo data.

    Raises:
        SandboxError: it was never made.
    """
    try:
        return Access.read(Places(port).access(DEMO_DATABASE if demo else DATABASE))
    except FileNotFoundError:
        data = " with Odoo's demo data" if demo else ""
        raise SandboxError(
            f"There is no sandbox{data} on port {port}.", f"`regie sandbox up --port {port}{' --demo-data' if demo else ''}`."
        ) from None


def make_key(where: int | Access, login: str, rounds: int = KEY_ROUNDS) -> str:
    """A new API key of the user with that login, without an end date; Odoo hashes it `rounds` times at every request."""
    found = access(where) if isinstance(where, int) else where
    return _databases(Places(found.port), packages.ensure(quiet), quiet).server(found.database).make_key(login, rounds)


def sql(where: int | Access, statement: str) -> list[list[str]]:
    """Run SQL in the sandbox's database as superuser; rows of text, NULL as an empty one. For tests and diagnosis only."""
    found = access(where) if isinstance(where, int) else where
    cluster = Cluster(Places(found.port).cluster, packages.ensure(quiet).postgres)
    return cluster.sql(statement, found.database)


def _databases(places: Places, unpacked: packages.Packages, progress: Progress) -> templates.Databases:
    """The sandbox's databases, over its PostgreSQL, which is started if need be."""
    places.root.mkdir(parents=True, exist_ok=True)
    places.data.mkdir(mode=0o700, exist_ok=True)
    cluster = Cluster(places.cluster, unpacked.postgres)
    if postgres.server(places.cluster) is None:
        progress("Starting PostgreSQL")
        cluster.start()
    return templates.Databases(places, unpacked, cluster, progress)


def _clear(places: Places) -> None:
    """End what a killed command or a killed Odoo left behind, and see that the port is ours to take."""
    for file in places.root.glob("*.pid.json"):
        record = processes.Record.of(file)
        serving = file in (places.process(DATABASE), places.process(DEMO_DATABASE))
        if not (serving and record is not None and record.alive):
            processes.stop(file)
    if not places.process(DATABASE).exists():
        check_port(places.port)


def _renew(databases: templates.Databases, *, company: bool) -> None:
    key = databases.company() if company else databases.base()
    databases.renew(databases.server(DATABASE), "company" if company else "base", key)


def _have_demo(databases: templates.Databases) -> None:
    port = _demo_port(databases.places)
    server = databases.server(DEMO_DATABASE, port)
    if not databases.cluster.databases().get(DEMO_DATABASE):
        server.stop()
        databases.renew(server, "demo", databases.demo())
    databases.progress("Starting Odoo with its demo data")
    server.start()


def _demo_port(places: Places) -> int:
    """The demo's port: the one it has had, else a free one."""
    if places.access(DEMO_DATABASE).exists():
        return int(Access.read(places.access(DEMO_DATABASE)).url.rpartition(":")[2])
    return free_port()


def _is_stale(places: Places) -> bool:
    """Whether the database was made from something else than a new one would be (an empty one: from another Odoo)."""
    unpacked = packages.located()
    if not unpacked.complete:
        return True
    base = templates.base_key(unpacked, demo=False)
    made_from = Cluster(places.cluster, unpacked.postgres).databases().get(DATABASE)
    return made_from not in (base, templates.current_key(base))
