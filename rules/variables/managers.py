"""A business manager's variable: due so far less paid so far, period by period, with the rows that explain it.

Example, quarter of October to December, 5 % up to and including 10,000 and 8 % up to and including 25,000: a margin of 18,000
is worth 500 + 640 = 1,140; with 400 paid already, 740 are to be paid. A credit note of 3,000 in January on a December invoice
makes that quarter's base 15,000, worth 900: 240 are taken back with January's pay.

A period keeps the plan that held at its end; a plan that changes from months to quarters, or back, within a quarter has for all
of it the rhythm of its end. What is due never depends on the order or the month in which figures arrive: over all months the
payments of a period add up to what its last base is worth, under whatever rhythm they went out: with 50 paid for October and a
plan by the quarter since, the quarter's statement has paid 50. Source: payroll.md 5, scenarios.md S8.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import money
from mappings.vocabulary.variable_plan import Share, VariablePlan
from rules.margin.margin import Figures

PlansAt = Callable[[date], Sequence[VariablePlan]]
"""The plans as they hold on a day."""


@dataclass(frozen=True, slots=True)
class Open:
    """A period that a month's pay settles.

    name  what its plan is called today: payments are remembered under it
    plan  the plan as it held at the period's end
    """

    name: str
    plan: VariablePlan
    period: Period


@dataclass(frozen=True, slots=True)
class Part:
    """What one mission, project or person on the bench adds to a month's margin."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Figure:
    """What counts in one month of a period: its sum and what it is made of.

    origins   numbers of invoices and credit notes; of a declared margin what is said of it
    parts     of a margin that was worked out
    declared  whether a person said it, in the company file
    """

    month: date
    amount: Decimal
    origins: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One manager's variable for one period: how the figure came about. Amounts in the company's currency.

    due   for the whole period, capped
    paid  with earlier months' pay
    name  what the plan is called today; it may have had another when the period ended
    """

    plan: VariablePlan
    employee: str
    period: Period
    figures: tuple[Figure, ...]
    due: Decimal
    paid: Decimal
    name: str

    @property
    def base(self) -> Decimal:
        return sum((figure.amount for figure in self.figures), Decimal(0))

    @property
    def shares(self) -> tuple[Share, ...]:
        """The tiers that reward the base."""
        return self.plan.shares(self.base)

    @property
    def to_pay(self) -> Decimal:
        """Negative: to be taken back."""
        return self.due - self.paid


def variables(plans_at: PlansAt, bases: pd.DataFrame, paid: pd.DataFrame, month: Period) -> tuple[Statement, ...]:
    """The statement of every manager and open period of the plans that hold at the month's end, oldest period first.

    bases  frame `pay_frames.BASES`, of all open periods
    paid   frame `pay_frames.PAID`; what went out with this very month or later is left aside, a re-run decides it anew
    """
    before = paid[paid["month"] < pd.Timestamp(month.since)]
    return tuple(
        _statement(one, employee, bases, before) for one in open_periods(plans_at, month) for employee in one.plan.employees
    )


def elsewhere(
    statements: Sequence[Statement], paid: pd.DataFrame, month: Period, plans: Sequence[VariablePlan], numbers: Container[str]
) -> Iterator[tuple[Statement, Any]]:
    """Payments that no statement counts, each with one that nothing counts for and that may be about to pay the same again.

    Made for days of its period under the name of a plan that is no more, or under the number of nobody: whoever renamed the
    plan or corrected the number did not say so. Or under a plan that no longer names the person, and another does. Or by the
    quarter, of which only later months are still open. What is declared as paid of a statement, 0 as well, is an answer.

    plans    those of today
    numbers  those of all employees, of former ones too
    """
    known = {(plan.name, employee) for plan in plans for employee in plan.employees}
    known |= {(one.name, one.employee) for one in statements}
    before = [row for row in each(paid) if row.month < pd.Timestamp(month.since)]
    due = [one for one in statements if one.to_pay > 0 and not any(_counts(one, row) for row in before)]
    for row in _summed(row for row in before if not any(_counts(one, row) for one in statements)):
        for one in due:
            if _same_days(one, row) and _may_be_same(one, row, known, numbers):
                yield one, row


def _summed(rows: Iterable[Any]) -> list[Any]:
    """Payments as one for each plan, person and period, of the last month; what was taken back since is none."""
    found: dict[tuple[Any, ...], Any] = {}
    for row in rows:
        key = row.plan, row.employee, row.period
        found[key] = row._replace(amount=row.amount + found[key].amount) if key in found else row
    return [row for row in found.values() if row.amount > 0]


def _same_days(one: Statement, row: Any) -> bool:
    since = row.period.date()
    until = since if pd.isna(row.until) else row.until.date()
    return bool(since <= one.period.until and one.period.since <= until)


def _may_be_same(one: Statement, row: Any, known: Collection[tuple[str, str]], numbers: Container[str]) -> bool:
    if (row.plan, row.employee) in known:
        return (row.plan, row.employee) == (one.name, one.employee)
    renamed = row.plan not in {name for name, _ in known}
    renumbered = row.employee not in numbers
    same_person = row.employee == one.employee
    return bool(same_person or (renumbered and (renamed or row.plan == one.name)))


def open_periods(plans_at: PlansAt, month: Period) -> Iterator[Open]:
    """The periods that this month's pay settles: over and not closed yet, and the running one where advances are paid."""
    for plan in plans_at(month.until):
        oldest = month.since - relativedelta(months=plan.open_months)
        for quarter in _quarters(max(plan.since, oldest), month.until):
            for held, period in _periods(plans_at, plan, quarter, month.until):
                begun = plan.since <= period.since <= month.until
                if begun and period.until >= oldest and (period.until <= month.until or plan.advances):
                    yield Open(plan.name, held, period)


def _pays(name: str, employee: str, period: Period, row: Any) -> bool:
    """Whether a payment was for a period: for one that begins within it, whatever its rhythm was."""
    return (row.plan, row.employee) == (name, employee) and period.since <= row.period.date() <= period.until


def _counts(one: Statement, row: Any) -> bool:
    """Whether a statement has a payment in what is paid."""
    return _pays(one.name, one.employee, one.period, row)


def _quarters(first: date, last: date) -> Iterator[Period]:
    since = date(first.year, (first.month - 1) // 3 * 3 + 1, 1)
    while since <= last:
        yield Period(since, since + relativedelta(months=3, days=-1))
        since += relativedelta(months=3)


def _periods(plans_at: PlansAt, plan: VariablePlan, quarter: Period, today: date) -> Iterator[tuple[VariablePlan, Period]]:
    """A quarter as a whole or its months, by the rhythm at its end, each with the plan that held at its own end."""
    at_end = _held(plans_at, plan, min(quarter.until, today))
    if at_end and at_end.every == "quarter":
        yield at_end, quarter
        return
    for number in range(3):
        since = quarter.since + relativedelta(months=number)
        until = since + relativedelta(months=1, days=-1)
        held = _held(plans_at, plan, min(until, today))
        by_month = at_end if held and held.every == "quarter" else held
        if by_month:
            yield by_month, Period(since, until)


def _held(plans_at: PlansAt, plan: VariablePlan, day: date) -> VariablePlan | None:
    """A plan as it was on a day, under the name it then had."""
    named = {one.name: one for one in plans_at(day)}
    return next((named[name] for name in (plan.name, *plan.was) if name in named), None)


def _statement(one: Open, employee: str, bases: pd.DataFrame, paid: pd.DataFrame) -> Statement:
    plan, period = one.plan, one.period
    by_month: dict[date, list[Any]] = defaultdict(list)
    for row in each(bases):
        if (row.employee, row.basis) == (employee, plan.basis) and period.since <= row.month.date() <= period.until:
            by_month[row.month.date()].append(row)
    figures = tuple(_figure(month, rows) for month, rows in sorted(by_month.items()))
    settled = sum(row.amount for row in each(paid) if _pays(one.name, employee, period, row))
    due = plan.due(sum((figure.amount for figure in figures), Decimal(0)))
    return Statement(plan, employee, period, figures, due, money(settled), one.name)


def _figure(month: date, rows: Sequence[Any]) -> Figure:
    amount, declared = money(sum(row.amount for row in rows)), any(row.declared for row in rows)
    named = [row for row in rows if row.origin]
    if declared or any(row.basis != "margin" for row in rows):
        return Figure(month, amount, tuple(sorted({row.origin for row in named})), declared=declared)
    parts = (
        Part(row.origin, Figures(money(row.revenue), money(row.cost), money(row.expenses), money(row.bench))) for row in named
    )
    return Figure(month, amount, (), tuple(sorted(parts, key=lambda part: (-part.figures.margin, part.name))))
