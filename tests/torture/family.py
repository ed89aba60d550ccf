"""A kind of fault, its trials, and what became of each of them."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.torture.stage import Stage


@dataclass
class Trial:
    """What one trial came to: how many faults it made, what else was counted, and what was wrong (nothing, if all is well)."""

    counted: int
    notes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Family:
    """A row of the table. `full`: how many faults; `short`: the trials that stand for all in every test run, one of each kind
    of fault at least; `trial`: makes one fault or more from its own random numbers."""

    name: str
    fault: str
    checked: str
    full: int
    short: tuple[int, ...]
    trial: Callable[[Stage, random.Random, int], Trial]
    least: dict[str, int] = field(default_factory=dict)
    """Notes that must come to so many in a full run, or the family tested nothing."""


def rng(seed: int, name: str, number: int) -> random.Random:
    """The random numbers of one trial: the same for the same seed, whatever ran before."""
    return random.Random(f"{seed} {name} {number}")


EQUAL = "state equals the twin"
