"""S6 and S7 to the cent, and what belongs to whom."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import BillingPolicy, Recurring
from mappings.vocabulary.units import to_money
from tests.rules.billing.books import DAY_7, DAYS_OF_ODOO, HOUR, OCTOBER, PIECE
from tests.rules.margin.months import CAMILLE, HUGO, INTERNAL, JULIEN, SOPHIE, Months, figures, row
from tests.rules.wip.closings import ECO

D = Decimal
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
ACCOUNT = 8


def worked(books: Months, line: int, hours: Any, cost: Any, day: str = "2026-10-20", **values: Any) -> int:
    return books.hours(hours, line, day, cost=-to_money(cost), **values)


def october() -> tuple[Months, int]:
    """Camille's October: 7 days on the bench, 13.5 worked, a train that is re-billed and meals that are not."""
    books = Months()
    order = books.order(partner_id=2)
    line = books.line(order, "time", 60, 600, DAY_7)
    train = books.line(order, "manual", 1, 120, is_expense=True, delivered_by="analytic")
    books.project(line, ACCOUNT, client=2)
    books.expense(train, 1, "2026-10-13")
    for day in range(1, 8):
        worked(books, 0, 7, 320, f"2026-10-{day:02}", project_id=INTERNAL)
    for day in range(12, 25):
        worked(books, line, 7, 320, f"2026-10-{day:02}")
    worked(books, line, "3.5", 160, "2026-10-30")
    books.mission(line=line)
    books.spend(120, ACCOUNT, train)
    books.spend("86.40", ACCOUNT)
    return books, line


def test_s6_the_mission_keeps_3693_60_of_8220() -> None:
    books, line = october()
    found = row(books.of(), "mission", line)
    assert found.figures == figures(8220, 4320, "206.40")
    assert (found.figures.margin, found.figures.rate) == (D("3693.60"), D("44.9"))
    assert (found.client_id, found.manager_id) == (2, SOPHIE)


def test_s7_the_bench_is_the_managers_and_no_missions_or_clients() -> None:
    books, line = october()
    found = books.of()
    assert row(found, "bench", CAMILLE).figures == figures(bench=2240)
    assert {one.kind.value for one in found.rows} == {"mission", "bench"}
    assert found.clients == {2: row(found, "mission", line).figures}
    assert found.managers == {SOPHIE: found.total}
    assert found.total.margin == D("1453.60")


def test_revenue_is_of_the_month_worked_whenever_it_is_invoiced() -> None:
    books = Months()
    line = books.line(books.order(), "time", 60, 600, DAY_7)
    hours = [worked(books, line, 7, 320), worked(books, line, 7, 320, "2026-11-10")]
    books.invoice((line, 2, 600), hours=hours, accounting_date=pd.Timestamp("2026-12-03"))
    assert row(books.of(), "mission", line).figures == figures(600, 320)
    assert row(books.of(NOVEMBER), "mission", line).figures == figures(600, 320)
    december = row(books.of(Period(date(2026, 12, 1), date(2026, 12, 31))), "mission", line).figures
    assert (december, december.accrued) == (figures(invoiced=1200), -1200)


def test_a_credit_note_lowers_the_revenue_of_the_month_that_books_it() -> None:
    books = Months()
    line = books.line(books.order(), "time", 60, 600, DAY_7)
    invoice = books.invoice((line, 2, 600), hours=[worked(books, line, 14, 640)])
    books.invoice((line, "0.5", 600), type="out_refund", reverses_id=invoice, accounting_date=pd.Timestamp("2026-11-05"))
    assert row(books.of(), "mission", line).figures == figures(1200, 640, invoiced=1200)
    november = row(books.of(NOVEMBER), "mission", line).figures
    assert (november, november.rate, november.accrued) == (figures(-300, invoiced=-300), None, 0)


def test_without_revenue_there_is_a_cost_and_no_rate() -> None:
    books = Months()
    line = books.line(books.order(), "time", 60, 600, DAY_7)
    worked(books, line, 7, 320, validated=False)
    found = books.of()
    assert (row(found, "mission", line).figures, found.total.rate) == (figures(0, 320), None)
    assert "not_validated" in {one.code for one in found.findings}


def test_a_fixed_price_earns_as_it_progresses() -> None:
    books = Months()
    line = books.line(books.order(), "ordered", 10, 1000, PIECE)
    books.update(line, 20, "2026-09-30")
    books.update(line, 50, "2026-10-30")
    books.invoice((line, 10, 1000))
    found = row(books.of(), "mission", line).figures
    assert (found, found.accrued) == (figures(3000, invoiced=10000), -7000), "two tenths were to invoice, half is left to do"


def test_a_down_payment_is_no_revenue() -> None:
    books = Months()
    line = books.line(books.order(), "manual", 0, 500, is_downpayment=True)
    books.invoice((line, 1, 500))
    assert books.of().rows == ()


@pytest.mark.parametrize(("cost", "rate"), [("550.50", "45.0"), ("550.51", "44.9"), ("549.50", "45.1"), ("549.51", "45.0")])
def test_the_rate_is_rounded_half_up(cost: str, rate: str) -> None:
    """44.95 % is 45.0; 44.949 % is 44.9."""
    books = Months()
    line = books.line(books.order(), "time", 100, 1000, HOUR)
    worked(books, line, 1, cost)
    assert books.of().total.rate == D(rate)


def test_hours_without_an_order_line_on_a_billable_project_are_the_projects() -> None:
    books = Months()
    line = books.line(books.order(), "time", 60, 600, DAY_7)
    project = books.project(line, ACCOUNT, client=2)
    worked(books, 0, 7, 320, project_id=project)
    found = row(books.of(), "project", project)
    assert (found.figures, found.client_id, found.manager_id) == (figures(0, 320), 2, SOPHIE)


def test_expenses_of_an_account_that_two_lines_share_are_the_projects() -> None:
    books = Months()
    order = books.order()
    first, second = (books.line(order, "time", 60, price, DAY_7) for price in (600, 700))
    project = books.project(first, ACCOUNT)
    books.project(second, ACCOUNT, project)
    books.spend(50, ACCOUNT)
    assert row(books.of(), "project", project).figures == figures(expenses=50)


def test_what_is_rebilled_belongs_to_the_line_with_its_account() -> None:
    books = Months()
    order = books.order()
    first, second = (books.line(order, "time", 60, price, DAY_7) for price in (600, 700))
    books.project(first, ACCOUNT)
    books.project(second, ACCOUNT + 1)
    train = books.line(order, "manual", 1, 120, is_expense=True, delivered_by="analytic", analytic_distribution={"9": 100})
    books.expense(train, 1, "2026-10-13")
    assert row(books.of(), "mission", second).figures == figures(120)


def test_amounts_in_a_currency_without_a_rate_are_named() -> None:
    books = Months()
    line = books.line(books.order(currency_id=2), "time", 60, 600, DAY_7)
    books._add("currencies", id=2, name="CHF", digits=2)
    worked(books, line, 7, 320)
    found = books.of()
    assert row(found, "mission", line).figures == figures(0, 320)
    [missing] = [one for one in found.findings if one.code == "margin_no_rate"]
    assert missing.amount == 600 and missing.message and missing.remedy


@pytest.mark.parametrize(
    ("unit", "taxes", "account", "named"),
    [(DAY_7, (), 4, False), (DAYS_OF_ODOO, (), 4, True), (DAY_7, (ECO,), 4, True), (DAY_7, (), 99, True)],
)
def test_work_that_the_closing_cannot_book_counts_and_is_named(
    unit: int, taxes: tuple[int, ...], account: int, named: bool
) -> None:
    """A day of 8 h where people work 7, a tax of a fixed amount, an account that does not exist."""
    books = Months()
    line = books.line(books.order(), "time", 60, 600, unit, account=account)
    books.record("order_lines", line)["tax_ids"] = taxes
    worked(books, line, 56, 320)
    found = books.of()
    revenue = row(found, "mission", line).figures.revenue
    assert revenue == (4800 if unit == DAY_7 else 4200)
    assert [one.amount for one in found.findings if one.code == "margin_not_accrued"] == ([revenue] if named else [])
    assert all(one.message and one.remedy for one in found.findings)


@pytest.mark.parametrize(
    ("missions", "manager"),
    [
        ([], 0),
        ([("2026-10-12", SOPHIE)], SOPHIE),
        ([("2026-09-01", SOPHIE), ("2026-10-12", HUGO)], HUGO),
        ([("2026-11-02", SOPHIE), ("2026-12-01", HUGO)], SOPHIE),
        ([("2026-10-12", HUGO), ("2026-11-02", SOPHIE)], HUGO),
    ],
)
def test_the_bench_goes_to_the_manager_of_the_nearest_mission(missions: list[tuple[str, int]], manager: int) -> None:
    books = Months()
    for number, (since, of) in enumerate(missions):
        books.mission(JULIEN, since, of, number)
    worked(books, 0, 7, 320, project_id=INTERNAL, employee_id=JULIEN)
    assert books.of().managers == {manager: figures(bench=320)}


def test_an_invoice_taken_back_whole_and_made_again_changes_no_month() -> None:
    books = Months()
    line = books.line(books.order(), "time", 60, 600, DAY_7)
    hours = [worked(books, line, 14, 640)]
    invoice = books.invoice((line, 2, 600), hours=hours)
    books.invoice((line, 2, 600), type="out_refund", reverses_id=invoice, accounting_date=pd.Timestamp("2026-11-05"))
    assert row(books.of(), "mission", line).figures == figures(1200, 640, invoiced=1200)
    november = row(books.of(NOVEMBER), "mission", line).figures
    assert (november, november.accrued) == (figures(invoiced=-1200), 1200)


def test_a_discount_on_the_order_lowers_the_clients_revenue_whether_invoiced_or_not() -> None:
    books = Months()
    order = books.order(partner_id=2)
    line = books.line(order, "time", 10, 600, DAY_7)
    discount = books.line(order, "ordered", 1, -300, product_id=99)
    books.record("order_lines", discount)["tax_ids"] = (5,)
    hours = [worked(books, line, 70, 3200)]
    open_ = books.of().clients
    books.invoice((line, 10, 600), (discount, 1, -300), hours=hours)
    assert open_ == {2: figures(5700, 3200)}
    assert books.of().clients == {2: figures(5700, 3200, invoiced=5700)}


def test_h6_atrium_loses_86_on_its_forfait_and_70_with_the_travel_that_is_billed_flat() -> None:
    books = Months()
    order = books.order(partner_id=1)
    forfait = books.line(order, "ordered", 12, 180, PIECE, code="FORFAIT")
    travel = books.line(order, "manual", 52, 25, PIECE, delivered=4)
    for day, hours in ((6, "2.5"), (15, 2), (20, "2.5"), (27, "2.5")):
        worked(books, forfait, hours, D(str(hours)) * 28, f"2026-10-{day:02}")
        worked(books, travel, "0.75", 21, f"2026-10-{day:02}", kind="travel")
    monthly = Recurring(product="FORFAIT", every="month", billed="in_arrears")
    found = books.of(billing=BillingPolicy(travel="flat", recurring=(monthly,)))
    alone, flat = row(found, "mission", forfait).figures, row(found, "mission", travel).figures
    assert (alone, alone.margin, alone.rate) == (figures(180, 266), D(-86), D("-47.8"))
    assert flat == figures(100, 84)
    whole = found.clients[1]
    assert (whole, whole.margin, whole.rate) == (figures(280, 350), D(-70), D("-25.0"))


def test_travel_is_earned_in_the_month_of_its_visits_whenever_it_is_invoiced() -> None:
    books = Months()
    line = books.line(books.order(), "manual", 52, 25, PIECE, delivered=8)
    for day in ("2026-10-06", "2026-10-15", "2026-10-20", "2026-10-27", "2026-11-03", "2026-11-10", "2026-11-17", "2026-11-24"):
        worked(books, line, "0.75", 21, day, kind="travel")
    months = (OCTOBER, NOVEMBER, Period(date(2026, 12, 1), date(2026, 12, 31)))
    assert [books.of(month).total.revenue for month in months] == [100, 100, 0]
    books.invoice((line, 8, 25), accounting_date=pd.Timestamp("2026-12-03"))
    assert [books.of(month).total.revenue for month in months] == [100, 100, 0]
