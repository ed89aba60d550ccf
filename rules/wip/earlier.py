"""What stands of a closing already: the same figures are done, others are shown and never rewritten.

Example: the entry of 31 October has the key `fae_3_2026_10_31`, its reversal `fae_3_2026_10_31_back`. A draft that a person
deletes with its reversal frees both keys; one that is cancelled leaves the next run `fae_3_2026_10_31_2`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mappings.vocabulary.dataset import each
from rules.wip.books import ClosingBooks
from rules.wip.entries import back, lines_in


@dataclass(frozen=True, slots=True)
class Earlier:
    """The entry that stands for this closing, if one does, its reversal, and the name for the next."""

    entry: Any | None
    reversal: Any | None
    free: str

    @property
    def half_posted(self) -> bool:
        """The accrual counts and what takes it back does not: revenue counts twice."""
        return (
            self.entry is not None
            and self.entry.state == "posted"
            and (self.reversal is None or self.reversal.state != "posted")
        )

    @property
    def orphan(self) -> bool:
        """A reversal stands and the entry it takes back is gone."""
        return self.entry is None and self.reversal is not None


def earlier(books: ClosingBooks, name: str) -> Earlier:
    """What stands under this name, or the same with an ordinal."""
    by_key = {row.key: row for row in each(books.entries)}
    ordinal, candidate = 1, name
    while (entry := by_key.get(candidate)) is not None and entry.state == "cancel":
        ordinal += 1
        candidate = f"{name}_{ordinal}"
    reversal = by_key.get(back(candidate))
    return Earlier(entry, reversal if reversal is not None and reversal.state != "cancel" else None, candidate)


def changes(stands: str, now: Mapping[str, Any]) -> dict[int, tuple[Decimal, Decimal]]:
    """What an entry holds of each order line and what it would hold now, before tax, where anything differs."""
    before, after = lines_in(stands), now["lines"]
    return {
        int(line): (Decimal(before.get(line, _NONE)["amount"]), Decimal(after.get(line, _NONE)["amount"]))
        for line in sorted({*before, *after}, key=int)
        if before.get(line) != after.get(line)
    }


_NONE = {"amount": "0"}
