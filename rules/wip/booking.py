"""How each open order line is booked: accrued or deferred, its revenue account, its VAT, and what it says for itself.

A line that cannot be booked as its invoice will be (a currency without a rate, a tax that is no plain percentage, no revenue
account) is left out by name, with its money, and stops nothing else.
"""

from decimal import Decimal

from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import round_to
from rules.billing import findings
from rules.billing.modes import Mode
from rules.wip.accounts import LineAccounts
from rules.wip.case import Case
from rules.wip.entries import Booking, Kind
from rules.wip.position import Position
from rules.wip.rates import ClosingRates


def book(case: Case, positions: list[Position]) -> tuple[dict[Kind, list[Booking]], list[Finding]]:
    """The bookings of each kind, by order and place on it, and the findings about lines that cannot be booked."""
    accounts, rates = LineAccounts(case.books), ClosingRates.in_books(case.books, case.closing)
    bookings: dict[Kind, list[Booking]] = {kind: [] for kind in Kind}
    found: list[Finding] = []
    printed = (line.id for lines in case.data.lines_of.values() for line in lines)
    places = {line_id: place for place, line_id in enumerate(printed)}
    for position in sorted(positions, key=lambda one: places[one.item.line_id]):
        kind = _kind(position)
        booked = _booking(case, position, kind, accounts, rates)
        if isinstance(booked, Booking):
            bookings[kind].append(booked)
        else:
            found.append(booked)
    return bookings, found


def _kind(position: Position) -> Kind:
    """A global discount is negative and comes off what is accrued."""
    return Kind.DEFERRED if position.item.amount < 0 and position.item.mode is not Mode.DISCOUNT else Kind.ACCRUED


def _booking(case: Case, position: Position, kind: Kind, accounts: LineAccounts, rates: ClosingRates) -> Booking | Finding:
    data = case.data
    line, order = data.line(position.item.line_id), data.order_of(position.item.line_id)
    rate = rates.of(order.currency_id)
    open_ = position.item.amount if kind is Kind.ACCRUED else -position.item.amount
    amount = round_to(open_ / rate, case.books.digits) if rate else open_
    vat = accounts.vat(line, amount) if case.policies.closing.accrue_vat and kind is Kind.ACCRUED else Decimal(0)
    account = accounts.revenue(line)
    reasons = {
        "closing_currency": rate is None,
        "closing_tax": vat is None,
        "closing_no_revenue_account": account not in case.books.account_ids.values(),
    }
    code = next((code for code, true in reasons.items() if true), "")
    if code or vat is None:
        return findings.about_line(data, case.labels, line.id, code, Severity.CRITICAL, worth=open_)
    payer = data.rows("partners").get(order.invoice_partner_id)
    return Booking(
        line_id=line.id,
        partner_id=int((payer.commercial_id if payer else 0) or order.invoice_partner_id),
        account=account,
        amount=amount,
        vat=vat,
        text=_text(case, position, rate or Decimal(1)),
        earned=position.earned,
        invoiced=position.invoiced,
        hours=position.item.hours,
    )


def _text(case: Case, position: Position, rate: Decimal) -> str:
    """The order, what was sold, and why the line is as large as it is, with its days; of another currency its rate."""
    item, labels = position.item, case.labels
    line = case.data.line(item.line_id)
    days = f" ({labels.period(*item.service)})" if item.service else ""
    order = case.data.order_of(line.id)
    text = labels("closing.line", order=order.name, line=case.data.line_title(line.id), why=item.why) + days
    if order.currency_id == case.data.company.currency_id:
        return text
    currency = case.data.currency_code(order)
    return labels(
        "closing.converted",
        text=text,
        amount=labels.money(abs(item.amount), currency),
        rate=labels.quantity(rate),
        currency=currency,
        own=case.books.currency,
        day=labels.day(case.period.until),
    )
