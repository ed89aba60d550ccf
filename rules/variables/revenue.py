"""What business managers' revenue is, invoiced and collected, from posted invoices and credit notes.

Example: an invoice of 10,000 before tax of 12 October, 12,000 with tax, of which 3,000 are paid: invoiced 10,000 and collected
2,500, both of October. A credit note of 2,000 in November that takes it back counts in October too: -2,000. One that takes
nothing back counts in its own month. Paid is what was paid up to the month's end, so that a past month comes out as it was.
What an entry of another journal settles was not paid: 3,000 written off as a bad debt are collected by nobody.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.pay_frames import BASES
from mappings.vocabulary.units import MONEY, round_to, to_money
from mappings.vocabulary.variable_plan import CENTS


def revenue(
    sales: pd.DataFrame, terms: pd.DataFrame, settlements: pd.DataFrame, numbers: Mapping[int, str], until: date
) -> pd.DataFrame:
    """Frame `pay_frames.BASES` of the datasets `sales`, `sale_terms` and `settlements`.

    A credit note's invoice must be among the sales, whatever its date.

    numbers  employee numbers of salespersons, by user
    until    payments after this day do not count
    """
    dates = dict(zip(sales["id"].tolist(), sales["invoice_date"].tolist(), strict=True))
    paid = _paid(terms, settlements, until)
    return frame(BASES, (row for sale in each(sales) for row in _rows(sale, dates, paid[sale.id], numbers)))


def collecting(settlements: pd.DataFrame, terms: pd.DataFrame, paying: pd.DataFrame) -> pd.DataFrame:
    """The settlements between documents and money, or among documents; of the datasets `sale_terms` and `paying_lines`."""
    known = {*terms["id"].tolist(), *paying["id"].tolist()}
    return settlements[settlements["debit_id"].isin(known) & settlements["credit_id"].isin(known)]


def _paid(terms: pd.DataFrame, settlements: pd.DataFrame, until: date) -> dict[int, int]:
    """What is settled of each document, in either direction positive."""
    of_line = dict(zip(terms["id"].tolist(), terms["sale_id"].tolist(), strict=True))
    found: dict[int, int] = defaultdict(int)
    for row in each(settlements):
        if row.date.date() <= until:
            for line in (row.debit_id, row.credit_id):
                if line in of_line:
                    found[of_line[line]] += row.amount
    return found


def _rows(sale: Any, dates: Mapping[int, Any], paid: int, numbers: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    number, day = numbers.get(sale.salesperson_id), dates.get(sale.reverses_id, sale.invoice_date)
    if not number or sale.state != "posted" or pd.isna(day):
        return
    counted = {"employee": number, "month": day.replace(day=1), "origin": sale.name}
    yield {**counted, "basis": "revenue_invoiced", "amount": sale.untaxed}
    if collected := _collected(sale, paid):
        yield {**counted, "basis": "revenue_collected", "amount": collected}


def _collected(sale: Any, paid: int) -> int:
    """The part before tax of what is paid, to the cent; of a credit note negative."""
    if not sale.total:
        return int(sale.untaxed)
    share = Decimal(sale.untaxed) * paid / abs(sale.total)
    return to_money(round_to(share / MONEY, CENTS))
