"""One order line's part of a draft, and the hours behind it: what every mode answers and documents are made of."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from mappings.vocabulary.plan import Finding
from rules.billing.modes import Mode


@dataclass(slots=True)
class Item:
    """What is due on one order line.

    quantity     in the line's unit, rounded as the unit is; negative only for deductions (down payments, discounts)
    amount       before tax, in the order's currency, rounded
    why          a sentence a client could read
    service      first and last day of the service, printed on the line; None where the line names no days
    hours        micro-hours by timesheet that this item bills
    price_unit   where it is not the order line's own
    text         the line as it is already printed on the draft that is extended
    """

    line_id: int
    mode: Mode
    quantity: Decimal
    amount: Decimal
    why: str
    service: tuple[date, date] | None = None
    hours: dict[int, int] = field(default_factory=dict)
    price_unit: Decimal | None = None
    text: str = ""


@dataclass(slots=True)
class Outcome:
    """What a rule found for its lines: items to bill, and findings."""

    items: list[Item] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        self.items += other.items
        self.findings += other.findings
