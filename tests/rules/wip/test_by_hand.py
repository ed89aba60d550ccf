"""What is delivered by hand has no date in Odoo: the visits, the order and the invoices tell when it was."""

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary.units import quantity, to_micro
from rules.wip.by_hand import delivered_by
from tests.rules.billing.books import PIECE
from tests.rules.wip.closings import Closings, accrued

ENDS = {month: date(2026, month + 1, 1) - timedelta(days=1) for month in (8, 9, 10, 11)}


def units(books: Closings, line: int, day: date) -> Decimal:
    return quantity(delivered_by(books.books(day), day)[line])


def by_month(books: Closings, line: int) -> list[Decimal]:
    return [units(books, line, day) for day in ENDS.values()]


def travel(delivered: int, *days: str) -> tuple[Closings, int]:
    """A travel line of an order of 1 October, with its visits' travel time."""
    books = Closings()
    line = books.line(books.order(), "manual", 52, 25, PIECE, delivered=delivered)
    for day in days:
        books.hours("0.75", line, day, kind="travel")
    return books, line


OCTOBER = ("2026-10-06", "2026-10-15", "2026-10-20", "2026-10-27")
NOVEMBER = ("2026-11-03", "2026-11-10", "2026-11-17", "2026-11-24")


@pytest.mark.parametrize(
    ("delivered", "days", "found"),
    [
        (4, OCTOBER, [0, 0, 4, 4]),
        (8, OCTOBER + NOVEMBER, [0, 0, 4, 8]),
        (4, OCTOBER + NOVEMBER, [0, 0, 4, 4]),  # November's visits are not counted yet: October stands
        (6, OCTOBER, [0, 0, 6, 6]),  # two of which nobody logged time
        (3, (), [0, 0, 3, 3]),
        (1, ("2026-09-29",), [0, 1, 1, 1]),  # done before the order was confirmed
        (2, ("2026-10-06", "2026-10-06"), [0, 0, 2, 2]),
    ],
)
def test_a_visit_a_day_and_the_rest_from_the_orders_day(delivered: int, days: tuple[str, ...], found: list[int]) -> None:
    assert by_month(*travel(delivered, *days)) == found


@pytest.mark.parametrize("posted", ["2026-10-31", "2026-11-03"])
def test_what_the_next_invoice_did_not_bill_came_after_it(posted: str) -> None:
    books, line = travel(10)
    books.invoice((line, 4, 25), accounting_date=pd.Timestamp(posted))
    assert by_month(books, line) == [0, 0, 4, 10]


def test_what_is_invoiced_is_delivered_and_a_draft_says_nothing() -> None:
    books, line = travel(4, *NOVEMBER)
    books.invoice((line, 2, 25), state="draft")
    assert by_month(books, line) == [0, 0, 0, 4]
    books.invoice((line, 2, 25))
    assert by_month(books, line) == [0, 0, 2, 4]


def test_a_closing_accrues_the_visits_of_its_month_however_late_it_is_run() -> None:
    books, _ = travel(8, *OCTOBER, *NOVEMBER)
    assert accrued(books.close())["706000"] == -100
    assert accrued(books.close(ENDS[11]))["706000"] == -200
    assert accrued(books.close(ENDS[9])) == {}


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 12),
    st.lists(st.integers(0, 90), max_size=12),
    st.lists(st.tuples(st.integers(0, 90), st.integers(1, 4)), max_size=3),
)
def test_it_only_grows_and_ends_at_what_is_delivered(delivered: int, days: list[int], bills: list[tuple[int, int]]) -> None:
    first = date(2026, 9, 1)
    books, line = travel(delivered, *(str(first + timedelta(days=day)) for day in days))
    left = delivered
    for day, count in sorted(bills):
        books.invoice((line, min(count, left), 25), accounting_date=pd.Timestamp(first + timedelta(days=day)))
        left -= min(count, left)
    found = [units(books, line, first + timedelta(days=day)) for day in range(0, 100, 7)]
    assert found == sorted(found) and found[-1] == delivered
    assert all(0 <= one <= delivered for one in found)
    assert to_micro(found[-1]) == books.record("order_lines", line)["delivered"]
