"""The periods of a contract's line, as the OCA addon `contract` counts them.

A period is billed whole: the addon prorates nothing, neither the first period nor a last one that the line's end cuts short.
Each period begins the day after the one before, so a monthly line of 31 January goes on from 28 February and stays there. A
date of next invoice that a person set moves the end of that one period. Source: contract 19.0, `contract.recurring.mixin`.

The addon dates an invoice in arrears to the day after the period; closing on the period's last day is closing it, so it is due.

Example: monthly, post-paid, from 15 July: 15 July to 14 August is due when 14 August is closed; `monthlylastday`: to 31 July.

One difference: without "recurrence at line level" the addon gives every line of a contract the earliest next date, so once
one line ends before the others it bills these for that shorter period, and then an empty one for ever. Here each keeps its own.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from mappings.vocabulary.datasets import NEVER

_DAY = timedelta(days=1)


def periods_due(line: Any, until: date, closes: date | None = None) -> Iterator[tuple[date, date]]:
    """First and last day of each period the addon has not invoiced and that is due up to `until`.

    line    a row of `contract_lines`
    closes  the contract's own end: no period begins after it
    """
    last, forced, ends_on = day(line.last_on), day(line.next_on), day(line.ends_on)
    begins = last + _DAY if last else day(line.starts_on)
    if line.canceled or line.display or begins is None or line.every < 1:
        return
    limit = min((end for end in (ends_on, closes) if end), default=None)
    if forced is not None and forced >= NEVER:
        forced = None
    while limit is None or begins <= limit:
        ends, due_on = _next(line, begins, forced, ends_on)
        if due_on > until:
            return
        yield begins, ends
        begins, forced = ends + _DAY, None


def day(value: Any) -> date | None:
    """A frame's day as a date; None where it is empty."""
    return None if pd.isna(value) else value.date()


def _next(line: Any, begins: date, forced: date | None, ends_on: date | None) -> tuple[date, date]:
    """Last day of the period that begins then, and the day from which it is due."""
    in_advance = line.billed == "pre-paid"
    offset = timedelta(days=0 if in_advance or line.period == "monthlylastday" else 1)
    ends = begins + _length(line) - _DAY
    if forced is not None:
        moved = forced + _length(line) - _DAY if in_advance else forced - offset
        ends = max(moved, begins)
    ends = min(ends, ends_on) if ends_on else ends
    return ends, forced - offset if forced else begins if in_advance else ends


def _length(line: Any) -> relativedelta:
    count = int(line.every)
    lengths = {
        "daily": relativedelta(days=count),
        "weekly": relativedelta(weeks=count),
        "monthly": relativedelta(months=count),
        "monthlylastday": relativedelta(months=count, day=1),
        "quarterly": relativedelta(months=3 * count),
        "semesterly": relativedelta(months=6 * count),
        "yearly": relativedelta(years=count),
    }
    return lengths[line.period]
