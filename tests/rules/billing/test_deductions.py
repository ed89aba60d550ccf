"""Global discounts and down payments: Odoo puts them whole on the first invoice; Regie spreads and remembers by amount."""

from decimal import Decimal
from typing import Any

import pytest

from tests.rules.billing.books import HOUR, PIECE, Books, amounts, codes, finding

D = Decimal


def deducted(books: Books, **policy: Any) -> list[Decimal]:
    """Amounts of the deducted down payments on the proposed drafts."""
    return [
        line.values["price_unit"]
        for upsert in books.decide(**policy).plan.upserts
        for line in upsert.lines
        if line.values.get("is_downpayment")
    ]


@pytest.fixture
def project() -> tuple[Books, int, int]:
    """An order of 100 h at 120.00 with a posted down payment of 7,200.00."""
    books = Books()
    order = books.order()
    work = books.line(order, "time", 100, 120, HOUR)
    paid = books.line(order, "ordered", 0, 7200, PIECE, is_downpayment=True, sequence=99)
    books.invoice((paid, 1, 7200))
    return books, work, paid


def test_a_down_payment_is_deducted_up_to_the_drafts_amount(project: tuple[Books, int, int]) -> None:
    books, work, _ = project
    books.hours(25, work)
    assert deducted(books) == [D("3000.00")]
    assert amounts(books.decide()) == [D("0.00")]


def test_the_rest_of_a_down_payment_is_remembered(project: tuple[Books, int, int]) -> None:
    books, work, _ = project
    books.hours(25, work, "2026-10-05")
    books.write(books.decide())
    for row in books.rows["invoices"]:
        row.update(state="posted", posted_before=True)
    books.hours(60, work)
    assert deducted(books) == [D("4200.00")]
    assert amounts(books.decide()) == [D("3000.00")]


def test_late_hours_on_an_untouched_draft_deduct_more_on_the_same_line(project: tuple[Books, int, int]) -> None:
    books, work, _ = project
    books.hours(25, work)
    books.write(books.decide())
    books.hours(60, work)
    [upsert] = books.decide().plan.upserts
    assert upsert.extends
    assert (deducted(books), upsert.amount_untaxed) == ([D("7200.00")], D("3000.00"))


@pytest.mark.parametrize(
    ("policy", "hours", "taken"), [("pro_rata", 25, [D("1800.00")]), ("at_end", 25, []), ("at_end", 100, [D("7200")])]
)
def test_a_down_payment_may_be_spread_or_kept_for_the_end(
    project: tuple[Books, int, int], policy: str, hours: int, taken: list[Decimal]
) -> None:
    books, work, _ = project
    books.hours(hours, work)
    assert deducted(books, down_payments=policy) == taken


def test_a_down_payment_that_is_not_posted_is_not_deducted(project: tuple[Books, int, int]) -> None:
    books, work, _ = project
    books.record("invoices", 1)["state"] = "draft"
    books.hours(25, work)
    assert deducted(books) == []


def test_a_down_payment_of_another_vat_rate_is_named(project: tuple[Books, int, int]) -> None:
    books, work, paid = project
    books.record("order_lines", paid)["tax_ids"] = (6,)
    books.hours(25, work)
    decision = books.decide()
    assert amounts(decision) == [D("3000.00")]
    assert finding(decision, "down_payment_not_deducted").amount == D("7200")


def test_the_deduction_takes_the_account_of_the_down_payment(project: tuple[Books, int, int]) -> None:
    books, work, _ = project
    books.record("invoice_lines", 1)["account_id"] = 4191
    books.hours(25, work)
    [upsert] = books.decide().plan.upserts
    assert [line.values["account_id"] for line in upsert.lines if line.values.get("is_downpayment")] == [4191]


@pytest.fixture
def discounted() -> tuple[Books, int]:
    """An order of 100 h at 90.00 less 900.00."""
    books = Books()
    order = books.order()
    work = books.line(order, "time", 100, 90, HOUR)
    books.line(order, "ordered", 1, -900, PIECE, sequence=99)
    return books, work


@pytest.mark.parametrize(("policy", "amount"), [("pro_rata", D("2025.00")), ("first_invoice", D("1350.00"))])
def test_a_global_discount_is_spread_by_what_is_billed(discounted: tuple[Books, int], policy: str, amount: Decimal) -> None:
    books, work = discounted
    books.hours(25, work)
    assert amounts(books.decide(global_discount=policy)) == [amount]


def test_a_global_discount_totals_what_was_sold(discounted: tuple[Books, int]) -> None:
    books, work = discounted
    billed = D(0)
    for day, hours in (("2026-10-02", 33), ("2026-10-03", 33), ("2026-10-04", 40)):
        books.hours(hours, work, day)
        billed += sum(amounts(books.decide()))
        books.write(books.decide())
        for row in books.rows["invoices"]:
            row.update(state="posted", posted_before=True)
    assert billed == D(106 * 90 - 900)
    assert codes(books.decide()) == []


def test_a_discount_alone_makes_no_negative_draft(discounted: tuple[Books, int]) -> None:
    books, work = discounted
    books.hours(5, work)
    decision = books.decide(global_discount="first_invoice")
    assert amounts(decision) == []
    assert finding(decision, "negative_document").amount == D("450.00")
