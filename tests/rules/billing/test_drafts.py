"""Documents: grouping, keys, headers, sections, and which hours a run may touch again."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.billing.books import HOUR, PIECE, Books, amounts

D = Decimal


def two_orders(**second: Any) -> Books:
    books = Books()
    for values in ({}, second):
        books.line(books.order(**values), "manual", 1, 10, delivered=1)
    return books


def test_orders_have_drafts_of_their_own_by_default() -> None:
    keys = [upsert.key for upsert in two_orders().decide().plan.upserts]
    assert keys == ["__regie__.inv_o1_2026-10_n1", "__regie__.inv_o2_2026-10_n1"]


def test_a_clients_orders_stand_on_one_draft_where_the_company_wants_it() -> None:
    [upsert] = two_orders().decide(grouping="client").plan.upserts
    assert upsert.amount_untaxed == D("20.00")
    assert upsert.values["origin"] == upsert.values["reference"] == "S00001, S00002"
    assert len({line.key for line in upsert.lines}) == 2


@pytest.mark.parametrize(("sold", "column"), [("manual", "delivered"), ("ordered", "ordered")])
def test_what_is_taken_back_comes_off_a_draft_that_nobody_touched(sold: str, column: str) -> None:
    books = Books()
    line = books.line(books.order(), sold, 3, 10, delivered=3)
    books.write(books.decide())
    books.record("order_lines", line)[column] = 1_000_000
    decision = books.decide()
    assert [(upsert.extends, upsert.amount_untaxed) for upsert in decision.plan.upserts] == [(True, D("10.00"))]
    assert decision.plan.findings == ()
    books.write(decision)
    assert amounts(books.decide()) == []


def test_a_draft_of_several_orders_keeps_their_order_when_it_is_extended() -> None:
    books = two_orders()
    books.write(books.decide(grouping="client"))
    books.record("order_lines", 2)["delivered"] += 1_000_000
    [upsert] = books.decide(grouping="client").plan.upserts
    assert upsert.extends
    assert upsert.values["origin"] == "S00001, S00002"
    assert [line.values["order_line_ids"] for line in upsert.lines] == [(1,), (2,)]


@pytest.mark.parametrize(
    "other",
    [
        {"invoice_partner_id": 2}, {"currency_id": 2}, {"fiscal_position_id": 2}, {"payment_term_id": 2}, {"journal_id": 2},
        {"client_reference": "PO-1"},
    ],
)  # fmt: skip
def test_only_orders_that_share_the_header_stand_on_one_draft(other: dict[str, Any]) -> None:
    assert len(two_orders(**other).decide(grouping="client").plan.upserts) == 2


CAMILLE, MARC, NOBODY = 1, 2, 0


def two_missions(*consultants: int, **order: Any) -> tuple[Books, list[int]]:
    """One order by the hour with a line for each, of ten hours at 100.00, 200.00, ...; and those lines."""
    books = Books()
    sold = books.order(**order)
    lines = [
        books.line(sold, "time", 100, place * 100, HOUR, consultant_id=consultant)
        for place, consultant in enumerate(consultants, 1)
    ]
    for line in lines:
        books.hours(10, line)
    return books, lines


@pytest.mark.parametrize(
    ("consultants", "drafts"),
    [
        ((CAMILLE, MARC), [["o1l1", 1000], ["o1l2", 2000]]),
        ((CAMILLE, CAMILLE), [["o1", 3000]]),  # a later rate of the same mission
        ((CAMILLE, MARC, CAMILLE), [["o1l1", 4000], ["o1l2", 2000]]),
        ((CAMILLE, NOBODY), [["o1", 3000]]),  # an order of one consultant is one mission
        ((CAMILLE, MARC, NOBODY), [["o1l1", 1000], ["o1l2", 2000], ["o1", 3000]]),
    ],
)
def test_each_mission_of_an_order_has_a_draft_where_the_company_wants_it(consultants: Any, drafts: Any) -> None:
    books, _ = two_missions(*consultants)
    made = books.decide(grouping="mission").plan.upserts
    assert [[u.key.removeprefix("__regie__.inv_").removesuffix("_2026-10_n1"), u.amount_untaxed] for u in made] == drafts
    assert [u.key for u in books.decide().plan.upserts] == ["__regie__.inv_o1_2026-10_n1"]


def test_a_missions_draft_is_extended_and_a_replay_changes_nothing() -> None:
    books, [_, second] = two_missions(CAMILLE, MARC)
    books.write(books.decide(grouping="mission"))
    assert amounts(books.decide(grouping="mission")) == []
    books.hours(1, second, "2026-10-28")
    [upsert] = books.decide(grouping="mission").plan.upserts
    assert (upsert.extends, upsert.key, upsert.amount_untaxed) == (True, "__regie__.inv_o1l2_2026-10_n1", D("2200.00"))


@pytest.mark.parametrize(("spent_by", "on"), [(MARC, "o1l2"), (3, "o1"), (None, "o1")])
def test_an_expense_is_on_the_draft_of_whoever_laid_it_out(spent_by: int | None, on: str) -> None:
    """Odoo 19 tells whose expense a line re-bills; of one that nobody can be told of, the order has a draft."""
    books, _ = two_missions(CAMILLE, MARC)
    train = books.line(1, "manual", 1, 120, delivered=1, is_expense=True)
    if spent_by:
        books._add("expenses", order_id=1, order_line_id=train, employee_id=spent_by, state="posted")
    made = {u.key: u.amount_untaxed for u in books.decide(grouping="mission").plan.upserts}
    alone = {"__regie__.inv_o1l1_2026-10_n1": D(1000), "__regie__.inv_o1l2_2026-10_n1": D(2000)}
    key = f"__regie__.inv_{on}_2026-10_n1"
    assert made == alone | {key: alone.get(key, 0) + D(120)}


def test_an_order_with_a_down_payment_to_take_off_keeps_one_draft() -> None:
    books, _ = two_missions(CAMILLE, MARC)
    books.line(1, "ordered", 0, 0, is_downpayment=True)
    assert [u.key for u in books.decide(grouping="mission").plan.upserts] == ["__regie__.inv_o1_2026-10_n1"]


def test_whoever_changes_the_grouping_bills_nothing_twice() -> None:
    """What stands on the order's draft stays there; the next hours have drafts of their missions."""
    books, [first, _] = two_missions(CAMILLE, MARC)
    books.write(books.decide())
    assert amounts(books.decide(grouping="mission")) == []
    books.hours(1, first, "2026-10-28")
    [upsert] = books.decide(grouping="mission").plan.upserts
    assert (upsert.key, upsert.amount_untaxed) == ("__regie__.inv_o1l1_2026-10_n1", D("100.00"))


def test_a_key_that_is_used_is_never_used_again() -> None:
    books = two_orders()
    books.used_keys = frozenset({"inv_o1_2026-10_n1", "inv_o1_2026-10_n7", "inv_o1_2026-09_n9", "inv_o10_2026-10_n3"})
    assert [u.key for u in books.decide().plan.upserts] == ["__regie__.inv_o1_2026-10_n8", "__regie__.inv_o2_2026-10_n1"]


def test_the_header_is_the_orders() -> None:
    header = {
        "invoice_partner_id": 2, "delivery_partner_id": 1, "fiscal_position_id": 3, "payment_term_id": 4, "journal_id": 5,
        "salesperson_id": 6, "team_id": 7, "terms": "<p>30 jours</p>", "client_reference": "PO-1",
        "payment_reference": "RF18", "campaign_id": 8, "medium_id": 9, "source_id": 10,
    }  # fmt: skip
    books = Books()
    books.line(books.order(**header), "manual", 1, 10, delivered=1)
    [upsert] = books.decide().plan.upserts
    expected = {**header, "partner_id": 2, "reference": "PO-1", "company_id": 1, "currency_id": 1, "origin": "S00001"}
    del expected["invoice_partner_id"], expected["client_reference"]
    assert {name: upsert.values[name] for name in expected} == expected


@pytest.mark.parametrize(("policy", "dated"), [("empty", False), ("period_end", True)])
def test_the_invoice_date_is_left_to_whoever_posts_or_is_the_periods_end(policy: str, dated: bool) -> None:
    [upsert] = two_orders(state="cancel").decide(invoice_date=policy).plan.upserts
    assert (str(upsert.values.get("invoice_date")) == "2026-10-31") is dated


def test_sections_and_notes_follow_the_lines_they_stand_over() -> None:
    books = Books()
    order = books.order()
    for sequence, display, name in (
        (1, "line_section", "Vide"), (2, "line_note", "note de section vide"), (3, "line_section", "Travaux"),
        (5, "line_note", "sans engagement"), (7, "line_section", "Fin"),
    ):  # fmt: skip
        books._add("order_lines", order_id=order, company_id=1, sequence=sequence, display=display, name=name)
    books.line(order, "manual", 1, 10, delivered=1, sequence=4)
    books.line(order, "manual", 1, 10, delivered=0, sequence=6, name="rien")
    [upsert] = books.decide().plan.upserts
    assert [line.values["name"].splitlines()[0] for line in upsert.lines] == ["Travaux", "Produit manual", "sans engagement"]
    assert [line.values["sequence"] for line in upsert.lines] == [0, 1, 2]


def test_a_line_is_keyed_by_its_draft_and_its_order_line() -> None:
    books = two_orders()
    books.write(books.decide())
    books.record("order_lines", 1)["delivered"] = 3_000_000
    books.record("invoices", 1)["state"] = "posted"
    [first, second] = [books.rows["invoices"][0]["key"], books.decide().plan.upserts[0]]
    assert first == "inv_o1_2026-10_n1"
    assert [line.key for line in second.lines] == ["__regie__.inv_o1_2026-10_n2_l1"]


def test_a_draft_whose_hours_a_person_unlinked_is_left_alone() -> None:
    books = Books()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    hours = books.hours(2, line)
    books.write(books.decide())
    books.record("timesheets", hours)["invoice_id"] = 0
    books.record("invoices", 1)["timesheet_ids"] = ()
    books.hours(1, line)
    [upsert] = books.decide().plan.upserts
    assert (upsert.extends, upsert.amount_untaxed) == (False, D("80.00"))


def test_a_price_credit_changes_no_other_orders_draft() -> None:
    books = two_orders()
    books.line(1, "ordered", 1, 500, PIECE)
    assert amounts(books.decide()) == [D("510.00"), D("10.00")]


def test_a_draft_with_a_line_of_an_order_line_that_is_gone_is_left_alone() -> None:
    books = two_orders()
    books.write(books.decide(grouping="client"))
    books.rows["order_lines"] = [row for row in books.rows["order_lines"] if row["order_id"] == 1]
    books.record("order_lines", 1)["delivered"] = 3_000_000
    [upsert] = books.decide(grouping="client").plan.upserts
    assert (upsert.extends, upsert.amount_untaxed) == (False, D("20.00"))
