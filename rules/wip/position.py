"""Where one order line stands on the closing date: earned, invoiced, and the difference between them."""

from dataclasses import dataclass, field
from decimal import Decimal

from mappings.vocabulary.plan import Finding
from rules.billing.item import Item


@dataclass(frozen=True, slots=True)
class Position:
    """Before tax, in the order's currency.

    item      what is open: quantity and amount are earned less invoiced, negative where more is invoiced than earned
    invoiced  by invoices that count on the day, partial credits not deducted: they are concessions
    """

    item: Item
    invoiced: Decimal

    @property
    def earned(self) -> Decimal:
        return self.invoiced + self.item.amount


@dataclass(slots=True)
class Positions:
    """What a rule found for its lines."""

    found: list[Position] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Positions") -> None:
        self.found += other.found
        self.findings += other.findings
