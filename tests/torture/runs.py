"""A billing run in a process of its own, forked from this one so that nothing is imported three hundred times."""

import logging
import multiprocessing
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import httpcore

from connectors.odoo import OdooSettings, json2, loading, probe, retry
from connectors.odoo.errors import OdooError
from flows.bill import bill
from flows.shape import Mode, Report, RunStopped
from mappings.dated import FileError
from sandbox.access import Access
from tests.odoo.trade import FILES, OCTOBER, robot

PATIENCE = 180
"""Seconds after which a run hangs."""
STAGES = ("start", "connect", "read", "decide", "write", "written")
T = TypeVar("T")
IMPORTED = (httpcore, json2, probe)
"""What a connection imports, some of it at its first request: had before a fork, it is not paid by each."""
_fork = multiprocessing.get_context("fork")


@dataclass
class Ended:
    """How a run ended: with a report, with an error that says what to do, or with neither (`broken`: a bug, or a kill)."""

    report: Report | None = None
    error: str = ""
    remedy: str = ""
    broken: str = ""
    told: Counter[str] = field(default_factory=Counter)
    """What the fault counted in the run's own process."""

    @property
    def rejected(self) -> list[str]:
        written = self.report.written if self.report else None
        return [f"{one.key}: {one.message}" for one in written.rejected] if written else []

    @property
    def wrong(self) -> list[str]:
        """What is wrong with it, for a run that nothing disturbs."""
        return [words for words in (self.error, self.broken, *self.rejected) if words]


@contextmanager
def _nothing(settings: OdooSettings, told: Counter[str]) -> Iterator[OdooSettings]:
    yield settings


class Watched:
    """A screen that shows nothing, approves everything, and tells its parent how far the run is."""

    def __init__(self, reached: Any) -> None:
        self._reached = reached

    def progress(self, stage: str, done: int, total: int) -> None:
        self._reached.value = STAGES.index("written" if stage == "write" and done == total else stage)

    def preview(self, report: Report) -> None: ...

    def approve(self, report: Report) -> Sequence[str] | None:
        return ()

    def finish(self, report: Report) -> None: ...


Around = Callable[[OdooSettings, Counter[str]], AbstractContextManager[OdooSettings]]
"""What happens in a run's own process around it: gets its settings and a place to count, gives the settings to use."""


@dataclass
class Run:
    """One run of a billing flow in a process of its own. `patient`: retries wait as long as they do in real life."""

    access: Access
    mode: Mode = Mode.APPLY
    screen: Callable[[Any], Any] = Watched
    around: Around = _nothing
    patient: bool = False

    def start(self) -> Self:
        """Fork."""
        self._reached = _fork.Value("i", 0, lock=False)
        self._mine, theirs = _fork.Pipe(duplex=False)
        self.process = _fork.Process(target=self._child, args=(theirs,), daemon=True)
        self.begun = time.monotonic()
        self.process.start()
        theirs.close()
        return self

    @property
    def reached(self) -> str:
        """How far it is: one of STAGES."""
        return STAGES[self._reached.value]

    def until(self, stage: str) -> None:
        """Wait until it is so far, or has ended."""
        while STAGES.index(self.reached) < STAGES.index(stage) and self.process.is_alive():
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL."""
        self.process.kill()
        self.process.join()
        self._mine.close()

    def ended(self, patience: float = PATIENCE) -> Ended:
        """Wait for its end."""
        try:
            found = self._mine.recv() if self._mine.poll(patience) else Ended(broken=f"hangs after {patience} s")
        except EOFError:
            found = Ended(broken="its process died")
        if found.broken:
            self.process.kill()
        self.process.join()
        self._mine.close()
        return found

    def finished(self) -> Report:
        """Wait for its end, which must be a good one."""
        found = self.ended()
        if found.wrong or found.report is None:
            raise AssertionError("an undisturbed run failed: " + "; ".join(found.wrong))
        return found.report

    def _child(self, answer: Any) -> None:
        try:
            answer.send(self._bill())
        finally:
            answer.close()

    def _bill(self) -> Ended:
        os.environ["REGIE_COMPANIES"] = str(FILES)
        logging.getLogger("connectors").addHandler(logging.NullHandler())
        if not self.patient:
            _short_pauses()
        told: Counter[str] = Counter()
        try:
            with self.around(robot(self.access), told) as settings:
                report = bill("stafforia", OCTOBER, self.mode, self.screen(self._reached), settings)
            return Ended(report, told=told)
        except (OdooError, RunStopped, FileError) as error:
            return Ended(error=f"{type(error).__name__}: {error}", remedy=error.remedy, told=told)
        except BaseException:  # reported by the parent, as what it is: a bug
            return Ended(broken=traceback.format_exc(limit=-6), told=told)


def _short_pauses() -> None:
    """Only how long a retry waits is changed, not whether it is made."""
    retry.pause = lambda seconds: time.sleep(min(seconds, 0.02))
    loading.pause = lambda seconds: time.sleep(min(seconds, 0.1))


def aside(work: Callable[[], None]) -> None:
    """Something done in a process of its own, so that this one has neither threads nor connections when it forks."""
    process = started_aside(work)
    process.join()
    if process.exitcode:
        raise AssertionError("it failed: see above")


def answered(work: Callable[[], T]) -> T:
    """The same for something that has an answer."""
    mine, theirs = _fork.Pipe(duplex=False)
    process = started_aside(lambda: theirs.send(work()))
    theirs.close()
    try:
        found: T = mine.recv()
    except EOFError:
        raise AssertionError("it failed: see above") from None
    process.join()
    return found


def started_aside(work: Callable[[], None]) -> Any:
    """The same, going on meanwhile."""
    process = _fork.Process(target=work, daemon=True)
    process.start()
    return process
