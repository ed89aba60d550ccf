"""Revenue that no confirmed order carries: invoices and credit notes made by hand, and those of an order cancelled since.

Each line counts in the month of its invoice, by the shares of its analytic distribution, for the projects that have those
accounts. What names none is told by one finding. Down payments are no revenue. Nothing of it is accrued: it is invoiced.

Example: 1,000.00 with 60 % on Clientis' account and 40 % on no project's: 600.00 for Clientis, 400.00 told.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Ref, Severity
from mappings.vocabulary.units import money, round_to
from rules.margin.books import MarginBooks

NAMED = 5
"""Invoices that the finding names; its number and its sum are of all."""


def loose_revenue(books: MarginBooks, labels: Labels) -> tuple[dict[int, Decimal], list[Finding]]:
    """Revenue by analytic account, in the company's currency, and a finding for the rest."""
    known = {row.account_id for row in books.project_rows().values()} - {0}
    found: dict[int, Decimal] = defaultdict(Decimal)
    unknown: list[tuple[str, Decimal]] = []
    for line in each(books.loose):
        if _ordered(books, line):
            continue
        amount = -money(line.balance)
        rest = amount
        for account, part in _shares(amount, line.analytic_distribution or {}, known, books.now.books.digits):
            found[account] += part
            rest -= part
        if rest:
            unknown.append((line.invoice, rest))
    return dict(found), _told(books, unknown, labels) if unknown else []


def accounts_in(distribution: Mapping[str, Any] | None) -> Iterator[int]:
    """The analytic accounts of a distribution; a key names one of each plan: `12,34`."""
    for key in distribution or {}:
        yield from (int(part) for part in str(key).split(",") if part.isdigit())


def _ordered(books: MarginBooks, line: Any) -> bool:
    """Whether a confirmed order has the line already, beside another that is cancelled."""
    data = books.now.closing.data
    lines = data.rows("order_lines")
    return any(one in lines and data.order_of(one).state == "sale" for one in line.order_line_ids)


def _shares(amount: Decimal, distribution: Mapping[str, Any], known: set[int], digits: int) -> Iterator[tuple[int, Decimal]]:
    """Of each known account, never more than the whole together: two plans may each distribute all of it."""
    told, so_far = Decimal(0), Decimal(0)
    for key, percent in distribution.items():
        account = next((one for one in accounts_in({key: percent}) if one in known), 0)
        if account:
            told = min(told + Decimal(str(percent)), Decimal(100))
            upto = round_to(amount * told / 100, digits)
            yield account, upto - so_far
            so_far = upto


def _told(books: MarginBooks, unknown: list[tuple[str, Decimal]], labels: Labels) -> list[Finding]:
    company = books.now.closing.data.company
    invoices = list(dict.fromkeys(name for name, _ in unknown))
    words = {
        "count": len(unknown),
        "invoices": ", ".join(invoices[:NAMED]) + (", …" if len(invoices) > NAMED else ""),
    }
    return [
        Finding(
            code="margin_loose",
            severity=Severity.WARNING,
            record=Ref(dataset="companies", id=int(company.id), name=company.name),
            language=labels.language,
            words=words,
            amount=sum((amount for _, amount in unknown), Decimal(0)),
            currency=books.now.books.currency,
        )
    ]
