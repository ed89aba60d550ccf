"""What holds an order back, with its money and its hours, and what releases it."""

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from rules.billing.balance import buckets
from tests.rules.billing.books import DAY_7, HOUR, PIECE, Books, amounts, codes, finding

D = Decimal


@pytest.fixture
def mission() -> Books:
    """Camille at Clientis: 94.5 h at 600.00 a day, a train of 120.00, contract required."""
    books = Books()
    order = books.order(partner_id=2, invoice_partner_id=2, contract_required=True)
    books.hours("94.5", books.line(order, "time", 15, 600, DAY_7))
    books.line(order, "manual", 1, 120, delivered=1, is_expense=True)
    return books


def test_an_unsigned_contract_blocks_the_order_with_its_money_and_hours(mission: Books) -> None:
    decision = mission.decide()
    assert amounts(decision) == []
    waiting = finding(decision, "contract_unsigned")
    assert (waiting.amount, waiting.hours) == (D("8220.00"), D("94.5"))
    assert buckets(decision.sheet)["blocked"] == 94_500_000


@pytest.mark.parametrize(
    "signed", [{"contract_signed_on": pd.Timestamp("2026-12-03")}, {"signed_on": pd.Timestamp("2026-09-01")}]
)
def test_the_signature_releases_it(mission: Books, signed: dict[str, Any]) -> None:
    mission.record("orders", 1).update(signed)
    decision = mission.decide()
    assert amounts(decision) == [D("8220.00")]
    assert buckets(decision.sheet)["blocked"] == 0


@pytest.mark.parametrize("flagged", ["client", "its company", "company file"])
def test_client_or_company_may_ask_for_a_contract(mission: Books, flagged: str) -> None:
    mission.record("orders", 1)["contract_required"] = False
    assert amounts(mission.decide()) == [D("8220.00")]
    if flagged == "client":
        mission.record("partners", 2)["contract_required"] = True
    if flagged == "its company":
        mission.record("partners", 2)["commercial_id"] = 1
        mission.record("partners", 1)["contract_required"] = True
    assert amounts(mission.decide(contract_required=flagged == "company file")) == []


def test_a_missing_purchase_order_number_blocks_where_the_client_asks_for_one(mission: Books) -> None:
    mission.record("orders", 1)["contract_required"] = False
    mission.record("partners", 2)["reference_required"] = True
    assert finding(mission.decide(), "reference_missing").amount == D("8220.00")
    mission.record("orders", 1)["client_reference"] = "PO-4711"
    assert amounts(mission.decide()) == [D("8220.00")]


def test_time_on_a_cancelled_order_is_blocked(mission: Books) -> None:
    mission.record("orders", 1)["state"] = "cancel"
    assert finding(mission.decide(), "order_not_confirmed").hours == D("94.5")


def test_nothing_is_due_on_a_quotation() -> None:
    books = Books()
    books.line(books.order(state="draft"), "ordered", 1, 5000)
    decision = books.decide()
    assert decision.plan.upserts == decision.plan.findings == ()


def test_a_subscription_that_odoo_invoices_is_left_to_it() -> None:
    books = Books()
    books.line(books.order(subscription=True), "ordered", 1, 50)
    decision = books.decide()
    assert decision.plan.upserts == decision.plan.findings == ()


def test_time_nobody_validated_that_a_person_invoiced_is_no_longer_waited_for() -> None:
    books = Books()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.invoice((line, 2, 80), hours=[books.hours(2, line, validated=False)])
    assert codes(books.decide()) == []


def test_another_payer_on_earlier_invoices_is_named() -> None:
    books = Books()
    line = books.line(books.order(), "manual", 1, 10, delivered=2)
    books.invoice((line, 1, 10), partner_id=2)
    decision = books.decide()
    assert amounts(decision) == [D("10.00")]
    assert "Clientis" in finding(decision, "several_payers").message


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ({"project_id": 1}, "no_order_line"),
        ({"qualification": "billable"}, "no_order_line"),
        ({"timer_started_at": pd.Timestamp("2026-10-20 08:00", tz="UTC")}, "timer_running"),
    ],
)
def test_validated_time_that_cannot_be_billed_is_blocked_with_its_reason(hours: dict[str, Any], code: str) -> None:
    books = Books()
    books.hours(3, **hours)
    decision = books.decide()
    assert finding(decision, code).hours == D(3)
    assert buckets(decision.sheet)["blocked"] == 3_000_000


def test_time_logged_in_another_company_is_blocked() -> None:
    books = Books()
    books.hours(3, books.line(books.order(), "time", 10, 80, HOUR), company_id=2)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "other_company").hours == D(3)


@pytest.mark.parametrize(
    ("sold", "unit", "said", "kind", "policy", "bucket"),
    [
        ("time", HOUR, "", "work", {}, "invoiced"),
        ("time", HOUR, "included", "work", {}, "included"),
        ("time", HOUR, "non_billable", "work", {}, "non_billable"),
        ("time", HOUR, "", "travel", {}, "invoiced"),
        ("time", HOUR, "", "travel", {"travel": "flat"}, "included"),
        ("time", HOUR, "", "travel", {"travel": "none"}, "included"),
        ("time", HOUR, "billable", "travel", {"travel": "flat"}, "invoiced"),
        ("ordered", PIECE, "", "work", {}, "included"),
        ("ordered", HOUR, "", "work", {}, "included"),
        ("ordered", PIECE, "non_billable", "work", {}, "non_billable"),
        ("ordered", PIECE, "billable", "work", {}, "blocked"),
        ("manual", PIECE, "", "travel", {}, "included"),
        ("milestones", PIECE, "", "work", {}, "included"),
    ],
)
def test_each_hour_has_one_bucket(sold: str, unit: int, said: str, kind: str, policy: dict[str, Any], bucket: str) -> None:
    books = Books()
    line = books.line(books.order(), sold, 100, 80, unit, delivered=1)
    books.hours(4, line, qualification=said, kind=kind)
    found = buckets(books.decide(**policy).sheet)
    assert {name: hours for name, hours in found.items() if hours} == {bucket: 4_000_000}


def test_internal_time_is_non_billable_and_leave_is_no_time() -> None:
    books = Books()
    books.hours("1.5")
    books.hours(7, is_absence=True)
    decision = books.decide()
    assert buckets(decision.sheet)["non_billable"] == sum(buckets(decision.sheet).values()) == 1_500_000
    assert codes(decision) == []
