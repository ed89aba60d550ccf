"""What was delivered by hand up to a day: Odoo keeps such a quantity without a date, and other records tell when it was.

- A day with time on the line itself delivers one unit, oldest first: a travel line billed flat has its visits' travel time.
- The rest is delivered from the order's day on; but what the next posted invoice, of that day or later, did not bill was
  delivered after it, since billing bills all that is delivered.
- What an invoice that counts has billed is delivered.

Example: an order of 1 October, four visits in October and four in November at 25.00 of travel: of the 8 delivered 0 are by 30
September, 4 by 31 October, 8 by 30 November. Source: the issue, section 5; scenario H6.
"""

from collections import defaultdict
from datetime import date

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.units import MICRO
from rules.wip.books import ClosingBooks

Invoiced = list[tuple[date, int]]
"""Accounting day and millionths of posted invoices and credit notes of one line, oldest first."""


def delivered_by(books: ClosingBooks, day: date) -> dict[int, int]:
    """Millionths by order line, of every line whose delivered quantity is kept by hand; never more than it holds now."""
    data = books.billing
    days: dict[int, list[date]] = defaultdict(list)
    for row in each(books.work_days.drop_duplicates()):
        days[row.order_line_id].append(row.date.date())
    invoiced = _invoiced(books)
    return {
        line.id: _by(day, line.delivered, data.order_of(line.id).ordered_on, days[line.id], invoiced[line.id])
        for line in data.rows("order_lines").values()
        if line.delivered_by == "manual" and line.delivered > 0
    }


def _by(day: date, delivered: int, ordered_on: pd.Timestamp, days: list[date], invoiced: Invoiced) -> int:
    dated = min(delivered, MICRO * sum(one <= day for one in days))
    rest = delivered - min(delivered, MICRO * len(days))
    found = dated + (rest if pd.isna(ordered_on) or ordered_on.date() <= day else 0)
    billed = sum(units for at, units in invoiced if at <= day)
    following = next((at for at, units in invoiced if at >= day and units > 0), None)
    if following:
        found = min(found, max(dated, sum(units for at, units in invoiced if at <= following)))
    return max(found, min(billed, delivered))


def _invoiced(books: ClosingBooks) -> dict[int, Invoiced]:
    """Of posted invoices; a unit of the invoice line is one of the order line, as pieces are."""
    data, found = books.billing, defaultdict[int, Invoiced](list)
    posted = {row.id: row for row in each(data.invoices[data.invoices["state"] == "posted"])}
    for row in each(data.invoice_lines):
        invoice = posted.get(row.invoice_id)
        if invoice is not None:
            units = -row.quantity if invoice.type == "out_refund" else row.quantity
            for line_id in row.order_line_ids:
                found[line_id].append((invoice.accounting_date.date(), units))
    for several in found.values():
        several.sort()
    return found
