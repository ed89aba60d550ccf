"""What people do to drafts and invoices in Odoo, and what the next run makes of it: concessions, corrections, late hours."""

import urllib.request
from decimal import Decimal
from typing import Any

import pytest
from trade import OCTOBER, Desk, Invoice, Order

from connectors.odoo.errors import DataError, OdooError
from flows.shape import Mode

pytestmark = pytest.mark.sandbox

D = Decimal


@pytest.fixture
def order(stafforia: Desk) -> Order:
    """A client of its own who buys hours at 80.00."""
    return stafforia.order(stafforia.sold("REGIE-H", 100, 80.00), stafforia.sold("DEPLACEMENT", 4, 25.00))


def billed(order: Order) -> Invoice:
    """The one draft of the order after a run."""
    order.desk.bill()
    [draft] = order.drafts()
    return draft


def edit(order: Order, draft: Invoice, number: int = 0, **values: Any) -> None:
    """The accountant edits a product line of a draft, in the invoice's form."""
    line = [line for line in draft.lines if line["display_type"] == "product"][number]
    order.desk.write("account.move", draft.id, order.desk.accountant, invoice_line_ids=[(1, line["id"], values)])


def nothing_more(order: Order) -> dict[str, Any]:
    """A run that leaves the order's invoices as they are; its findings."""
    before = order.invoices()
    report = order.desk.bill()
    assert order.invoices() == before
    return order.findings(report)


def live_hours(order: Order) -> dict[int, int]:
    """On how many live invoices each hour of the order stands."""
    live = [one for one in order.invoices() if one.state != "cancel" and one.header["payment_state"] != "reversed"]
    return {sheet: sum(sheet in one.hours for one in live) for one in live for sheet in one.hours}


# Concessions


def test_a_lowered_quantity_is_a_concession_until_somebody_releases_it(order: Order) -> None:
    sheet = order.work(10)
    draft = billed(order)
    edit(order, draft, quantity=7)
    assert nothing_more(order) == {"withdrawn": (D(3), D("240.00"))}
    order.desk.action("release", "account.analytic.line", [sheet])
    order.desk.bill()
    first, second = order.drafts()
    assert (first.products, second.products) == ([(7, 80.00)], [(3, 80.00)])
    assert live_hours(order) == {sheet: 1}
    assert nothing_more(order) == {}


def test_a_removed_line_is_a_concession_until_somebody_releases_it(order: Order) -> None:
    order.desk.write("sale.order.line", order.lines[1], qty_delivered=1)
    sheets = [order.work(4, "2026-10-06"), order.work(6, "2026-10-07")]
    draft = billed(order)
    assert draft.untaxed == 825.00
    time = draft.lines[0]["id"]
    order.desk.write("account.move", draft.id, order.desk.accountant, invoice_line_ids=[(2, time, 0)])
    assert nothing_more(order) == {"withdrawn": (D(10), D("800.00"))}
    order.desk.action("release", "account.analytic.line", sheets)
    order.desk.bill()
    first, second = order.drafts()
    assert (first.untaxed, second.untaxed, second.hours) == (25.00, 800.00, tuple(sheets))
    assert nothing_more(order) == {}


def credit_in_part(order: Order, invoice: Invoice, **values: Any) -> None:
    """A credit note by Odoo's wizard, lowered by the accountant and posted."""
    [note] = order.desk_invoices([order.desk.credit(invoice.id)])
    edit(order, note, **values)
    for line in [line for line in note.lines if line["display_type"] == "product"][1:]:
        order.desk.write("account.move", note.id, order.desk.accountant, invoice_line_ids=[(2, line["id"], 0)])
    order.desk("account.move", "action_post", note.id, order.desk.accountant)


def test_a_partial_credit_is_a_concession_although_odoo_unlinks_every_hour(order: Order) -> None:
    sheets = [order.work(7, "2026-10-06"), order.work(3, "2026-10-07")]
    draft = billed(order)
    order.desk.post(draft.id)
    credit_in_part(order, draft, quantity=3)
    assert order.hours_billed() == dict.fromkeys(sheets, 0)
    assert nothing_more(order) == {"withdrawn": (D(3), D("240.00"))}
    order.desk.action("release", "account.analytic.line", sheets[1:])
    again = billed(order)
    assert (again.products, again.hours) == ([(3, 80.00)], tuple(sheets[1:]))
    assert nothing_more(order) == {}


def test_hours_after_a_partial_credit_are_billed_alone(order: Order) -> None:
    order.work(10)
    draft = billed(order)
    order.desk.post(draft.id)
    credit_in_part(order, draft, quantity=3)
    new = order.work(2, "2026-10-29")
    again = billed(order)
    assert (again.products, again.hours) == ([(2, 80.00)], (new,))


def test_a_price_credit_on_a_forfait_is_not_billed_again(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("FORFAIT-MOIS", 1, 5000.00))
    draft = billed(order)
    assert draft.untaxed == 5000.00
    stafforia.post(draft.id)
    credit_in_part(order, draft, price_unit=500.00)
    assert stafforia.row("sale.order.line", order.line, "qty_to_invoice")["qty_to_invoice"] == 1, "Odoo would bill it again"
    assert nothing_more(order) == {}


# Proposed again


def test_a_deleted_draft_is_proposed_again(order: Order) -> None:
    sheet = order.work(10)
    order.desk("account.move", "unlink", billed(order).id, order.desk.accountant)
    again = billed(order)
    assert (again.untaxed, again.hours) == (800.00, (sheet,))


def test_a_cancelled_draft_is_proposed_again_under_a_key_of_its_own(order: Order) -> None:
    sheet = order.work(10)
    first = billed(order)
    order.desk("account.move", "button_cancel", first.id, order.desk.accountant)
    again = billed(order)
    assert (again.untaxed, again.hours, again.key) == (800.00, (sheet,), first.key.replace("_n1", "_n2"))


def test_a_wholly_reversed_invoice_is_proposed_again(order: Order) -> None:
    sheet = order.work(10)
    first = billed(order)
    order.desk.post(first.id)
    note = order.desk.credit(first.id)
    order.desk("account.move", "action_post", note, order.desk.accountant)
    again = billed(order)
    assert (again.untaxed, again.hours, again.key) == (800.00, (sheet,), first.key.replace("_n1", "_n2"))
    assert nothing_more(order) == {}


def test_reverse_and_create_invoice_leaves_nothing_to_bill(order: Order) -> None:
    """Odoo's new draft has the quantity and none of the links."""
    order.work(10)
    first = billed(order)
    order.desk.post(first.id)
    new = order.desk.credit(first.id, modify=True)
    [draft] = order.drafts()
    assert (draft.id, draft.products, draft.hours, draft.key) == (new, [(10, 80.00)], (), "")
    assert set(nothing_more(order)) <= {"links_disagree"}
    late = order.work(3, "2026-10-28")
    order.desk.bill()
    second = order.drafts()[-1]
    assert (second.products, second.hours) == ([(3, 80.00)], (late,))


# Late hours


def test_late_hours_join_a_draft_that_nobody_touched(order: Order) -> None:
    """A renamed client, a look at the portal's page, a note and an activity are no touch."""
    desk, sheet = order.desk, order.work(10)
    draft = billed(order)
    desk.write("res.partner", order.client, desk.seller, name="Client, nouveau nom")
    preview = desk("account.move", "preview_invoice", draft.id, desk.accountant)["url"]
    with urllib.request.urlopen(desk.access.url + preview.removeprefix(desk.access.url)) as answer:
        assert answer.status == 200
    desk("account.move", "message_post", draft.id, desk.accountant, body="Vu avec le client")
    desk("account.move", "activity_schedule", draft.id, desk.accountant, act_type_xmlid="mail.mail_activity_data_todo")
    late = order.work(3, "2026-10-28")
    again = billed(order)
    assert (again.id, again.products, again.hours) == (draft.id, [(13, 80.00)], (sheet, late))
    assert again.lines[0]["name"].endswith("Période : du 20/10/2026 au 28/10/2026")
    assert nothing_more(order) == {}


EDITS = [
    {"name": "Autre texte"}, {"price_unit": 75.00}, {"discount": 10}, {"quantity": 11}, {"tax_ids": [(5,)]},
]  # fmt: skip


@pytest.mark.parametrize("change", EDITS, ids=lambda change: next(iter(change)))
def test_late_hours_open_a_second_draft_once_a_person_edited_the_first(order: Order, change: dict[str, Any]) -> None:
    order.work(10)
    draft = billed(order)
    edit(order, draft, **change)
    [edited] = order.drafts()
    late = order.work(3, "2026-10-28")
    order.desk.bill()
    first, second = order.drafts()
    assert first == edited
    raised = 1 if "quantity" in change else 0
    assert (second.products, second.hours) == ([(3 - raised, 80.00)], (late,))


def test_late_hours_open_a_second_draft_once_a_line_was_added(order: Order) -> None:
    draft_hours = order.work(10)
    draft = billed(order)
    added = (0, 0, {"name": "Frais de dossier", "quantity": 1, "price_unit": 30.00})
    order.desk.write("account.move", draft.id, order.desk.accountant, invoice_line_ids=[added])
    late = order.work(3, "2026-10-28")
    order.desk.bill()
    first, second = order.drafts()
    assert (first.untaxed, first.hours) == (830.00, (draft_hours,))
    assert (second.untaxed, second.hours) == (240.00, (late,))


def test_late_hours_open_a_second_draft_once_the_first_was_posted_and_reset(order: Order) -> None:
    order.work(10)
    draft = billed(order)
    order.desk.post(draft.id)
    order.desk("account.move", "button_draft", draft.id, order.desk.accountant)
    order.work(3, "2026-10-28")
    order.desk.bill()
    assert [one.untaxed for one in order.drafts()] == [800.00, 240.00]


def test_hours_that_a_person_unlinked_are_not_billed_twice(order: Order) -> None:
    sheet = order.work(10)
    draft = billed(order)
    order.desk.write("account.move", draft.id, timesheet_ids=[(3, sheet)])
    assert order.hours_billed() == {sheet: 0}
    assert nothing_more(order) == {}
    order.work(3, "2026-10-28")
    order.desk.bill()
    assert [one.untaxed for one in order.drafts()] == [800.00, 240.00]


def test_a_draft_edited_between_preview_and_writing_is_left_alone(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    """Late hours are about to join a draft; a person edits it after it was read."""
    order.work(10)
    draft = billed(order)
    late = order.work(3, "2026-10-28")
    import flows.bill as flow

    made = flow.details

    def edit_meanwhile(*given: Any) -> Any:
        edit(order, draft, price_unit=75.00)
        return made(*given)

    monkeypatch.setattr(flow, "details", edit_meanwhile)
    report = order.desk.bill(OCTOBER, Mode.APPLY)
    monkeypatch.undo()
    assert "__regie__." + draft.key in report.written.left
    [first] = order.drafts()
    assert first.products == [(10, 75.00)]
    order.desk.bill()
    assert [one.products for one in order.drafts()] == [[(10, 75.00)], [(3, 80.00)]]
    assert order.drafts()[1].hours == (late,)


# Corrections and raised quantities


def test_a_correction_comes_off_the_next_draft_and_alone_is_a_credit_to_make(order: Order) -> None:
    order.work(10, "2026-10-05")
    order.desk.post(billed(order).id)
    order.work(-2, "2026-10-06")
    assert nothing_more(order) == {"credit_due": (D(2), D("160.00"))}
    order.work(5, "2026-10-28")
    assert billed(order).products == [(3, 80.00)]
    assert nothing_more(order) == {}


def test_a_correction_joins_a_draft_that_nobody_touched(order: Order) -> None:
    hours = [order.work(10, "2026-10-05")]
    draft = billed(order)
    hours.append(order.work(-2, "2026-10-06"))
    again = billed(order)
    assert (again.id, again.products, again.hours) == (draft.id, [(8, 80.00)], tuple(hours))
    assert nothing_more(order) == {}


def test_time_deleted_from_under_a_draft_is_a_credit_to_make_until_the_draft_is_made_anew(order: Order) -> None:
    order.work(6, "2026-10-05")
    deleted = order.work(4, "2026-10-06")
    draft = billed(order)
    order.desk("account.analytic.line", "unlink", deleted, order.desk.manager)
    assert nothing_more(order) == {"credit_due": (D(4), D("320.00"))}
    order.desk("account.move", "unlink", draft.id, order.desk.accountant)
    assert billed(order).products == [(6, 80.00)]


def test_a_quantity_raised_by_hand_comes_off_the_next_draft(order: Order) -> None:
    order.work(10)
    draft = billed(order)
    edit(order, draft, quantity=12)
    order.desk.post(draft.id)
    order.work(5, "2026-10-28")
    assert billed(order).products == [(3, 80.00)]
    assert nothing_more(order) == {}


# One hour, one live invoice


def test_odoos_wizard_finds_nothing_on_what_regie_drafted(order: Order) -> None:
    order.work(10)
    billed(order)
    with pytest.raises(OdooError):
        order.desk.wizard(order.id)


def test_a_draft_by_odoos_wizard_takes_its_hours_from_regie(order: Order) -> None:
    """Odoo bills time that nobody validated; once validated it is not billed again."""
    sheet = order.work(10, validate=False)
    order.desk.wizard(order.id)
    order.validate(sheet)
    assert nothing_more(order) == {}
    assert live_hours(order) == {sheet: 1}


def test_odoo_itself_refuses_an_hour_on_a_second_live_invoice(order: Order) -> None:
    sheet = order.work(10)
    billed(order)
    other = order.desk.make("account.move", move_type="out_invoice", partner_id=order.client)
    with pytest.raises(DataError, match="déjà sur la facture"):
        order.desk.write("account.analytic.line", sheet, timesheet_invoice_id=other)


# What the manager and the worker say


def test_the_manager_makes_time_non_billable_when_validating(order: Order) -> None:
    sheets = [order.work(2, "2026-10-06", validate=False), order.work(8, "2026-10-07", validate=False)]
    order.desk.action("qualify_non_billable", "account.analytic.line", sheets[:1])
    order.validate(*sheets)
    before = order.desk.bill(mode=Mode.PREVIEW).balance.buckets
    draft = billed(order)
    assert (draft.products, draft.hours) == ([(8, 80.00)], tuple(sheets[1:]))
    assert nothing_more(order) == {}
    assert before["blocked"] == order.desk.bill(mode=Mode.PREVIEW).balance.buckets["blocked"]


def test_time_whose_timer_runs_is_blocked(order: Order) -> None:
    sheet = order.work(2, x_regie_timer_start="2026-10-20 08:00:00")
    assert nothing_more(order) == {"timer_running": (D(2), D("160.00"))}
    order.desk.write("account.analytic.line", sheet, order.desk.manager, x_regie_timer_start=False)
    assert billed(order).products == [(2, 80.00)]
