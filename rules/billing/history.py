"""What invoices already say of each order line: billed, credited, and which hours Regie put where.

An invoice is *live* unless it is cancelled, or wholly reversed by posted credit notes: then it counts for nothing and its hours
are proposed again. A partial credit note is a concession: the invoice stays billed in full and the credit is remembered apart.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.units import MICRO, money, quantity
from rules.billing.content import ContentLine, parse
from rules.billing.data import BillingData


@dataclass(slots=True)
class Billed:
    """What live invoices say of one order line, in its unit and before tax.

    quantity, amount   as they stand on the invoices
    kept_quantity, kept_amount   the same, but never less than what Regie wrote: a draft that a person lowered is a concession
    credited_quantity   taken back by partial credit notes
    documents          number of invoice lines
    """

    quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    kept_quantity: Decimal = Decimal(0)
    kept_amount: Decimal = Decimal(0)
    credited_quantity: Decimal = Decimal(0)
    documents: int = 0


@dataclass(frozen=True)
class History:
    """By order line, plus the claims of Regie's live invoices on hours and the ids of dead invoices."""

    billed: dict[int, Billed]
    claims: pd.DataFrame
    """timesheet_id, invoice_id, order_line_id, hours (micro), created_at: what Regie's live invoices bill."""
    dead: frozenset[int]
    contents: dict[int, list[ContentLine]] = field(default_factory=dict)
    lowered: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["invoice_id", "order_line_id", "created_at"]))
    """Where a person lowered or removed what Regie wrote: Odoo keeps the links of a lowered line."""
    room: dict[int, Decimal] = field(default_factory=dict)
    """Quantity of each order line on the untouched draft of its order, on the one with most of it where there are several: a
    correction may come off it (`drafts.standing`)."""

    def of(self, line_id: int) -> Billed:
        return self.billed.get(line_id, _NOTHING)

    def takes(self, line_id: int, units: Decimal) -> bool:
        """Whether this quantity can be billed: any that is positive, and a correction that an untouched draft has room for."""
        return units > 0 or 0 < -units <= self.room.get(line_id, Decimal(0))


_NOTHING = Billed()


def history(data: BillingData) -> History:
    """What the invoices of `data` say. Invoice lines of several order lines count on each, as Odoo counts them."""
    invoices = data.rows("invoices")
    dead = _dead(data.invoices)
    contents = {i.id: parse(i.content) for i in invoices.values() if i.content and i.id not in dead}
    billed: dict[int, Billed] = defaultdict(Billed)
    actual: dict[tuple[int, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    for row in each(data.invoice_lines):
        invoice = invoices.get(row.invoice_id)
        if invoice is None or invoice.state == "cancel" or invoice.id in dead:
            continue
        for line_id in row.order_line_ids:
            if line_id not in data.rows("order_lines"):
                continue
            units, untaxed = _in_line_unit(row, data, line_id), money(row.subtotal)
            if invoice.type == "out_refund":
                # A reversal of a dead invoice undoes what no longer counts; every other credit note is a concession.
                if invoice.reverses_id not in dead:
                    billed[line_id].credited_quantity += units
                continue
            was = actual[invoice.id, line_id]
            actual[invoice.id, line_id] = (was[0] + units, was[1] + untaxed)
            billed[line_id].documents += 1
    lowered = pd.DataFrame(_add_up(billed, actual, contents), columns=["invoice_id", "order_line_id"])
    return History(dict(billed), _claims(contents, data.invoices), dead, contents, _dated(lowered, data.invoices))


def _dead(invoices: pd.DataFrame) -> frozenset[int]:
    """Cancelled invoices, and those that posted credit notes take back whole."""
    cancelled = set(invoices.loc[invoices["state"] == "cancel", "id"])
    refunds = invoices[(invoices["type"] == "out_refund") & (invoices["state"] == "posted") & (invoices["reverses_id"] != 0)]
    credited = refunds.groupby("reverses_id")["amount_untaxed"].sum()
    bills = invoices[(invoices["type"] == "out_invoice") & (invoices["state"] == "posted")].set_index("id")
    reversed_ = bills.index[bills["payment_state"] == "reversed"]
    whole = bills.index[(credited.reindex(bills.index).fillna(0) >= bills["amount_untaxed"]) & (bills["amount_untaxed"] > 0)]
    return frozenset(cancelled | set(reversed_) | set(whole))


def _in_line_unit(row: Any, data: BillingData, line_id: int) -> Decimal:
    """An invoice line's quantity in the order line's unit (a person may bill hours of a day line)."""
    units = data.rows("units")
    ours, theirs = units.get(data.line(line_id).unit_id), units.get(row.unit_id)
    if ours and theirs and ours.hours and theirs.hours:
        return Decimal(int(row.quantity)) * int(theirs.hours) / int(ours.hours) / MICRO
    return quantity(row.quantity)


def _add_up(
    billed: dict[int, Billed],
    actual: dict[tuple[int, int], tuple[Decimal, Decimal]],
    contents: dict[int, list[ContentLine]],
) -> list[tuple[int, int]]:
    """Adds to `billed`; answers the invoices and order lines where less stands than Regie wrote."""
    written: dict[tuple[int, int], tuple[Decimal, Decimal]] = {
        (invoice_id, line.order_line_id): (line.quantity, line.amount)
        for invoice_id, lines in contents.items()
        for line in lines
        if line.order_line_id
    }
    for place in actual.keys() | written.keys():
        units, untaxed = actual.get(place, (Decimal(0), Decimal(0)))
        was_units, was_untaxed = written.get(place, (units, untaxed))
        line = billed[place[1]]
        line.quantity += units
        line.amount += untaxed
        line.kept_quantity += _larger(units, was_units)
        line.kept_amount += _larger(untaxed, was_untaxed)
    return sorted(place for place, (was, _) in written.items() if actual.get(place, (Decimal(0),))[0] < was)


def _dated(rows: pd.DataFrame, invoices: pd.DataFrame) -> pd.DataFrame:
    """The rows, whole numbers, with the moment their invoice was made."""
    rows = rows.astype("int64")
    return rows.assign(created_at=invoices.set_index("id")["created_at"].reindex(rows["invoice_id"]).array)


def _larger(a: Decimal, b: Decimal) -> Decimal:
    """The one further from zero (deductions and discounts are negative)."""
    return a if abs(a) >= abs(b) else b


def _claims(contents: dict[int, list[ContentLine]], invoices: pd.DataFrame) -> pd.DataFrame:
    rows = [
        (timesheet, invoice_id, line.order_line_id, hours)
        for invoice_id, lines in contents.items()
        for line in lines
        for timesheet, hours in line.hours.items()
    ]
    return _dated(pd.DataFrame(rows, columns=["timesheet_id", "invoice_id", "order_line_id", "hours"]), invoices)
