"""Business managers' margins as the base of their variable: those of `rules.margin`, month by month and mission by mission.

Example, October: Clientis 8,220.00 - 4,320.00 - 206.40 = 3,693.60 and a bench of 2,240.00 make a base of 1,453.60. Where the
company file declares that month's margin, the declared one counts alone, and the statement says both. A manager's month without
a mission is 0.00; of a manager who has no user in Odoo no margin is known, and no variable on it is counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import pandas as pd

from mappings.vocabulary.dataset import frame
from mappings.vocabulary.pay_frames import BASES
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import money, to_money
from rules.margin.margin import Row
from rules.variables.data import Case, Record, whole_month
from rules.variables.managers import Open, Statement

NamedRow = tuple[Row, str]
"""A row of a month's margins, and what people call it."""


def months_of_margins(open_now: Iterable[Open], month: Period) -> tuple[Period, ...]:
    """The months whose margins a month's pay counts, oldest first: those of the open periods of plans on a margin, so far."""
    periods = [one.period for one in open_now if one.plan.basis == "margin"]
    firsts = {
        first.date()
        for period in periods
        for first in pd.date_range(period.since, min(period.until, month.until), freq="MS", inclusive="both")
    }
    return tuple(whole_month(first) for first in sorted(firsts))


def margin_bases(months: Mapping[date, Sequence[NamedRow]], numbers: Mapping[int, str]) -> pd.DataFrame:
    """Frame `pay_frames.BASES` of the margins of months by their first day: a row a mission; 0.00 for a manager without any.

    numbers  employee numbers of business managers, by user
    """
    return frame(BASES, (row for first, rows in months.items() for row in _rows(first, rows, numbers)))


def _rows(first: date, rows: Sequence[NamedRow], numbers: Mapping[int, str]) -> Iterator[Record]:
    counted: Record = {"basis": "margin", "month": pd.Timestamp(first)}
    managers = {row.manager_id for row, _ in rows}
    for row, name in rows:
        if number := numbers.get(row.manager_id):
            amounts = {what: to_money(getattr(row.figures, what)) for what in ("revenue", "cost", "expenses", "bench")}
            yield {**counted, "employee": number, "amount": to_money(row.figures.margin), "origin": name, **amounts}
    yield from ({**counted, "employee": number} for user, number in numbers.items() if number and user not in managers)


def with_declared(case: Case) -> pd.DataFrame:
    """All bases, where a margin that the company file declares takes the place of the one that was worked out."""
    bases, declared = case.data.bases, []
    for one in case.policy.margins:
        month = pd.Timestamp(f"{one.month}-01")
        same = (bases["basis"] == "margin") & (bases["employee"] == one.employee) & (bases["month"] == month)
        worked_out = money(int(bases.loc[same, "amount"].sum()))
        said = "pay.declared_margin_instead" if same.any() else "pay.declared_margin"
        declared.append({
            "employee": one.employee, "basis": "margin", "month": month, "amount": to_money(one.amount), "declared": True,
            "origin": case.labels(said, margin=case.labels.money(worked_out, case.data.currency)),
        })  # fmt: skip
        bases = bases[~same]
    return pd.concat([bases, frame(BASES, declared)], ignore_index=True)


def unpriced(case: Case, statements: Iterable[Statement]) -> Iterator[Finding]:
    """What is missing from the margins that count, each once: a variable on them would be wrong."""
    months = {
        figure.month
        for one in statements
        if one.plan.basis == "margin"
        for figure in one.figures
        if not figure.declared
    }  # fmt: skip
    seen = set()
    for month in sorted(months):
        for finding in case.data.unpriced.get(month, ()):
            if finding.record not in seen:
                seen.add(finding.record)
                yield finding
