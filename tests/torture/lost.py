"""Answers lost after Odoo committed, requests lost before, answers too late or by half: a relay on loopback does it."""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from connectors.odoo import OdooSettings
from tests.odoo.relay import Fate, Relay
from tests.torture.family import EQUAL, Family, Trial
from tests.torture.runs import Around
from tests.torture.stage import Stage

STUBBORN = 0.15
"""Of so many runs one write is lost every time it is tried: what is lost then is found by reading back, or named."""


class Thief:
    """Decides the fate of each request. Writes are meant first, so that at least half of what is lost is writes."""

    def __init__(self, rng: random.Random, fate: Fate, told: Counter[str], writes: float, reads: float, stubborn: bool) -> None:
        self._rng, self._fate, self._told = rng, fate, told
        self._writes, self._reads, self._stubborn = writes, reads, stubborn
        self._tries: Counter[bytes] = Counter()
        self._prey: bytes = b""
        self._lock = threading.Lock()

    def __call__(self, request: bytes) -> Fate:
        call = sha256(request).digest()
        write = b"/account.move/load " in request.partition(b"\r\n")[0]
        with self._lock:
            self._tries[call] += 1
            if write and self._stubborn and not self._prey:
                self._prey = call
            chosen = self._rng.random() < (self._writes if write else self._reads)
            if call != self._prey and (not chosen or self._tries[call] > 2):
                return "pass"
            self._told["lost"] += 1
            self._told["writes"] += write
        return self._fate


def stealing(rng: random.Random, fate: Fate, writes: float, reads: float, stubborn: bool, timeout: float = 0) -> Around:
    """A run behind a relay with a thief in it."""

    @contextmanager
    def around(settings: OdooSettings, told: Counter[str]) -> Iterator[OdooSettings]:
        with Relay(settings.url, Thief(rng, fate, told, writes, reads, stubborn)) as relay:
            changed = {"url": relay.url} | ({"timeout": timeout} if timeout else {})
            yield settings.model_copy(update=changed)

    return around


def _trial(fate: Fate, writes: float, reads: float, timeout: float, stage: Stage, rng: random.Random) -> Trial:
    stubborn = rng.random() < STUBBORN
    stage.reset()
    run = stage.run(around=stealing(rng, fate, writes, reads, stubborn, timeout)).ended()
    notes = Counter({"of writes": run.told["writes"]})
    if run.wrong:
        notes["runs that named what they lost and were finished by the next"] = 1
        problems = [] if stubborn and not run.broken else [*run.wrong]
        again = stage.run().ended()
        return Trial(run.told["lost"], notes, [*problems, *again.wrong, *stage.unlike_twin()])
    return Trial(run.told["lost"], notes, stage.unlike_twin())


def _family(
    name: str, fault: str, fate: Fate, full: int, short: tuple[int, ...], how: tuple[float, float, float] = (0.75, 0.06, 0)
) -> Family:
    checked = f"the run goes on by itself, or names what was lost and the next run does it; {EQUAL}"

    def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
        return _trial(fate, *how, stage, rng)

    return Family(name, fault, checked, full, short, trial, {"of writes": full // 2})


FAMILIES = (
    _family("answers", "answer lost after Odoo committed", "lose answer", 300, (2,)),
    _family("requests", "request lost before Odoo saw it", "lose request", 300, (0,)),
    _family("halves", "half an answer", "cut", 60, (0,)),
    _family("slow", "answer later than the time-out (3 s)", "hold", 60, (0,), (0.5, 0.01, 3)),
)
