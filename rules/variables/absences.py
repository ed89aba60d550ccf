"""Approved leaves as payroll wants them: one row a leave and month, its days in halves, public holidays not counted.

Example: paid leave on 23 October and the afternoon of the 30th are two rows, 1 day from AM to PM and 0.5 day from PM to PM. A
leave from 29 October to 3 November is two rows, one in each month. Only half-days that the person's own week has count; the
dates are the leave's own, so that payroll values the days off between them as its own rules say (payroll.md 5). A leave taken
in hours over a month's end leaves each month the hours of its days (`Calendars.hours_on`).

The legal leave of a part-timer is counted by the company's week: from the first half-day they should have worked to the last
before they return. Who works Monday to Wednesday and is away those three days takes five, Monday to Friday. Which leave that
is, the company says in Odoo, whose own count it equals ("France - Time Off"). Source: payroll.md 5, "Leave"; art. L3123-5.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from mappings.vocabulary.period import Period
from mappings.vocabulary.units import MICRO
from rules.cra.calendar import Halves, days_of, parts_of
from rules.variables.data import Case, Record

_HALF = MICRO // 2
_PARTS = ("am", "pm")

Half = tuple[date, str]
"""A morning ("am") or an afternoon ("pm")."""


@dataclass(frozen=True)
class _Stretch:
    """A leave as payroll counts it: from which half-day to which, both included, and by whose week."""

    first: Half
    last: Half
    calendar_id: int

    def halves(self, within: Period) -> list[Half]:
        """Its half-days in a period, worked or not."""
        days = Period(max(self.first[0], within.since), min(self.last[0], within.until))
        return [(day, part) for day in days_of(days) for part in _PARTS if self.first <= (day, part) <= self.last]


def absences(case: Case) -> Iterator[Record]:
    """The rows of every leave and month that may go out; its code is empty where the company names none."""
    codes = {one.leave: one.code for one in case.policy.leaves}
    kinds = dict(zip(case.data.leave_types["id"].tolist(), case.data.leave_types["name"].tolist(), strict=True))
    for employee in case.staff.values():
        for leave in case.calendars.leaves(employee.id):
            kind = kinds.get(leave.type_id, "")
            if kind not in case.policy.leaves_kept_out:
                stretch = _stretch(case, employee, leave)
                for month in case.months:
                    yield from _absence(case, employee, leave, stretch, month, {"code": codes.get(kind, ""), "label": kind})


def _absence(  # noqa: PLR0913, PLR0917 - what a row is made of
    case: Case, employee: Any, leave: Any, stretch: _Stretch, month: Period, named: Record
) -> Iterator[Record]:
    halves = stretch.halves(month)
    if not halves:
        return
    (since, begins), (until, ends) = halves[0], halves[-1]
    days: Record = {"date_from": pd.Timestamp(since), "date_to": pd.Timestamp(until)}
    if leave.in_hours:
        hours = case.calendars.hours_on(leave, stretch.calendar_id)
        amount = {"quantity": sum(hours.get(day, 0) for day in days_of(month)), "unit": "H"}
    else:
        taken = sum(_has(case.calendars.to_work(stretch.calendar_id, half[0]), half) for half in halves)
        amount = {"quantity": taken * _HALF, "unit": "D"}
        days |= {"half_from": begins.upper(), "half_to": ends.upper()}
    if amount["quantity"]:
        yield case.record(employee, month, f"leaves:{leave.id}", kind="ABSENCE", **named, **amount, **days)


def _stretch(case: Case, employee: Any, leave: Any) -> _Stretch:
    since, until = leave.since.date(), leave.until.date()
    begins, ends = min(parts_of(leave, since), default="pm"), max(parts_of(leave, until), default="am")
    own = _Stretch((since, begins), (until, ends), case.calendar_of(employee))
    legal = leave.type_id == case.data.legal_leave_id and not leave.in_hours and own.calendar_id != case.data.calendar_id
    return _legal(case, own) if legal else own


def _legal(case: Case, own: _Stretch) -> _Stretch:
    """The same leave from the first half-day of one's own week to the last before its next one, by the company's week."""

    def of_week(half: Half) -> bool:
        return _has(case.calendars.week(own.calendar_id, half[0]), half)

    first = next((half for half in own.halves(Period(own.first[0], own.last[0])) if of_week(half)), None)
    if first is None:
        return own  # away on days off only: nothing is taken
    last = own.last
    while not of_week(_after(last)):
        last = _after(last)
    return replace(own, first=first, last=last, calendar_id=case.data.calendar_id)


def _after(half: Half) -> Half:
    day, part = half
    return (day, "pm") if part == "am" else (day + timedelta(days=1), "am")


def _has(day: Halves, half: Half) -> bool:
    """Whether a day of a week, as its morning and afternoon, has work in that half."""
    return day[_PARTS.index(half[1])] > 0
