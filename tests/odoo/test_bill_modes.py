"""Every way of selling on a real Odoo: milestones, down payments, discounts, packs, subscriptions, expenses, days, rates."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from trade import Desk, Invoice, Order, employee

from flows.render import called_in
from mappings.vocabulary.period import Period

pytestmark = pytest.mark.sandbox

D = Decimal
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
CAMILLE = "camille@stafforia.example"


def last_draft(order: Order) -> Invoice:
    return order.drafts()[-1]


def texts(invoice: Invoice) -> list[tuple[str, str]]:
    return [(line["display_type"], line["name"].splitlines()[-1]) for line in invoice.lines]


# Milestones, fixed prices


def test_milestones_in_thirds_come_to_the_contract(stafforia: Desk) -> None:
    """Cumulative: 6.67, 13.33 and 20 days at 650.00; what each is away from an exact third is named."""
    order = stafforia.order(stafforia.sold("FORFAIT-JALON", 20, 650.00))
    [whole] = stafforia.rows("project.milestone", [("sale_line_id", "=", order.line)], "project_id")
    stafforia.write("project.milestone", whole["id"], stafforia.manager, name="Un", quantity_percentage=1 / 3)
    more = {"project_id": whole["project_id"], "sale_line_id": order.line, "quantity_percentage": 1 / 3}
    others = [stafforia.make("project.milestone", stafforia.manager, name=name, **more) for name in ("Deux", "Trois")]
    billed = []
    for step, rounding in zip([whole["id"], *others], (D("2.17"), D("2.16"), None), strict=True):
        stafforia.write("project.milestone", step, stafforia.manager, is_reached=True)
        stafforia.write("project.milestone", step, stafforia.manager, reached_date="2026-10-15")
        report = stafforia.bill()
        draft = last_draft(order)
        billed.append((draft.products, draft.untaxed))
        assert order.findings(report).get("milestone_rounding") == (rounding and (D(0), rounding))
        stafforia.post(draft.id)
    assert billed == [([(6.67, 650.00)], 4335.50), ([(6.66, 650.00)], 4329.00), ([(6.67, 650.00)], 4335.50)]


def test_a_milestone_taken_back_is_a_credit_to_make(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("FORFAIT-JALON", 20, 650.00))
    [step] = stafforia.rows("project.milestone", [("sale_line_id", "=", order.line)], "id")
    stafforia.write("project.milestone", step["id"], stafforia.manager, is_reached=True, quantity_percentage=0.3)
    stafforia.write("project.milestone", step["id"], stafforia.manager, reached_date="2026-10-15")
    report = stafforia.bill()
    assert order.findings(report) == {"milestones_not_whole": (D(0), D(0))}
    stafforia.post(last_draft(order).id)
    stafforia.write("project.milestone", step["id"], stafforia.manager, is_reached=False)
    report = stafforia.bill()
    assert order.findings(report)["credit_due"] == (D(0), D("3900.00"))
    assert len(order.invoices()) == 1


# Down payments and discounts


def test_a_down_payment_is_deducted_up_to_the_work_and_the_rest_remembered(stafforia: Desk) -> None:
    """7,200.00 received, 3,000.00 of work: Odoo would make a credit note of 4,200.00."""
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 100.00))
    down = stafforia.wizard(order.id, "percentage", amount=72)
    stafforia.post(down, "2026-10-02")
    order.work(30)
    stafforia.bill()
    [received, draft] = order.invoices()
    assert (received.untaxed, draft.type, draft.untaxed, draft.tax) == (7200.00, "out_invoice", 0.00, 0.00)
    assert draft.products == [(30, 100.00), (-1, 3000.00)]
    assert [kind for kind, _ in texts(draft)] == ["product", "line_section", "product"]
    deduction = draft.lines[-1]
    assert deduction["is_downpayment"]
    assert deduction["account_id"] == received.lines[-1]["account_id"]
    assert deduction["tax_ids"] == draft.lines[0]["tax_ids"]
    stafforia.post(draft.id)
    order.work(60, "2026-10-26")
    stafforia.bill()
    second = last_draft(order)
    assert (second.products, second.untaxed, second.tax) == ([(60, 100.00), (-1, 4200.00)], 1800.00, 360.00)
    assert order.findings(stafforia.bill()) == {}
    assert len(order.invoices()) == 3


def test_late_hours_deduct_more_on_the_same_draft(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 100.00))
    stafforia.post(stafforia.wizard(order.id, "percentage", amount=50), "2026-10-02")
    order.work(30)
    stafforia.bill()
    order.work(40, "2026-10-26")
    stafforia.bill()
    [draft] = order.drafts()
    assert (draft.products, draft.untaxed) == ([(70, 100.00), (-1, 5000.00)], 2000.00)


def test_a_global_discount_is_spread_over_the_drafts(stafforia: Desk) -> None:
    """10 % of 9,000.00 by Odoo's own wizard; a third is 0.33 of the discount's line, whose quantity has two decimals."""
    order = stafforia.order(stafforia.sold("REGIE-H", 90, 100.00))
    [wizard] = stafforia(
        "sale.order.discount", "create", vals_list=[{"discount_type": "so_discount", "discount_percentage": 0.10}],
        context={"active_id": order.id, "active_model": "sale.order"},
    )  # fmt: skip
    stafforia("sale.order.discount", "action_apply_discount", wizard)
    order.work(30)
    stafforia.bill()
    first = last_draft(order)
    assert (first.untaxed, first.tax, len(first.lines)) == (2703.00, 540.60, 2)
    stafforia.post(first.id)
    order.work(60, "2026-10-26")
    stafforia.bill()
    second = last_draft(order)
    assert (second.untaxed, second.tax) == (5397.00, 1079.40)
    assert order.findings(stafforia.bill()) == {}


# Packs, subscriptions


def drawn(order: Order, hours: float, day: str) -> int:
    """Hours on a task of the pack's project, validated."""
    desk = order.desk
    project = desk.row("sale.order.line", order.line, "project_id")["project_id"]
    task = desk.make("project.task", desk.manager, name="Ticket", project_id=project, sale_line_id=order.line)
    made = desk.make(
        "account.analytic.line", desk.worker, employee_id=employee(desk, desk.worker), project_id=project, task_id=task,
        date=day, unit_amount=hours, name="Support",
    )  # fmt: skip
    order.validate(made)
    return made


def test_a_pack_is_billed_once_and_its_overrun_by_the_companys_policy(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("PACK-H", 10, 95.00))
    drawn(order, 7.5, "2026-10-08")
    drawn(order, 4, "2026-10-20")
    included = stafforia.bill(prepaid_overrun="included")
    assert order.findings(included) == {"prepaid_overrun": (D("1.5"), D("142.50"))}
    assert [draft.products for draft in order.drafts()] == [[(10, 95.00)]]
    stafforia.post(last_draft(order).id)
    stafforia.bill(prepaid_overrun="rebill")
    assert (last_draft(order).products, last_draft(order).untaxed) == ([(1.5, 95.00)], 142.50)
    again = stafforia.bill(prepaid_overrun="rebill")
    assert (order.findings(again), len(order.invoices())) == ({}, 2)


def test_a_subscription_is_billed_a_month_at_a_time(stafforia: Desk) -> None:
    monthly = [{"product": "FORFAIT-TRIM", "every": "month"}]
    order = stafforia.order(stafforia.sold("FORFAIT-TRIM", 12, 180.00))
    stafforia.bill(recurring=monthly)
    [october] = order.drafts()
    assert (october.products, october.lines[0]["name"].splitlines()[-1]) == (
        [(1, 180.00)], "Période : octobre 2026",
    )  # fmt: skip
    stafforia.bill(DECEMBER, recurring=monthly)
    first, rest = order.drafts()
    assert first == october
    assert (rest.products, rest.lines[0]["name"].splitlines()[-1]) == (
        [(2, 180.00)], "Période : du 01/11/2026 au 31/12/2026",
    )  # fmt: skip
    stafforia.bill(DECEMBER, recurring=monthly)
    assert len(order.invoices()) == 2


# Quantities, expenses


def test_what_was_delivered_by_hand_is_billed_and_what_is_taken_back_is_a_credit_to_make(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("DEPLACEMENT", 10, 25.00))
    stafforia.write("sale.order.line", order.line, qty_delivered=4)
    stafforia.bill()
    stafforia.write("sale.order.line", order.line, qty_delivered=3)
    stafforia.bill()
    assert [draft.products for draft in order.drafts()] == [[(3, 25.00)]], "nobody touched it: it follows"
    stafforia.post(last_draft(order).id)
    stafforia.write("sale.order.line", order.line, qty_delivered=2)
    report = stafforia.bill()
    assert order.findings(report) == {"credit_due": (D(0), D("25.00"))}
    stafforia.write("sale.order.line", order.line, qty_delivered=5)
    stafforia.bill()
    assert last_draft(order).products == [(2, 25.00)]


def account_of(order: Order) -> dict[str, int]:
    """The analytic distribution of the order's project."""
    desk = order.desk
    project = desk.row("sale.order.line", order.line, "project_id")["project_id"]
    return {str(desk.row("project.project", project, "account_id")["account_id"]): 100}


def train(order: Order, by: str, day: str) -> int:
    """An approved expense of 120.00 to re-bill on the order.

    Each test names a day of its own: of two equal expenses of one day Odoo asks whether they are duplicates and approves none.
    """
    desk = order.desk
    expense = desk.make(
        "hr.expense", name="Train", employee_id=employee(desk, by), company_id=desk.company_id,
        product_id=desk.product("FRAIS-TRAIN"), date=day, total_amount_currency=120.00,
        payment_mode="own_account", sale_order_id=order.id, analytic_distribution=account_of(order),
    )  # fmt: skip
    desk("hr.expense", "action_submit", expense)
    desk("hr.expense", "action_approve", expense)
    return expense


def post_expense(desk: Desk, expense: int) -> None:
    """Into the books of October; Odoo then puts it on the order."""
    action = desk("hr.expense", "action_post", expense)
    desk("hr.expense.post.wizard", "write", action["res_id"], vals={"accounting_date": "2026-10-31"})
    posting = {"active_ids": [expense], "company_paid_move_ids": []}
    desk("hr.expense.post.wizard", "action_post_entry", action["res_id"], context=posting)


def test_an_expense_is_billed_once_it_is_posted(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00))
    order.work(1)
    expense = train(order, stafforia.worker, "2026-10-21")
    report = stafforia.bill()
    assert order.findings(report) == {"expense_not_posted": (D(0), D("120.00"))}
    assert last_draft(order).products == [(1, 80.00)]
    post_expense(stafforia, expense)
    assert order.findings(stafforia.bill()) == {}
    [draft] = order.drafts()
    assert draft.products == [(1, 80.00), (1, 120.00)]


def test_an_expense_that_odoos_own_wizard_invoiced_is_not_billed_twice(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00))
    post_expense(stafforia, train(order, stafforia.worker, "2026-10-22"))
    by_hand = stafforia.wizard(order.id)
    order.work(1)
    stafforia.bill()
    drafts = {one.id: one.products for one in order.drafts()}
    assert drafts.pop(by_hand) == [(1, 120.00)]
    assert list(drafts.values()) == [[(1, 80.00)]], "the hour alone"


def test_a_vendors_bill_is_billed_again(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00))
    bought = {
        "product_id": stafforia.product("FRAIS-TRAIN"), "quantity": 1, "price_unit": 150.00, "name": "Sous-traitance",
        "tax_ids": [(5,)], "analytic_distribution": account_of(order),
    }  # fmt: skip
    supplier = stafforia.client()
    bill = stafforia.make(
        "account.move", stafforia.accountant, move_type="in_invoice", partner_id=supplier, invoice_date="2026-10-20",
        invoice_line_ids=[(0, 0, bought)],
    )  # fmt: skip
    stafforia("account.move", "action_post", bill)  # it makes an order line: an accountant without sales rights cannot
    stafforia.bill()
    [draft] = order.drafts()
    assert (draft.products, draft.untaxed) == ([(1, 150.00)], 150.00)


# Units and rates


def test_days_of_seven_hours(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-J", 20, 600.00))
    order.work(91)
    order.work(3.5, "2026-10-30")
    stafforia.bill()
    [draft] = order.drafts()
    assert (draft.products, draft.untaxed) == ([(13.5, 600.00)], 8100.00)
    assert order.desk.row("sale.order.line", order.line, "qty_to_invoice")["qty_to_invoice"] == 0


def test_odoos_day_of_eight_hours_is_blocked_and_named(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-J", 20, 600.00, product_uom_id=stafforia.ref("uom.product_uom_day")))
    order.work(94.5)
    report = stafforia.bill()
    assert order.findings(report) == {"unit_disagrees": (D("94.5"), D("7086.00"))}
    assert order.invoices() == []


def test_each_employee_at_the_rate_of_the_projects_map(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 50, 80.00), stafforia.sold("REGIE-H", 50, 120.00, name="Expertise"))
    project = stafforia.row("sale.order.line", order.line, "project_id")["project_id"]
    stafforia.make(
        "project.sale.line.employee.map",
        project_id=project,
        employee_id=employee(stafforia, CAMILLE),
        sale_line_id=order.lines[1],
    )
    order.work(4)
    sheet = order.work(2, by=CAMILLE)
    assert stafforia.row("account.analytic.line", sheet, "so_line")["so_line"] == order.lines[1]
    stafforia.bill()
    [draft] = order.drafts()
    assert draft.products == [(4, 80.00), (2, 120.00)]


# Sections, grouping, what is required


def test_sections_and_notes_stand_over_what_is_billed(stafforia: Desk) -> None:
    order = stafforia.order(
        {"display_type": "line_section", "name": "Lot 1"},
        stafforia.sold("REGIE-H", 10, 80.00, discount=10),
        {"display_type": "line_note", "name": "Hors déplacement"},
        {"display_type": "line_section", "name": "Lot 2"},
        stafforia.sold("DEPLACEMENT", 10, 25.00),
    )
    order.work(5, line=order.lines[1])
    stafforia.bill()
    [draft] = order.drafts()
    assert texts(draft) == [
        ("line_section", "Lot 1"), ("product", "Période : 20/10/2026"), ("line_note", "Hors déplacement"),
    ]  # fmt: skip
    assert draft.untaxed == 360.00


def test_a_clients_orders_on_one_draft_where_the_company_groups_by_client(stafforia: Desk) -> None:
    client = stafforia.client()
    orders = [stafforia.order(stafforia.sold("REGIE-H", 10, price), client=client) for price in (80.00, 90.00)]
    other = stafforia.order(stafforia.sold("REGIE-H", 10, 70.00), client=client, client_order_ref="PO 12")
    sheets = [order.work(2, validate=False) for order in (*orders, other)]
    other.validate(*sheets)
    stafforia.bill(grouping="client")
    [one], [same], [alone] = (order.drafts() for order in (*orders, other))
    assert one == same
    assert (one.products, one.hours) == ([(2, 80.00), (2, 90.00)], tuple(sheets[:2]))
    assert (one.header["invoice_origin"], alone.header["ref"]) == (", ".join(order.name for order in orders), "PO 12")
    late = orders[1].work(1, "2026-10-29")
    stafforia.bill(grouping="client")
    [again] = orders[0].drafts()
    assert (again.id, again.products, again.hours) == (one.id, [(2, 80.00), (3, 90.00)], (*sheets[:2], late))


def test_a_draft_for_each_mission_of_an_order_with_the_expenses_of_its_consultant(stafforia: Desk) -> None:
    workers = [stafforia.worker, CAMILLE]
    named = [{"x_regie_consultant_id": employee(stafforia, login)} for login in workers]
    order = stafforia.order(*(stafforia.sold("REGIE-H", 10, 80.00 + 10 * place, **who) for place, who in enumerate(named)))
    for login, line in zip(workers, order.lines, strict=True):
        order.work(2, line=line, by=login)
    post_expense(stafforia, train(order, CAMILLE, "2026-10-23"))
    report = stafforia.bill(grouping="mission")
    assert {called_in(report, one) for one in report.plan.upserts if order.name in one.values["origin"]} == {
        f"{order.name} (Julien Roussel)", f"{order.name} (Camille Durand)",
    }  # fmt: skip
    drafts = order.drafts()
    assert [draft.products for draft in drafts] == [[(2, 80.00)], [(2, 90.00), (1, 120.00)]]
    assert [draft.key.split("_")[1] for draft in drafts] == [f"o{order.id}l{line}" for line in order.lines]
    assert all(draft.header["invoice_origin"] == order.name for draft in drafts)
    late = order.work(1, "2026-10-29", line=order.lines[1], by=CAMILLE)
    stafforia.bill(grouping="mission")
    [same, longer] = order.drafts()
    assert (same, longer.products) == (drafts[0], [(3, 90.00), (1, 120.00)]) and late in longer.hours
    assert not [u for u in stafforia.bill(grouping="mission").plan.upserts if order.name in u.values["origin"]]


def test_a_missing_purchase_order_number_blocks_where_the_client_wants_one(stafforia: Desk) -> None:
    client = stafforia.client(x_regie_reference_required=True)
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00), client=client)
    order.work(5)
    assert order.findings(stafforia.bill()) == {"reference_missing": (D(5), D("400.00"))}
    stafforia.write("sale.order", order.id, stafforia.seller, client_order_ref="PO 77")
    stafforia.bill()
    [draft] = order.drafts()
    assert (draft.untaxed, draft.header["ref"]) == (400.00, "PO 77")


SIGNATURES: list[dict[str, Any]] = [
    {"x_regie_contract_signed_on": "2026-11-20"}, {"signed_on": "2026-11-20 09:00:00", "signed_by": "Laure Petit"},
]  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES, ids=["written on the order", "on Odoo's page"])
@pytest.mark.parametrize("whose", ["order", "client"])
def test_an_unsigned_contract_blocks_until_it_is_signed(stafforia: Desk, whose: str, signature: dict[str, Any]) -> None:
    flag = {"x_regie_contract_required": True}
    client = stafforia.client(**(flag if whose == "client" else {}))
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00), client=client, **(flag if whose == "order" else {}))
    order.work(5)
    assert order.findings(stafforia.bill()) == {"contract_unsigned": (D(5), D("400.00"))}
    stafforia.write("sale.order", order.id, stafforia.seller, **signature)
    stafforia.bill()
    [draft] = order.drafts()
    assert draft.untaxed == 400.00


def test_an_order_that_changes_its_payer_is_named(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 10, 80.00))
    order.work(2, "2026-10-05")
    stafforia.bill()
    stafforia.post(last_draft(order).id)
    payer = stafforia.client()
    stafforia.write("sale.order", order.id, stafforia.seller, partner_invoice_id=payer)
    order.work(3, "2026-10-26")
    report = stafforia.bill()
    assert "several_payers" in order.findings(report)
    assert last_draft(order).header["partner_id"] == payer
