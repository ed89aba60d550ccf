"""The months of the demo's consultant as they are read from a real Odoo."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from trade import FILES, OCTOBER, robot

from flows.activity_pull import pull_activity
from flows.workplace import Workplace, open_workplace
from mappings.vocabulary.period import Period
from rules.cra.activity import Activity, activity
from sandbox.access import Access

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def place(sandbox_access: Access) -> Iterator[Workplace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGIE_COMPANIES", str(FILES))
        yield open_workplace("stafforia", robot(sandbox_access))


def report(place: Workplace, period: Period) -> Activity:
    policy = place.at(period.until).billing
    return activity(pull_activity(place, period), period, date(2026, 12, 31), policy, place.labels)


def test_october_has_15_days_of_which_13_and_a_half_worked_and_one_and_a_half_on_leave(place: Workplace) -> None:
    found = report(place, OCTOBER)
    (cra,) = found.cras
    assert (cra.working_days, cra.worked_days, cra.absent_days) == (15, Decimal("13.5"), Decimal("1.5"))
    assert {day.day.day: day.absences for day in cra.days if day.absent} == {23: ("Congés payés",), 30: ("Congés payés",)}
    assert found.findings == ()


def test_november_has_20_days_and_its_holiday_and_nothing_entered_yet(place: Workplace) -> None:
    november = Period(date(2026, 11, 1), date(2026, 11, 30))
    found = report(place, november)
    (cra,) = found.cras
    assert [day.day.day for day in cra.days if day.holiday] == [11]
    assert (cra.working_days, cra.worked_days) == (20, 0)
    (finding,) = found.findings
    assert (finding.code, finding.hours, finding.amount) == ("cra_day_short", 140, 12000)
