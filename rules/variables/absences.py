"""Approved leaves as payroll wants them: one row a leave and month, its days in halves, public holidays not counted.

Example: paid leave on 23 October and the afternoon of the 30th are two rows, 1 day from AM to PM and 0.5 day from PM to PM. A
leave from 29 October to 3 November is two rows, one in each month. Only half-days that the person's own week has count; the
dates are the leave's own, so that payroll values the days off between them as its own rules say (payroll.md 5).
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mappings.vocabulary.period import Period
from mappings.vocabulary.units import MICRO
from rules.cra.calendar import days_of, parts_of
from rules.variables.data import Case, Record

_HALF = MICRO // 2


def absences(case: Case) -> Iterator[Record]:
    """The rows of every leave and month that may go out; its code is empty where the company names none."""
    codes = {one.leave: one.code for one in case.policy.leaves}
    kinds = dict(zip(case.data.leave_types["id"].tolist(), case.data.leave_types["name"].tolist(), strict=True))
    for employee in case.staff.values():
        for leave in case.calendars.leaves(employee.id):
            kind = kinds.get(leave.type_id, "")
            if kind not in case.policy.leaves_kept_out:
                for month in case.months:
                    yield from _absence(case, employee, leave, month, {"code": codes.get(kind, ""), "label": kind})


def _halves_taken(case: Case, employee: Any, leave: Any, month: Period) -> int:
    """How many of the half-days that the person should have worked a leave takes in a month."""
    calendar = case.calendar_of(employee)
    taken = 0
    for day in days_of(_within(leave, month)):
        morning, afternoon = case.calendars.to_work(calendar, day)
        parts = parts_of(leave, day)
        taken += ("am" in parts and morning > 0) + ("pm" in parts and afternoon > 0)
    return taken


def _absence(case: Case, employee: Any, leave: Any, month: Period, named: Record) -> Iterator[Record]:
    within = _within(leave, month)
    if within.since > within.until:
        return
    days: Record = {"date_from": pd.Timestamp(within.since), "date_to": pd.Timestamp(within.until)}
    if leave.in_hours:
        amount = {"quantity": leave.hours, "unit": "H"}
    else:
        amount = {"quantity": _halves_taken(case, employee, leave, month) * _HALF, "unit": "D"}
        days |= {"half_from": _first_half(leave, within), "half_to": _last_half(leave, within)}
    if amount["quantity"]:
        yield case.record(employee, month, f"leaves:{leave.id}", kind="ABSENCE", **named, **amount, **days)


def _first_half(leave: Any, within: Period) -> str:
    return "PM" if "am" not in parts_of(leave, within.since) else "AM"


def _last_half(leave: Any, within: Period) -> str:
    return "AM" if "pm" not in parts_of(leave, within.until) else "PM"


def _within(leave: Any, month: Period) -> Period:
    """The leave's days in a month; none where it has none there: then it ends before it begins."""
    return Period(max(leave.since.date(), month.since), min(leave.until.date(), month.until))
