"""Each family of faults, a few times: what `make torture` does for an hour and a half. And the comparison that judges them."""

import subprocess
import sys
from copy import deepcopy

import pytest

from tests.conftest import Ground, sandbox_port
from tests.torture.twin import State, differences


@pytest.mark.sandbox
def test_nothing_is_lost(ground: Ground) -> None:
    """In a process of its own: it forks, and this one has threads that a fork would leave behind with their locks held."""
    command = [sys.executable, "-m", "tests.torture", "--short", "--again", "--seed", "2026", "--port", str(sandbox_port())]
    ground.state = "unknown"
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1500)
    assert done.returncode == 0, done.stdout + done.stderr


MEANT: State = {
    "account_move": [{"x_regie_key": "inv_o1_2026-10_n1", "amount_untaxed": 80.0, "state": "draft"}],
    "account_analytic_line": [{"id": 7, "timesheet_invoice_id": "inv_o1_2026-10_n1"}, {"id": 8}],
    "number of records": {"account_move": 1},
}


def _cent(state: State) -> None:
    state["account_move"][0]["amount_untaxed"] = 80.01


def _link(state: State) -> None:
    del state["account_analytic_line"][0]["timesheet_invoice_id"]


def _missing(state: State) -> None:
    state["account_move"].clear()


def _twice(state: State) -> None:
    state["account_move"].append(state["account_move"][0])


def _elsewhere(state: State) -> None:
    state["number of records"]["account_move"] = 2


def test_equal_states_do_not_differ() -> None:
    assert differences(MEANT, deepcopy(MEANT)) == []


@pytest.mark.parametrize("wrong", [_cent, _link, _missing, _twice, _elsewhere])
def test_whatever_is_wrong_is_seen(wrong) -> None:
    stands = deepcopy(MEANT)
    wrong(stands)
    assert differences(MEANT, stands)
