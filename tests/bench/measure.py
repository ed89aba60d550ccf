"""Measuring side by side: contenders take turns, the median of each counts, and a figure is a ratio of two of them."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was done, against what, what was to be reached, what came out, and whether it was reached."""

    work: str
    against: str
    target: str
    figure: str
    reached: bool


def alternating(
    contenders: Mapping[str, Callable[[], object]], rounds: int = 5, before: Callable[[], object] = lambda: None
) -> dict[str, float]:
    """Median seconds of each contender; they take turns, so that a slow minute of the machine hits all of them.

    Each is run once beforehand, uncounted: connections, caches and code are warm. `before` each run, uncounted, what the
    last one changed can be put back.
    """
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        before()
        run()
    for number in range(rounds):
        # Backwards every other time: whoever comes second after a heavy one would always pay for it.
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            before()
            gc.collect()
            start = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(several) for name, several in times.items()}
