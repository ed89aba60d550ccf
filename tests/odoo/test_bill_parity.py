"""On a fresh order the draft is the one Odoo's own "Create invoice" makes on a twin: header, lines, taxes, to the cent."""

from collections.abc import Callable
from typing import Any

import pytest
from parity import compared
from trade import Desk, Order

pytestmark = pytest.mark.sandbox

Sold = Callable[[Desk], list[dict[str, Any]]]


def hours(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("REGIE-H", 100, 83.33, discount=7.5)]


def days(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("REGIE-J", 20, 599.99)]


def fixed(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("FORFAIT-MOIS", 3, 333.33)]


def pack(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("PACK-H", 10, 95.00)]


def milestone(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("FORFAIT-JALON", 20, 650.00)]


def by_hand(desk: Desk) -> list[dict[str, Any]]:
    return [desk.sold("DEPLACEMENT", 7, 25.55, name="Déplacement à Lyon")]


def sections(desk: Desk) -> list[dict[str, Any]]:
    """What is billed stands under its sections, with its notes; an empty section does not appear."""
    return [
        {"display_type": "line_note", "name": "Selon le devis"},
        desk.sold("FORFAIT-MOIS", 1, 100.00),
        {"display_type": "line_section", "name": "Lot 1"},
        {"display_type": "line_subsection", "name": "Phase A"},
        desk.sold("DEPLACEMENT", 7, 25.55, name="Déplacement à Lyon"),
        {"display_type": "line_note", "name": "Hors péage"},
        {"display_type": "line_subsection", "name": "Phase B"},
        desk.sold("FORFAIT-JALON", 1, 1.00),
        {"display_type": "line_section", "name": "Lot 2", "collapse_prices": True, "collapse_composition": True},
        desk.sold("REGIE-H", 100, 83.33),
        {"display_type": "line_section", "name": "Options"},
        {"display_type": "line_note", "name": "Aucune"},
    ]


def everything_on(order: Order) -> None:
    """All that can be done on each line: hours validated, quantities delivered, milestones reached."""
    desk = order.desk
    for row in desk.rows("sale.order.line", [("order_id", "=", order.id)], "product_id", "qty_delivered_method", "task_id"):
        policy = row["product_id"] and desk.row("product.product", row["product_id"], "invoice_policy")["invoice_policy"]
        if policy != "delivery":
            continue
        if row["qty_delivered_method"] == "timesheet":
            order.work(3.75, "2026-10-07", row["id"])
            order.work(6.5, "2026-10-08", row["id"])
        elif row["qty_delivered_method"] == "manual":
            desk.write("sale.order.line", row["id"], qty_delivered=3)


def both(desk: Desk, sold: Sold, **values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same order twice: drafted by Regie, and by Odoo's wizard before Regie could."""
    client = values.pop("client", 0) or desk.client()
    ours, theirs = (desk.order(*sold(desk), client=client, **values) for _ in range(2))
    for order in (ours, theirs):
        everything_on(order)
        steps = desk.rows("project.milestone", [("sale_line_id.order_id", "=", order.id)], "id")
        for step in steps[:1]:
            desk.write("project.milestone", step["id"], desk.manager, is_reached=True, quantity_percentage=0.4)
            desk.write("project.milestone", step["id"], desk.manager, reached_date="2026-10-15")
    desk.wizard(theirs.id)
    desk.bill()
    [odoos], [regies] = theirs.invoices(), ours.invoices()
    assert regies.key and not odoos.key
    return compared(ours, regies), compared(theirs, odoos)


@pytest.mark.parametrize("sold", [hours, days, fixed, pack, milestone, by_hand, sections], ids=lambda sold: sold.__name__)
def test_a_draft_is_the_one_odoo_makes(stafforia: Desk, sold: Sold) -> None:
    ours, odoos = both(stafforia, sold)
    assert ours == odoos


def test_the_header_is_the_one_odoo_makes(stafforia: Desk) -> None:
    """Other addresses for the invoice and the delivery, a fiscal position, terms, conditions, a reference, a campaign."""
    desk = stafforia
    payer = desk.make("res.partner", name="Comptabilité", type="invoice", company_id=desk.company_id, lang="fr_FR")
    site = desk.make("res.partner", name="Chantier", type="delivery", company_id=desk.company_id)
    [position, *_] = desk.rows("account.fiscal.position", [("company_id", "=", desk.company_id)], "id")
    terms = desk.ref("account.account_payment_term_45days")
    campaign = desk.make("utm.campaign", title="Salon")
    ours, odoos = both(
        desk, fixed, partner_invoice_id=payer, partner_shipping_id=site, fiscal_position_id=position["id"],
        payment_term_id=terms, note="<p>Selon nos <b>conditions</b></p>", client_order_ref="PO 55", campaign_id=campaign,
        reference="RF18 1234",
    )  # fmt: skip
    assert ours == odoos


def test_another_currency_is_the_one_odoo_makes(stafforia: Desk) -> None:
    dollar = stafforia.ref("base.USD")
    stafforia.write("res.currency", dollar, active=True)
    pricelist = stafforia.make("product.pricelist", name="Dollars", currency_id=dollar, company_id=stafforia.company_id)
    ours, odoos = both(stafforia, hours, pricelist_id=pricelist)
    assert ours["currency_id"] == dollar
    assert ours == odoos
