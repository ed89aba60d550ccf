"""Who took which step of a CRA, as Odoo tracked it."""

from datetime import UTC, datetime

import pandas as pd
import pytest

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from rules.cra.evidence import Step, dump, parse, tracked

AT = datetime(2026, 11, 2, 9, 12, 5, tzinfo=UTC)
STAGES = {11: "consultant", 12: "client", 13: "manager", 14: "validated"}


def test_the_steps_of_each_cra_oldest_first_with_their_author_and_moment() -> None:
    steps = frame(
        ds.CRA_STEPS,
        [
            {"id": 5, "message_id": 52, "was_id": 12, "stage_id": 13},
            {"id": 4, "message_id": 51, "was_id": 11, "stage_id": 12},
            {"id": 6, "message_id": 53, "was_id": 12, "stage_id": 99},
        ],
    )
    said = [(51, 170), (52, 195), (53, 195)]
    messages = frame(
        ds.MESSAGES, [{"id": m, "record_id": 7, "author_id": who, "written_at": pd.Timestamp(AT)} for m, who in said]
    )
    found = tracked(steps, messages, {170: "Camille"}, STAGES)
    assert found == {7: (Step(4, "consultant", "client", "Camille", AT), Step(5, "client", "manager", "#195", AT))}


@pytest.mark.parametrize(
    ("was", "now", "signs"),
    [
        ("consultant", "client", True),
        ("consultant", "manager", True),
        ("manager", "validated", True),
        ("client", "consultant", False),
        ("validated", "consultant", False),
    ],
)
def test_forward_is_a_signature_backward_is_none(was: str, now: str, signs: bool) -> None:
    assert Step(1, was, now, "Camille", AT).signs is signs


def test_what_is_kept_is_what_happened() -> None:
    steps = (Step(4, "consultant", "client", "Zoé « l'Œil »", AT, "ab"), Step(5, "client", "consultant", "Laure", AT))
    assert parse(dump(steps)) == steps and parse("") == ()
