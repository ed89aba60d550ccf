"""The balance of hours at a closing: as billing's, with the hours that the entries accrue in a bucket of their own.

Invoiced is what was invoiced by the closing date. Hours that are open and cannot be booked are blocked.
"""

from collections.abc import Iterable

import pandas as pd

from rules.billing import balance
from rules.wip.position import Position


def buckets(sheet: pd.DataFrame, booked: Iterable[Position], unbooked: Iterable[Position]) -> dict[str, int]:
    """Micro-hours of each bucket of the timesheets in `sheet`; their sum is that of the rows."""
    found = balance.buckets(sheet)
    for positions, bucket in ((booked, "accrued"), (unbooked, "blocked")):
        hours = _hours(sheet, positions)
        found[bucket] += hours
        found["invoiced"] -= hours
    return found


def _hours(sheet: pd.DataFrame, positions: Iterable[Position]) -> int:
    ids = set(sheet["id"])
    return sum(hours for one in positions for key, hours in one.item.hours.items() if key in ids)
