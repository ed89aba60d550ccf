"""What every mode that compares amounts ends with: earned less invoiced, and which invoices those are."""

from decimal import Decimal
from typing import Any

from mappings.vocabulary.units import round_to
from rules.billing.data import net_price
from rules.billing.item import Item
from rules.wip.case import Case
from rules.wip.position import Position


def position(case: Case, line: Any, earned: Decimal, said: str) -> Position:
    """Where the line stands; `said` tells how `earned` came about. Its quantity is what is open at the line's price.

    What live invoices billed counts whole: a credit on a part is a concession, not work that is still to be invoiced.
    """
    invoiced, price = case.past.of(line.id).kept_amount, net_price(line)
    left = earned - invoiced
    units = round_to(left / price, 2) if price else Decimal(0)
    why = case.labels("closing.compared", earned=said, invoiced=_invoiced(case, line, invoiced))
    return Position(Item(line.id, case.modes[line.id], units, left, why), invoiced)


def money_of(case: Case, line: Any, amount: Decimal) -> str:
    """An amount in the currency of the line's order, as people read it."""
    return case.labels.money(amount, case.data.currency_code(case.data.order_of(line.id)))


def _invoiced(case: Case, line: Any, invoiced: Decimal) -> str:
    """ "facturé 9 100,00 € (FAC/2026/00001, FAC/2026/00002)"."""
    ids = dict.fromkeys(row.invoice_id for row in case.data.on_invoices.get(line.id, ()))
    names = ", ".join(case.data.name("invoices", invoice) for invoice in ids)
    if not names:
        return case.labels("closing.not_invoiced")
    return case.labels("closing.invoiced", amount=money_of(case, line, invoiced), names=names)
