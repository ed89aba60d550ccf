"""Odoo or its database stopped or killed during a run, and started again."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

from sandbox import postgres, processes, server
from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage


def _odoo(stage: Stage, killed: bool) -> None:
    odoo, file = stage.odoo(), stage.places.process(server.DATABASE)
    record = processes.Record.of(file)
    if killed and record is not None:
        for process in record.family():
            process.kill()
    odoo.stop()
    odoo.start()


def _database(stage: Stage, killed: bool) -> None:
    folder = stage.places.cluster
    process = postgres.server(folder)
    if killed and process is not None:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    postgres.stop(folder)
    stage.cluster.start()
    stage.odoo().start()  # only where it did not survive


def _trial(restart: Callable[[Stage, bool], None], stage: Stage, rng: random.Random, number: int) -> Trial:
    """By turns stopped and killed; by turns a run whose retries wait long enough to live through it, and one that gives up."""
    killed, patient = bool(number % 2), bool(number // 2 % 2)
    stage.reset()
    run = stage.run(patient=patient)
    time.sleep(rng.uniform(0, stage.seconds))
    restart(stage, killed)
    ended = run.ended()
    notes = Counter({"killed" if killed else "stopped": 1, "runs that lived through it": int(not ended.wrong)})
    problems = [ended.broken] if ended.broken else []
    if ended.error and not ended.remedy:
        problems.append(f"no remedy: {ended.error}")
    if ended.wrong:
        again = stage.run().ended()
        problems += again.wrong
    return Trial(1, notes, [*problems, *stage.unlike_twin()])


_CHECKED = f"the run lives through it, or ends with what to do and the next run does it; {EQUAL}"
FAMILIES = (
    Family("odoo", "Odoo restarted during a run", _CHECKED, 20, (9,), lambda *given: _trial(_odoo, *given)),
    Family("database", "the database restarted during a run", _CHECKED, 20, (4, 3), lambda *given: _trial(_database, *given)),
)
