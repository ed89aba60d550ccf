"""Bad inputs to every file and setting that Regie reads: those of `make fuzz` with the same seed, in blocks that are kept."""

import random
from collections import Counter

from tests.fuzz import Result, run
from tests.fuzz.__main__ import told
from tests.torture.family import Family, Trial
from tests.torture.runs import answered
from tests.torture.stage import Stage

BLOCK = 250
_ENDINGS = {"refused": "refused with a clear message", "valid": "valid after all", "helped": "asked for help"}


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """The inputs of one block, none of which ever reaches the sandbox."""
    result: Result = answered(lambda: run(BLOCK, stage.seed, first=number * BLOCK))
    endings = Counter[str]()
    for (_, ending), count in result.counts.items():
        endings[_ENDINGS.get(ending, ending)] += count
    return Trial(sum(result.counts.values()), endings, [told(result.seed, failure) for failure in result.failures])


FAMILY = Family(
    name="fuzz",
    fault="bad inputs to files, settings, forms and the command line",
    checked="the answer names the file and line or the setting, shows no traceback and no key; nothing is written",
    full=10_000,
    short=(),  # tests/fuzz plays some hundreds in every test run
    trial=trial,
)
