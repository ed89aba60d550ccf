"""Whatever people do: accrued and invoiced are the work done, order line by order line, and a replay is the same."""

from datetime import date
from decimal import Decimal

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.billing.books import HOUR, PIECE
from tests.rules.wip.closings import Closings, position

D = Decimal
DAYS = (date(2026, 10, 31), date(2026, 11, 30))
HOURS = st.lists(st.tuples(st.sampled_from(["0.25", "1", "3.5", "7"]), st.integers(1, 60), st.booleans()), max_size=10)
INVOICES = st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["posted", "draft", "cancel"])), max_size=4)


def day(number: int) -> str:
    """One of the days of October and November."""
    return str((pd.Timestamp("2026-10-01") + pd.Timedelta(days=number - 1)).date())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOURS, INVOICES, st.sampled_from(DAYS))
def test_of_regie_accrued_and_invoiced_are_the_work_done(
    hours: list[tuple[str, int, bool]], invoices: list[tuple[int, str]], closing: date
) -> None:
    """Each invoice bills what was validated and open up to its day, as billing does it."""
    books = Closings()
    line = books.line(books.order(), "time", 100, 80, HOUR)
    for value, worked_on, validated in hours:
        books.hours(value, line, day(worked_on), validated=validated)
    for made_on, state in invoices:
        mine = [
            row for row in books.rows["timesheets"]
            if row["validated"] and not row.get("invoice_id") and row["date"] <= pd.Timestamp(day(made_on))
        ]  # fmt: skip
        if mine:
            total = sum(row["hours"] for row in mine) / D(1_000_000)
            dated = pd.Timestamp(day(made_on)) if state == "posted" else None
            books.invoice((line, total, 80), hours=[row["id"] for row in mine], state=state, accounting_date=dated)
        if state == "cancel":
            for row in mine:
                row["invoice_id"] = 0
    done = [row for row in books.rows["timesheets"] if row["validated"] and row["date"] <= pd.Timestamp(closing)]
    counted = {
        row["id"]: row["amount_untaxed"] for row in books.rows["invoices"]
        if row["state"] == "posted" and row["accounting_date"] <= pd.Timestamp(closing)
    }  # fmt: skip
    result = books.close(closing)
    accrued = sum((one.item.amount for one in result.positions), D(0))
    assert accrued + sum(counted.values()) / D(10_000) == sum(row["hours"] for row in done) / D(1_000_000) * 80
    books.keep(result)
    assert books.close(closing).plan.upserts == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 120), st.integers(0, 100), st.integers(1, 2000))
def test_of_a_forfait_earned_less_invoiced_is_what_is_open(progress: int, invoiced: int, price: int) -> None:
    books = Closings()
    line = books.line(books.order(), "ordered", 10, price, PIECE)
    books.update(line, progress, "2026-10-31")
    if invoiced:
        books.invoice((line, D(invoiced) / 10, price))
    closing = books.close()
    where = position(closing, line)
    assert where.earned == D(10 * price * min(progress, 100)) / 100
    assert where.invoiced == D(invoiced) * price / 10
    booked = {"__regie__.fae_1_2026_10_31": 1, "__regie__.pca_1_2026_10_31": -1}
    open_ = sum(booked.get(upsert.key, 0) * upsert.amount_untaxed for upsert in closing.plan.upserts)
    assert open_ == where.earned - where.invoiced


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOURS, st.booleans())
def test_of_a_pack_earned_is_what_was_drawn_and_never_more_than_sold(hours: list[tuple[str, int, bool]], paid: bool) -> None:
    books = Closings()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    if paid:
        books.invoice((line, 10, 95))
    for value, worked_on, validated in hours:
        books.hours(value, line, day(worked_on), validated=validated)
    drawn = sum(D(value) for value, worked_on, validated in hours if validated and worked_on <= 31)
    where = position(books.close(), line)
    assert (where.earned, where.invoiced) == (min(drawn, 10) * 95, 950 if paid else 0)
