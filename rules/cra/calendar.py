"""What a person is expected to work each half-day: their calendar, less public holidays and leaves.

The half-day is the smallest unit of a CRA, its length that of the person's own calendar. A public holiday takes the whole day,
a leave takes half-days or hours. Hours over several days are those of the first days: of 9 h over two days of 7 h, 7 are of
the first and 2 of the second. Source: design.md, "Money and time".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period

Halves = tuple[int, int]
"""Micro-hours of a morning and an afternoon."""

APPROVED, WAITING = ("validate",), ("confirm", "validate1")
"""States of a leave: taken, and asked for."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One day of one person, in micro-hours: what the calendar says, and what of it is a holiday or a leave.

    absences  names of the leave types
    """

    scheduled: int
    holiday: int
    absent: int
    absences: tuple[str, ...] = ()


class Calendars:
    """The working weeks, holidays and leaves of one company."""

    def __init__(
        self, attendances: pd.DataFrame, holidays: pd.DataFrame, leaves: pd.DataFrame, leave_types: pd.DataFrame
    ) -> None:
        self._weeks = _weeks(attendances)
        self._holidays = list(each(holidays))
        self._kinds = dict(zip(leave_types["id"].tolist(), leave_types["name"].tolist(), strict=True))
        self._leaves: dict[int, list[Any]] = defaultdict(list)
        for leave in each(leaves[leaves["state"].isin(APPROVED)]):
            self._leaves[leave.employee_id].append(leave)

    def days(self, employee_id: int, calendar_id: int, period: Period) -> dict[date, Expected]:
        """Every day of the period, working or not, by its date."""
        return {day: self._day(employee_id, calendar_id, day) for day in days_of(period)}

    def to_work(self, calendar_id: int, day: date) -> Halves:
        """What the week says of a day that is no public holiday; nothing on one."""
        return (0, 0) if self._is_holiday(calendar_id, day) else self.week(calendar_id, day)

    def leaves(self, employee_id: int) -> Sequence[Any]:
        """The leaves that a person takes: rows of the dataset, approved only."""
        return self._leaves.get(employee_id, ())

    def week(self, calendar_id: int, day: date) -> Halves:
        """What the week says of a day, public holiday or not."""
        return self._weeks.get((calendar_id, day.weekday(), _week(day)), (0, 0))

    def hours_on(self, leave: Any, calendar_id: int) -> dict[date, int]:
        """The hours of a leave taken in hours, by day: in order, each up to what it has to work; together the leave's.

        What the week has no room for is the last working day's, so that none is lost.
        """
        days = list(days_of(Period(leave.since.date(), leave.until.date())))
        found, left = {}, leave.hours
        for day in days:
            found[day] = min(left, sum(self.to_work(calendar_id, day)))
            left -= found[day]
        if left:
            found[max((day for day in days if any(self.to_work(calendar_id, day))), default=days[-1])] += left
        return found

    def _is_holiday(self, calendar_id: int, day: date) -> bool:
        return any(covers(holiday, day) and holiday.calendar_id in (0, calendar_id) for holiday in self._holidays)

    def _day(self, employee_id: int, calendar_id: int, day: date) -> Expected:
        morning, afternoon = self.week(calendar_id, day)
        scheduled = morning + afternoon
        if self._is_holiday(calendar_id, day):
            return Expected(scheduled, scheduled, 0)
        mine = [leave for leave in self.leaves(employee_id) if covers(leave, day)]
        parts = {part for leave in mine if not leave.in_hours for part in parts_of(leave, day)}
        hours = sum(self.hours_on(leave, calendar_id).get(day, 0) for leave in mine if leave.in_hours)
        absent = min(("am" in parts) * morning + ("pm" in parts) * afternoon + hours, scheduled)
        kinds = dict.fromkeys(self._kinds.get(leave.type_id, "") for leave in mine) if absent else {}
        return Expected(scheduled, 0, absent, tuple(kinds))


def days_of(period: Period) -> Iterator[date]:
    """Every day of a period, both ends included."""
    return (period.since + timedelta(days=number) for number in range((period.until - period.since).days + 1))


def _weeks(attendances: pd.DataFrame) -> Mapping[tuple[int, int, int], Halves]:
    """By calendar, weekday and week (0 and 1 alternate): the hours of a morning and an afternoon."""
    found: dict[tuple[int, int, int], Halves] = {}
    for row in each(attendances):
        if row.display or row.part == "lunch":
            continue
        length = row.ends - row.begins
        half = {"morning": (length, 0), "afternoon": (0, length)}.get(row.part, (length - length // 2, length // 2))
        for week in (0, 1) if row.week == "" else (int(row.week),):
            key = row.calendar_id, int(row.weekday), week
            morning, afternoon = found.get(key, (0, 0))
            found[key] = morning + half[0], afternoon + half[1]
    return found


def _week(day: date) -> int:
    """Which of two alternating weeks, as Odoo counts them: weeks since the first day of year 1."""
    return (day.toordinal() - 1) // 7 % 2


def covers(stretch: Any, day: date) -> bool:
    """Whether a day lies in a holiday or a leave."""
    return bool(stretch.since.date() <= day <= stretch.until.date())


def parts_of(leave: Any, day: date) -> set[str]:
    """The half-days of `day` that a leave takes."""
    parts = {"am", "pm"}
    if leave.in_halves:
        last = leave.until_part or leave.since_part
        if day == leave.since.date() and leave.since_part == "pm":
            parts -= {"am"}
        if day == leave.until.date() and last == "am":
            parts -= {"pm"}
    return parts
