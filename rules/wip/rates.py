"""Amounts in another currency at the closing rate: the last one entered up to the closing date, as Odoo itself takes it.

Example: 1,000.00 CHF at 0.9400 CHF for 1 EUR is 1,063.83 EUR. Source: cra.md, "Accruals".
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pandas as pd

from mappings.vocabulary.dataset import each
from rules.wip.books import ClosingBooks


@dataclass(frozen=True)
class ClosingRates:
    """How many units of a currency are one of the company's own, on the closing date. `rates`: the dataset of that name."""

    rates: pd.DataFrame
    own: int
    closing: pd.Timestamp

    @classmethod
    def in_books(cls, books: ClosingBooks, closing: pd.Timestamp) -> "ClosingRates":
        """Those of a closing."""
        return cls(books.rates, books.billing.company.currency_id, closing)

    def of(self, currency_id: int) -> Decimal | None:
        """None where no rate had been entered by then."""
        if currency_id == self.own:
            return Decimal(1)
        rate = self._last.get(currency_id)
        return rate / self._last.get(self.own, Decimal(1)) if rate else None

    @cached_property
    def _last(self) -> dict[int, Decimal]:
        """The company's own rates come before those of all companies, whatever their day."""
        rates = self.rates[self.rates["date"] <= self.closing]
        ordered = rates.assign(own=rates["company_id"] != 0).sort_values(["own", "date", "id"])
        return {row.currency_id: Decimal(str(row.rate)) for row in each(ordered)}
