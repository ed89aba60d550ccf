"""OCA contracts billed by Regie on a real Odoo: to the cent what the addon makes, and never by both."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from trade import Desk, Invoice, invoices

from connectors.odoo import connect
from connectors.odoo.errors import AccessDenied, DataError
from flows.provision import provision
from flows.shape import Report
from mappings.vocabulary.period import Period

pytestmark = pytest.mark.sandbox

OCTOBER_ENDS = "2026-10-31"
NEVER = "2199-12-31"
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))

RHYTHMS: dict[str, dict[str, Any]] = {
    "arrears from the middle of a month": {"date_start": "2026-07-15"},
    "advance": {"date_start": "2026-08-01", "recurring_invoicing_type": "pre-paid"},
    "advance from the 31st": {"date_start": "2026-01-31", "recurring_invoicing_type": "pre-paid"},
    "months' last days, the first cut short": {"date_start": "2026-08-20", "recurring_rule_type": "monthlylastday"},
    "two weeks": {"date_start": "2026-09-07", "recurring_rule_type": "weekly", "recurring_interval": 2},
    "ten days": {"date_start": "2026-10-01", "recurring_rule_type": "daily", "recurring_interval": 10},
    "quarters": {"date_start": "2026-04-01", "recurring_rule_type": "quarterly"},
    "half-years": {"date_start": "2026-01-10", "recurring_rule_type": "semesterly", "recurring_invoicing_type": "pre-paid"},
    "years": {"date_start": "2025-10-05", "recurring_rule_type": "yearly"},
    "the last period cut short": {"date_start": "2026-08-01", "date_end": "2026-10-12"},
    "a date that a person set": {"date_start": "2026-08-01", "recurring_next_date": "2026-09-08"},
}  # fmt: skip

SAME = (
    "partner_id", "partner_shipping_id", "journal_id", "currency_id", "fiscal_position_id", "invoice_payment_term_id",
    "invoice_user_id", "team_id", "ref", "invoice_origin", "narration", "company_id",
)  # fmt: skip
"""What of the header must be as the addon makes it."""


@pytest.fixture(scope="module")
def desk(stafforia: Desk) -> Desk:
    with connect(stafforia.settings(stafforia.access.admin_login, stafforia.access.admin_key)) as admin:
        provision(admin)
    return stafforia


def contract(desk: Desk, *lines: dict[str, Any], client: int = 0, **rhythm: Any) -> int:
    """A contract with these lines, each of the same rhythm, monthly in arrears unless told."""
    rhythm = {"recurring_rule_type": "monthly", "recurring_interval": 1, "recurring_invoicing_type": "post-paid"} | rhythm
    terms = desk.ref("account.account_payment_term_15days")
    sold = {"product_id": desk.product("REGIE-H"), "quantity": 1, "specific_price": 100, "name": "Maintenance", **rhythm}
    header = {key: value for key, value in rhythm.items() if key != "date_end"}
    numbered = [(0, 0, {"sequence": place, **sold, **line}) for place, line in enumerate(lines or ({},))]
    return desk.make(
        "contract.contract", name="Maintenance", code="BC 12", partner_id=client or desk.client(), company_id=desk.company_id,
        payment_term_id=terms, contract_line_ids=numbered, **header,
    )  # fmt: skip


def give(desk: Desk, *ids: int) -> None:
    """Through the action of the list."""
    desk.action("contract_to_regie", "contract.contract", ids, "admin")


def give_back(desk: Desk, *ids: int) -> None:
    desk.action("contract_to_odoo", "contract.contract", ids, "admin")


def dates(desk: Desk, id_: int) -> tuple[Any, list[tuple[Any, Any]]]:
    """Next invoice of the contract, and last day invoiced and next date of each line."""
    lines = desk.rows("contract.line", [("contract_id", "=", id_)], "last_date_invoiced", "recurring_next_date")
    head = desk.row("contract.contract", id_, "recurring_next_date")
    return head["recurring_next_date"], [(line["last_date_invoiced"], line["recurring_next_date"]) for line in lines]


def billed(desk: Desk, id_: int) -> list[Invoice]:
    return list(invoices(desk, [("line_ids.contract_line_id.contract_id", "=", id_)]))


def drafts(desk: Desk, id_: int) -> list[Invoice]:
    return [one for one in billed(desk, id_) if one.state == "draft" and one.type == "out_invoice"]


def codes(report: Report, id_: int) -> list[str]:
    mine = [f for f in (*report.plan.findings, *report.findings_after) if (f.record.dataset, f.record.id) == ("contracts", id_)]
    return [f.code for f in mine]


def by_the_addon(desk: Desk, id_: int, in_arrears_after: int) -> None:
    """Every invoice the addon makes for what is closed on 31 October: one call each, as its button or its daily job does."""
    while True:
        next_on = dates(desk, id_)[0]
        if not next_on or date.fromisoformat(next_on).toordinal() - in_arrears_after > date(2026, 10, 31).toordinal():
            return
        if not desk("contract.contract", "recurring_create_invoice", id_):
            return


def written(lines: list[dict[str, Any]]) -> list[Any]:
    """What makes the money and the bookkeeping of product lines, in no order."""
    names = (
        "product_id", "quantity", "product_uom_id", "price_unit", "discount", "tax_ids", "account_id", "analytic_distribution",
        "price_subtotal", "price_total",
    )  # fmt: skip
    return sorted(repr([line[name] for name in names]) for line in lines if line["display_type"] == "product")


def test_the_draft_equals_what_the_addon_makes(desk: Desk) -> None:
    lines: tuple[dict[str, Any], ...] = (
        {"display_type": "line_section", "product_id": False, "name": "Services"},
        {"quantity": 3, "specific_price": 33.33, "discount": 12.5},
        {"display_type": "line_note", "product_id": False, "name": "Note"},
        {"quantity": 1, "specific_price": 7.77},
        {"is_canceled": True},
    )
    twins = {}
    for name, rhythm in RHYTHMS.items():
        client = desk.client()
        twins[name] = tuple(contract(desk, *lines, client=client, **rhythm) for _ in range(2))
        offset = rhythm.get("recurring_invoicing_type") != "pre-paid" and rhythm.get("recurring_rule_type") != "monthlylastday"
        by_the_addon(desk, twins[name][0], int(offset))
    give(desk, *(ours for _, ours in twins.values()))
    desk.bill()
    for name, (theirs, ours) in twins.items():
        expected, [draft] = billed(desk, theirs), billed(desk, ours)
        assert expected, name
        assert (draft.state, draft.key) == ("draft", f"inv_k{ours}_2026-10_n1"), name
        assert written(list(draft.lines)) == written([line for one in expected for line in one.lines]), name
        if len(expected) == 1:  # of several, Odoo rounds each invoice by itself
            assert draft.untaxed == expected[0].untaxed, name
        assert {key: draft.header[key] for key in SAME} == {key: expected[0].header[key] for key in SAME}, name
        texts = [(line["display_type"], line["name"]) for line in draft.lines if line["display_type"] != "product"]
        assert texts == [("line_section", "Services"), ("line_note", "Note")], name
    assert not any(one.key for theirs, _ in twins.values() for one in billed(desk, theirs))
    before = {ours: [one.id for one in billed(desk, ours)] for _, ours in twins.values()}
    desk.bill()
    assert {ours: [one.id for one in billed(desk, ours)] for ours in before} == before, "a second run adds nothing"


def test_the_client_reads_the_period_and_receives_the_detail(desk: Desk) -> None:
    id_ = contract(desk, date_start="2026-09-01")
    give(desk, id_)
    desk.bill()
    [draft] = billed(desk, id_)
    names = [line["name"] for line in draft.lines]
    assert [name.split("\n")[0] for name in names] == ["Maintenance", "Maintenance"]
    assert ["septembre 2026" in names[0], "octobre 2026" in names[1]] == [True, True]
    [file] = desk.rows("ir.attachment", [("res_model", "=", "account.move"), ("res_id", "=", draft.id)], "name", "mimetype")
    assert file["mimetype"] == "application/pdf"


def test_the_addon_leaves_a_contract_of_regies(desk: Desk) -> None:
    client = desk.client()
    ours, theirs = (contract(desk, client=client, date_start="2020-01-01") for _ in range(2))
    give(desk, ours)
    assert dates(desk, ours) == (NEVER, [(False, "2020-02-01")])
    desk("contract.contract", "cron_recurring_create_invoice")
    assert (len(billed(desk, ours)), len(billed(desk, theirs))) == (0, 1)
    assert not desk.row("contract.contract", ours, "invoice_generation_error")["invoice_generation_error"]
    [wizard] = desk("contract.manually.create.invoice", "create", vals_list=[{"invoice_date": "2020-03-01"}])
    desk("contract.manually.create.invoice", "create_invoice", wizard)
    assert (len(billed(desk, ours)), len(billed(desk, theirs))) == (0, 2)
    with pytest.raises(DataError, match="facturé par Regie"):
        desk("contract.contract", "recurring_create_invoice", ours)
    assert billed(desk, ours) == []


def test_people_still_change_a_contract_of_regies(desk: Desk) -> None:
    id_ = contract(desk, {}, {"name": "Astreinte"}, date_start="2026-09-01")
    give(desk, id_)
    [first, second] = [row["id"] for row in desk.rows("contract.line", [("contract_id", "=", id_)], "id")]
    # What Odoo's form proposes for a new line: the contract's own date of next invoice.
    added = {
        "name": "Ajout", "product_id": desk.product("REGIE-H"), "quantity": 1, "specific_price": 9,
        "date_start": "2026-10-01", "recurring_invoicing_type": "post-paid", "recurring_next_date": NEVER,
    }  # fmt: skip
    changes: list[dict[str, Any]] = [
        {"contract_line_ids": [(1, first, {"date_end": "2026-12-31"})]},
        {"contract_line_ids": [(0, 0, added)]},
        {"contract_line_ids": [(1, second, {"is_canceled": True})]},
        {"recurring_rule_type": "quarterly"},
        {"recurring_rule_type": "monthly"},
        {"line_recurrence": True},
    ]
    for change in changes:
        desk.write("contract.contract", id_, **change)
        assert dates(desk, id_)[0] == NEVER, change
    report = desk.bill()
    assert codes(report, id_) == []
    [draft] = billed(desk, id_)
    assert draft.products == [(1, 100), (1, 100), (1, 9)]


def test_given_back_the_addon_goes_on_after_regie(desk: Desk) -> None:
    id_ = contract(desk, {}, {"name": "Astreinte", "date_end": "2026-10-31"}, date_start="2026-09-01")
    give(desk, id_)
    desk.bill()
    give_back(desk, id_)
    assert dates(desk, id_) == ("2026-12-01", [("2026-10-31", "2026-12-01"), ("2026-10-31", False)])
    desk("contract.contract", "recurring_create_invoice", id_)
    [november] = [one for one in billed(desk, id_) if not one.key]
    assert november.products == [(1, 100)]
    give(desk, id_)
    desk.bill(DECEMBER)
    [_, december] = [one for one in billed(desk, id_) if one.key]
    assert ["décembre 2026" in line["name"] for line in december.lines] == [True]


def test_given_back_unbilled_it_is_as_it_was(desk: Desk) -> None:
    id_ = contract(desk, date_start="2026-09-01")
    before = dates(desk, id_)
    give(desk, id_)
    give_back(desk, id_)
    assert dates(desk, id_) == before


def test_a_copy_of_a_contract_of_regies_is_the_addons(desk: Desk) -> None:
    id_ = contract(desk, date_start="2026-09-01")
    give(desk, id_)
    [copy] = desk("contract.contract", "copy", id_)
    assert dates(desk, copy)[0] == "2026-10-01"
    assert codes(desk.bill(), copy) == []


def _delete(desk: Desk, draft: Invoice) -> None:
    desk("account.move", "unlink", draft.id)


def _cancel(desk: Desk, draft: Invoice) -> None:
    desk("account.move", "button_cancel", draft.id)


def _reverse(desk: Desk, draft: Invoice) -> None:
    desk.post(draft.id)
    desk.post(desk.credit(draft.id))


@pytest.mark.parametrize("undo", [_delete, _cancel, _reverse])
def test_what_is_undone_is_proposed_again(desk: Desk, undo: Callable[[Desk, Invoice], None]) -> None:
    id_ = contract(desk, date_start="2026-10-01")
    give(desk, id_)
    desk.bill()
    [draft] = drafts(desk, id_)
    undo(desk, draft)
    desk.bill()
    [again] = drafts(desk, id_)
    assert again.products == draft.products
    assert again.id != draft.id


def test_reversed_and_made_again_by_a_person_it_is_billed(desk: Desk) -> None:
    id_ = contract(desk, date_start="2026-10-01")
    give(desk, id_)
    desk.bill()
    [draft] = drafts(desk, id_)
    desk.post(draft.id)
    again = desk.credit(draft.id, modify=True)
    desk.bill()
    assert [one.id for one in drafts(desk, id_)] == [again]


def test_credited_in_part_or_lowered_it_is_a_concession(desk: Desk) -> None:
    credited, lowered = (contract(desk, date_start="2026-10-01") for _ in range(2))
    give(desk, credited, lowered)
    desk.bill()
    [draft] = drafts(desk, credited)
    desk.post(draft.id)
    credit = desk.credit(draft.id)
    [line] = [line["id"] for line in next(invoices(desk, [("id", "=", credit)])).lines]
    desk.write("account.move", credit, invoice_line_ids=[(1, line, {"price_unit": 20})])
    desk.post(credit)
    [draft] = drafts(desk, lowered)
    desk.write("account.move", draft.id, invoice_line_ids=[(1, draft.lines[0]["id"], {"quantity": 0.5})])
    desk.bill()
    assert (len(drafts(desk, credited)), len(drafts(desk, lowered))) == (0, 1)


def test_whose_contract_it_is(desk: Desk) -> None:
    theirs = contract(desk, date_start="2026-10-01")
    assert codes(desk.bill(), theirs) == []
    assert codes(desk.bill(contracts="regie"), theirs) == ["contract_unassigned"]
    ours = contract(desk, date_start="2026-10-01")
    give(desk, ours)
    rule = desk.ref("__regie__.contract_owner")
    desk.write("base.automation", rule, active=False)
    desk.write("contract.contract", ours, recurring_next_date="2026-11-01")
    assert codes(desk.bill(), ours) == ["contract_unguarded"]
    desk.write("base.automation", rule, active=True)
    assert (billed(desk, theirs), billed(desk, ours)) == ([], [])


def test_odoo_refuses_regies_draft_of_the_addons_contract(desk: Desk) -> None:
    """As when a contract is given back between the reading and the writing."""
    id_ = contract(desk, date_start="2026-10-01")
    [line] = desk.rows("contract.line", [("contract_id", "=", id_)], "id")
    values = {
        "move_type": "out_invoice", "partner_id": desk.client(), "x_regie_key": f"inv_k{id_}_2026-10_n1",
        "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 1, "contract_line_id": line["id"]})],
    }  # fmt: skip
    with connect(desk.settings(desk.access.bot_login, desk.access.bot_key)) as bot:
        context = {"allowed_company_ids": [desk.company_id], "lang": "fr_FR"}
        with pytest.raises(DataError, match="n'est plus facturé par Regie"):
            bot.call("account.move", "create", vals_list=[values], context=context)
        with pytest.raises(AccessDenied):
            bot.call("contract.contract", "write", ids=[id_], vals={"x_regie_owner": True}, context=context)
        give(desk, id_)
        assert bot.call("account.move", "create", vals_list=[values], context=context)
        written_by = desk.row("contract.contract", id_, "write_uid")["write_uid"]
        assert written_by == bot.uid, "locked against being given back meanwhile"


def test_odoo_refuses_a_period_that_is_billed_already(desk: Desk) -> None:
    """As when two runs that close different months overlap."""
    id_ = contract(desk, date_start="2026-10-01")
    give(desk, id_)
    desk.bill()
    [draft] = drafts(desk, id_)
    content = desk.row("account.move", draft.id, "x_regie_content")["x_regie_content"]
    line = draft.lines[0] | desk.row("account.move.line", draft.lines[0]["id"], "contract_line_id")
    values = {
        "move_type": "out_invoice", "partner_id": draft.header["partner_id"], "x_regie_key": f"inv_k{id_}_2026-11_n1",
        "x_regie_content": content,
        "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 100, "contract_line_id": line["contract_line_id"]})],
    }  # fmt: skip
    with pytest.raises(DataError, match="déjà sur la facture"):
        desk("account.move", "create", vals_list=[values])
    _cancel(desk, draft)
    assert desk("account.move", "create", vals_list=[values])


def test_supplier_contracts_are_not_touched(desk: Desk) -> None:
    id_ = contract(desk, date_start="2026-09-01")
    bought = contract(desk, date_start="2026-09-01")
    desk.write("contract.contract", bought, contract_type="purchase", x_regie_owner=True)
    give(desk, id_)
    desk.bill()
    assert (len(billed(desk, id_)), dates(desk, bought)[0]) == (1, "2026-10-01")
    assert desk.rows("account.move.line", [("contract_line_id.contract_id", "=", bought)], "id") == []
