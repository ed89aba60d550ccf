"""Months apart: each month of work on a draft of its own where the company wants it, never a negative one, no hour twice."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.vocabulary.period import Period, mission_line, period_of
from mappings.vocabulary.units import MICRO, to_micro
from rules.billing.content import parse
from rules.billing.decide import Decision
from tests.rules.billing.books import DAY_7, HOUR, OCTOBER, PIECE, Books, amounts, codes
from tests.rules.billing.test_properties import billed_hours

D = Decimal
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))


def drafts(decision: Decision) -> dict[str, Decimal]:
    """Amount of each draft, by its month and ordinal: `2026-10_n1`."""
    return {re.sub(r".*_(\d{4}-\d\d_n\d+)", r"\1", one.key): one.amount_untaxed for one in decision.plan.upserts}


def apart(books: Books, period: Period = DECEMBER, **policy: Any) -> Decision:
    return books.decide(period, months="apart", **policy)


def mission(*work: tuple[Any, str], unit: int = HOUR, price: int = 80, **order: Any) -> Books:
    """An order of one time-and-materials line, with this work on it."""
    books = Books()
    line = books.line(books.order(**order), "time", 100, price, unit)
    for hours, day in work:
        books.hours(hours, line, day)
    return books


def expense(books: Books, order: int, *posted: tuple[Any, str], price: int = 120) -> int:
    """A re-billed expense line with what was posted on it."""
    total = sum(D(str(quantity)) for quantity, _ in posted)
    line = books.line(order, "manual", 0, price, delivered=total, is_expense=True, delivered_by="analytic")
    for quantity, day in posted:
        books._add("deliveries", company_id=1, order_line_id=line, date=pd.Timestamp(day), delivered=to_micro(quantity))
    return line


def post(books: Books, *keys: str) -> None:
    for row in books.rows["invoices"]:
        if any(row["key"].endswith(key) for key in keys):
            row.update(state="posted", posted_before=True)


def run(books: Books, period: Period = DECEMBER, **policy: Any) -> dict[str, Decimal]:
    """What a run writes."""
    decision = apart(books, period, **policy)
    books.write(decision)
    return drafts(decision)


# S5


def clientis(**order: Any) -> Books:
    october = [("7", f"2026-10-{day}") for day in (12, 13, 14, 15, 16, 19, 20, 21, 22, 26, 27, 28, 29)] + [
        ("3.5", "2026-10-30")
    ]
    november = [("7", f"2026-11-{d:02}") for d in range(2, 31) if date(2026, 11, d).weekday() < 5 and d != 11]
    books = mission(*october, *november, unit=DAY_7, price=600, contract_required=True, **order)
    expense(books, 1, (1, "2026-10-31"))
    return books


SIGNED = {"contract_signed_on": pd.Timestamp("2026-12-03")}


def test_s5_two_months_of_a_mission_are_two_drafts_of_one_run() -> None:
    books = clientis(**SIGNED)
    decision = apart(books)
    assert drafts(decision) == {"2026-10_n1": D("8220.00"), "2026-11_n1": D("12000.00")}
    first, second = decision.plan.upserts
    assert [(line.values["quantity"], line.values["price_unit"]) for line in first.lines] == [(D("13.5"), 600), (1, 120)]
    assert [line.values["name"].splitlines()[-1] for line in (first.lines[0], second.lines[0])] == [
        "Période : du 12/10/2026 au 30/10/2026", "Période : du 02/11/2026 au 30/11/2026",
    ]  # fmt: skip
    assert "13,5 Jour (7 h) × 600,00" in first.why and "20 Jour (7 h) × 600,00" in second.why
    assert set(first.values["timesheet_ids"]) == set(range(1, 15)) and set(second.values["timesheet_ids"]) == set(range(15, 35))
    books.write(decision)
    assert apart(books).plan.upserts == ()


def test_s5_one_draft_where_months_stand_together() -> None:
    assert drafts(clientis(**SIGNED).decide(DECEMBER)) == {"2026-12_n1": D("20220.00")}


def test_what_is_held_back_is_named_whole() -> None:
    [found] = [one for one in apart(clientis()).plan.findings if one.code == "contract_unsigned"]
    assert (found.amount, found.hours) == (D("20220.00"), D("234.5"))


# Which month


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2026-10-30", "2026-10-31"), {"2026-10_n1": 560}),
        (("2026-10-31", "2026-11-01"), {"2026-10_n1": 240, "2026-11_n1": 320}),
        (("2026-11-01", "2026-11-02"), {"2026-11_n1": 560}),
        (("2026-11-30", "2026-12-01"), {"2026-11_n1": 240, "2026-12_n1": 320}),
        (("2025-12-31", "2026-12-31"), {"2025-12_n1": 240, "2026-12_n1": 320}),
    ],
)
def test_an_hour_goes_to_the_month_it_was_worked_in(days: tuple[str, str], expected: dict[str, int]) -> None:
    books = mission((3, days[0]), (4, days[1]))
    assert run(books) == expected
    assert run(books) == {}


def test_nothing_goes_to_a_month_after_the_one_that_is_closed() -> None:
    """Hours that were released stand among what is read whatever their day."""
    books = mission((3, "2026-10-31"))
    expense(books, 1, (1, "2026-11-02"))
    assert run(books, OCTOBER) == {"2026-10_n1": 360}


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        ([(1, "2026-10-31")], {"2026-10_n1": 120}),
        ([(1, "2026-11-01")], {"2026-11_n1": 120}),
        ([(1, "2026-10-30"), (1, "2026-10-31")], {"2026-10_n1": 240}),
        ([(1, "2026-10-31"), (1, "2026-11-01")], {"2026-12_n1": 240}),  # one line of two months is not split
        ([(2, "2026-10-13"), (-1, "2026-10-20")], {"2026-10_n1": 120}),
    ],
)
def test_an_expense_goes_to_the_month_it_counts_in(posted: list[tuple[int, str]], expected: dict[str, int]) -> None:
    books = Books()
    expense(books, books.order(), *posted)
    assert run(books) == expected
    assert run(books) == {}


def test_an_expense_posted_later_on_the_same_line_goes_to_its_own_month() -> None:
    books = Books()
    line = expense(books, books.order(), (1, "2026-10-13"))
    assert run(books, OCTOBER) == {"2026-10_n1": 120}
    post(books, "n1")
    books.record("order_lines", line)["delivered"] += MICRO
    books._add("deliveries", company_id=1, order_line_id=line, date=pd.Timestamp("2026-11-13"), delivered=MICRO)
    assert run(books) == {"2026-11_n1": 120}


def test_an_expense_without_a_day_and_what_has_no_month_stay_in_the_month_that_is_closed() -> None:
    books = mission((3, "2026-10-20"))
    books.line(1, "manual", 1, 10, delivered=1, is_expense=True, delivered_by="analytic")
    books.line(1, "ordered", 1, 500, PIECE)
    books.line(1, "manual", 2, 25, delivered=2)
    assert run(books) == {"2026-10_n1": 240, "2026-12_n1": 560}


def test_months_of_clients_whose_orders_share_drafts() -> None:
    books = mission((3, "2026-10-20"), (4, "2026-11-20"))
    books.hours(5, books.line(books.order(), "time", 100, 80, HOUR), "2026-10-21")
    decision = apart(books, grouping="client")
    assert [(one.key[-10:], one.amount_untaxed) for one in decision.plan.upserts] == [("2026-10_n1", 640), ("2026-11_n1", 320)]


# Rounding


def test_days_are_rounded_to_halves_in_each_month_as_they_are_in_both() -> None:
    work = [("3", "2026-10-30"), ("5", "2026-10-31"), ("2", "2026-11-02"), ("6.5", "2026-11-03")]
    books = mission(*work, unit=DAY_7, price=600)
    assert run(books, day_rounding="half_day") == {"2026-10_n1": 600, "2026-11_n1": 900}  # 0.5 + 0.5, 0.5 + 1
    assert run(books, day_rounding="half_day") == {}


@pytest.mark.parametrize(
    ("october", "expected"), [("0.03", {"2026-12_n1": D("602.57")}), ("0.04", {"2026-10_n1": D("6"), "2026-11_n1": 600})]
)
def test_a_month_that_rounds_to_nothing_is_no_draft(october: str, expected: dict[str, Any]) -> None:
    """0.03 h of a day of 7 h is 0.0043, 0.04 h 0.0057: a hundredth."""
    books = mission((october, "2026-10-31"), ("7", "2026-11-02"), unit=DAY_7, price=600)
    decision = apart(books)
    assert list(drafts(decision)) == list(expected)
    books.write(decision)
    assert apart(books).plan.upserts == ()


# Corrections


@pytest.mark.parametrize(
    ("october", "expected"),
    [
        (["-2"], {"2026-12_n1": 640}),
        (["3", "-3"], {"2026-12_n1": 800}),
        (["3", "-2"], {"2026-10_n1": 80, "2026-11_n1": 800}),
    ],
)
def test_a_month_that_would_be_negative_or_nothing_leaves_the_line_whole(october: list[str], expected: dict[str, int]) -> None:
    books = mission(*[(hours, "2026-10-31") for hours in october], ("10", "2026-11-01"))
    assert run(books) == expected
    assert run(books) == {}


@pytest.mark.parametrize(
    ("posted", "correction", "expected"),
    [
        ((), ("-2", "2026-10-21"), {"2026-10_n1": 80}),
        ((), ("-4", "2026-10-21"), {"2026-11_n1": 160}),  # more than October's draft holds: the newest that has room
        ((), ("-1", "2026-12-01"), {"2026-11_n1": 400}),
        (("2026-10_n1",), ("-2", "2026-10-21"), {"2026-11_n1": 320}),
        (("2026-10_n1", "2026-11_n1"), ("-2", "2026-10-21"), {}),
    ],
)
def test_a_correction_comes_off_the_untouched_draft_of_its_month(
    posted: Iterable[str], correction: tuple[str, str], expected: dict[str, int]
) -> None:
    books = mission(("3", "2026-10-20"), ("6", "2026-11-20"))
    run(books)
    post(books, *posted)
    books.hours(correction[0], 1, correction[1])
    decision = apart(books)
    assert drafts(decision) == expected
    assert codes(decision) == ([] if expected else ["credit_due"])
    books.write(decision)
    assert apart(books).plan.upserts == ()


@pytest.mark.parametrize(("room", "expected"), [("3", {"2026-10_n1": 0, "2026-11_n1": 800}), ("2", {"2026-12_n1": 560})])
def test_a_correction_comes_off_its_month_beside_new_hours_of_another(room: str, expected: dict[str, int]) -> None:
    books = mission((room, "2026-10-20"))
    run(books, OCTOBER)
    books.hours("-3", 1, "2026-10-21")
    books.hours("10", 1, "2026-11-02")
    assert run(books) == expected
    assert run(books) == {}


@pytest.mark.parametrize("day", ["2026-10-20", "2026-11-20"])
def test_hours_that_are_no_longer_billable_come_off_the_draft_they_stand_on(day: str) -> None:
    books = mission(("3", "2026-10-20"), ("3", "2026-10-21"), ("3", "2026-11-20"), ("3", "2026-11-21"))
    run(books)
    row = next(one for one in books.rows["timesheets"] if one["date"] == pd.Timestamp(day))
    row["qualification"] = "non_billable"
    assert run(books) == {f"{day[:7]}_n1": 240}
    assert run(books) == {}


def test_an_expense_taken_back_comes_off_the_draft_it_stands_on() -> None:
    books = Books()
    line = expense(books, books.order(), (2, "2026-10-13"))
    run(books)
    books.record("order_lines", line)["delivered"] = MICRO
    assert run(books) == {"2026-10_n1": 120}


# Late hours


@pytest.mark.parametrize("period", [NOVEMBER, DECEMBER])
def test_late_hours_join_the_draft_of_their_month_while_nobody_touched_it(period: Period) -> None:
    books = mission(("12", "2026-10-20"))
    run(books, OCTOBER)
    books.hours("3", 1, "2026-10-28")
    books.hours("5", 1, "2026-11-03")
    decision = apart(books, period)
    assert drafts(decision) == {"2026-10_n1": 1200, "2026-11_n1": 400}
    assert [one.extends for one in decision.plan.upserts] == [True, False]
    books.write(decision)
    assert run(books, period) == {}


@pytest.mark.parametrize("touched", ["posted", "edited"])
def test_s12_late_hours_are_a_second_draft_of_their_month_once_it_was_touched(touched: str) -> None:
    books = mission(("12", "2026-10-20"))
    run(books, OCTOBER)
    if touched == "posted":
        post(books, "n1")
    else:
        books.rows["invoice_lines"][0]["name"] = "Assistance, comme convenu"
    books.hours("3", 1, "2026-10-28")
    assert run(books, NOVEMBER) == {"2026-10_n2": 240}
    assert run(books, NOVEMBER) == {}


def test_only_the_period_s_draft_is_joined_where_months_stand_together() -> None:
    books = mission(("12", "2026-10-20"))
    books.write(books.decide(OCTOBER))
    books.hours("3", 1, "2026-10-28")
    assert drafts(books.decide(NOVEMBER)) == {"2026-11_n1": 240}


def test_a_key_used_in_its_month_is_never_used_again() -> None:
    books = mission(("3", "2026-10-20"), ("5", "2026-11-03"))
    books.used_keys = frozenset({"inv_o1_2026-10_n4", "inv_o1_2026-11_n1", "inv_o1_2026-12_n9"})
    assert run(books) == {"2026-10_n5": 240, "2026-11_n2": 400}


def test_a_month_deleted_is_proposed_again_alone() -> None:
    books = clientis(**SIGNED)
    run(books)
    gone = books.rows["invoices"].pop(0)
    books.rows["invoice_lines"] = [row for row in books.rows["invoice_lines"] if row["invoice_id"] != gone["id"]]
    for row in books.rows["timesheets"]:
        if row["invoice_id"] == gone["id"]:
            row["invoice_id"] = 0
    assert run(books) == {"2026-10_n1": D("8220.00")}


# Deductions


def test_an_order_from_which_a_down_payment_comes_off_keeps_one_draft() -> None:
    books = mission(("3", "2026-10-20"), ("5", "2026-11-03"))
    down = books.line(1, "ordered", 0, 0, is_downpayment=True)
    books.invoice((down, 1, 400))
    books.hours(1, books.line(books.order(), "time", 100, 80, HOUR), "2026-10-20")
    assert run(books) == {"2026-12_n1": 240, "2026-10_n1": 80}  # 640 - 400; the other order has its own month
    books.hours("2", 1, "2026-11-04")
    assert run(books) == {"2026-11_n1": 160}, "nothing is left to deduct"


def test_an_order_with_a_global_discount_keeps_one_draft() -> None:
    books = mission(("3", "2026-10-20"), ("5", "2026-11-03"))
    product = books._add("products", id=99, name="Remise", active=True, invoice_on="order")
    books.line(1, "ordered", 1, -800, product_id=product)
    assert run(books) == {"2026-12_n1": D("576.00")}  # 640 less a tenth


# Names


@pytest.mark.parametrize(
    ("key", "since", "until"),
    [
        ("__regie__.inv_o1_2026-12_n1", date(2026, 12, 1), date(2026, 12, 15)),
        ("__regie__.inv_o1_2026-11_n2", date(2026, 11, 1), date(2026, 11, 30)),
        ("__regie__.inv_c1p2-3-4-5-6-ab_2026-02_n1", date(2026, 2, 1), date(2026, 2, 28)),
        ("__regie__.fae_1_2026_10_31", date(2026, 12, 1), date(2026, 12, 15)),
    ],
)
def test_a_draft_is_about_the_closed_period_or_the_whole_month_of_its_key(key: str, since: date, until: date) -> None:
    assert period_of(key, Period(date(2026, 12, 1), date(2026, 12, 15))) == Period(since, until)


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("__regie__.inv_o1l12_2026-12_n1", 12),
        ("__regie__.inv_o1_2026-12_n1", 0),
        ("__regie__.inv_c1p2-3-4-5-6-ab_2026-02_n1", 0),
        ("__regie__.fae_1_2026_10_31", 0),
    ],
)
def test_a_draft_of_a_mission_says_whose(key: str, line: int) -> None:
    assert mission_line(key) == line


# Whatever the hours


WORK = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.sampled_from(["0.01", "0.25", "1", "3.5", "7", "0.1", "-1", "-3.5"]),
        st.sampled_from(["2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01", "2026-11-15", "2026-12-01"]),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORK, min_size=1, max_size=3), st.sampled_from(["exact", "half_day"]), st.sets(st.integers(0, 8)))
def test_no_hour_twice_none_forgotten_and_a_replay_changes_nothing(
    rounds: list[list[tuple[int, str, str]]], rounding: str, posted: set[int]
) -> None:
    books = Books()
    for unit, price in ((HOUR, 80), (DAY_7, 600), (DAY_7, 450)):
        books.line(books.order(), "time", 100, price, unit)
    for work in rounds:
        for line, hours, day in work:
            books.hours(hours, line, day)
        together = books.decide(DECEMBER, day_rounding=rounding)
        decision = apart(books, day_rounding=rounding)
        assert all(one.amount_untaxed >= 0 for one in decision.plan.upserts)
        books.write(decision)
        assert max(billed_hours(books).values(), default=0) <= 1
        if work is rounds[0]:  # nothing stands yet that a correction could come off: the same hours, month by month
            assert _hours(decision) == _hours(together)
            assert {one.record.id: one.hours for one in decision.plan.findings} == {
                one.record.id: one.hours for one in together.plan.findings
            }
        again = apart(books, day_rounding=rounding)
        assert again.plan.upserts == ()
        # A line with corrections may wait for a credit note, as it does where months stand together.
        corrected = again.sheet.loc[again.sheet["hours"] < 0, "order_line_id"]
        due = again.sheet[(again.sheet["blocked_hours"] == 0) & ~again.sheet["order_line_id"].isin(corrected)]
        assert set(due["id"]) <= set(billed_hours(books))
        for number, row in enumerate(books.rows["invoices"]):
            if number in posted:
                row.update(state="posted", posted_before=True)


def _hours(decision: Decision) -> dict[int, int]:
    """Micro-hours by timesheet that the drafts of a decision bill."""
    return {
        sheet: hours
        for one in decision.plan.upserts
        for line in parse(one.values["content"])
        for sheet, hours in line.hours.items()
    }


def test_amounts_of_one_month_are_those_of_a_run_that_is_together() -> None:
    work = [("3", "2026-12-01"), ("5.25", "2026-12-31")]
    one, other = mission(*work), mission(*work)
    assert apart(one).plan == other.decide(DECEMBER).plan
    assert amounts(apart(one)) == [D("660.00")]
