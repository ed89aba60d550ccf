"""The revenue of a month by order line: what was earned up to its last day less what was earned up to the month before's.

Earned = invoiced less credited, plus what the closing of that day finds open: the same positions as the accruals, no second
calculation. So the month has its own work at the line's price, invoiced or not, late or not; what is re-billed counts with its
expense; a fixed price counts as it progresses. A credit note lowers the revenue of the month that books it. Down payments are
no revenue. What the closing cannot book (a day that is not the calendar's, a tax it cannot follow, no revenue account) is
revenue all the same, since the work is done and will be invoiced; each such line is named, so that margins and books can be
compared. Only confirmed orders count here: invoices on others are in `rules.margin.loose`. Source: the issue, section 5
("from the same figures as billing"); cra.md, "Accruals".

Example: 13.5 days of October at 600.00, invoiced in December: 8,100.00 in October, all of it accrued; in December nothing,
8,100.00 invoiced and as much less accrued.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import money, round_to
from rules.billing import findings
from rules.billing.data import BillingData
from rules.billing.modes import Mode
from rules.margin.books import Closed, MarginBooks
from rules.wip.rates import ClosingRates


@dataclass(frozen=True, slots=True)
class Earned:
    """What the month adds to an order line's revenue, in the company's currency, and how much of it its invoices do."""

    amount: Decimal
    invoiced: Decimal


def revenue(books: MarginBooks, period: Period, labels: Labels) -> tuple[dict[int, Earned], list[Finding]]:
    """By order line, before tax, in the company's currency at the closing rate; a finding for each line without a rate."""
    data, digits = books.now.closing.data, books.now.books.digits
    rates = ClosingRates.in_books(books.now.books, pd.Timestamp(period.until))
    billed, opened = _change(books, invoiced), _change(books, accrued)
    found: dict[int, Earned] = {}
    missing: list[Finding] = []
    for line_id in sorted(data.rows("order_lines")):
        bill = billed.get(line_id, Decimal(0))
        change = bill + opened.get(line_id, Decimal(0))
        rate = rates.of(data.order_of(line_id).currency_id) if change or bill else None
        if rate:
            found[line_id] = Earned(round_to(change / rate, digits), round_to(bill / rate, digits))
        elif change:
            missing.append(findings.about_line(data, labels, line_id, "margin_no_rate", Severity.CRITICAL, worth=change))
    return found, missing


def not_accrued(books: MarginBooks, period: Period, labels: Labels) -> list[Finding]:
    """A finding for each line that the margin counts and the closing of its last day holds back or cannot book. One in a
    currency without a rate is not counted, and named by `revenue`."""
    closing = books.now.closing
    rates = ClosingRates.in_books(books.now.books, pd.Timestamp(period.until))
    booked = {one.item.line_id for one in closing.booked}
    return [
        findings.about_line(
            closing.data, labels, line_id, "margin_not_accrued", Severity.WARNING, worth=open_, day=labels.day(period.until)
        )
        for line_id, open_ in sorted(accrued(books.now).items())
        if open_ and line_id not in booked and rates.of(closing.data.order_of(line_id).currency_id)
    ]


def _change(books: MarginBooks, of: Callable[[Closed], dict[int, Decimal]]) -> dict[int, Decimal]:
    """What the month adds, by order line."""
    now, before = of(books.now), of(books.before)
    return {line_id: now.get(line_id, Decimal(0)) - before.get(line_id, Decimal(0)) for line_id in now.keys() | before.keys()}


def accrued(closed: Closed) -> dict[int, Decimal]:
    """By order line, before tax, in the order's currency: what that day's closing finds open, discounts included."""
    closing = closed.closing
    found: dict[int, Decimal] = defaultdict(Decimal)
    discounts = [one for one in (*closing.booked, *closing.unbooked) if one.item.mode is Mode.DISCOUNT]
    for position in (*closing.positions, *discounts):
        if _counts(closing.data, position.item.line_id):
            found[position.item.line_id] += position.item.amount
    return found


def invoiced(closed: Closed) -> dict[int, Decimal]:
    """The same of what invoices less credit notes hold on that day. Odoo counts a line of several order lines on each."""
    data = closed.closing.data
    signs = {row.id: -1 if row.type == "out_refund" else 1 for row in each(data.invoices)}
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in each(data.invoice_lines):
        for line_id in row.order_line_ids:
            if _counts(data, line_id):
                found[line_id] += signs[row.invoice_id] * money(row.subtotal)
    return found


def _counts(data: BillingData, line_id: int) -> bool:
    line = data.rows("order_lines").get(line_id)
    return line is not None and not line.is_downpayment and data.order_of(line_id).state == "sale"
