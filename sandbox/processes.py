"""Processes that outlive the command that started them: recorded when started, so that exactly they are stopped later."""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Record:
    """A process we started: its id, and when it began, as the system gives an id again to another process one day."""

    pid: int
    started: float

    @classmethod
    def of(cls, file: Path) -> "Record | None":
        """What that file records, None when there is no (readable) file."""
        try:
            return cls(**json.loads(file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def alive(self) -> bool:
        """Whether that very process still runs."""
        try:
            process = psutil.Process(self.pid)
            return abs(process.create_time() - self.started) < 1 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False

    def family(self) -> list[psutil.Process]:
        """The process and all it started, also when it is dead itself: they share the session that it opened."""
        return [process for process in session(self.pid) if process.create_time() > self.started - 1]


def session(leader: int) -> list[psutil.Process]:
    """The living processes of the session that `leader` opened; it may be dead itself."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def start(command: Sequence[str | Path], log: Path, file: Path) -> Record:
    """Start a process that lives on by itself, its output appended to `log`, and record it in `file`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=log.parent,
            start_new_session=True,
        )
    record = Record(process.pid, psutil.Process(process.pid).create_time())
    file.write_text(json.dumps(asdict(record)))
    return record


def stop(file: Path, patience: float = 15) -> None:
    """End the process recorded in `file` and all it started: asked first, made to after `patience` seconds."""
    if (record := Record.of(file)) is not None:
        if record.alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, signal.SIGTERM)
            psutil.wait_procs(record.family(), timeout=patience)
        for process in (left := record.family()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(left, timeout=patience)
    file.unlink(missing_ok=True)
