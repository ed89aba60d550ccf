"""Five hundred orders to drafts: Regie's whole run against Odoo's own "Create invoice", one order at a time and all at once.

All three begin at the same database, put back before each. Regie reads, decides, writes over two connections with key, links
and the detail attached, and reads back; the wizard's drafts have neither key nor detail.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from flows.bill import bill
from flows.shape import Mode
from sandbox import server
from sandbox.access import Access
from tests import undo
from tests.bench.ground import COMPANY, PORT, grown, settings
from tests.bench.measure import Row, alternating
from tests.bench.orders import orders
from tests.odoo.trade import OCTOBER, Desk, QuietScreen
from tests.torture import slice as stafforia

ORDERS, SHEETS_EACH, ROUNDS = 500, 5, 2
FASTER_THAN_EACH, FASTER_THAN_ALL = 6.0, 1.3
REGIE, EACH, ALL = "Regie", "Odoo's wizard, one order at a time", "Odoo's wizard, all at once"

_DRAFTS = "SELECT count(*), sum(amount_untaxed) FROM account_move WHERE state = 'draft' AND move_type = 'out_invoice'"
_LINKED = "SELECT count(*) FROM account_analytic_line WHERE timesheet_invoice_id IS NOT NULL"

NOTES: list[str] = []


def rows() -> Iterator[Row]:
    """Two rows of one measurement."""
    access = grown(fresh=True)
    _bill(access)  # the demo's own October: only what is made here is left to bill
    made = orders(access, ORDERS, SHEETS_EACH)
    here = stafforia.desk(access, Path(os.devnull))
    here.as_(here.seller)  # whose key must stand before the copies, or it would be put back with the rest
    server.sql(PORT, undo.COPIES)
    runs = {REGIE: lambda: _bill(access), EACH: lambda: _one_by_one(here, made), ALL: lambda: _wizard(here, made)}
    stood = _stands()
    results: dict[str, tuple[list[str], ...]] = {}
    took = alternating({name: _noted(name, run, results) for name, run in runs.items()}, ROUNDS, _put_back)
    [(drafts, sheets)] = {tuple(_added(stood, result)) for result in results.values()}
    if (drafts, sheets) != (ORDERS, ORDERS * SHEETS_EACH):
        raise AssertionError(f"{drafts} drafts with {sheets} timesheets were made")
    if len({sums for (_, sums), _ in results.values()}) > 1:
        raise AssertionError(f"the drafts differ: {results}")
    NOTES[:] = [_table(took)]
    yield _row(took, EACH, FASTER_THAN_EACH)
    yield _row(took, ALL, FASTER_THAN_ALL)


def _bill(access: Access) -> None:
    report = bill(COMPANY, OCTOBER, Mode.APPLY, QuietScreen(), settings(access))
    if report.written is None or report.written.rejected:
        raise AssertionError(f"rejected: {report.written}")


def _one_by_one(here: Desk, ids: Sequence[int]) -> None:
    for order in ids:
        _wizard(here, [order])


def _wizard(here: Desk, ids: Sequence[int]) -> None:
    """By the salesperson, as Odoo's list of orders does it; one draft an order, as Regie makes them."""
    values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, ids)], "consolidated_billing": False}
    context = {"active_model": "sale.order", "active_ids": ids}
    model = "sale.advance.payment.inv"
    [wizard] = here(model, "create", by=here.seller, vals_list=[values], context=context)
    here(model, "create_invoices", wizard, here.seller, context=context)


def _noted(name: str, run: Callable[[], None], results: dict[str, tuple[list[str], ...]]) -> Callable[[], None]:
    def noted() -> None:
        run()
        results[name] = _stands()

    return noted


def _stands() -> tuple[list[str], ...]:
    """Number and sum of the drafts, number of timesheets on an invoice."""
    return server.sql(PORT, _DRAFTS)[0], server.sql(PORT, _LINKED)[0]


def _added(stood: tuple[list[str], ...], stands: tuple[list[str], ...]) -> tuple[int, int]:
    return int(stands[0][0]) - int(stood[0][0]), int(stands[1][0]) - int(stood[1][0])


def _put_back() -> None:
    for statement in (undo.TOUCHED, undo.UNDO, "VACUUM ANALYZE"):
        server.sql(PORT, statement)


def _row(took: dict[str, float], other: str, target: float) -> Row:
    ratio = took[other] / took[REGIE]
    work = f"{ORDERS} orders with {ORDERS * SHEETS_EACH:,} timesheets to drafts, with key, links and detail, two connections"
    figure = f"{ratio:.2f} × ({took[REGIE]:.1f} s against {took[other]:.1f} s)"
    return Row(work, other, f"{target} ×", figure, ratio >= target)


def _table(took: dict[str, float]) -> str:
    lines = [f"| {name} | {seconds:.1f} | {ORDERS / seconds:.1f} |" for name, seconds in took.items()]
    head = f"{ORDERS} orders with {ORDERS * SHEETS_EACH:,} timesheets to drafts:\n"
    return "\n".join([head, "| | s | drafts/s |", "|---|---|---|", *lines])
