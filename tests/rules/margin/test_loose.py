"""Invoices that no confirmed order stands behind: the revenue of whose account they name, once, and the rest is told."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappings.vocabulary.period import Period
from tests.rules.billing.books import DAY_7
from tests.rules.margin.months import Months, figures, row

D = Decimal
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
CLIENTIS, ORION, NOBODYS = 8, 9, 77


def missions() -> tuple[Months, int, int]:
    books = Months()
    clientis = books.line(books.order(), "time", 60, 600, DAY_7)
    orion = books.line(books.order(), "time", 60, 500, DAY_7)
    books.project(clientis, CLIENTIS)
    books.project(orion, ORION)
    return books, clientis, orion


def test_an_invoice_by_hand_is_revenue_of_the_mission_whose_account_it_names_in_its_month() -> None:
    books, clientis, _ = missions()
    books.bill_by_hand(1000, {str(CLIENTIS): 100}, "2026-10-31")
    books.bill_by_hand(-250, {str(CLIENTIS): 100}, "2026-11-01")
    assert row(books.of(), "mission", clientis).figures == figures(1000, invoiced=1000)
    assert row(books.of(NOVEMBER), "mission", clientis).figures == figures(-250, invoiced=-250)
    assert books.of().findings == ()


@pytest.mark.parametrize(
    ("shares", "clientis", "orion", "told"),
    [
        ({"8": 60, "9": 40}, "60.01", "40.00", "0"),
        ({"8": 60, "77": 40}, "60.01", "0", "40.00"),
        ({"8": 33.33, "9": 33.33, "77": 33.34}, "33.33", "33.34", "33.34"),
        ({"8,77": 100}, "100.01", "0", "0"),
        ({"8": 100, "9": 100}, "100.01", "0", "0"),
        ({"77": 100}, "0", "0", "100.01"),
        ({}, "0", "0", "100.01"),
        (None, "0", "0", "100.01"),
    ],
)
def test_shares_of_a_line_are_never_more_nor_less_than_the_line(
    shares: dict[str, Any] | None, clientis: str, orion: str, told: str
) -> None:
    books, *lines = missions()
    books.bill_by_hand("100.01", shares)
    found = books.of()
    revenue = {one.record_id: one.figures.revenue for one in found.rows}
    assert [revenue.get(line, 0) for line in lines] == [D(clientis), D(orion)]
    assert sum((one.amount for one in found.findings), D(0)) == D(told)


def test_what_names_no_project_is_one_finding_with_its_number_and_sum() -> None:
    books, *_ = missions()
    for amount in (100, 200, -50):
        books.bill_by_hand(amount, {str(NOBODYS): 100})
    [found] = books.of().findings
    assert (found.code, found.amount) == ("margin_loose", 250)
    assert "3 lignes" in found.message and "FAC/1, FAC/2, FAC/3" in found.message and found.remedy
    assert books.of().total == figures()


def test_a_project_without_one_order_line_of_its_own_keeps_it() -> None:
    books, _, orion = missions()
    books.project(orion, CLIENTIS, 300)
    books.bill_by_hand(1000, {str(CLIENTIS): 100})
    [found] = books.of().rows
    assert (found.kind.value, found.figures) == ("project", figures(1000, invoiced=1000))


@pytest.mark.parametrize(("state", "revenue"), [("sale", 0), ("cancel", 600)])
def test_what_is_invoiced_stays_revenue_after_its_order_is_cancelled_and_counts_once_before(state: str, revenue: int) -> None:
    books, clientis, _ = missions()
    books.record("orders", 1)["state"] = state
    books.bill_by_hand(600, {str(CLIENTIS): 100}, lines=(clientis,))
    assert books.of().total == figures(revenue, invoiced=revenue)
