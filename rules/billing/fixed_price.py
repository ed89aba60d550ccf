"""Fixed price and prepaid packs: billed once, as sold. Compared by amount, not by quantity.

A price credit of 500 on a forfait of 5,000 puts quantity 1 back "to invoice" in Odoo; by amount nothing is due, and the
credit is what it was meant to be, a concession. Source: billing.md, "Fixed price, milestones and down payments".
"""

from decimal import Decimal
from typing import Any

from mappings.vocabulary.labels import Labels, Sentence
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount, net_price
from rules.billing.history import History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode
from rules.billing.qualification import Reason


def bill_fixed(data: BillingData, modes: dict[int, Mode], past: History, labels: Labels) -> Outcome:
    """Items of fixed prices and prepaid packs."""
    outcome = Outcome()
    for line in data.rows("order_lines").values():
        if modes[line.id] not in (Mode.FIXED, Mode.PREPAID):
            continue
        order = data.order_of(line.id)
        why = labels.later(
            f"why.{modes[line.id].value}",
            order=order.name,
            day=order.ordered_on,
            **data.priced(line, quantity(line.ordered)),
        )
        outcome.add(due_by_amount(data, line, modes[line.id], quantity(line.ordered), why, past, labels))
        outcome.findings += withdrawn_amount(data, line, past, labels)
    return outcome


def due_by_amount(  # noqa: PLR0913, PLR0917 - what every amount-based mode ends with
    data: BillingData, line: Any, mode: Mode, due_quantity: Decimal, why: Sentence, past: History, labels: Labels
) -> Outcome:
    """What `due_quantity` of the line comes to, less what is billed: as an item, or a finding where it is negative."""
    digits = data.digits(data.order_of(line.id))
    price = net_price(line)
    due = amount(due_quantity, line, digits)
    left = due - past.of(line.id).kept_amount
    if not price or abs(left) < Decimal(1).scaleb(-digits):
        return Outcome()
    if left < 0 and mode is Mode.PREPAID:
        # An overrun that was re-billed is no credit to make: its quantity is beyond what was sold.
        return Outcome()
    units = due_quantity if left == due else round_to(left / price, 2)
    if left < 0 and not past.takes(line.id, units):
        return Outcome(findings=[findings.about_line(data, labels, line.id, Reason.CREDIT_DUE, Severity.CRITICAL, worth=-left)])
    return Outcome(items=[Item(line.id, mode, units, amount(units, line, digits), why)])


def withdrawn_amount(data: BillingData, line: Any, past: History, labels: Labels) -> list[Finding]:
    """What a person took off a draft that Regie wrote: a concession, named with its money until it is put back."""
    billed = past.of(line.id)
    conceded = billed.kept_amount - billed.amount
    if conceded <= 0:
        return []
    return [findings.about_line(data, labels, line.id, Reason.WITHDRAWN, Severity.WARNING, worth=conceded)]
