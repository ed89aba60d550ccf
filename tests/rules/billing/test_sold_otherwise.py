"""Fixed price, prepaid, milestones, subscriptions, quantities by hand, expenses: by amount or quantity, never by hours."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import Recurring
from rules.billing.recurring import due_periods
from tests.rules.billing.books import HOUR, PIECE, Books, amounts, codes, finding, quantities

D = Decimal
MONTHLY = Recurring(product="FORFAIT", every="month", billed="in_arrears")
YEAR = D(1000)


def until(day: str) -> Period:
    closing = date.fromisoformat(day)
    return Period(closing.replace(day=1), closing)


def test_a_fixed_price_is_billed_once_as_sold_whatever_the_time() -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 1, 5000)
    books.hours(40, line)
    assert amounts(books.decide()) == [D("5000.00")]
    books.write(books.decide())
    assert amounts(books.decide()) == []


def test_a_price_credit_on_a_fixed_price_is_a_concession() -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 1, 5000)
    books.credit(books.invoice((line, 1, 5000)), (line, 1, 500))
    assert amounts(books.decide()) == []


def test_a_fixed_price_billed_in_part_by_hand_is_billed_for_the_rest() -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 20, 650)
    books.invoice((line, 6, 650))
    assert (quantities(books.decide()), amounts(books.decide())) == ([D(14)], [D("9100.00")])


def test_a_fixed_price_lowered_on_regies_draft_is_withdrawn() -> None:
    books = Books()
    books.line(books.order(), "ordered", 1, 5000)
    books.write(books.decide())
    books.record("invoice_lines", 1).update(price_unit=45_000_000, subtotal=45_000_000)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "withdrawn").amount == D("500")


def test_a_prepaid_pack_is_billed_when_ordered() -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    books.hours("7.5", line)
    decision = books.decide()
    assert amounts(decision) == [D("950.00")]
    assert codes(decision) == []


@pytest.mark.parametrize(("drawn", "beyond"), [("10", None), ("10.01", D("0.01")), ("11.5", D("1.5"))])
def test_hours_beyond_a_pack_are_included_and_named(drawn: str, beyond: Decimal | None) -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    books.invoice((line, 10, 95))
    books.hours(drawn, line)
    decision = books.decide()
    assert amounts(decision) == []
    if beyond is None:
        assert codes(decision) == []
    else:
        assert finding(decision, "prepaid_overrun").amount == (beyond * 95).quantize(D("0.01"))


def test_hours_beyond_a_pack_are_billed_once_where_the_company_rebills() -> None:
    books = Books()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    books.invoice((line, 10, 95))
    books.hours("11.5", line)
    assert amounts(books.decide(prepaid_overrun="rebill")) == [D("142.50")]
    books.write(books.decide(prepaid_overrun="rebill"))
    assert amounts(books.decide(prepaid_overrun="rebill")) == []


def test_pack_and_overrun_of_one_month_stand_on_one_line() -> None:
    books = Books()
    books.hours("11.5", books.line(books.order(), "ordered", 10, 95, HOUR))
    decision = books.decide(prepaid_overrun="rebill")
    assert (quantities(decision), amounts(decision)) == ([D("11.5")], [D("1092.50")])


def test_a_milestone_is_billed_when_reached() -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 20, 650)
    for share, reached in (("0.3", "2026-09-15"), ("0.4", "2026-10-15"), ("0.3", None)):
        books.milestone(line, share, reached)
    books.invoice((line, 6, 650))
    decision = books.decide()
    assert (quantities(decision), amounts(decision)) == ([D(8)], [D("5200.00")])


@pytest.mark.parametrize(("closing", "billed"), [("2026-10-14", []), ("2026-10-15", [D("5200.00")])])
def test_a_milestone_reached_after_the_closing_date_waits(closing: str, billed: list[Decimal]) -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 20, 650)
    books.milestone(line, "0.4", "2026-10-15")
    books.milestone(line, "0.6")
    assert amounts(books.decide(until(closing))) == billed


def test_thirds_of_a_contract_total_the_contract_and_the_gap_is_named() -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 1, 13000)
    for share in ("0.333333", "0.333333", "0.333334"):
        books.milestone(line, share)
    billed = []
    for step in books.rows["milestones"]:
        step.update(reached=True, reached_on=None)
        decision = books.decide()
        billed += amounts(decision)
        books.write(decision)
        for row in books.rows["invoices"]:
            row.update(state="posted", posted_before=True)
    assert billed == [D("4290.00"), D("4420.00"), D("4290.00")]


def test_three_thirds_kept_as_decimals_are_the_whole_contract() -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 20, 650)
    for _ in range(3):
        books.milestone(line, "0.333333", "2026-10-01")
    decision = books.decide()
    assert (amounts(decision), codes(decision)) == ([D("13000.00")], [])


def test_milestones_that_do_not_total_the_contract_are_named() -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 1, 1000)
    books.milestone(line, "0.3", "2026-10-01")
    books.milestone(line, "0.5")
    assert finding(books.decide(), "milestones_not_whole").severity.value == "warning"


def test_a_milestone_taken_back_is_a_credit_to_make() -> None:
    books = Books()
    line = books.line(books.order(), "milestones", 1, 1000)
    books.milestone(line, "0.5", "2026-09-01")
    books.milestone(line, "0.5")
    books.invoice((line, 1, 1000))
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "credit_due").amount == D("500.00")


@pytest.mark.parametrize(
    ("closing", "billed"), [("2026-10-30", []), ("2026-10-31", [D("180.00")]), ("2026-12-31", [D("540.00")])]
)
def test_a_subscription_in_arrears_is_due_when_its_month_is_over(closing: str, billed: list[Decimal]) -> None:
    books = Books()
    books.line(books.order(), "ordered", 12, 180, PIECE, code="FORFAIT")
    assert amounts(books.decide(until(closing), recurring=(MONTHLY,))) == billed


def test_a_subscription_bills_each_period_once() -> None:
    books = Books()
    books.line(books.order(), "ordered", 12, 180, PIECE, code="FORFAIT")
    october, november = until("2026-10-31"), until("2026-11-30")
    books.write(books.decide(october, recurring=(MONTHLY,)))
    assert amounts(books.decide(october, recurring=(MONTHLY,))) == []
    [upsert] = books.decide(november, recurring=(MONTHLY,)).plan.upserts
    assert (upsert.amount_untaxed, upsert.key) == (D("180.00"), "__regie__.inv_o1_2026-11_n1")
    assert "novembre 2026" in upsert.lines[0].values["name"]


def test_a_quarter_in_advance_is_due_on_its_first_day() -> None:
    quarterly = Recurring(product="FORFAIT", every="quarter", billed="in_advance")
    books = Books()
    books.line(books.order(), "ordered", 4, 390, PIECE, code="FORFAIT")
    assert amounts(books.decide(until("2026-10-31"), recurring=(quarterly,))) == [D("390.00")]
    assert amounts(books.decide(until("2027-01-31"), recurring=(quarterly,))) == [D("780.00")]


def test_a_subscription_ends_with_the_periods_sold() -> None:
    books = Books()
    books.line(books.order(), "ordered", 2, 180, PIECE, code="FORFAIT")
    decision = books.decide(until("2027-03-31"), recurring=(MONTHLY,))
    assert amounts(decision) == [D("360.00")]
    assert finding(decision, "recurring_over")


@pytest.mark.parametrize(
    ("every", "start", "closing", "ends"),
    [
        ("month", "2026-01-31", "2026-03-31", ["2026-02-27", "2026-03-30"]),
        ("week", "2026-10-05", "2026-10-18", ["2026-10-11", "2026-10-18"]),
        ("year", "2024-02-29", "2026-03-01", ["2025-02-27", "2026-02-27"]),
    ],
)
def test_periods_run_from_the_orders_day(every: Any, start: str, closing: str, ends: list[str]) -> None:
    rule = Recurring(product="X", every=every, billed="in_arrears")
    found = [end.isoformat() for _, end, _ in due_periods(rule, date.fromisoformat(start), date.fromisoformat(closing), YEAR)]
    assert found == ends


def test_a_first_month_may_be_billed_by_its_days() -> None:
    rule = Recurring(product="X", every="month", billed="in_arrears", prorate=True)
    shares = [share for _, _, share in due_periods(rule, date(2026, 10, 16), date(2026, 11, 30), YEAR)]
    assert shares == [D("0.52"), D(1)]


@pytest.mark.parametrize(("delivered", "invoiced", "billed"), [(3, 0, [D(3)]), (3, 1, [D(2)]), (3, 3, [])])
def test_a_quantity_delivered_by_hand_is_billed_less_what_is_billed(
    delivered: int, invoiced: int, billed: list[Decimal]
) -> None:
    books = Books()
    line = books.line(books.order(), "manual", 1, "8.50", delivered=delivered)
    if invoiced:
        books.invoice((line, invoiced, "8.50"))
    assert quantities(books.decide()) == billed


def test_a_quantity_taken_back_is_a_credit_to_make() -> None:
    books = Books()
    line = books.line(books.order(), "manual", 1, "8.50", delivered=2)
    books.invoice((line, 3, "8.50"))
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "credit_due").amount == D("8.50")


def test_a_partly_credited_quantity_is_not_billed_again() -> None:
    books = Books()
    line = books.line(books.order(), "manual", 1, "8.50", delivered=3)
    books.credit(books.invoice((line, 3, "8.50")), (line, 1, "8.50"))
    assert amounts(books.decide()) == []


def test_a_posted_expense_is_billed_from_the_line_odoo_made() -> None:
    books = Books()
    line = books.line(books.order(), "manual", 1, 100, delivered=1, is_expense=True, name="Train Paris-Lyon")
    decision = books.decide()
    assert amounts(decision) == [D("100.00")]
    assert "Train Paris-Lyon" in decision.plan.upserts[0].why
    books.invoice((line, 1, 100))
    assert amounts(books.decide()) == []


@pytest.mark.parametrize(("state", "named"), [("approved", True), ("posted", False)])
def test_an_approved_expense_waits_for_its_posting(state: str, named: bool) -> None:
    books = Books()
    order = books.order()
    books.line(order, "manual", 1, 10, delivered=1)
    books._add("expenses", name="Train", employee_id=1, company_id=1, order_id=order, state=state, amount=1_200_000)
    assert ("expense_not_posted" in codes(books.decide())) is named
