"""The same flow started twice at once in Prefect, taken by two workers: processes of their own, as on two machines."""

import atexit
import os
import random
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psutil

from regie.prefect_server import services, url
from regie.services import stop_family
from sandbox import server
from sandbox.access import Access
from tests.odoo.trade import FILES
from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage, folder

BELOW = 4200
"""Prefect's port is so far below the sandbox's: two tortures at once have one each."""
BUSY = 10
"""Seconds for which Prefect may say that it is busy."""
FLOW, COMPANY = "Facturer le mois", "Stafforia Services SAS"
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
_REGIE = Path(sys.executable).with_name("regie")


class Prefect:
    """A server as `regie up` starts it, and two workers that take one run each."""

    def __init__(self, access: Access) -> None:
        self._port = access.port - BELOW
        self._environment = {
            **os.environ,
            **access.environment(),
            "REGIE_COMPANIES": str(FILES),
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        atexit.register(self.stop)
        given: dict[str, Any] = {"env": self._environment, "cwd": FILES.parents[1], "capture_output": True, "text": True}
        subprocess.run([_REGIE, "up", "--port", str(self._port)], check=True, **given)
        services(self._port)["watch"].stop()
        services(self._port)["worker"].stop()
        self._workers = [self._worker(f"torture-{number}-{time.time():.0f}") for number in (1, 2)]
        self._api = httpx.Client(base_url=f"{url(self._port)}/api", timeout=60)
        first = self._get(f"/deployments/name/{FLOW}/{COMPANY}")
        self.deployments = [first, self._copy(first)]

    def _worker(self, name: str) -> "subprocess.Popen[bytes]":
        told = {
            "PREFECT_API_URL": f"{url(self._port)}/api",
            "PREFECT_HOME": str(services(self._port)["server"].folder / "home"),
        }
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "regie", "--name", name, "--limit", "1"]
        with (folder("prefect") / f"{name[:9]}.log").open("wb") as log:
            given: dict[str, Any] = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "cwd": FILES.parents[1]}
            return subprocess.Popen(command, env=self._environment | told, start_new_session=True, **given)

    def _copy(self, deployment: dict[str, Any]) -> dict[str, Any]:
        """Another deployment: Regie lets no two runs of the same one write at once, Odoo must hold without that."""
        same = ("flow_id", "entrypoint", "path", "pull_steps", "work_pool_name", "parameters")
        made = {name: deployment[name] for name in same}
        return self._post("/deployments/", {**made, "name": "a second deployment of the same flow", "tags": ["torture"]})

    def start(self, deployment: dict[str, Any]) -> str:
        """A run of October that writes; its id."""
        given = {
            "parameters": {**deployment["parameters"], "month": "2026-10", "mode": "apply"},
            "idempotency_key": uuid4().hex,
        }
        return str(self._post(f"/deployments/{deployment['id']}/create_flow_run", given)["id"])

    def ended(self, run: str, patience: float = 240) -> dict[str, Any]:
        """The run once it has ended."""
        until = time.monotonic() + patience
        while (found := self._get(f"/flow_runs/{run}"))["state_type"] not in ENDED:
            if time.monotonic() > until:
                raise TimeoutError(f"run {run} is still {found['state_name']} after {patience} s")
            time.sleep(0.3)
        return found

    def stop(self) -> None:
        """Everything that was started here."""
        for worker in getattr(self, "_workers", ()):
            if worker.poll() is None:
                stop_family(psutil.Process(worker.pid))
        subprocess.run([_REGIE, "down", "--port", str(self._port)], env=self._environment, check=False, capture_output=True)

    def _get(self, path: str) -> dict[str, Any]:
        return dict(self._api.get(path).raise_for_status().json())

    def _post(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        for _ in range(BUSY):
            answer = self._api.post(path, json=content)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)  # its database was locked: it says so, and asks to come again
        return dict(answer.raise_for_status().json())


@cache
def prefect(port: int) -> Prefect:
    """Started for the first trial, stopped when this process ends."""
    return Prefect(server.access(port))


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """By turns two runs of one deployment, of which the later may see that it must not write, and of two, which both write."""
    here = prefect(stage.access.port)
    stage.reset()
    first, second = here.deployments[0], here.deployments[number % 2]
    runs = [here.ended(run) for run in [here.start(first), here.start(second)]]
    states = [run["state_type"] for run in runs]
    workers = {run["labels"].get("prefect.worker.name") for run in runs}
    problems: list[str] = []
    if "COMPLETED" not in states or not set(states) <= {"COMPLETED", "CANCELLED"}:
        problems += [f"{run['state_name']}: {run['state'].get('message')}" for run in runs]
    problems += stage.unlike_twin()
    if len(workers) < 2:  # on a busy machine one may take both in turn: no fault was made, so it does not count
        return Trial(0, Counter(), problems)
    notes = Counter({"runs that wrote": states.count("COMPLETED"), "that left it to the other": states.count("CANCELLED")})
    return Trial(1, notes, problems)


FAMILY = Family(
    name="workers",
    fault="the same flow from two Prefect workers",
    checked=f"one at least completes, none fails; {EQUAL}",
    full=10,
    short=(),  # a Prefect server of its own takes minutes: tests/odoo/test_worker.py does it where one is up
    trial=trial,
)
