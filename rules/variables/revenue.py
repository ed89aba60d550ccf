"""What business managers' revenue is, invoiced and collected, from posted invoices and credit notes.

Example: an invoice of 10,000 before tax of 12 October, 12,000 with tax, of which 3,000 are paid: invoiced 10,000 and collected
2,500, both of October. A credit note of 2,000 in November that takes it back counts in October too: -2,000. One that takes
nothing back counts in its own month. Collected revenue counts as far as it is paid when the run reads it.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.pay_frames import BASES
from mappings.vocabulary.units import MONEY, round_to, to_money
from mappings.vocabulary.variable_plan import CENTS


def revenue(sales: pd.DataFrame, numbers: Mapping[int, str]) -> pd.DataFrame:
    """Frame `pay_frames.BASES` of the dataset `sales`; `numbers` are the employee numbers of salespersons, by user.

    A credit note's invoice must be among the sales, whatever its date.
    """
    dates = dict(zip(sales["id"].tolist(), sales["invoice_date"].tolist(), strict=True))
    return frame(BASES, (row for sale in each(sales) for row in _rows(sale, dates, numbers)))


def _rows(sale: Any, dates: Mapping[int, Any], numbers: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    number, day = numbers.get(sale.salesperson_id), dates.get(sale.reverses_id, sale.invoice_date)
    if not number or sale.state != "posted" or pd.isna(day):
        return
    counted = {"employee": number, "month": day.replace(day=1), "origin": sale.name}
    yield {**counted, "basis": "revenue_invoiced", "amount": sale.untaxed}
    if collected := _collected(sale):
        yield {**counted, "basis": "revenue_collected", "amount": collected}


def _collected(sale: Any) -> int:
    """The part before tax of what is paid, to the cent."""
    if not sale.total:
        return int(sale.untaxed)
    share = Decimal(sale.untaxed) * (sale.total - sale.residual) / sale.total
    return to_money(round_to(share / MONEY, CENTS))
