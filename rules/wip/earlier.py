"""What stands of a closing already: the same figures are done, others are shown and never rewritten.

Example: the entry of 31 October has the key `fae_3_2026_10_31`, its reversal `fae_3_2026_10_31_back`. A draft that a person
deletes with its reversal frees both keys; one that is cancelled with it leaves the next run `fae_3_2026_10_31_2`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rules.wip.books import ClosingBooks
from rules.wip.entries import lines_in
from rules.wip.pairs import STOPPING, Pair, Standing


@dataclass(frozen=True, slots=True)
class Earlier:
    """What there is of this closing.

    pair     the one that stands, or an empty one with the name for the next
    content  what the entry that stands was made from
    others   further ones that stand: each is one too many
    stopped  two of them contradict each other, or one is torn so that nothing more may be written
    """

    pair: Pair
    content: str = ""
    others: tuple[Pair, ...] = ()
    stopped: bool = False

    @property
    def entry(self) -> Any | None:
        """The one that stands."""
        return self.pair.entry

    @property
    def missing(self) -> tuple[bool, bool]:
        """Whether the entry, and its reversal, are to be written."""
        return self.entry is None, self.pair.reversal is None and self.pair.by_hand is None

    @property
    def drafts(self) -> tuple[bool, bool]:
        """Whether the entry, and its reversal, stand and are still to be posted."""
        return _draft(self.entry), _draft(self.pair.reversal)


def _draft(entry: Any | None) -> bool:
    return entry is not None and entry.state == "draft"


def earlier(books: ClosingBooks, name: str) -> Earlier:
    """What stands under this name, or the same with an ordinal; also after one with a lower ordinal was deleted."""
    numbered = {_ordinal(pair.name, name): pair for pair in Standing(books.all_entries).pairs()}
    numbered.pop(0, None)
    stand = [pair for _, pair in sorted(numbered.items()) if not pair.undone]
    stopped = len(stand) > 1 or any(pair.torn in STOPPING for pair in numbered.values())
    if not stand:
        free = f"{name}_{max(numbered) + 1}" if numbered else name
        return Earlier(Pair(free, None, None, None, True), stopped=stopped)
    contents = dict(zip(books.entries["id"].tolist(), books.entries["content"].tolist(), strict=True))
    pair, *others = stand
    return Earlier(pair, contents.get(pair.entry.id, ""), tuple(others), stopped)  # type: ignore[union-attr]


def _ordinal(name: str, of: str) -> int:
    """1 for `of` itself, 2 for `of` with `_2`; 0 for another closing's."""
    found = re.fullmatch(rf"{of}(?:_([0-9]+))?", name)
    return int(found[1] or 1) if found else 0


def changes(stands: str, now: Mapping[str, Any]) -> dict[int, tuple[Decimal, Decimal]]:
    """What an entry holds of each order line and what it would hold now, before tax, where anything differs."""
    before, after = lines_in(stands), now["lines"]
    return {
        int(line): (Decimal(before.get(line, _NONE)["amount"]), Decimal(after.get(line, _NONE)["amount"]))
        for line in sorted({*before, *after}, key=int)
        if before.get(line) != after.get(line)
    }


_NONE = {"amount": "0"}
