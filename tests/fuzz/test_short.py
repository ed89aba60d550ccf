"""A few hundred generated bad inputs in every test run; `make fuzz` plays ten thousand of a new seed."""

import pytest

from tests.fuzz import run
from tests.fuzz.__main__ import told
from tests.fuzz.campaign import made


@pytest.mark.parametrize("seed", [7, 2026])
def test_a_bad_input_is_a_clear_error_and_writes_nothing(seed: int) -> None:
    result = run(240, seed, stop_after=3)
    assert not result.failures, "\n".join(told(result.seed, failure) for failure in result.failures)
    assert sum(result.counts.values()) == 240
    assert len({kind for kind, _ in result.counts}) == 7
    assert sum(number for (_, ending), number in result.counts.items() if ending == "refused") > 110


def test_the_same_seed_makes_the_same_inputs() -> None:
    assert [repr(made(3, number)) for number in range(50)] == [repr(made(3, number)) for number in range(50)]
    assert len({repr(made(3, number)) for number in range(50)}) > 40
