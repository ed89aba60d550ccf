"""Trial after trial of every family, until each fault has been made as often as it should."""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests import undo
from tests.torture import twin
from tests.torture.family import Family, Trial, rng
from tests.torture.progress import Progress
from tests.torture.stage import Stage, told

ENOUGH = 5
"""Failures after which a family is given up."""


class Share(NamedTuple):
    """Which of so many stages this one is, from 0 on: it plays every so many-th trial, and its part of them."""

    place: int = 0
    of: int = 1


def all_of(
    families: Sequence[Family], stage: Stage, progress: Progress, short: bool, say: Callable[[str], None], share: Share
) -> None:
    """Every family, whole or this stage's share of it."""
    for family in families:
        if short:
            _short(family, stage, progress, say)
        else:
            _full(family, stage, progress, say, share)
        stage.reset()
        left = " ".join(word for row in stage.sql(undo.DIFFERENT) for word in row)
        if left:
            progress.fail(family, f"the reset leaves something in {left}")


def _short(family: Family, stage: Stage, progress: Progress, say: Callable[[str], None]) -> None:
    """Its chosen trials; none of a family that other tests play."""
    for number in family.short:
        if not progress.done(family, number):
            trial = one(family, number, stage, progress, say)
            say(f"{family.name} {number}: {progress.took(family, number):.0f} s {dict(trial.notes)}")


def _full(family: Family, stage: Stage, progress: Progress, say: Callable[[str], None], share: Share) -> None:
    wanted = -(-family.full // share.of)
    say(f"{family.name}: {progress.counted(family)} of {wanted}")
    spoken = time.monotonic()
    number = share.place
    while progress.counted(family) < wanted and len(progress.failed.get(family.name, ())) < ENOUGH and number < 10 * wanted:
        if not progress.done(family, number):
            one(family, number, stage, progress, say)
        if time.monotonic() - spoken > 30:
            spoken = time.monotonic()
            say(f"  {family.name}: {progress.counted(family)} of {wanted}, {progress.seconds(family) / 60:.1f} min")
        number += share.of


def one(family: Family, number: int, stage: Stage, progress: Progress, say: Callable[[str], None]) -> Trial:
    """One trial; a failed one says how to repeat it and leaves its state in a file."""
    begun = time.monotonic()
    try:
        trial = family.trial(stage, rng(progress.seed, family.name, number), number)
    except Exception as error:  # one that cannot even be judged has failed, and the others go on
        trial = Trial(0, problems=[f"{type(error).__name__}: {error}"])
    progress.add(family, number, trial, time.monotonic() - begun)
    if trial.problems:
        say(f"FAILED {family.name} {number}: repeat with --only {family.name} --trial {number} --seed {progress.seed}")
        for problem in trial.problems:
            say(f"    {problem}")
        _keep(stage, f"{family.name}-{number}", progress)
    return trial


def _keep(stage: Stage, name: str, progress: Progress) -> None:
    for what, state in (("meant", stage.twin), ("stands", _state(stage))):
        (progress.file.parent / f"{name}-{what}.json").write_text(told(state))


def _state(stage: Stage) -> twin.State:
    try:
        return stage.state()
    except Exception as error:  # the sandbox may be what broke
        return {"no state": str(error)}
