"""The period a run closes, from what a person typed."""

import re
from calendar import monthrange
from datetime import date, timedelta

from mappings.dated import short
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period

MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
"""A month as people type it: `2026-10`."""

YEARS = (2000, 2099)
"""First and last year that can be closed: a slip of the finger beyond is told before anything is read."""


class PeriodError(ValueError):
    """The month or the closing date cannot be used; the message is for the person who typed it."""

    remedy = ""


def closing(month: str | None, until: date | None, today: date, labels: Labels) -> Period:
    """The period of a month (`2026-10`) or up to a closing date: one of them, or neither for the month before `today`.

    Its first day is the first of the closing date's month. Raises PeriodError where both are given, the month is not one, or
    the year cannot be meant.
    """
    if month and until:
        raise PeriodError(labels("prefect.error.month_and_until"))
    if until is None:
        until = _last_day(month, labels) if month else today.replace(day=1) - timedelta(days=1)
    return _within_reason(Period(since=until.replace(day=1), until=until), labels)


def month_of(month: str, labels: Labels) -> Period:
    """A whole month from what a person typed (`2026-10`). Raises PeriodError."""
    until = _last_day(month, labels)
    return _within_reason(Period(since=until.replace(day=1), until=until), labels)


def first_day(month: str | None, today: date, labels: Labels) -> date:
    """Where a forecast begins: the day after a month (`2026-10`), else tomorrow. Raises PeriodError."""
    return (month_of(month, labels).until if month else today) + timedelta(days=1)


def _within_reason(period: Period, labels: Labels) -> Period:
    until = period.until
    if not YEARS[0] <= until.year <= YEARS[1]:
        raise PeriodError(labels("prefect.error.year", day=until.isoformat(), first=YEARS[0], last=YEARS[1]))
    return period


def _last_day(month: str, labels: Labels) -> date:
    if not re.fullmatch(MONTH, month) or month.startswith("0000"):
        raise PeriodError(labels("prefect.error.month", month=short(month)))
    year, number = map(int, month.split("-"))
    return date(year, number, monthrange(year, number)[1])
