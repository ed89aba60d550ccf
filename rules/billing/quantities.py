"""Quantities delivered by hand (materials, travel, progress) and re-billed expenses: what is delivered and not yet billed.

Odoo makes an expense's order line when the expense is posted, net of recoverable VAT; Regie bills any such line and makes none.
A partial credit is a concession, so it is not billed again; a quantity taken back comes off, and what stays negative is a
credit note to make. Source: billing.md, "The remainder of a line", "A negative remainder", "Expenses".
"""

from datetime import date
from decimal import Decimal
from typing import Any

from mappings.vocabulary.labels import Labels, Sentence
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.units import quantity
from rules.billing import findings
from rules.billing.data import BillingData, amount
from rules.billing.history import History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode
from rules.billing.qualification import Reason


def bill_quantities(data: BillingData, modes: dict[int, Mode], past: History, period: Period, labels: Labels) -> Outcome:
    """Items of every line delivered by hand and of every expense line."""
    outcome = Outcome()
    for line in data.rows("order_lines").values():
        if modes[line.id] not in (Mode.MANUAL, Mode.EXPENSE):
            continue
        due = quantity(line.delivered) - past.of(line.id).kept_quantity
        by_hand = modes[line.id] == Mode.MANUAL
        service = (period.since, period.until) if by_hand else None
        why = labels.later(
            "why.delivered" if by_hand else "why.expense", name=data.line_title(line.id), **data.priced(line, due)
        )
        outcome.add(due_item(data, line, modes[line.id], due, why, past, labels, service))
    return outcome


def due_item(  # noqa: PLR0913, PLR0917 - what every quantity-based mode ends with
    data: BillingData,
    line: Any,
    mode: Mode,
    due: Decimal,
    why: Sentence,
    past: History,
    labels: Labels,
    service: tuple[date, date] | None = None,
) -> Outcome:
    """An item where something is due, a finding "avoir à établir" where it is negative, nothing at zero."""
    worth = amount(due, line, data.digits(data.order_of(line.id)))
    if past.takes(line.id, due):
        return Outcome(items=[Item(line.id, mode, due, worth, why, service)])
    if due < 0:
        return Outcome(
            findings=[findings.about_line(data, labels, line.id, Reason.CREDIT_DUE, Severity.CRITICAL, worth=-worth)]
        )
    return Outcome()
