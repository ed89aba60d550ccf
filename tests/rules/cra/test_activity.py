"""The CRA of a month: figures of the demo company, each threshold from both sides, and days that are conserved."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import to_micro
from rules.cra.activity import Activity, Cra
from tests.rules.cra.month import NOVEMBER, OCTOBER, Month, camilles_october, workdays
from tests.rules.missions.firm import CAMILLE, JULIEN


@pytest.fixture
def month() -> Month:
    return Month()


def codes(found: Activity) -> list[str]:
    return [finding.code for finding in found.findings]


def only(found: Activity, code: str) -> Finding:
    (finding,) = found.findings
    assert finding.code == code
    assert "{" not in finding.message + finding.remedy
    return finding


def cra(found: Activity) -> Cra:
    (made,) = found.cras
    return made


def test_october_of_the_demo_has_15_days_13_and_a_half_worked_one_and_a_half_absent(month: Month) -> None:
    camilles_october(month)
    report = cra(month.report())
    assert (report.working_days, report.worked_days, report.absent_days) == (15, Decimal("13.5"), Decimal("1.5"))
    assert report.worked_hours == to_micro("94.5")
    assert (report.days[0].day, report.days[-1].day) == (date(2026, 10, 12), date(2026, 10, 31))
    assert month.report().findings == ()


def test_november_of_the_demo_has_20_working_days_and_a_holiday(month: Month) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.closed("2026-11-11")
    month.logs(line, 7, *workdays(NOVEMBER, 11))
    found = month.report(NOVEMBER)
    assert (cra(found).working_days, cra(found).worked_days, found.findings) == (20, 20, ())


@pytest.mark.parametrize(("hours", "code"), [(6.99, "cra_day_short"), (7, None), (7.01, "cra_day_over")])
def test_a_day_has_what_the_calendar_says(month: Month, hours: float, code: str | None) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.logs(line, hours, "2026-10-30")
    found = month.report()
    assert codes(found) == ([code] if code else [])
    if code:
        finding = only(found, code)
        assert finding.hours == Decimal("0.01") and finding.amount == Decimal("0.86") and "30/10/2026" in finding.message


@pytest.mark.parametrize(("today", "late"), [(date(2026, 10, 29), 0), (date(2026, 10, 30), 7)])
def test_a_day_to_come_is_not_late(month: Month, today: date, late: int) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-30"))
    found = month.report(today=today)
    assert sum(finding.hours for finding in found.findings) == late


def test_hours_of_other_orders_and_the_bench_fill_the_day_too(month: Month) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    support = month.sold(unit=1, consultant_id=0)
    for place, hours in ((line, 3.5), (support, 2), (0, 1.5)):
        month.logs(place, hours, "2026-10-30")
    found = month.report()
    (day,) = [day for one in found.cras for day in one.days if one.mission.line_id == line and day.scheduled]
    assert (day.worked, day.elsewhere, day.bench, day.missing) == (to_micro(3.5), to_micro(2), to_micro(1.5), 0)


@pytest.mark.parametrize(("hours", "code"), [(3.5, None), (3.51, "cra_leave_worked")])
def test_work_and_a_leave_may_share_a_day_and_no_more(month: Month, hours: float, code: str | None) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.logs(line, hours, "2026-10-30")
    month.takes("2026-10-30", in_halves=True, since_part="pm", until_part="pm")
    found = month.report()
    assert codes(found) == ([code] if code else [])


@pytest.mark.parametrize("day", ["2026-10-31", "2026-10-30"])
def test_work_on_a_day_off_is_told(month: Month, day: str) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.closed("2026-10-30")
    month.logs(line, 2, day)
    assert only(month.report(), "cra_day_off_worked").hours == 2


@pytest.mark.parametrize(
    ("state", "absent", "told"),
    [("validate", 7, []), ("refuse", 0, ["cra_day_short"]), ("cancel", 0, ["cra_day_short"]),
     ("confirm", 0, ["cra_day_short", "cra_leave_waiting"]), ("validate1", 0, ["cra_day_short", "cra_leave_waiting"])],
)  # fmt: skip
def test_only_an_approved_leave_counts(month: Month, state: str, absent: int, told: list[str]) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.takes("2026-10-30", state=state)
    found = month.report()
    assert sum(day.absent for day in cra(found).days) == to_micro(absent)
    assert codes(found) == told


@pytest.mark.parametrize(
    ("leave", "halves"),
    [
        ({"since": "2026-10-26", "until": "2026-10-28"}, 6),
        ({"since": "2026-10-26", "until": "2026-10-28", "in_halves": True, "since_part": "pm", "until_part": "am"}, 4),
        ({"since": "2026-10-26", "until": "2026-10-28", "in_halves": False, "since_part": "pm", "until_part": "am"}, 6),
        ({"since": "2026-10-26", "until": "2026-10-26", "in_halves": True, "since_part": "am"}, 1),
        ({"since": "2026-10-26", "until": "2026-10-26", "in_halves": True, "since_part": "pm"}, 1),
        ({"since": "2026-10-26", "until": "2026-10-26", "in_halves": True, "since_part": "am", "until_part": "pm"}, 2),
        ({"since": "2026-10-24", "until": "2026-10-25"}, 0),
        ({"since": "2026-09-20", "until": "2026-10-12"}, 2),
        ({"since": "2026-10-26", "until": "2026-10-26", "in_hours": True, "hours": to_micro(3.5)}, 1),
        ({"since": "2026-10-26", "until": "2026-10-26", "in_hours": True, "hours": to_micro(9)}, 2),
    ],
)
def test_a_leave_takes_halves_of_working_days(month: Month, leave: dict[str, Any], halves: int) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.takes(**leave)
    assert cra(month.report()).absent_days * 2 == halves


@pytest.mark.parametrize(("until", "hours", "absent"), [
    ("2026-10-27", 7, {26: 7}), ("2026-10-27", 7.01, {26: 7, 27: 0.01}), ("2026-10-27", 9, {26: 7, 27: 2}),
    ("2026-10-28", 9, {26: 7, 28: 2}), ("2026-10-27", 20, {26: 7, 27: 7}),
])  # fmt: skip
def test_hours_over_several_days_are_those_of_the_first(
    month: Month, until: str, hours: float, absent: dict[int, float]
) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-12"))
    if until.endswith("28"):
        month.closed("2026-10-27")
    month.takes("2026-10-26", until, in_hours=True, hours=to_micro(hours))
    days = {day.day.day: day.absent for day in cra(month.report()).days if day.absent}
    assert days == {day: to_micro(taken) for day, taken in absent.items()}


def test_two_leaves_on_one_half_day_take_it_once(month: Month) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.takes("2026-10-26")
    month.takes("2026-10-26", in_halves=True, since_part="pm", until_part="pm")
    assert cra(month.report()).absent_days == 1


def test_a_holiday_of_another_calendar_is_none_of_ours(month: Month) -> None:
    month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.closed("2026-10-26", calendar_id=2)
    assert cra(month.report()).working_days == 15
    month.closed("2026-10-27", calendar_id=1)
    month.closed("2026-10-28", calendar_id=0)
    assert cra(month.report()).working_days == 13


def test_weeks_that_alternate(month: Month) -> None:
    """Of two weeks one has no Friday: Odoo counts weeks from the year 1; 16 and 30 October 2026 are in the same kind."""
    month.week = [row | {"week": "01"[place % 2]} for row in month.week for place in (0, 1) if row["weekday"] != "4" or place]
    month.sold(starts_on=pd.Timestamp("2026-10-12"))
    fridays = {day.day.day: day.scheduled for day in cra(month.report()).days if day.day.weekday() == 4}
    assert fridays == {16: 0, 23: to_micro(7), 30: 0}


def test_hours_of_somebody_else_on_the_line_are_named(month: Month) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.logs(line, 7, "2026-10-30")
    month.logs(line, 4, "2026-10-29", employee=JULIEN)
    finding = only(month.report(), "cra_other_person")
    assert finding.hours == 4 and "Julien" in finding.message and "29/10/2026" in finding.message


@pytest.mark.parametrize(("day", "outside"), [("2026-10-29", True), ("2026-10-30", False)])
def test_hours_before_the_mission_are_named(month: Month, day: str, outside: bool) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-30"))
    month.logs(line, 7, "2026-10-30")
    month.logs(line, 2, day)
    assert codes(month.report()) == (["cra_outside_mission"] if outside else ["cra_day_over"])


def test_hours_on_a_mission_that_is_over_are_named(month: Month) -> None:
    line = month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.logs(line, 7, "2026-11-02")
    found = month.report(NOVEMBER, ends_on=pd.Timestamp("2026-10-31"))
    assert found.cras == () and only(found, "cra_outside_mission").amount == 600


@st.composite
def months(draw: st.DrawFn) -> Month:
    made = Month()
    lines = [0, made.sold(starts_on=pd.Timestamp("2026-10-12")), made.sold(consultant_id=JULIEN, project_id=4)]
    day = st.dates(OCTOBER.since, OCTOBER.until).map(str)
    people, quarters = st.sampled_from([CAMILLE, JULIEN]), st.integers(-8, 48).map(lambda number: number / 4)
    for line, hours, when, who in draw(st.lists(st.tuples(st.sampled_from(lines), quarters, day, people), max_size=25)):
        made.logs(line, hours, when, employee=who)
    for when, who, part in draw(st.lists(st.tuples(day, people, st.sampled_from(["am", "pm"])), max_size=4)):
        made.takes(when, employee=who, in_halves=True, since_part=part, until_part=part)
    for when in draw(st.lists(day, max_size=2)):
        made.closed(when)
    return made


@given(made=months())
@settings(max_examples=60, deadline=None)
def test_every_day_adds_up_and_no_hour_of_a_line_is_lost(made: Month) -> None:
    found = made.report()
    for report in found.cras:
        for day in report.days:
            parts = day.holiday + day.absent + day.worked + day.elsewhere + day.bench + day.missing
            assert parts == day.scheduled and min(day.holiday, day.absent) == 0 and day.absent <= day.scheduled
            logged = [row["hours"] for row in made.sheets if (row["employee_id"], row["date"].date()) == (
                report.mission.consultant_id, day.day)]  # fmt: skip
            assert day.worked + day.elsewhere + day.bench == sum(logged)
    on_lines: dict[int, int] = defaultdict(int)
    for row in made.sheets:
        on_lines[row["order_line_id"]] += row["hours"]
    for line in (1, 2):
        reported = sum(one.worked_hours for one in found.cras if one.mission.line_id == line)
        named = sum(
            to_micro(finding.hours)
            for finding in found.findings
            if finding.record.id == line and finding.code in ("cra_other_person", "cra_outside_mission")
        )
        assert reported + named == on_lines[line]


@given(made=months())
@settings(max_examples=15, deadline=None)
def test_the_same_frames_give_the_same_report(made: Month) -> None:
    assert made.report() == made.report()
