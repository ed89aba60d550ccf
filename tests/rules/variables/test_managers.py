"""A business manager's variable: S8, each boundary from both sides, and what holds for any plan and any order of figures."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mappings.vocabulary.dataset import frame
from mappings.vocabulary.pay_frames import BASES, PAID
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import to_money
from mappings.vocabulary.variable_plan import VariablePlan
from rules.variables.data import whole_month
from rules.variables.managers import Statement, open_periods, variables

D = Decimal
S8 = ({"up_to": 10000, "percent": 5}, {"up_to": 25000, "percent": 8}, {"percent": 10})
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
JANUARY = Period(date(2027, 1, 1), date(2027, 1, 31))


def plan(**values: Any) -> VariablePlan:
    """S8's plan; its example is nothing for nothing unless told."""
    told = {
        "name": "Marge",
        "employees": ["0002"],
        "basis": "margin",
        "since": date(2026, 10, 1),
        "tiers": "marginal",
        "rates": S8,
        "code": "VARBM",
        "example": {"base": 0, "due": 0},
    }
    return VariablePlan.model_validate(told | values)


def bases(*rows: tuple[str, Any], employee: str = "0002", basis: str = "margin") -> pd.DataFrame:
    return frame(BASES, [
        {"id": place, "employee": employee, "basis": basis, "month": pd.Timestamp(f"{month}-01"), "amount": to_money(amount)}
        for place, (month, amount) in enumerate(rows, 1)
    ])  # fmt: skip


def paid(*rows: tuple[str, str, Any]) -> pd.DataFrame:
    """Period, payroll month and amount."""
    return frame(PAID, [
        {"id": place, "plan": "Marge", "employee": "0002", "period": pd.Timestamp(f"{period}-01"),
         "month": pd.Timestamp(f"{month}-01"), "amount": to_money(amount)}
        for place, (period, month, amount) in enumerate(rows, 1)
    ])  # fmt: skip


def settle(one: VariablePlan, figures: pd.DataFrame, before: pd.DataFrame, month: Period = DECEMBER) -> list[Statement]:
    return list(variables(lambda day: [one], figures, before, month))


QUARTER = bases(("2026-10", 6000), ("2026-11", 7000), ("2026-12", 5000))


@pytest.mark.parametrize(
    ("tiers", "already", "to_pay"), [("marginal", 0, 1140), ("whole", 0, 1440), ("marginal", 400, 740), ("whole", 400, 1040)]
)
def test_s8_a_quarterly_margin_of_18000(tiers: str, already: int, to_pay: int) -> None:
    (statement,) = settle(plan(tiers=tiers), QUARTER, paid(("2026-10", "2026-11", already)))
    assert (statement.base, statement.to_pay) == (18000, to_pay)
    assert [figure.amount for figure in statement.figures] == [6000, 7000, 5000]


def test_s8_the_statement_shows_each_tier() -> None:
    (statement,) = settle(plan(), QUARTER, paid())
    assert [(s.above, s.up_to, s.percent, s.part, s.amount) for s in statement.shares] == [
        (0, 10000, 5, 10000, 500), (10000, 25000, 8, 8000, 640),
    ]  # fmt: skip
    (whole,) = settle(plan(tiers="whole"), QUARTER, paid())
    assert [(s.percent, s.part, s.amount) for s in whole.shares] == [(8, 18000, 1440)]


@pytest.mark.parametrize(
    ("base", "marginal", "whole"),
    [
        ("-0.01", "0", "0"), ("0", "0", "0"), ("0.10", "0.01", "0.01"),
        ("9999.99", "500.00", "500.00"), ("10000", "500", "500"), ("10000.01", "500.00", "800.00"),
        ("10000.10", "500.01", "800.01"), ("24999.99", "1700.00", "2000.00"), ("25000", "1700", "2000"),
        ("25000.01", "1700.00", "2500.00"), ("25000.10", "1700.01", "2500.01"),
    ],
)  # fmt: skip
def test_both_sides_of_each_boundary(base: str, marginal: str, whole: str) -> None:
    assert (plan().due(D(base)), plan(tiers="whole").due(D(base))) == (D(marginal), D(whole))


@pytest.mark.parametrize(("cap", "due"), [("1139.99", "1139.99"), ("1140", "1140"), ("1140.01", "1140"), ("0", "0")])
def test_both_sides_of_the_cap(cap: str, due: str) -> None:
    assert plan(cap=cap).due(D(18000)) == D(due)


def test_a_credit_note_after_the_payment_is_taken_back() -> None:
    credited = pd.concat([QUARTER, bases(("2026-12", -3000))])
    (statement, *_) = settle(plan(), credited, paid(("2026-10", "2026-12", 1140)), JANUARY)
    assert (statement.base, statement.due, statement.to_pay) == (15000, 900, -240)


def test_a_base_below_zero_takes_back_all_that_was_paid_and_no_more() -> None:
    (statement,) = settle(plan(), bases(("2026-10", -500)), paid(("2026-10", "2026-11", 70)))
    assert (statement.due, statement.to_pay) == (0, -70)


def test_a_monthly_plan_that_becomes_quarterly_counts_each_month_it_paid() -> None:
    """October and November paid 300 and 350 by the month; the quarter of 18,000 is worth 1,140."""
    (statement, *_) = settle(plan(), QUARTER, paid(("2026-10", "2026-11", 300), ("2026-11", "2026-12", 350)), JANUARY)
    assert (statement.paid, statement.to_pay) == (650, 490)


def test_a_quarterly_plan_that_becomes_monthly_counts_once_what_the_quarter_paid() -> None:
    months = settle(plan(every="month"), QUARTER, paid(("2026-10", "2026-12", 1140)), JANUARY)
    assert [one.paid for one in months] == [1140, 0, 0, 0]
    assert sum(one.to_pay for one in months) == sum(one.due for one in months) - 1140


def test_what_went_out_with_this_month_or_later_does_not_count() -> None:
    before = paid(("2026-10", "2026-11", 100), ("2026-10", "2026-12", 200), ("2026-10", "2027-01", 300))
    (statement,) = settle(plan(), QUARTER, before)
    assert statement.paid == 100


def test_another_persons_plan_basis_and_quarter_do_not_count() -> None:
    others = pd.concat([
        bases(("2026-10", 1), employee="0003"), bases(("2026-10", 2), basis="revenue_invoiced"), bases(("2026-09", 4)),
        bases(("2027-01", 8)),
    ])  # fmt: skip
    (statement,) = settle(plan(), others, paid(("2026-07", "2026-10", 50)))
    assert (statement.base, statement.paid) == (0, 0)


@pytest.mark.parametrize(
    ("values", "month", "first_months"),
    [
        ({}, date(2026, 11, 30), []),
        ({}, date(2026, 12, 31), ["2026-10"]),
        ({"advances": True}, date(2026, 10, 31), ["2026-10"]),
        ({}, date(2027, 12, 31), ["2026-10", "2027-01", "2027-04", "2027-07", "2027-10"]),
        ({}, date(2028, 1, 31), ["2027-01", "2027-04", "2027-07", "2027-10"]),
        ({"every": "month", "open_months": 1}, date(2027, 1, 31), ["2026-12", "2027-01"]),
        ({"every": "month", "open_months": 0}, date(2027, 1, 31), ["2027-01"]),
    ],
)
def test_which_periods_a_month_settles(values: dict[str, Any], month: date, first_months: list[str]) -> None:
    found = open_periods(lambda day: [plan(**values)], Period(month.replace(day=1), month))
    assert [f"{one.period.since:%Y-%m}" for one in found] == first_months


def test_a_past_period_keeps_the_plan_that_held_at_its_end() -> None:
    old, new = plan(every="month"), plan(every="month", rates=[{"percent": 1}])
    found = variables(
        lambda day: [old if day < date(2026, 11, 1) else new], bases(("2026-10", 1000), ("2026-11", 1000)), paid(),
        Period(date(2026, 11, 1), date(2026, 11, 30)),
    )  # fmt: skip
    assert [statement.due for statement in found] == [50, 10]


MONTHLY_S8 = {"every": "month", "rates": [{"up_to": 5000, "percent": 5}, {"percent": 8}]}
"""October to December of 6,000, 7,000 and 5,000: 330 + 410 + 250 = 990; by the quarter 1,140."""


@pytest.mark.parametrize(
    ("now", "before", "periods", "to_pay"),
    [
        ({}, [("2026-10", "2026-10", 330), ("2026-11", "2026-11", 410)], ["2026-10"], 400),
        (MONTHLY_S8, [("2026-10", "2026-10", 300), ("2026-10", "2026-11", 200)], ["2026-10", "2026-11", "2026-12"], 490),
    ],
)
def test_what_was_paid_under_another_rhythm_counts(
    now: dict[str, Any], before: list[tuple[str, str, Any]], periods: list[str], to_pay: int
) -> None:
    found = settle(plan(**now), QUARTER, paid(*before))
    assert [f"{one.period.since:%Y-%m}" for one in found] == periods
    assert sum(one.to_pay for one in found) == to_pay


@pytest.mark.parametrize(
    ("old", "new", "since", "periods", "due"),
    [
        ({}, MONTHLY_S8, date(2027, 1, 1), ["2026-10", "2027-01"], 1140),
        (MONTHLY_S8, {}, date(2027, 1, 1), ["2026-10", "2026-11", "2026-12"], 990),
        ({}, MONTHLY_S8, date(2026, 12, 31), ["2026-10", "2026-11", "2026-12", "2027-01"], 990),
        (MONTHLY_S8, {}, date(2026, 12, 31), ["2026-10"], 1140),
    ],
)
def test_a_rhythm_that_changes_on_a_day_holds_for_the_whole_quarter_it_ends_in(
    old: dict[str, Any], new: dict[str, Any], since: date, periods: list[str], due: int
) -> None:
    found = variables(lambda day: [plan(**(old if day < since else new))], QUARTER, paid(), JANUARY)
    assert [f"{one.period.since:%Y-%m}" for one in found] == periods
    assert sum(one.due for one in found) == due


def test_a_plan_renamed_on_a_day_still_corrects_its_past_periods() -> None:
    new = plan(name="Marge nette", was=["Marge"])
    before = paid(("2026-10", "2026-12", 1000)).assign(plan="Marge nette")  # as it is recalled: under today's name
    (statement,) = variables(lambda day: [new if day.year > 2026 else plan()], QUARTER, before, JANUARY)
    assert (statement.plan.name, statement.name, statement.paid, statement.to_pay) == ("Marge", "Marge nette", 1000, 140)


def test_a_quarter_stays_open_as_one_though_its_first_months_alone_would_be_closed() -> None:
    month = Period(date(2027, 12, 1), date(2027, 12, 31))
    found = open_periods(lambda day: [plan(**({} if day.year < 2027 else MONTHLY_S8), open_months=12)], month)
    assert next(found).period == Period(date(2026, 10, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rates": [{"up_to": 10, "percent": 5}]}, "the last without"),
        ({"rates": [{"percent": 5}, {"percent": 6}]}, "the last without"),
        ({"rates": [{"up_to": 10, "percent": 5}, {"up_to": 10, "percent": 6}, {"percent": 7}]}, "go up"),
        ({"example": {"base": 18000, "due": 1440}}, "says 1440 is due, the plan comes to 1140.00"),
        ({"example": {"base": 18000, "paid": 400, "due": 1140}}, "comes to 740.00"),
        ({"since": date(2026, 11, 1)}, "first day of a quarter"),
        ({"since": date(2026, 10, 2), "every": "month"}, "first day of a month"),
        ({"employees": []}, "at least 1"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        plan(**wrong)


def test_s8_as_its_own_example() -> None:
    assert plan(example={"base": 18000, "due": 1140}).due(D(18000)) == 1140
    assert plan(tiers="whole", example={"base": 18000, "paid": 400, "due": 1040})


amounts = st.decimals(min_value=-50_000, max_value=50_000, places=2)
percents = st.decimals(min_value=0, max_value=100, places=2)


@st.composite
def plans(draw: st.DrawFn) -> VariablePlan:
    ends = sorted(draw(st.sets(st.integers(1, 40_000), max_size=4)))
    rates = [{"up_to": end, "percent": draw(percents)} for end in ends] + [{"percent": draw(percents)}]
    cap = draw(st.none() | st.integers(0, 5_000))
    kind = draw(st.sampled_from(["marginal", "whole"]))
    return plan(rates=rates, cap=cap, tiers=kind, advances=True)


@given(plans(), st.lists(amounts, min_size=1, max_size=6))
def test_payments_add_up_to_what_is_due_in_whatever_months_the_figures_arrive(one: VariablePlan, figures: list[D]) -> None:
    before: list[tuple[str, str, Any]] = []
    for place in range(len(figures)):
        month = date(2026 + (9 + place) // 12, (9 + place) % 12 + 1, 1)
        known = bases(*(("2026-10", figure) for figure in figures[: place + 1]))
        first, *_ = settle(one, known, paid(*before), Period(month, month.replace(day=28)))
        before.append(("2026-10", f"{month:%Y-%m}", first.to_pay))
    assert sum(row[2] for row in before) == one.due(sum(figures, D(0)))


@given(plans(), st.lists(st.tuples(st.integers(0, 2), amounts, st.sampled_from(["month", "quarter"])), min_size=1, max_size=6))
def test_payments_add_up_under_whatever_rhythms_they_went_out(one: VariablePlan, steps: list[tuple[int, D, str]]) -> None:
    """Figures of October to December arrive from December on, the plan by the month or by the quarter at each run."""
    before: list[tuple[str, str, Any]] = []
    arrived: list[tuple[str, D]] = []
    for place, (back, figure, every) in enumerate(steps):
        month = date(2026 + (11 + place) // 12, (11 + place) % 12 + 1, 1)
        arrived.append((f"2026-{10 + back}", figure))
        held = one.model_copy(update={"every": every, "advances": False})
        found = settle(held, bases(*arrived), paid(*before), whole_month(month))
        before += [(f"{row.period.since:%Y-%m}", f"{month:%Y-%m}", row.to_pay) for row in found]
        stretches = [("2026-10", "2026-11", "2026-12")] if every == "quarter" else [("2026-10",), ("2026-11",), ("2026-12",)]
        worth = [held.due(sum((amount for at, amount in arrived if at in months), D(0))) for months in stretches]
        assert sum(row[2] for row in before) == sum(worth)


@given(plans(), amounts, amounts)
def test_a_larger_base_never_earns_less_where_each_tier_counts_for_its_part(one: VariablePlan, first: D, second: D) -> None:
    marginal = one.model_copy(update={"tiers": "marginal"})
    low, high = sorted([first, second])
    assert marginal.due(low) <= marginal.due(high)


@given(plans(), amounts)
def test_the_cap_holds_and_nothing_is_below_zero(one: VariablePlan, base: D) -> None:
    assert 0 <= one.due(base) <= (one.cap if one.cap is not None else max(base, D(0)))
    parts = [share.part for share in one.shares(base)]
    assert sum(parts, D(0)) == max(base, D(0))
