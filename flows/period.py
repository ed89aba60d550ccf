"""The period a run closes, from what a person typed."""

import re
from calendar import monthrange
from datetime import date, timedelta

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period

MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
"""A month as people type it: `2026-10`."""


class PeriodError(ValueError):
    """The month or the closing date cannot be used; the message is for the person who typed it."""

    remedy = ""


def closing(month: str | None, until: date | None, today: date, labels: Labels) -> Period:
    """The period of a month (`2026-10`) or up to a closing date: one of them, or neither for the month before `today`.

    Its first day is the first of the closing date's month. Raises PeriodError where both are given or the month is not one.
    """
    if month and until:
        raise PeriodError(labels("prefect.error.month_and_until"))
    if until is None:
        until = _last_day(month, labels) if month else today.replace(day=1) - timedelta(days=1)
    return Period(since=until.replace(day=1), until=until)


def _last_day(month: str, labels: Labels) -> date:
    if not re.match(MONTH, month):
        raise PeriodError(labels("prefect.error.month", month=month))
    year, number = map(int, month.split("-"))
    try:
        return date(year, number, monthrange(year, number)[1])
    except ValueError:
        raise PeriodError(labels("prefect.error.month", month=month)) from None
