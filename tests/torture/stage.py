"""The sandbox that is tortured: the slice prepared once, put back before each trial, compared with its twin after it."""

import fcntl
import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from sandbox import packages, server, templates
from sandbox.access import Access
from sandbox.building import quiet
from sandbox.odoo_server import OdooServer
from sandbox.paths import Places, state_root
from sandbox.postgres import Cluster
from tests import undo
from tests.torture import slice as orders
from tests.torture import twin
from tests.torture.runs import Run, aside

TEMPLATE = "torture"
_ESTABLISHED, _CLOSE_WAIT = "01", "08"


@dataclass
class Stage:
    """One sandbox, ready for trials. `twin`: the state after an undisturbed run; `seconds`: how long such a run takes;
    `seed`: of all random numbers."""

    access: Access
    cluster: Cluster
    twin: twin.State
    seconds: float = 0.0
    seed: int = 0

    @property
    def places(self) -> Places:
        return Places(self.access.port)

    def sql(self, statement: str) -> list[list[str]]:
        """In the sandbox's database, as superuser."""
        return self.cluster.sql(statement, server.DATABASE)

    def reset(self) -> None:
        """Back to the slice; Odoo keeps running and forgets what it remembered."""
        self.idle()
        self.sql(undo.UNDO)

    def idle(self, patience: float = 120) -> None:
        """Until Odoo has finished everything it was told, whoever told it, dead or alive."""
        until = time.monotonic() + patience
        while self._busy() or self._busy():  # twice: between a request's arrival and its first query nothing shows
            if time.monotonic() > until:
                raise TimeoutError(f"Odoo is still busy after {patience} s")
            time.sleep(0.03)

    def _busy(self) -> bool:
        if _connections(self.access.port):
            return True
        return self.sql(undo.BUSY) != [["0"]]

    def state(self) -> twin.State:
        """What stands in Odoo now."""
        return twin.state(self.sql(twin.query()))

    def unlike_twin(self) -> list[str]:
        """Where Odoo, once it is idle, differs from the twin."""
        return self.unlike(self.twin)

    def unlike(self, meant: twin.State, but: frozenset[str] = frozenset()) -> list[str]:
        """Where Odoo, once it is idle, differs from what is meant, `but` in these columns."""
        self.idle()
        return twin.differences(twin.without(meant, but), twin.without(self.state(), but))

    def odoo(self) -> OdooServer:
        """Its server, to stop and to start."""
        unpacked = packages.ensure(quiet)
        return templates.Databases(self.places, unpacked, self.cluster, quiet).server(server.DATABASE)

    def run(self, **options: object) -> Run:
        """A billing run of October, started in a process of its own."""
        return Run(self.access, **options).start()  # type: ignore[arg-type]


def open_stage(port: int, progress: Callable[[str], None] = quiet, undisturbed: int = 3) -> Stage:
    """Have the sandbox up with the slice in it (made once), and the twin: so many undisturbed runs, which must agree."""
    _alone(port)
    cluster = _prepared(port, progress)
    stage = Stage(server.access(port), cluster, {})
    progress("An undisturbed run: the twin")
    states = []
    for _ in range(undisturbed):  # the first finds Odoo's caches empty; all must agree, or nothing can be compared
        stage.reset()
        begun = time.monotonic()
        stage.run().finished()
        stage.seconds = time.monotonic() - begun
        stage.idle()
        states.append(stage.state())
    stage.twin = states[0]
    for other in states[1:]:
        if unlike := twin.differences(stage.twin, other):
            raise AssertionError("two undisturbed runs differ: " + "; ".join(unlike))
    stage.reset()
    if left := " ".join(word for row in stage.sql(undo.DIFFERENT) for word in row):
        raise AssertionError(f"a reset leaves something in {left}")
    return stage


def _prepared(port: int, progress: Callable[[str], None]) -> Cluster:
    places = Places(port)
    unpacked = packages.ensure(progress)
    cluster = Cluster(places.cluster, unpacked.postgres)
    key = _key(unpacked)
    if server.status(port).state != "up":
        server.up(port, progress)
    if cluster.databases().get(TEMPLATE) != key:
        server.reset(port, progress)
        progress("Preparing the slice")
        aside(lambda: orders.prepare(server.access(port), folder("slice")))
        _keep(templates.Databases(places, unpacked, cluster, progress), key)
    if cluster.databases().get(server.DATABASE) != key:
        databases = templates.Databases(places, unpacked, cluster, progress)
        odoo = databases.server(server.DATABASE)
        odoo.stop()
        databases.renew(odoo, TEMPLATE, key)
        cluster.sql(undo.UNDO, server.DATABASE)
        odoo.start()
    return cluster


def _keep(databases: templates.Databases, key: str) -> None:
    """The database with the slice in it becomes a template, with all that `undo` needs."""
    places, cluster = databases.places, databases.cluster
    databases.server(server.DATABASE).stop()
    half = f"{TEMPLATE}_new"
    cluster.drop(half)
    cluster.drop(TEMPLATE)
    cluster.copy(server.DATABASE, half)
    for statement in (undo.COPIES, undo.MARKS):
        cluster.sql(statement, half)
    shutil.rmtree(places.filestore(TEMPLATE), ignore_errors=True)
    shutil.copytree(places.filestore(server.DATABASE), places.filestore(TEMPLATE))
    replace(Access.read(places.access(server.DATABASE)), database=TEMPLATE).save(places.access(TEMPLATE))
    cluster.finish(half, TEMPLATE, key)


def _key(unpacked: packages.Packages) -> str:
    company = templates.company_key(templates.base_key(unpacked, demo=False))
    sources = [Path(orders.__file__).read_text(), undo.COPIES, undo.MARKS]
    return hashlib.sha256("\0".join([company, *sources]).encode()).hexdigest()[:16]


def _alone(port: int) -> None:
    """One torture at a time on a sandbox: two would put back each other's database. Held until this process ends."""
    lock = (folder("locks") / str(port)).open("w")
    _LOCKS.append(lock)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise SystemExit(
            f"Another torture is going on with the sandbox of port {port}: wait, or choose another --port."
        ) from None


_LOCKS: list[IO[str]] = []


def folder(name: str) -> Path:
    folder = state_root() / "torture" / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _connections(port: int) -> int:
    """Connections that Odoo has not closed yet, also those whose client is dead."""
    here = f":{port:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[1].endswith(here) and row[3] in (_ESTABLISHED, _CLOSE_WAIT) for row in rows)


def told(state: twin.State) -> str:
    """A state as text, to keep or to look at."""
    return json.dumps(state, indent=1, sort_keys=True, ensure_ascii=False)
