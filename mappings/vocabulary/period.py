"""The period a run closes."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """What is closed: work up to `until`, `since` being the first day of the period whose hours are balanced."""

    since: date
    until: date

    @property
    def month(self) -> str:
        """The month a document is keyed by: `2026-10`."""
        return f"{self.until:%Y-%m}"
