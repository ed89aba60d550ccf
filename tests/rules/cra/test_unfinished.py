"""Which months still need a run: a case each side of "done"."""

from datetime import UTC, date, datetime

import pandas as pd
import pytest

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from rules.cra import evidence
from rules.cra.evidence import Step
from rules.cra.unfinished import unfinished

STAGES = {1: "consultant", 2: "client", 3: "manager", 4: "validated"}
VALIDATED = Step(7, "manager", "validated", "Claire", datetime(2026, 9, 3, tzinfo=UTC), "ab")
REOPENED = Step(8, "validated", "consultant", "Claire", datetime(2026, 9, 4, tzinfo=UTC))


def months(*cras: dict[str, object]) -> list[date]:
    return unfinished(frame(ds.CRAS, ({"id": number, "active": True, **cra} for number, cra in enumerate(cras, 1))), STAGES)


def cra(month: str, stage_id: int, *steps: Step, active: bool = True) -> dict[str, object]:
    return {"month": pd.Timestamp(month), "stage_id": stage_id, "evidence": evidence.dump(steps), "active": active}


@pytest.mark.parametrize("stage_id", [1, 2, 3])
def test_one_that_somebody_still_has_to_sign_is_not_finished(stage_id: int) -> None:
    assert months(cra("2026-08-01", stage_id)) == [date(2026, 8, 1)]


def test_a_validated_one_is_once_its_validation_is_proved() -> None:
    assert months(cra("2026-08-01", 4, VALIDATED)) == []
    assert months(cra("2026-08-01", 4)) == [date(2026, 8, 1)]
    assert months(cra("2026-08-01", 4, VALIDATED, REOPENED)) == [date(2026, 8, 1)], "validated again, not proved again"


def test_one_that_its_manager_put_away_is() -> None:
    assert months(cra("2026-08-01", 1, active=False)) == []


def test_each_month_once_and_the_oldest_first() -> None:
    assert months(cra("2026-09-01", 1), cra("2026-07-01", 2), cra("2026-09-01", 3)) == [date(2026, 7, 1), date(2026, 9, 1)]
