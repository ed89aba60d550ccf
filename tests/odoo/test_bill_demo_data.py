"""Odoo's own demo data: every order with something to invoice gives the draft that Odoo's "Create invoice" makes."""

from datetime import date
from typing import Any

import pytest
from parity import compared
from trade import Desk, Order

from flows.provision import provision
from mappings.vocabulary.period import Period
from sandbox import server
from tests.conftest import sandbox_port

pytestmark = pytest.mark.sandbox

EVERYTHING = Period(date(2000, 1, 1), date(2099, 12, 31))
"""The demo's dates follow the day it was installed."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Odoo's demo company, provisioned, all its time validated, as the administrator."""
    server.up(sandbox_port(), demo=True)
    files = tmp_path_factory.mktemp("demo")
    desk = Desk(server.access(sandbox_port(), demo=True), "demo", "YourCompany", "admin", "admin", "admin", files)
    provision(desk.as_("admin"))
    waiting = [("project_id", "!=", False), ("x_regie_validated", "=", False)]
    desk.write("account.analytic.line", desk("account.analytic.line", "search", domain=waiting), x_regie_validated=True)
    return desk


def to_invoice(desk: Desk) -> list[Order]:
    mine = [("state", "=", "sale"), ("invoice_status", "=", "to invoice"), ("company_id", "=", desk.company_id)]
    return [
        Order(desk, row["id"], row["partner_id"], (), row["name"])
        for row in desk.rows("sale.order", mine, "name", "partner_id")
    ]


def taken_away(order: Order) -> list[dict[str, Any]]:
    """The order's drafts, and they are deleted: it is to be invoiced again."""
    found = [compared(order, draft) for draft in order.drafts()]
    order.desk("account.move", "unlink", [draft.id for draft in order.drafts()])
    return found


def test_every_order_gives_the_draft_odoo_makes(desk: Desk) -> None:
    orders = to_invoice(desk)
    report = desk.bill(EVERYTHING)
    assert report.written.rejected == ()
    ours = {order.name: taken_away(order) for order in orders}
    for order in orders:
        desk.wizard(order.id)
    odoos = {order.name: taken_away(order) for order in orders}
    assert len(orders) >= 5
    assert all(len(drafts) == 1 for drafts in ours.values())
    assert ours == odoos
