"""Processes that Regie starts in the background and later finds again: by pid and start time, so never another's."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

STOP_SECONDS = 15
"""How long a process may take to stop by itself."""


@dataclass(frozen=True, slots=True)
class Service:
    """A background process: its record and its log stand in `folder` under its name."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """What it prints."""
        return self.folder / f"{self.name}.log"

    @property
    def _record(self) -> Path:
        return self.folder / f"{self.name}.json"

    def process(self) -> psutil.Process | None:
        """The running process, or None: a pid that belongs to another process by now is not ours."""
        try:
            record = json.loads(self._record.read_text())
            process = psutil.Process(record["pid"])
            ours = process.create_time() == record["started"] and process.status() != psutil.STATUS_ZOMBIE
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
        return process if ours else None

    def start(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Start it in a session of its own, so that closing the terminal leaves it running."""
        with self.log.open("ab") as log, interruptible():
            popen = subprocess.Popen(
                command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        started = psutil.Process(popen.pid).create_time()
        written = self._record.with_suffix(".new")
        written.write_text(json.dumps({"pid": popen.pid, "started": started}))
        written.replace(self._record)

    def stop(self) -> bool:
        """Stop it and what it started; whether it was running."""
        process = self.process()
        if process is not None:
            stop_family(process)
        self._record.unlink(missing_ok=True)
        return process is not None

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it, what is started heeds an interrupt (Ctrl-C), as Prefect's worker must, which stops itself by one.

    What a script started in its background ignores interrupts, and so would all that it starts.
    """
    ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    if ignored:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if ignored:
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def stop_family(process: psutil.Process) -> None:
    """Ask a process and its descendants to stop, and end those that do not."""
    family = [process]
    with suppress(psutil.Error):
        family += process.children(recursive=True)
    for sign in (signal.SIGTERM, signal.SIGKILL):
        for member in family:
            with suppress(psutil.Error):
                member.send_signal(sign)
        _, family = psutil.wait_procs(family, timeout=STOP_SECONDS)
        if not family:
            return


def state_directory() -> Path:
    """Where Regie keeps what it needs to find its own processes again."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "regie"
