"""Meal vouchers: one for each day worked on both sides of the meal, none on a day whose meal the employer paid for.

Example: October 2026 has 22 working days; with leave on the 23rd and the afternoon of the 30th, 20 are worked whole: 20
vouchers, 21 where the company gives one for half a day too. Days are those of the person's week, less public holidays and
approved leave; Odoo Community does not tell who came or left during the month. Source: payroll.md 5, "Meal vouchers".
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import MICRO
from rules.cra.calendar import Halves, covers, days_of, parts_of
from rules.variables.data import Case, Record


def meals(case: Case) -> Iterator[Record]:
    """One row an employee and month, for all who are active and not excepted."""
    if not case.policy.meal_code:
        return
    paid_for = _paid_for(case)
    for employee in case.staff.values():
        if employee.active and employee.number not in case.policy.meal_excepted:
            for month in case.months:
                count = sum(day not in paid_for[employee.id] and _earned(case, employee, day) for day in days_of(month))
                if count:
                    yield _record(case, employee, month, count)


def _record(case: Case, employee: Any, month: Period, count: int) -> Record:
    named = {"kind": "MEAL", "code": case.policy.meal_code, "label": case.labels("pay.meals"), "unit": "U"}
    return case.record(employee, month, f"meals:{employee.id}", quantity=count * MICRO, **named)


def _earned(case: Case, employee: Any, day: date) -> bool:
    halves = _worked(case, employee, day)
    return any(halves) if case.policy.meal_half_days else all(halves)


def _worked(case: Case, employee: Any, day: date) -> Halves:
    """What is left of a day's halves after leave; one in hours ends a day only where it takes all of it."""
    calendar = case.calendar_of(employee)
    morning, afternoon = case.calendars.to_work(calendar, day)
    for leave in case.calendars.leaves(employee.id):
        if covers(leave, day):
            short = leave.in_hours and case.calendars.hours_on(leave, calendar)[day] < morning + afternoon
            parts = set() if short else parts_of(leave, day)
            morning, afternoon = morning * ("am" not in parts), afternoon * ("pm" not in parts)
    return morning, afternoon


def _paid_for(case: Case) -> dict[int, set[date]]:
    """The days on which an expense of a meal stands, by employee."""
    codes = dict(zip(case.data.products["id"].tolist(), case.data.products["code"].tolist(), strict=True))
    found: dict[int, set[date]] = defaultdict(set)
    for row in each(case.data.expenses):
        if codes.get(row.product_id) in case.policy.meal_products and row.state not in ("draft", "refused"):
            found[row.employee_id].add(row.date.date())
    return found
