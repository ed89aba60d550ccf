"""Absences of a payroll month: half-days, whose week counts them, and that none is lost at a month's end."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary.pay_frames import RECORDS
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import quantity, to_micro
from rules.variables.data import whole_month
from tests.rules.variables.office import CAMILLE, CP, JULIEN, NOVEMBER, OCTOBER, Office, codes, rows

D = Decimal
HALVES = {"in_halves": True}
LEAVE = ("number", "quantity", "unit", "date_from", "date_to", "half_from", "half_to", "regularises")


def test_s1_paid_leave_on_the_23rd_and_the_afternoon_of_the_30th() -> None:
    office = Office()
    office.takes("2026-10-23", **HALVES, since_part="am", until_part="pm")
    office.takes("2026-10-30", **HALVES, since_part="pm", until_part="pm")
    made = office.export(**CP)
    assert rows(made, "ABSENCE", *LEAVE) == [
        ("00012", 1, "D", "2026-10-23", "2026-10-23", "AM", "PM", ""),
        ("00012", D("0.5"), "D", "2026-10-30", "2026-10-30", "PM", "PM", ""),
    ]
    assert not made.refused and list(made.records.columns) == RECORDS.names


def test_a_leave_over_the_months_end_is_a_row_in_each() -> None:
    office = Office()
    office.takes("2026-10-29", "2026-11-03", **HALVES, since_part="pm", until_part="am")
    office.closed("2026-11-01")
    assert rows(office.export(**CP), "ABSENCE", *LEAVE) == [
        ("00012", D("1.5"), "D", "2026-10-29", "2026-10-31", "PM", "PM", "")
    ]
    assert rows(office.export(NOVEMBER, **CP), "ABSENCE", *LEAVE) == [
        ("00012", D("1.5"), "D", "2026-11-01", "2026-11-03", "AM", "AM", "")
    ]


@pytest.mark.parametrize(("since", "until", "days"), [
    ("2026-05-07", "2026-05-07", 1), ("2026-05-07", "2026-05-08", 1), ("2026-05-07", "2026-05-11", 2),
    ("2026-05-13", "2026-05-15", 2), ("2026-05-14", "2026-05-14", None),
])  # fmt: skip
def test_public_holidays_and_days_off_are_not_counted(since: str, until: str, days: int | None) -> None:
    office = Office()
    for day in ("2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"):
        office.closed(day)
    office.takes(since, until)
    found = rows(office.export(Period(date(2026, 5, 1), date(2026, 5, 31)), **CP), "ABSENCE", "quantity")
    assert found == ([(days,)] if days else [])


def test_a_part_timers_days_are_those_of_their_own_week() -> None:
    office = Office(week=[(1, day, part) for day in (0, 1) for part in ("morning", "afternoon")] + [(1, 2, "morning")])
    office.takes("2026-10-05", "2026-10-11")
    assert rows(office.export(**CP), "ABSENCE", *LEAVE) == [
        ("00012", D("2.5"), "D", "2026-10-05", "2026-10-11", "AM", "PM", "")
    ]


PART_TIMER = 2
"""The calendar of Julien's below: Monday, Tuesday and Wednesday morning, where the company works Monday to Friday."""


@pytest.fixture
def part_time() -> Office:
    office = Office(legal_leave_id=1)
    office.week += [(PART_TIMER, 0, "morning"), (PART_TIMER, 0, "afternoon")]
    office.week += [(PART_TIMER, 1, "morning"), (PART_TIMER, 1, "afternoon"), (PART_TIMER, 2, "morning")]
    office.staff[1]["calendar_id"] = PART_TIMER
    return office


AM, PM = {"since_part": "am", "until_part": "am"}, {"since_part": "pm", "until_part": "pm"}
LEGAL: list[tuple[str, str, dict[str, str], tuple[Any, ...]]] = [
    ("2026-10-05", "2026-10-07", {}, (5, "2026-10-05", "2026-10-11", "AM", "PM")),  # all of their week: the company's
    ("2026-10-05", "2026-10-06", {}, (2, "2026-10-05", "2026-10-06", "AM", "PM")),  # back on Wednesday
    ("2026-10-07", "2026-10-07", {}, (3, "2026-10-07", "2026-10-11", "AM", "PM")),
    ("2026-10-04", "2026-10-05", {}, (1, "2026-10-05", "2026-10-05", "AM", "PM")),  # Sunday is before what they should work
    ("2026-10-08", "2026-10-12", {}, (1, "2026-10-12", "2026-10-12", "AM", "PM")),  # so are their own days off
    ("2026-10-06", "2026-10-06", AM, (D("0.5"), "2026-10-06", "2026-10-06", "AM", "AM")),  # they work that afternoon
    ("2026-10-06", "2026-10-06", PM, (D("0.5"), "2026-10-06", "2026-10-06", "PM", "PM")),
    ("2026-10-07", "2026-10-07", AM, (3, "2026-10-07", "2026-10-11", "AM", "PM")),  # they do not
    ("2026-10-12", "2026-10-14", {}, (4, "2026-10-12", "2026-10-18", "AM", "PM")),  # Thursday the 15th is a public holiday
]


@pytest.mark.parametrize(("since", "until", "halves", "row"), LEGAL)
def test_a_part_timers_legal_leave_counts_until_they_return_by_the_companys_week(
    part_time: Office, since: str, until: str, halves: dict[str, str], row: tuple[Any, ...]
) -> None:
    part_time.closed("2026-10-15")
    part_time.takes(since, until, JULIEN, in_halves=bool(halves), **halves)
    found = rows(part_time.export(**CP), "ABSENCE", "quantity", "date_from", "date_to", "half_from", "half_to")
    assert found == [row]


def test_a_leave_that_ends_before_it_begins_takes_nothing(part_time: Office) -> None:
    for employee in (CAMILLE, JULIEN):
        part_time.takes("2026-10-05", "2026-10-05", employee, in_halves=True, since_part="pm", until_part="am")
    assert rows(part_time.export(**CP), "ABSENCE", "quantity") == []


def test_days_off_alone_take_nothing(part_time: Office) -> None:
    part_time.takes("2026-10-08", "2026-10-11", JULIEN)
    assert rows(part_time.export(**CP), "ABSENCE", "quantity") == []


def test_another_leave_and_a_full_timers_stay_by_their_own_week(part_time: Office) -> None:
    part_time.takes("2026-10-05", "2026-10-07", CAMILLE)
    part_time.takes("2026-10-05", "2026-10-07", JULIEN, type_id=2)
    policy = {"leaves": [*CP["leaves"], {"leave": "Maladie", "code": "MAL"}]}
    assert rows(part_time.export(**policy), "ABSENCE", "quantity", "date_to") == [(3, "2026-10-07"), (D("2.5"), "2026-10-07")]


def test_what_counts_after_the_months_end_is_the_next_months(part_time: Office) -> None:
    part_time.takes("2026-12-30", "2026-12-30", JULIEN)
    found = []
    for first in (date(2026, 12, 1), date(2027, 1, 1)):
        made = part_time.export(whole_month(first), **CP)
        found += rows(made, "ABSENCE", "quantity", "date_from", "date_to", "regularises")
    assert found == [(2, "2026-12-30", "2026-12-31", ""), (1, "2027-01-01", "2027-01-03", "")]


def test_leave_in_hours_is_in_hours_and_told() -> None:
    office = Office()
    office.takes("2026-10-05", in_hours=True, hours=to_micro("1.5"))
    made = office.export(**CP)
    assert rows(made, "ABSENCE", "quantity", "unit", "half_from") == [(D("1.5"), "H", "")]
    assert codes(made) == ["pay_absence_in_hours"] and "1,5" in made.findings[-1].message


@pytest.mark.parametrize(("hours", "october", "november"), [("7", "7", None), ("7.01", "7", "0.01"), ("9", "7", "2")])
def test_leave_in_hours_over_the_months_end_gives_each_month_its_own(hours: str, october: str, november: str | None) -> None:
    office = Office()
    office.takes("2026-10-30", "2026-11-02", in_hours=True, hours=to_micro(hours))
    assert rows(office.export(**CP), "ABSENCE", "quantity", "unit", "date_from", "date_to") == [
        (D(october), "H", "2026-10-30", "2026-10-31")
    ]
    found = rows(office.export(NOVEMBER, **CP), "ABSENCE", "quantity", "unit", "date_from", "date_to", "regularises")
    assert found == ([(D(november), "H", "2026-11-01", "2026-11-02", "")] if november else [])


@pytest.mark.parametrize(("since", "until", "hours"), [
    ("2026-10-30", "2026-11-02", "15"),  # an hour more than its two days have
    ("2026-10-31", "2026-11-01", "2"),  # a weekend: somebody was to work all the same
])  # fmt: skip
def test_hours_that_the_week_has_no_room_for_go_out_with_the_last_day(since: str, until: str, hours: str) -> None:
    office = Office()
    office.takes(since, until, in_hours=True, hours=to_micro(hours))
    found = [row[0] for month in (OCTOBER, NOVEMBER) for row in rows(office.export(month, **CP), "ABSENCE", "quantity")]
    assert (sum(found), found[-1]) == (D(hours), D("8") if hours == "15" else D("2"))


def test_leave_that_waits_is_told_and_not_exported() -> None:
    office = Office()
    office.takes("2026-10-05", state="confirm")
    office.takes("2026-10-06", state="refuse")
    made = office.export(**CP)
    assert (len(made.records), codes(made)) == (0, ["pay_leave_waiting"])


def test_a_kind_of_leave_that_payroll_need_not_know_stays() -> None:
    office = Office()
    office.takes("2026-10-05")
    assert len(office.export(leaves_kept_out=["Congés payés"]).records) == 0


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 4), min_size=1), st.sets(st.integers(1, 20), min_size=1, max_size=5))
def test_a_part_timer_away_for_weeks_takes_the_companys_days(days: set[int], weeks: set[int]) -> None:
    """Whatever days they work: leaves of whole weeks, and the same cut into single days, are five days a week."""
    whole, cut = Office(legal_leave_id=1), Office(legal_leave_id=1)
    for office in (whole, cut):
        office.week += [(PART_TIMER, day, part) for day in days for part in ("morning", "afternoon")]
        office.staff[1]["calendar_id"] = PART_TIMER
    monday = date(2026, 8, 31).toordinal()
    for week in weeks:
        since, until = (date.fromordinal(monday + 7 * week + day).isoformat() for day in (0, 6))
        whole.takes(since, until, JULIEN)
        for day in days:
            cut.takes(date.fromordinal(monday + 7 * week + day).isoformat(), employee=JULIEN)
    for office in (whole, cut):
        found = D(0)
        for number in range(9, 15):
            month = whole_month(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
            found += sum((row[0] for row in rows(office.export(month, **CP), "ABSENCE", "quantity")), D(0))
        assert found == 5 * len(weeks)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), min_size=1, max_size=4))
def test_the_halves_of_a_leave_are_conserved_over_its_months(stretches: list[tuple[int, int]]) -> None:
    """Whatever the months, their rows add up to the leave's working days; nothing is lost at a month's end."""
    office = Office()
    total = D(0)
    for start, length in stretches:
        since = date.fromordinal(date(2026, 9, 1).toordinal() + start)
        until = date.fromordinal(since.toordinal() + length)
        office.takes(since.isoformat(), until.isoformat())
        total += sum(date.fromordinal(day).weekday() < 5 for day in range(since.toordinal(), until.toordinal() + 1))
    found = D(0)
    for number in range(9, 15):
        month = whole_month(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
        found += sum((row[0] for row in rows(office.export(month, **CP), "ABSENCE", "quantity")), D(0))
    assert found == total


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40), st.integers(1, 40_000)), min_size=1, max_size=4))
def test_the_hours_of_a_leave_are_conserved_over_its_months_and_days(stretches: list[tuple[int, int, int]]) -> None:
    """Whatever the length, the months' rows add up to the leave's hours, and so do its days; none has more than it works."""
    office = Office()
    office.closed("2026-11-11")
    for start, length, cents in stretches:
        since = date.fromordinal(date(2026, 9, 1).toordinal() + start)
        until = date.fromordinal(since.toordinal() + length)
        office.takes(since.isoformat(), until.isoformat(), in_hours=True, hours=cents * 10_000)
    calendars = office.calendars()
    for leave in calendars.leaves(CAMILLE):
        days = calendars.hours_on(leave, 1)
        room = {day: 0 if day.weekday() > 4 or day == date(2026, 11, 11) else to_micro(7) for day in days}
        assert sum(days.values()) == leave.hours
        assert leave.hours > sum(room.values()) or all(days[day] <= room[day] for day in days)
    found = D(0)
    for number in range(9, 15):
        month = whole_month(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
        found += sum((row[0] for row in rows(office.export(month, **CP), "ABSENCE", "quantity")), D(0))
    assert found == sum((quantity(leave["hours"]) for leave in office.leaves), D(0))
