"""`regie up` for real, as an admin starts it: server, deployments and worker in processes of their own, everything logged."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from ruamel.yaml import YAML

from regie.services import interruptible
from tests.security.spellings import shown

FILES = Path(__file__).parents[1] / "sandbox" / "companies"
PASSWORD = "finance:Pw-4711-geheim"
BUSY = 10
"""How often Prefect may say that it is busy."""
ENDED = ("FAILED", "COMPLETED", "CRASHED", "CANCELLED")


class Up:
    """A running `regie up` for a folder of company files, and the way to ask its server.

    `environment`: the connection to Odoo. Everything Prefect keeps stands in `state`; `level`: how much it logs.
    """

    def __init__(self, folder: Path, companies: Path, environment: Mapping[str, str], level: str = "DEBUG") -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        login, _, password = PASSWORD.partition(":")
        self.client = httpx.Client(auth=(login, password), timeout=30)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "REGIE"))}
        self.environment = {
            **kept,
            **environment,
            "XDG_STATE_HOME": str(folder / "state"),
            "REGIE_COMPANIES": str(companies),
            "PREFECT_SERVER_API_AUTH_STRING": PASSWORD,
            "PREFECT_SERVER_API_HOST": "0.0.0.0",  # inherited, and never obeyed
            "PREFECT_LOGGING_SETTINGS_PATH": str(self._logging()),
            **dict.fromkeys(("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_LOGGING_SERVER_LEVEL"), level),
        }
        self.said = ""
        """What `regie up` printed."""

    def __enter__(self) -> "Up":
        try:
            self.said = self.regie("up")
        except BaseException:
            self.regie("down")
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.regie("down")

    def regie(self, *words: str) -> str:
        """A command of Regie on this port, and what it printed."""
        command = [sys.executable, "-c", "from regie.cli import main; main()", *words, "--port", str(self.port)]
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _logging(self) -> Path:
        """Prefect's own settings, less what its database's driver says of each call: as much again as all the others say, and
        of nothing but what stands in the database, whose file is searched too."""
        from prefect.logging.configuration import DEFAULT_LOGGING_SETTINGS_PATH

        settings = YAML(typ="safe").load(DEFAULT_LOGGING_SETTINGS_PATH.read_text())
        settings["loggers"]["aiosqlite"] = {"level": "INFO"}
        path = self.folder / "logging.yml"
        YAML(typ="safe").dump(settings, path)
        return path

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        """What the server answers."""
        for _ in range(BUSY):
            asked = self.client.request(method, f"{self.url}/api/{path}", json=body)
            if asked.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(1)  # its database was locked: it says so, and asks to come again
        return asked.raise_for_status().json()

    @property
    def state(self) -> Path:
        return self.folder / "state" / "regie" / f"prefect-{self.port}"

    def files(self) -> list[Path]:
        """Every file that Prefect and the three processes keep: the database, logs, results."""
        return [path for path in self.state.rglob("*") if path.is_file()]

    @contextmanager
    def second_worker(self) -> Iterator[None]:
        """Another worker beside that of `regie up`, as on a second machine, with a pool of its own called `second`."""
        self.ask("work_pools/", {"name": "second", "type": "process"})
        home = self.folder / "second"
        told = {"PREFECT_API_URL": f"{self.url}/api", "PREFECT_API_AUTH_STRING": PASSWORD, "PREFECT_HOME": str(home)}
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "second", "--type", "process"]
        with (self.folder / "second.log").open("wb") as log, interruptible():
            given: dict[str, Any] = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "cwd": FILES.parents[1]}
            worker = subprocess.Popen(command, env=self.environment | told, **given)
        try:
            yield
        finally:
            worker.terminate()
            try:
                worker.wait(60)
            except subprocess.TimeoutExpired:  # on a busy machine it may be in the middle of asking the server
                worker.kill()
                worker.wait()

    def copied(self, deployment: str, pool: str) -> str:
        """The same deployment for another pool; its name."""
        found = self.ask(f"deployments/name/{deployment}", method="GET")
        same = ("flow_id", "entrypoint", "path", "pull_steps", "parameters")
        self.ask("deployments/", {**{name: found[name] for name in same}, "name": pool, "work_pool_name": pool})
        return f"{deployment.partition('/')[0]}/{pool}"

    def start(self, deployment: str, **parameters: Any) -> str:
        """A run of the deployment (`Facturer le mois/Acme`), by the worker; its id."""
        found = self.ask(f"deployments/name/{deployment}", method="GET")["id"]
        return str(self.ask(f"deployments/{found}/create_flow_run", {"parameters": parameters})["id"])

    def until(self, run: str, *states: str) -> dict[str, Any]:
        """The run once it is in one of these states (in an end, if none is told)."""
        return self._wait(run, lambda read: read["state_type"] in (states or ENDED))

    def run(self, deployment: str, **parameters: Any) -> dict[str, Any]:
        """A run of the deployment to its end."""
        return self.until(self.start(deployment, **parameters))

    def approve(self, run: str, **answer: Any) -> dict[str, Any]:
        """The run at its end, after a person answered its form."""
        self.until(run, "PAUSED")
        answered = self.ask(f"flow_runs/{run}/resume", {"run_input": answer})
        assert answered["status"] == "ACCEPT", answered
        return self._wait(run, lambda read: read["state_type"] in ENDED)

    def pages(self, run: str) -> dict[str, str]:
        """The artifacts of a run, by key."""
        found = self.ask("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}, "sort": "UPDATED_DESC"})
        return {one["key"]: one["data"] for one in reversed(found)}

    def logs(self, run: str = "") -> list[str]:
        """The log lines the server keeps, of all runs or of one."""
        of_run = {"logs": {"flow_run_id": {"any_": [run]}}} if run else {}
        return [line["message"] for line in self.ask("logs/filter", {"limit": 200, **of_run})]

    def reading(self, run: str, *keys: str) -> list[str]:
        """Where somebody could read one of the keys: the run, its pages, the logs, every file, the command lines."""
        places: dict[str, str | bytes] = {
            "the run": json.dumps(self.ask(f"flow_runs/{run}", method="GET")),
            "log lines": "\n".join(self.logs()),
            "what `regie up` printed": self.said,
            **self.pages(run),
            **{path.name: path.read_bytes() for path in self.files()},
        }
        for process in psutil.process_iter(["cmdline"]):
            places[f"process {process.pid}"] = " ".join(process.info["cmdline"] or [])
        return [where for where, content in places.items() if shown(content, *keys)]

    def holding(self, run: str, key: str) -> bool:
        """Whether the process of the run holds the key: as long as it waits for a person, it does."""
        ours = [process for process in psutil.process_iter(["environ"]) if process.info["environ"]]
        return any(
            found.get("PREFECT__FLOW_RUN_ID") == run and key in found.values()
            for found in (process.info["environ"] for process in ours)
        )

    def _wait(self, run: str, reached: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        for _ in range(450):
            read: dict[str, Any] = self.ask(f"flow_runs/{run}", method="GET")
            if reached(read):
                return read
            assert read["state_type"] not in ENDED, read["state"]
            time.sleep(0.4)  # more often, and the server would be busy with the question
        raise AssertionError(f"still {read['state_type']}")
