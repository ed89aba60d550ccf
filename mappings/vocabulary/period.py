"""The period a run closes, and the month and the mission that a document's key names."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from mappings.vocabulary.records import MODULE

INVOICE_KEY = re.compile(r"inv_(?P<group>.+)_(?P<month>\d{4}-\d{2})_n(?P<k>\d+)")
"""The key of an invoice, without its module."""
_OF_MISSION = re.compile(r"o\d+l(?P<line>\d+)")
"""The group of an invoice of one mission of its order."""


@dataclass(frozen=True, slots=True)
class Period:
    """What is closed: work up to `until`, `since` being the first day of the period whose hours are balanced."""

    since: date
    until: date

    @property
    def month(self) -> str:
        """The month a document is keyed by: `2026-10`."""
        return self.until.isoformat()[:7]


def period_of(key: str, closed: Period) -> Period:
    """What a draft is about, from its key: the period that is closed, or another month, whole."""
    found = INVOICE_KEY.fullmatch(key.removeprefix(MODULE))
    if not found or found["month"] == closed.month:
        return closed
    first = date.fromisoformat(f"{found['month']}-01")
    return Period(first, first.replace(day=monthrange(first.year, first.month)[1]))


def mission_line(key: str) -> int:
    """Of a draft of one mission, the order line that stands for the mission; 0 for any other."""
    found = INVOICE_KEY.fullmatch(key.removeprefix(MODULE))
    mission = _OF_MISSION.fullmatch(found["group"]) if found else None
    return int(mission["line"]) if mission else 0
