"""Prefect on this machine: a server with its UI, a worker, and what looks after runs whose worker died. All on loopback."""

import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from mappings.vocabulary.labels import Labels
from regie.prefect_deploy import FLOWS, company_files, deploy, template
from regie.services import Service, state_directory, stop_family

HOST = "127.0.0.1"
READY_SECONDS = 120
"""A first start makes the database: 20 s on two free cores, several times that on busy ones."""

POLL_SECONDS = "2"
"""How often the worker asks for runs that are due: somebody who clicks on "Run" waits for it. Prefect's default is 10 s."""

SERVICES = ("server", "worker", "watch")

Say = Callable[[str], None]


class ServerError(Exception):
    """Prefect cannot be started; the message says why and what to do."""

    remedy = ""


def url(port: int) -> str:
    """The address a person opens."""
    return f"http://{HOST}:{port}"


def services(port: int) -> dict[str, Service]:
    """The three processes of a port, in the order in which they start."""
    folder = state_directory() / f"prefect-{port}"
    return {name: Service(name, folder) for name in SERVICES}


def up(port: int, companies: Path, say: Say, labels: Labels) -> None:
    """Start what is not running and make the deployments those of the company files. Raises ServerError, FileError."""
    running = services(port)
    files = company_files(companies)  # a faulty one is told before anything is started
    with _alone(running["server"].folder):
        environment = _environment(port, companies)
        _server(running["server"], port, environment, say, labels)
        say(labels("cli.up.deploying"))
        os.environ.update(environment)  # before the first import of prefect, which reads its settings then
        standing, gone = deploy(files, Path.cwd())
        titles = {flow: labels(f"cli.up.flows.{flow}") for flow in FLOWS}
        for flow, name in standing:
            say("  " + labels("cli.up.deployed", flow=titles[flow], name=name))
        for flow, name in gone:
            say("  " + labels("cli.up.removed", flow=titles.get(flow, flow), name=name))
        if not standing:
            say("  " + labels("cli.up.no_company", folder=companies))
        _worker(running["worker"], port, environment, say, labels)
        if running["watch"].process() is None:
            running["watch"].start([sys.executable, "-m", "flows.prefect_watch", _pool(), _worker_name()], environment)


def down(port: int, say: Say, labels: Labels) -> bool:
    """Stop what `up` started, flows in progress included; whether anything was running."""
    running = services(port)
    if not running["server"].folder.is_dir():
        return False
    with _alone(running["server"].folder):
        stopped = [name for name in reversed(SERVICES) if running[name].stop()]
        for process in _flows(port):
            stop_family(process)
    for name in stopped:
        say(labels("cli.up.stopped", name=name))
    return bool(stopped)


def _flows(port: int) -> list[psutil.Process]:
    """Flows that outlived their worker: they would go on asking a server that is gone."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
        except psutil.Error:  # gone meanwhile, or another user's
            continue
        if "PREFECT__FLOW_RUN_ID" in environment and environment.get("PREFECT_API_URL") == f"{url(port)}/api":
            found.append(process)
    return found


def healthy(port: int) -> bool:
    """Whether the server answers."""
    try:
        return httpx.get(f"{url(port)}/api/health", timeout=5).is_success
    except httpx.HTTPError:
        return False


def _environment(port: int, companies: Path) -> dict[str, str]:
    """What the three processes and every flow run in: the caller's, less the administrator of Odoo, whom no flow works as.

    A password that the server asks for (PREFECT_SERVER_API_AUTH_STRING) is theirs too. Only the server's own pages may call it
    from a browser: Prefect would let every web page do so, and answer it with what stands in a block, the key of Odoo too.
    """
    password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING")
    return {
        "PREFECT_WORKER_QUERY_SECONDS": POLL_SECONDS,
        "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS": f"{url(port)},http://localhost:{port}",
        **({"PREFECT_API_AUTH_STRING": password} if password else {}),
        **{name: value for name, value in os.environ.items() if not name.startswith("REGIE_ODOO_ADMIN_")},
        "PREFECT_HOME": str(services(port)["server"].folder / "home"),
        "PREFECT_API_URL": f"{url(port)}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "connectors,flows,mappings,rules",
        "PREFECT_CLI_COLORS": "false",
        "REGIE_COMPANIES": str(companies.resolve()),
    }


def _pool() -> str:
    return str(template()["definitions"]["pool"]["name"])


def _worker_name() -> str:
    """What this host's workers are called, less the moment each was started."""
    return f"regie-{socket.gethostname()}"


def _server(service: Service, port: int, environment: dict[str, str], say: Say, labels: Labels) -> None:
    if service.process() is not None:
        if healthy(port):
            say(labels("cli.up.server_running"))
            return
        say(labels("cli.up.server_silent"))
        service.stop()
    if _taken(port):
        raise ServerError(labels("cli.up.port_taken", port=port, other=port + 1))
    say(labels("cli.up.server_starting"))
    service.start([sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)], environment)
    _wait(service, lambda: healthy(port), labels)


def _worker(service: Service, port: int, environment: dict[str, str], say: Say, labels: Labels) -> None:
    if service.process() is not None:
        say(labels("cli.up.worker_running"))
        return
    say(labels("cli.up.worker_starting"))
    name = f"{_worker_name()}-{time.time():.0f}"  # a new name: the server shows one that just died as online for a while
    service.start([sys.executable, "-m", "prefect", "worker", "start", "--pool", _pool(), "--name", name], environment)
    _wait(service, lambda: _online(port, name), labels)


def _online(port: int, name: str) -> bool:
    login, _, password = os.environ.get("PREFECT_API_AUTH_STRING", "").partition(":")
    where = f"{url(port)}/api/work_pools/{_pool()}/workers/filter"
    try:
        answer = httpx.post(where, json={}, timeout=5, auth=(login, password)).raise_for_status()
    except httpx.HTTPError:
        return False
    return any(worker["name"] == name and worker["status"] == "ONLINE" for worker in answer.json())


def _wait(service: Service, ready: Callable[[], bool], labels: Labels) -> None:
    """Until it is ready. Raises ServerError where it ended or takes too long, with the end of its log."""
    deadline = time.monotonic() + READY_SECONDS
    while not ready():
        if service.process() is None:
            raise ServerError(labels("cli.up.ended", name=service.name, words=service.last_words(), log=service.log))
        if time.monotonic() > deadline:
            raise ServerError(labels("cli.up.too_slow", name=service.name, seconds=READY_SECONDS, log=service.log))
        time.sleep(0.3)


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One `up` or `down` at a time for a port; a second waits for the first."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # Prefect's database holds the blocks and the key they are encrypted with, for whoever may read it
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
