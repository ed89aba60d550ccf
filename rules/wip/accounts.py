"""The accounts and the VAT that an order line's invoice will take, so that the accrual books where the invoice will.

Revenue: the product's account, else its category's, else the company's, each through the map of the order's fiscal position.
VAT: the line's own taxes, which the fiscal position chose already (none for a client elsewhere in the EU). Example: 8,100.00
under "20% S" is 1,620.00. Source: cra.md, "Accruals".
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.units import quantity, round_to
from rules.wip.books import ClosingBooks


@dataclass(frozen=True)
class LineAccounts:
    """Looks up what one order line is booked to."""

    books: ClosingBooks

    def revenue(self, line: Any) -> int:
        """The revenue account of a line of an order; 0 where neither product, category nor company names one."""
        product = self._products.get(line.product_id)
        category = self._categories.get(product.category_id) if product else None
        own = (product.account_id if product else 0) or (category.account_id if category else 0)
        account = int(own or self.books.billing.company.income_account_id)
        order = self.books.billing.rows("orders")[line.order_id]
        return self._maps.get((order.fiscal_position_id, account), account)

    def vat(self, line: Any, amount: Decimal) -> Decimal | None:
        """The tax on an amount of a line, rounded tax by tax; None where one is not a plain percentage on top of the price."""
        taxes = [self._taxes.get(tax) for tax in line.tax_ids]
        if any(tax is None or tax.computed != "percent" or (tax.included and tax.rate) for tax in taxes):
            return None
        shares = (quantity(tax.rate) / 100 for tax in taxes if tax is not None)
        return sum((round_to(amount * share, self.books.digits) for share in shares), Decimal(0))

    @cached_property
    def _products(self) -> dict[int, Any]:
        return {row.id: row for row in each(self.books.product_accounts)}

    @cached_property
    def _categories(self) -> dict[int, Any]:
        return {row.id: row for row in each(self.books.categories)}

    @cached_property
    def _maps(self) -> dict[tuple[int, int], int]:
        return {(row.fiscal_position_id, row.from_id): int(row.to_id) for row in each(self.books.account_maps)}

    @cached_property
    def _taxes(self) -> dict[int, Any]:
        return {row.id: row for row in each(self.books.taxes)}
