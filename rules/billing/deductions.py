"""Global discounts and down payments: what comes off the drafts of an order.

A global discount of a time-and-materials order is spread over its drafts, by the share of the order each one bills (Odoo puts
it whole on the first). A down payment is deducted up to the draft's amount and the rest is remembered by amount (Odoo deducts
it whole and makes a credit note of what is left). Down payments are account 4191, not revenue: the deduction takes the account
the down payment was booked to. Source: billing.md, "Down payments" and "Global discounts".
"""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from mappings.vocabulary.labels import Labels, Money
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import money, quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount, net_price
from rules.billing.history import History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode

_BASE = (Mode.TIME, Mode.MANUAL, Mode.FIXED, Mode.PREPAID, Mode.MILESTONE, Mode.RECURRING)


def deduct(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData,
    modes: dict[int, Mode],
    past: History,
    items: list[Item],
    policy: BillingPolicy,
    labels: Labels,
) -> Outcome:
    """The deductions of every order that `items` bills something of."""
    lowered = {data.line(line_id).order_id for line_id, mode in modes.items() if mode in (Mode.DISCOUNT, Mode.DOWN_PAYMENT)}
    by_order: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        order_id = data.line(item.line_id).order_id
        if order_id in lowered:
            by_order[order_id].append(item)
    outcome = Outcome()
    for order_id, billed in by_order.items():
        lines = data.lines_of[order_id]
        share = _share(data, modes, past, lines, billed)
        discounts = _discounts(data, modes, past, lines, share, policy, labels)
        outcome.items += discounts
        outcome.add(_down_payments(data, modes, lines, billed + discounts, share, policy, labels))
    return outcome


def _share(data: BillingData, modes: dict[int, Mode], past: History, lines: list[Any], billed: list[Item]) -> Decimal:
    """How much of the order is billed once these items are: 0 to 1, by amount; expenses are not part of what was sold."""
    base = [line for line in lines if modes[line.id] in _BASE]
    sold = sum((money(line.subtotal) for line in base), Decimal(0))
    done = sum((past.of(line.id).kept_amount for line in base), Decimal(0))
    done += sum((item.amount for item in billed if item.mode in _BASE), Decimal(0))
    return min(Decimal(1), max(Decimal(0), done / sold)) if sold > 0 else Decimal(1)


def _discounts(  # noqa: PLR0913, PLR0917
    data: BillingData,
    modes: dict[int, Mode],
    past: History,
    lines: list[Any],
    share: Decimal,
    policy: BillingPolicy,
    labels: Labels,
) -> list[Item]:
    spread = policy.global_discount == "pro_rata" and any(modes[line.id] is Mode.TIME for line in lines)
    items = []
    for line in lines:
        if modes[line.id] is not Mode.DISCOUNT or not net_price(line):
            continue
        digits = data.digits(data.order_of(line.id))
        due = amount(quantity(line.ordered) * (share if spread else 1), line, digits) - past.of(line.id).kept_amount
        units = round_to(due / net_price(line), 2)
        if units > 0:
            why = labels.later("why.discount", share=labels.percent(share * 100))
            items.append(Item(line.id, Mode.DISCOUNT, units, amount(units, line, digits), why))
    return items


def _down_payments(  # noqa: PLR0913, PLR0917
    data: BillingData,
    modes: dict[int, Mode],
    lines: list[Any],
    billed: list[Item],
    share: Decimal,
    policy: BillingPolicy,
    labels: Labels,
) -> Outcome:
    room: dict[tuple[int, ...], Decimal] = defaultdict(Decimal)
    for item in billed:
        room[tuple(sorted(data.line(item.line_id).tax_ids))] += item.amount
    outcome = Outcome()
    for line in lines:
        if modes[line.id] is not Mode.DOWN_PAYMENT:
            continue
        received, deducted = _received(data, line.id)
        wanted = _wanted(received, deducted, share, policy)
        taxes = tuple(sorted(line.tax_ids))
        taken = min(wanted, max(Decimal(0), room[taxes]))
        room[taxes] -= taken
        if taken > 0:
            code = data.currency_code(data.order_of(line.id))
            rest = received - deducted - taken
            why = labels.later("why.down_payment", taken=Money(taken, code), rest=Money(rest, code))
            outcome.items.append(Item(line.id, Mode.DOWN_PAYMENT, Decimal(-1), -taken, why, price_unit=taken))
        elif wanted > 0:
            outcome.findings.append(
                findings.about_line(data, labels, line.id, "down_payment_not_deducted", Severity.WARNING, worth=wanted)
            )
    return outcome


def _received(data: BillingData, line_id: int) -> tuple[Decimal, Decimal]:
    """What posted down payment invoices of the line hold, and what drafts and invoices have deducted of it."""
    received = deducted = Decimal(0)
    for row in data.on_invoices.get(line_id, ()):
        invoice = data.rows("invoices").get(row.invoice_id)
        if invoice is None or invoice.state == "cancel":
            continue
        value = money(row.subtotal) * (-1 if invoice.type == "out_refund" else 1)
        if value < 0 and invoice.type == "out_invoice":
            deducted -= value
        elif invoice.state == "posted":
            received += value
    return received, deducted


def _wanted(received: Decimal, deducted: Decimal, share: Decimal, policy: BillingPolicy) -> Decimal:
    if policy.down_payments == "pro_rata":
        return max(Decimal(0), round_to(received * share, 2) - deducted)
    if policy.down_payments == "at_end" and share < 1:
        return Decimal(0)
    return max(Decimal(0), received - deducted)


def deduction_account(data: BillingData, line_id: int) -> int:
    """The account the down payment was booked to; 0 lets Odoo choose."""
    for row in data.on_invoices.get(line_id, ()):
        if row.is_downpayment and row.account_id:
            return int(row.account_id)
    return int(data.company.downpayment_account_id)
