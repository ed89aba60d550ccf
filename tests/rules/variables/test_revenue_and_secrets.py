"""Revenue from invoices, each in the month it counts for; numbers that never go out."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.units import money, to_money
from rules.variables.revenue import collecting, revenue
from rules.variables.secrets import holds_secret
from tests.rules.variables.office import CP, Office, codes

D = Decimal


def sale(number: int, day: str, untaxed: Any, **values: Any) -> dict[str, Any]:
    """With 20 % of tax."""
    told = {"state": "posted", "salesperson_id": 7, "name": f"F{number}", **values}
    day_of = pd.Timestamp(day) if day else pd.NaT
    return {"id": number, "invoice_date": day_of, "untaxed": to_money(untaxed), "total": to_money(D(untaxed) * 6 / 5), **told}


def settled(debit: int, credit: int, amount: Any, day: str = "2026-10-20") -> dict[str, Any]:
    """By the documents' own lines: that of document 1 is 101; others are payments."""
    return {"debit_id": debit, "credit_id": credit, "amount": to_money(amount), "date": pd.Timestamp(day)}


def counted(*sales: dict[str, Any], basis: str = "revenue_invoiced", paid: Any = ()) -> list[tuple[str, str, D]]:
    terms = [{"id": 100 + one["id"], "sale_id": one["id"]} for one in sales]
    frames = frame(ds.SALES, sales), frame(ds.SALE_TERMS, terms), frame(ds.SETTLEMENTS, paid)
    found = revenue(*frames, {7: "0002", 8: ""}, date(2026, 10, 31))
    return [(row.employee, f"{row.month:%Y-%m-%d}", money(row.amount)) for row in each(found) if row.basis == basis]


def test_posted_invoices_count_in_their_month_for_their_salesperson() -> None:
    assert counted(
        sale(1, "2026-10-12", 10000), sale(2, "2026-10-12", 1, state="draft"), sale(3, "2026-10-12", 1, state="cancel"),
        sale(4, "2026-11-30", 500), sale(5, "2026-10-12", 1, salesperson_id=0), sale(6, "2026-10-12", 1, salesperson_id=8),
        sale(7, "", 1),
    ) == [("0002", "2026-10-01", 10000), ("0002", "2026-11-01", 500)]  # fmt: skip


def test_a_credit_note_counts_in_the_month_of_the_invoice_it_takes_back() -> None:
    back = sale(2, "2026-11-03", -2000, reverses_id=1)
    assert counted(sale(1, "2026-10-12", 10000), back)[1] == ("0002", "2026-10-01", -2000)
    assert counted(sale(2, "2026-11-03", -2000)) == [("0002", "2026-11-01", -2000)]


@pytest.mark.parametrize(
    ("untaxed", "paid", "collected"),
    [
        (10000, [], []), (10000, [3000], [2500]), (10000, [3000, 9000], [10000]), ("0.01", ["0.01"], ["0.01"]),
        (100, ["0.01"], ["0.01"]), (100, ["0.005"], []),
    ],
)  # fmt: skip
def test_what_is_paid_of_an_invoice_counts_before_tax(untaxed: Any, paid: list[Any], collected: list[Any]) -> None:
    payments = [settled(101, 900 + place, amount) for place, amount in enumerate(paid)]
    found = counted(sale(1, "2026-10-12", untaxed), basis="revenue_collected", paid=payments)
    assert [row[2] for row in found] == [D(one) for one in collected]


@pytest.mark.parametrize(("day", "collected"), [("2026-10-31", [10000]), ("2026-11-01", [])])
def test_what_is_paid_after_the_month_does_not_count_yet(day: str, collected: list[int]) -> None:
    found = counted(sale(1, "2026-10-12", 10000), basis="revenue_collected", paid=[settled(101, 900, 12000, day)])
    assert [row[2] for row in found] == collected


def test_an_invoice_settled_by_its_credit_note_was_not_collected() -> None:
    both = sale(1, "2026-10-12", 10000), sale(2, "2026-10-20", -10000, reverses_id=1)
    found = counted(*both, basis="revenue_collected", paid=[settled(101, 102, 12000)])
    assert [row[2] for row in found] == [10000, -10000]


PAYMENT, CREDIT_NOTE_ELSEWHERE, WRITTEN_OFF = 900, 901, 902


@pytest.mark.parametrize(("other", "collected"), [(PAYMENT, True), (CREDIT_NOTE_ELSEWHERE, True), (WRITTEN_OFF, False)])
def test_what_no_payment_and_no_document_settles_is_collected_by_nobody(other: int, collected: bool) -> None:
    terms = frame(ds.SALE_TERMS, [{"id": 101, "sale_id": 1}])
    paying = frame(ds.PAYING_LINES, [{"id": PAYMENT}, {"id": CREDIT_NOTE_ELSEWHERE}])
    for settlement in (settled(101, other, 3000), settled(other, 101, 3000)):
        assert len(collecting(frame(ds.SETTLEMENTS, [settlement]), terms, paying)) == collected


def test_documents_settle_each_other() -> None:
    terms = frame(ds.SALE_TERMS, [{"id": 101, "sale_id": 1}, {"id": 102, "sale_id": 2}])
    assert len(collecting(frame(ds.SETTLEMENTS, [settled(101, 102, 3000)]), terms, frame(ds.PAYING_LINES))) == 1


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("FR76 3000 6000 0112 3456 7890 189", True), ("FR7630006000011234567890189", True), 
        ("vers fr7630006000011234567890189.", True), ("FR76 3000 6000 0112 3456 7890 189 DURAND C.", True),
        ("FR76 3000 6000 0112 3456 7890 188", False), ("BE71 0961 2345 6769", True), ("BE71 0961 2345 6768", False),
        ("2 55 08 14 168 025 38", True), ("255081416802538", True), ("255081416802539", False), ("00012", False),
        (f"1 85 02 2A 123 456 {97 - 1850219123456 % 97:02d}", True), ("", False), ("Train Paris - Lille", False),
        ("NISS 85.07.30-033.28", True), ("85073003328", True), ("85.07.30-033.29", False), ("85.13.30-033.28", False),
        ("17 07 30 033 84", True), ("facture 2026-10-12345", False),
    ],
)  # fmt: skip
def test_bank_accounts_and_social_security_numbers_are_known_by_their_check(text: str, secret: bool) -> None:
    assert holds_secret(text) is secret


def test_neither_goes_out_in_a_text_nor_as_an_employee_number() -> None:
    office = Office()
    office.spends("2026-10-13", 120, name="Virement FR76 3000 6000 0112 3456 7890 189")
    made = office.export(expense_code="NDF")
    assert made.refused and codes(made) == ["pay_secret"] and "3000" not in made.findings[0].message
    office.expenses.clear()
    office.staff[0]["number"] = "255081416802538"
    office.takes("2026-10-05")
    assert codes(office.export(**CP)) == ["pay_secret"]
