"""A campaign: so many cases from a seed, each played and judged; a failing one is made smaller before it is shown."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from tests.fuzz.case import Case, Outcome
from tests.fuzz.makers import MAKERS
from tests.fuzz.stage import Stage

SHRINKS = 200
"""How often a failing case is tried smaller."""


@dataclass(frozen=True)
class Failure:
    """A case that was not refused as it should be; `number` and the seed make it again."""

    number: int
    case: Case
    outcome: Outcome


@dataclass
class Result:
    """How many cases of each kind ended in each way, and those that failed."""

    seed: int
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)


def made(seed: int, number: int) -> Case:
    """The case of a number, whatever came before."""
    random = Random(f"{seed}:{number}")
    return MAKERS[number % len(MAKERS)](random)


def run(count: int, seed: int, only: int | None = None, stop_after: int = 20, first: int = 0) -> Result:
    """Play `count` cases from the number `first` on (or `only` one of them) and answer what became of them; it ends early at
    `stop_after` failures."""
    result = Result(seed)
    with Stage() as stage:
        for number in range(first, first + count) if only is None else [only]:
            case = made(seed, number)
            outcome = stage.play(case)
            result.counts[case.kind, "failed" if outcome.fault else outcome.ending] += 1
            if outcome.fault:
                small = shrunk(case, outcome, stage.play)
                result.failures.append(Failure(number, small, stage.play(small)))
                if len(result.failures) >= stop_after:
                    break
    return result


def shrunk(case: Case, outcome: Outcome, play: Callable[[Case], Outcome]) -> Case:
    """The smallest case found that fails in the same way."""
    tries = 0
    while tries < SHRINKS:
        for smaller in _smaller(case):
            tries += 1
            if play(smaller).fault[:30] == outcome.fault[:30]:
                case = smaller
                break
            if tries >= SHRINKS:
                return case
        else:
            return case
    return case


def _smaller(case: Case) -> Iterator[Case]:
    """Less of one thing at a time: files by halves, then by lines; variables and words by halves."""
    for name, content in case.files.items():
        yield from (replace(case, files={**case.files, name: less}) for less in _parts(content))
    for name, value in case.environment.items():
        if name.startswith("REGIE_ODOO") and len(value) > 20:
            yield from (replace(case, environment={**case.environment, name: less}) for less in _halves(value))
    yield from (replace(case, arguments=case.arguments[:-n]) for n in (2, 1) if len(case.arguments) > 4)
    parameters = case.parameters or {}
    for name, value in parameters.items():
        rest: Mapping[str, object] = {key: other for key, other in parameters.items() if key != name}
        yield replace(case, parameters=rest)
        if isinstance(value, str):
            yield from (replace(case, parameters={**rest, name: less}) for less in _halves(value))


def _parts(content: bytes) -> Iterator[bytes]:
    half = len(content) // 2
    if half:
        yield content[:half]
        yield content[half:]
    lines = content.splitlines(keepends=True)
    if 1 < len(lines) < 40:
        yield from (b"".join(lines[:at] + lines[at + 1 :]) for at in range(len(lines)))
    if len(lines) == 1 and len(content) < 40:
        yield from (content[:at] + content[at + 1 :] for at in range(len(content)))


def _halves(value: str) -> Iterator[str]:
    half = len(value) // 2
    if half:
        yield value[:half]
        yield value[half:]
