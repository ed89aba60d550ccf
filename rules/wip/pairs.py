"""What stands of all closings, two by two: an entry and what takes it back on the next day. Where one of the two counts without
the other, revenue counts twice, or is taken back twice or for nothing, whatever month that was.

An entry is undone when it is cancelled, deleted, or taken back by a person's own entry of the same day or before. One that a
person took back later needs no reversal of Regie's any more.

Example: `fae_3_2026_10_31` is cancelled and `fae_3_2026_10_31_back` is not: November would lose what October never had.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Ref, Severity
from rules.wip.entries import back

STOPPING = frozenset({"closing_orphan", "closing_cancelled_alone", "closing_back_twice"})
"""What must be put right before another entry of that closing is written."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What there is under a key and that of its reversal, cancelled or not; `by_hand`: a person's entry that takes it back."""

    name: str
    entry: Any | None
    reversal: Any | None
    by_hand: Any | None
    undone: bool
    """Nothing of the entry counts, or ever will."""

    @property
    def torn(self) -> str:
        """The code of what is wrong between the two, empty for nothing."""
        entry, reversal = self.entry, self.reversal
        if self.undone:
            orphan = "closing_orphan" if entry is None else "closing_cancelled_alone"
            return orphan if reversal is not None else ""
        if reversal is not None and self.by_hand is not None:
            return "closing_back_twice"
        takes_back = self.by_hand if reversal is None else reversal
        counts, taken = entry.state == "posted", takes_back is not None and takes_back.state == "posted"  # type: ignore[union-attr]
        if counts == taken:
            return ""
        return "closing_half_posted" if counts else "closing_back_alone"


@dataclass(frozen=True)
class Standing:
    """The entries of all closings of a company, and those that take one back without a key of Regie's (dataset `entries`)."""

    rows: pd.DataFrame

    def pair(self, name: str) -> Pair:
        """What stands under this key; a reversal that is cancelled, or taken back by a person, does not."""
        entry, reversal = self._keyed.get(name), self._keyed.get(back(name))
        by_hand = self._by_hand.get(entry.id) if entry is not None else None
        undone = self._undone(entry)
        return Pair(name, entry, None if self._gone(reversal) else reversal, None if undone else by_hand, undone)

    def pairs(self) -> Iterator[Pair]:
        """All of them, by key."""
        for name in sorted({key.removesuffix(back("")) for key in self._keyed}):
            yield self.pair(name)

    def _undone(self, entry: Any | None) -> bool:
        if entry is None or entry.state == "cancel":
            return True
        taken = self._by_hand.get(entry.id)
        return taken is not None and bool(taken.date <= entry.date)

    def _gone(self, reversal: Any | None) -> bool:
        return reversal is None or reversal.state == "cancel" or reversal.id in self._by_hand

    @cached_property
    def _keyed(self) -> dict[str, Any]:
        return {row.key: row for row in each(self.rows) if row.key}

    @cached_property
    def _by_hand(self) -> dict[int, Any]:
        return {row.reverses_id: row for row in each(self.rows) if not row.key and row.reverses_id and row.state == "posted"}


def torn(pairs: Iterable[Pair], labels: Labels) -> list[Finding]:
    """A finding for each pair that is torn."""
    return [_finding(pair, labels) for pair in pairs if pair.torn]


def called(entry: Any, labels: Labels) -> str:
    """What a person calls an entry that stands: its number, or its reference while it is a draft."""
    return str(entry.name) if entry.name not in ("", "/") else labels("payroll.draft", reference=entry.reference)


def closing_of(name: str) -> date:
    """The day that an entry of this key closes: `fae_3_2026_10_31_2` closes 31 October."""
    year, month, day = map(int, name.split("_")[2:5])
    return date(year, month, day)


def _finding(pair: Pair, labels: Labels) -> Finding:
    """About the entry that a person has to act on first."""
    about = pair.entry if pair.torn == "closing_half_posted" else pair.reversal
    assert about is not None
    ref = Ref(dataset="entries", id=int(about.id), name=called(about, labels))
    named = {"closed": pair.entry, "by_hand": pair.by_hand}
    words: dict[str, object] = {name: called(one, labels) for name, one in named.items() if one is not None}
    words |= {"entry": ref.name, "day": labels.day(closing_of(pair.name))}
    return Finding(code=pair.torn, severity=Severity.CRITICAL, record=ref, language=labels.language, words=words)
