"""The records of a payroll month: latecomers, vouchers, expenses, elements, and what refuses the whole."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.units import to_micro, to_money
from rules.variables.data import whole_month
from tests.rules.variables.office import CAMILLE, CP, JULIEN, NOVEMBER, Office, codes, rows

D = Decimal
HALVES = {"in_halves": True}
MEALS = {"meal_code": "TR"}


# Latecomers


def test_leave_approved_after_its_month_went_out_goes_out_once_and_says_so() -> None:
    office = Office()
    office.takes("2026-10-23")
    office.export(**CP)
    office.takes("2026-10-26")
    november = office.export(NOVEMBER, **CP)
    assert rows(november, "ABSENCE", "date_from", "regularises") == [("2026-10-26", "2026-10")]
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    assert len(office.export(december, **CP).records) == 0


def test_what_was_before_the_first_export_is_not_exported() -> None:
    office = Office()
    office.takes("2026-09-10")
    assert len(office.export(**CP).records) == 0


def test_leave_that_changed_or_went_after_its_month_went_out_is_told() -> None:
    office = Office()
    shorter = office.takes("2026-10-22", "2026-10-23")
    cancelled = office.takes("2026-10-05")
    office.export(**CP)
    shorter["until"] = shorter["since"]
    cancelled["state"] = "cancel"
    made = office.export(NOVEMBER, **CP)
    assert (len(made.records), codes(made)) == (0, ["pay_sent_differs", "pay_sent_gone"])
    assert "CP 2 0" in made.findings[0].message and "CP 1 0" in made.findings[0].message
    assert not made.refused


@pytest.mark.parametrize(("late_months", "in_november"), [(3, True), (0, False)])
def test_a_month_is_run_again_only_where_none_went_out_after_it(late_months: int, in_november: bool) -> None:
    """Said in November, October may be handed in once more; in December, November has settled it."""
    office = Office()
    shorter = office.takes("2026-10-22", "2026-10-23")
    cancelled = office.takes("2026-10-05")
    office.takes("2026-11-05")
    office.export(**CP)
    shorter["until"] = shorter["since"]
    cancelled["state"] = "cancel"
    said = [
        one.remedy for one in office.export(NOVEMBER, **CP, late_months=late_months).findings if one.code.startswith("pay_sent")
    ]
    assert len(said) == 2 * in_november and all("relancer le mois 2026-10" in remedy for remedy in said)
    for month in (NOVEMBER, whole_month(date(2026, 12, 1))):
        said = [one.remedy for one in office.export(month, **CP).findings if one.code.startswith("pay_settled")]
        assert len(said) == 2 and all("relancer" not in remedy and "à la main" in remedy for remedy in said)


def test_what_changed_is_of_the_month_it_went_out_with() -> None:
    office = Office()
    office.takes("2026-09-10")
    office.export(Period(date(2026, 9, 1), date(2026, 9, 30)), **CP)
    late = office.takes("2026-09-21", "2026-09-22")
    office.export(**CP)
    late["until"] = late["since"]
    [finding] = [one for one in office.export(NOVEMBER, **CP).findings if one.code == "pay_sent_differs"]
    assert "exporté pour 2026-10" in finding.message and "relancer le mois 2026-10" in finding.remedy


# Meal vouchers


@pytest.mark.parametrize(("policy", "count"), [({}, 20), ({"meal_half_days": True}, 21)])
def test_october_of_s1_has_20_days_with_a_meal(policy: dict[str, Any], count: int) -> None:
    office = Office()
    office.takes("2026-10-23")
    office.takes("2026-10-30", **HALVES, since_part="pm", until_part="pm")
    found = rows(office.export(**CP, **MEALS, **policy), "MEAL", "number", "code", "quantity", "unit")
    assert found == [("00012", "TR", count, "U"), ("00015", "TR", 22, "U")]


@pytest.mark.parametrize(
    ("expense", "count"),
    [
        ({"product_id": 2}, 21), ({"product_id": 2, "state": "refused"}, 22), ({"product_id": 1}, 22),
        ({"product_id": 2, "paid_by": "company"}, 21), ({"product_id": 2, "employee": JULIEN}, 22),
    ],
)  # fmt: skip
def test_a_meal_that_was_paid_for_takes_the_voucher_of_its_day(expense: dict[str, Any], count: int) -> None:
    office = Office()
    office.spends("2026-10-08", 15, **expense)
    made = office.export(**MEALS, meal_products=["FRAIS-REPAS"], meal_excepted=["00015"])
    assert rows(made, "MEAL", "number", "quantity") == [("00012", count)]


def test_holidays_archived_people_and_those_excepted_have_no_vouchers() -> None:
    office = Office()
    office.closed("2026-10-12")
    office.staff[1]["active"] = False
    assert rows(office.export(**MEALS), "MEAL", "number", "quantity") == [("00012", 21)]
    assert rows(office.export(**MEALS, meal_excepted=["00012"]), "MEAL", "number") == []


@pytest.mark.parametrize(("hours", "count"), [("6.99", 22), ("7", 21)])
def test_leave_in_hours_takes_a_voucher_only_with_the_whole_day(hours: str, count: int) -> None:
    office = Office()
    office.takes("2026-10-05", in_hours=True, hours=to_micro(hours))
    assert rows(office.export(**MEALS, **CP, meal_excepted=["00015"]), "MEAL", "quantity") == [(count,)]


@pytest.mark.parametrize(("hours", "count"), [("6.99", 22), ("7", 21), ("9", 21), ("14", 20)])
def test_leave_in_hours_over_two_days_takes_a_voucher_a_whole_day(hours: str, count: int) -> None:
    office = Office()
    office.takes("2026-10-05", "2026-10-06", in_hours=True, hours=to_micro(hours))
    assert rows(office.export(**MEALS, **CP, meal_excepted=["00015"]), "MEAL", "quantity") == [(count,)]


# Overtime


OVERTIME = {"overtime": [{"rate": "1.25", "code": "HS25"}, {"rate": 1.5, "code": "HS50"}]}


def test_approved_overtime_is_a_row_a_rate_and_month() -> None:
    office = Office()
    office.stays("2026-10-05", 2)
    office.stays("2026-10-19", "1.5")
    office.stays("2026-10-19", 1, rate="1.5")
    office.stays("2026-10-20", 4, status="refused")
    office.stays("2026-10-20", 8, status="to_approve", employee=JULIEN)
    office.stays("2026-11-02", 16)
    made = office.export(**OVERTIME)
    found = rows(made, "OVERTIME", "number", "code", "quantity", "unit", "date_from", "date_to")
    month = ("2026-10-01", "2026-10-31")
    assert found == [("00012", "HS25", D("3.5"), "H", *month), ("00012", "HS50", 1, "H", *month)]
    assert codes(made) == ["pay_overtime_waiting"] and "8" in made.findings[0].message


def test_overtime_approved_too_late_or_changed_since() -> None:
    office = Office()
    office.stays("2026-10-05", 2)
    office.export(**OVERTIME)
    office.stays("2026-10-06", 1)
    office.stays("2026-10-07", 1, rate="1.5")
    made = office.export(NOVEMBER, **OVERTIME)
    assert rows(made, "OVERTIME", "code", "quantity", "regularises") == [("HS50", 1, "2026-10")]
    assert codes(made) == ["pay_sent_differs"] and "HS25 3 0" in made.findings[0].message


def test_a_rate_without_a_code_refuses() -> None:
    office = Office()
    office.stays("2026-10-05", 2, rate="2")
    made = office.export(**OVERTIME)
    assert made.refused and codes(made) == ["pay_no_code"] and "200" in made.findings[0].message


# Expenses


def test_expenses_go_out_once_when_they_are_approved() -> None:
    office = Office()
    office.spends("2026-09-30", 10)
    office.spends("2026-10-13", "120.00", name="Train Lille")
    office.spends("2026-10-14", 30, state="submitted")
    office.spends("2026-10-15", 40, state="paid")
    office.spends("2026-10-16", 50, paid_by="company")
    office.spends("2026-11-01", 60)
    policy = {"expense_code": "NDF", "expenses_since": "2026-10"}
    found = rows(office.export(**policy), "EXPENSE", "label", "amount", "date_from", "regularises")
    assert found == [("Train Lille", 120, "2026-10-13", "")]
    office.expenses[2]["state"] = "approved"
    later = office.export(NOVEMBER, **policy)
    assert rows(later, "EXPENSE", "amount", "regularises") == [(30, "2026-10"), (60, "")]
    assert rows(office.export(NOVEMBER, **policy), "EXPENSE", "amount") == [(30,), (60,)], "a re-run decides the same"
    assert codes(later) == []


@pytest.mark.parametrize(("state", "owed"), [
    ("submitted", False), ("approved", True), ("posted", True), ("in_payment", False), ("paid", False), ("refused", False),
])  # fmt: skip
def test_an_expense_is_owed_until_odoo_pays_it(state: str, owed: bool) -> None:
    office = Office()
    office.spends("2026-10-13", 120, state=state)
    assert len(office.export(expense_code="NDF").records) == owed


@pytest.mark.parametrize(("due", "owed"), [("0.01", True), ("0", False)])
def test_a_posted_expense_with_nothing_due_is_paid(due: str, owed: bool) -> None:
    office = Office()
    office.spends("2026-10-13", 120, state="posted", due=to_money(due))
    assert len(office.export(expense_code="NDF").records) == owed


@pytest.mark.parametrize(
    ("state", "told"), [("posted", []), ("in_payment", ["pay_expense_paid"]), ("paid", ["pay_expense_paid"])]
)
def test_an_expense_that_went_out_and_that_odoo_paid_too_is_named(state: str, told: list[str]) -> None:
    office = Office()
    office.spends("2026-10-13", 120, name="Train Lille")
    office.spends("2026-10-14", 30, state="paid")
    office.export(expense_code="NDF")
    office.expenses[0] |= {"state": state, "due": to_money(120 if state == "posted" else 0)}
    for month in (NOVEMBER, NOVEMBER, whole_month(date(2027, 1, 1))):
        made = office.export(month, expense_code="NDF")
        assert (codes(made), len(made.records), made.refused) == (told, 0, False)
    if told:
        said = made.findings[0].message
        assert all(one in said for one in ("Camille Durand", "Train Lille", "13/10/2026", "120,00", "2026-10"))
    assert codes(office.export(whole_month(date(2027, 2, 1)), expense_code="NDF")) == [], "October is looked at no more"
    assert codes(office.export(NOVEMBER)) == told, "whoever pays expenses by now"


def test_without_a_code_odoo_pays_the_expenses() -> None:
    office = Office()
    office.spends("2026-10-13", 120)
    assert len(office.export().records) == 0


# Elements and variables


def test_bonuses_and_overtime_of_the_month() -> None:
    elements = [
        {"employee": "00015", "month": "2026-10", "code": "PEXC", "label": "Prime", "amount": 500},
        {"employee": "00012", "month": "2026-10", "code": "HS25", "label": "Heures à 25 %", "hours": "3.5"},
        {"employee": "00015", "month": "2026-11", "code": "PEXC", "label": "Prime", "amount": 1},
    ]
    made = Office().export(elements=elements)
    assert rows(made, "PRIME", "number", "code", "amount", "quantity", "unit") == [("00015", "PEXC", 500, 0, "EUR")]
    assert rows(made, "OVERTIME", "number", "quantity", "unit", "amount") == [("00012", D("3.5"), "H", 0)]
    assert [one.code for one in made.findings] == []


PLAN = {
    "name": "CA", "employees": ["00015"], "basis": "revenue_invoiced", "since": "2026-10-01", "every": "month",
    "tiers": "marginal", "rates": [{"up_to": 10000, "percent": 5}, {"percent": 8}], "code": "VARBM",
    "example": {"base": 12000, "due": 660},
}  # fmt: skip


def test_a_variable_goes_out_once_and_a_credit_note_takes_it_back() -> None:
    office = Office()
    office.invoices("2026-10", 12000)
    made = office.export(plans=[PLAN])
    assert rows(made, "PRIME", "code", "base", "amount", "regularises") == [("VARBM", 12000, 660, "")]
    assert made.findings[-1].code == "pay_no_overtime" and made.statements[0].figures[0].origins == ("F1",)
    office.invoices("2026-10", -2000, origin="A1")
    november = office.export(NOVEMBER, plans=[PLAN])
    assert rows(november, "PRIME", "base", "amount", "regularises") == [(10000, -160, "2026-10")]
    december = office.export(Period(date(2026, 12, 1), date(2026, 12, 31)), plans=[PLAN])
    assert len(december.records) == 0


def test_what_the_company_file_says_was_paid_is_not_paid_again() -> None:
    office = Office()
    office.invoices("2026-10", 12000)
    before = [{"plan": "CA", "employee": "00015", "period": "2026-10", "month": "2026-09", "amount": 400}]
    assert rows(office.export(plans=[PLAN], paid=before), "PRIME", "amount") == [(260,)]


def test_a_margin_that_nobody_knows_pays_nothing_and_is_told() -> None:
    plan = PLAN | {"basis": "margin", "every": "quarter", "advances": True}
    margins = [{"employee": "00015", "month": "2026-10", "amount": 12000}]
    office = Office()
    assert rows(office.export(plans=[plan], margins=margins), "PRIME", "amount") == [(660,)]
    made = office.export(NOVEMBER, plans=[plan], margins=margins)
    assert (len(made.records), codes(made)) == (0, ["pay_no_margin"])
    assert "2026-11" in made.findings[0].message
    margins.append({"employee": "00015", "month": "2026-11", "amount": 0})
    assert (len(office.export(NOVEMBER, plans=[plan], margins=margins).records), codes(made)[1:]) == (0, [])


# Refusals


def test_every_missing_number_and_code_is_told_at_once() -> None:
    office = Office()
    office.staff[0]["number"] = office.staff[1]["number"] = ""
    office.takes("2026-10-05")
    office.takes("2026-10-06", employee=JULIEN)
    office.takes("2026-10-07", type_id=2)
    made = office.export(**CP, elements=[{"employee": "9", "month": "2026-10", "code": "P", "label": "Prime", "amount": 1}])
    assert made.refused
    told = [(one.code, one.record.name) for one in made.findings if one.severity is Severity.CRITICAL]
    assert told == [
        ("pay_no_number", "Camille Durand"), ("pay_no_number", "Julien Roussel"), ("pay_no_code", "-"),
        ("pay_unknown_number", "-"),
    ]  # fmt: skip
    assert "Maladie" in made.findings[2].message and "Camille Durand" in made.findings[2].message


def test_a_number_of_two_people_refuses() -> None:
    office = Office()
    office.staff[1]["number"] = "00012"
    office.takes("2026-10-05")
    made = office.export(**CP)
    assert made.refused and codes(made) == ["pay_number_twice"]


def test_who_has_nothing_to_export_needs_no_number() -> None:
    office = Office()
    office.staff[1]["number"] = ""
    office.takes("2026-10-05")
    assert not office.export(**CP).refused


def test_rows_stand_in_one_order_whatever_order_odoo_answers_in() -> None:
    office, turned = Office(), Office()
    for day, employee in (("2026-10-20", JULIEN), ("2026-10-05", CAMILLE), ("2026-10-06", CAMILLE)):
        office.takes(day, employee=employee)
    turned.leaves, turned.staff = office.leaves[::-1], office.staff[::-1]
    expected = office.export(**CP, **MEALS).records
    assert expected.equals(turned.export(**CP, **MEALS).records)
    assert expected["number"].tolist() == ["00012"] * 3 + ["00015"] * 2
