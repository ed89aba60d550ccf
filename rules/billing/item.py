"""One order line's part of a draft, and the hours behind it: what every mode answers and documents are made of."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from mappings.vocabulary.labels import Sentence
from mappings.vocabulary.plan import Finding
from rules.billing.modes import Mode


@dataclass(slots=True)
class Item:
    """What is due on one order line.

    quantity     in the line's unit, rounded as the unit is; negative only for deductions (down payments, discounts)
    amount       before tax, in the order's currency, rounded
    why          a text or sentence a client could read
    service      first and last day of the service, printed on the line; None where the line names no days
    hours        micro-hours by timesheet that this item bills
    price_unit   where it is not the order line's own
    text         the line as it is already printed on the draft that is extended
    month        of the draft it goes to, as `2026-10`; empty for the month that is closed
    """

    line_id: int
    mode: Mode
    quantity: Decimal
    amount: Decimal
    why: str | Sentence
    service: tuple[date, date] | None = None
    hours: dict[int, int] = field(default_factory=dict)
    price_unit: Decimal | None = None
    text: str = ""
    month: str = ""


@dataclass(slots=True)
class Outcome:
    """What a rule found for its lines: items to bill, and findings."""

    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.items += other.items
        self.findings += other.findings


def one_a_line(items: Iterable[Item]) -> list[Item]:
    """The items with those of one order line (a pack and its overrun) made one: a line stands once on a draft."""
    merged: dict[int, Item] = {}
    for item in items:
        other = merged.get(item.line_id)
        merged[item.line_id] = item if other is None else _joined(other, item)
    return list(merged.values())


def _joined(one: Item, other: Item) -> Item:
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        amount=one.amount + other.amount,
        why=f"{one.why} ; {other.why}",
        hours={**one.hours, **other.hours},
    )
