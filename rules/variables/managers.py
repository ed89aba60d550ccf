"""A business manager's variable: due so far less paid so far, period by period, with the rows that explain it.

Example, quarter of October to December, 5 % up to and including 10,000 and 8 % up to and including 25,000: a margin of 18,000
is worth 500 + 640 = 1,140; with 400 paid already, 740 are to be paid. A credit note of 3,000 in January on a December invoice
makes that quarter's base 15,000, worth 900: 240 are taken back with January's pay.

A period keeps the plan that held at its end. What is due never depends on the order or the month in which figures arrive:
over all months the payments of a period add up to what its last base is worth. Source: payroll.md 5, scenarios.md S8.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import money
from mappings.vocabulary.variable_plan import Share, VariablePlan
from rules.margin.margin import Figures

_MONTHS = {"month": 1, "quarter": 3}

PlansAt = Callable[[date], Sequence[VariablePlan]]
"""The plans as they hold on a day."""


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
    """

    plan: VariablePlan
    employee: str
    period: Period
    figures: tuple[Figure, ...]
    due: Decimal
    paid: Decimal

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
        _statement(held, employee, period, bases, before)
        for plan in plans_at(month.until)
        for period in open_periods(plan, month)
        for held in _held(plans_at, plan.name, min(period.until, month.until))
        for employee in held.employees
    )


def elsewhere(
    statements: Sequence[Statement], paid: pd.DataFrame, month: Period, numbers: Container[str]
) -> Iterator[tuple[Statement, Any]]:
    """Payments that a statement may be about to make again, each with that statement: made for the same period, under the name
    of a plan that is no more, or under the number of nobody.

    Whoever renamed the plan or corrected the number did not say so; nothing else can tell it from another plan or person.

    numbers  those of all employees, of former ones too
    """
    names = {one.plan.name for one in statements}
    due = [one for one in statements if one.to_pay > 0 and not one.paid]
    for row in each(paid[paid["month"] < pd.Timestamp(month.since)]):
        renamed, renumbered = row.plan not in names, row.employee not in numbers
        for one in due:
            same = (renamed or row.plan == one.plan.name) and (renumbered or row.employee == one.employee)
            if (renamed or renumbered) and same and one.period.since <= row.period.date() <= one.period.until:
                yield one, row


def open_periods(plan: VariablePlan, month: Period) -> Iterator[Period]:
    """The periods that this month's pay settles: over and not closed yet, and the running one where advances are paid."""
    length = relativedelta(months=_MONTHS[plan.every])
    oldest = month.since - relativedelta(months=plan.open_months)
    since = plan.since
    while since <= month.until:
        until = since + length - timedelta(days=1)
        if until >= oldest and (until <= month.until or plan.advances):
            yield Period(since, until)
        since += length


def _held(plans_at: PlansAt, name: str, day: date) -> Iterator[VariablePlan]:
    return (plan for plan in plans_at(day) if plan.name == name)


def _statement(plan: VariablePlan, employee: str, period: Period, bases: pd.DataFrame, paid: pd.DataFrame) -> Statement:
    by_month: dict[date, list[Any]] = defaultdict(list)
    for row in each(bases):
        if (row.employee, row.basis) == (employee, plan.basis) and period.since <= row.month.date() <= period.until:
            by_month[row.month.date()].append(row)
    figures = tuple(_figure(month, rows) for month, rows in sorted(by_month.items()))
    # By the periods' days, not their names: a plan by the month that becomes one by the quarter has paid a part of it.
    settled = sum(
        row.amount
        for row in each(paid)
        if (row.plan, row.employee) == (plan.name, employee) and period.since <= row.period.date() <= period.until
    )
    due = plan.due(sum((figure.amount for figure in figures), Decimal(0)))
    return Statement(plan, employee, period, figures, due, money(settled))


def _figure(month: date, rows: Sequence[Any]) -> Figure:
    amount, declared = money(sum(row.amount for row in rows)), any(row.declared for row in rows)
    named = [row for row in rows if row.origin]
    if declared or any(row.basis != "margin" for row in rows):
        return Figure(month, amount, tuple(sorted({row.origin for row in named})), declared=declared)
    parts = (
        Part(row.origin, Figures(money(row.revenue), money(row.cost), money(row.expenses), money(row.bench))) for row in named
    )
    return Figure(month, amount, (), tuple(sorted(parts, key=lambda part: (-part.figures.margin, part.name))))
