"""One month of payroll variables: its records in a fixed order, the statements of variables, and what a person must see.

What was approved too late for its month goes out with a later one, once, and says which month it corrects; what changed after
it went out is named and left to a person. Nothing goes out while a number or a code is missing. Source: payroll.md 7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.pay_frames import RECORDS
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Severity
from rules.variables import findings as told
from rules.variables.absences import absences
from rules.variables.data import Case, PayData, Record, figure
from rules.variables.elements import bonuses, elements, parts_of
from rules.variables.expenses import expenses, paid_since
from rules.variables.managers import PlansAt, Statement, elsewhere, variables
from rules.variables.margins import unpriced, with_declared
from rules.variables.meals import meals
from rules.variables.overtime import overtime

_RECOUNTED = ("leaves:", "meals:", "elements:", "overtime:")
"""Sources that are looked at again in later months: what they were then must still be so."""


@dataclass(frozen=True)
class Export:
    """What goes out for a month. `records`: frame `pay_frames.RECORDS`; `statements`: how each variable came about."""

    records: pd.DataFrame
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    """What people are called, by employee number."""

    @property
    def refused(self) -> bool:
        """Whether something forbids the files: all of them or none."""
        return any(finding.severity is Severity.CRITICAL for finding in self.findings)

    def name_of(self, number: str) -> str:
        """The employee's name, or the number where nobody has it."""
        return self.names.get(number, number)


def decide(data: PayData, month: Period, policy: PayPolicy, plans_at: PlansAt, labels: Labels) -> Export:
    """The records of a whole month; `plans_at` tells the plans of past periods, `policy` is that of the month's last day."""
    policy = policy.with_numbers_now()
    case = Case(data, month, policy, labels)
    bases = with_declared(case)
    statements, unknown = [], []
    held = cache(lambda day: policy.plans_now(plans_at(day)))
    for statement in variables(held, bases, data.paid, month):
        missing = _without_margin(statement, month)
        if missing:
            unknown.append(told.without_margin(case, statement, missing))
        else:
            statements.append(statement)
    candidates = [*absences(case), *meals(case), *overtime(case), *expenses(case), *elements(case), *bonuses(case, statements)]
    records, corrections = _going_out(case, candidates)
    found = [
        *told.refusals(case, records), *told.strangers(case, statements), *told.numbers_still_had(case), *unknown,
        *unpriced(case, statements),
        *(told.paid_elsewhere(case, *one) for one in elsewhere(statements, data.paid, month, policy.plans, case.by_number)),
        *told.waiting(case), *told.overtime_waiting(case), *corrections, *told.notes(case, records),
    ]  # fmt: skip
    names = {number: employee.name for number, employee in case.by_number.items()}
    return Export(_ordered(records), tuple(statements), tuple(found), names)


def _without_margin(statement: Statement, month: Period) -> list[date]:
    """The months of the period so far whose margin is not known: such a variable is not counted at all."""
    if statement.plan.basis != "margin":
        return []
    known, until = {one.month for one in statement.figures}, min(statement.period.until, month.until)
    firsts = (statement.period.since + relativedelta(months=number) for number in range(3))
    return [first for first in firsts if first <= until and first not in known]


def _going_out(case: Case, candidates: Sequence[Record]) -> tuple[list[Record], list[Finding]]:
    """The records of this month and the latecomers, and findings about what changed since it went out."""
    before = [row for row in each(case.data.sent) if row.month < pd.Timestamp(case.month.since)]
    sent = {row.source: row for row in before}
    first = min((row.month for row in before), default=None)
    going, found = [], []
    for record in candidates:
        source, month = record["source"], record["source"].rpartition(":")[2]
        if month == case.month.month or (source not in sent and _late(record, month, first)):
            going.append(record)
        elif source in sent and record["kind"] != "EXPENSE" and sent[source].figure != figure(record):
            found.append(told.changed(case, record, sent[source], figure(record)))
    known = {record["source"] for record in candidates}
    late = [record for record in going if record["kind"] in ("PRIME", "OVERTIME") and record["regularises"]]
    again = (told.sent_elsewhere(case, *one) for one in _sent_otherwise(late, before, known))
    return going, [*found, *again, *_gone(case, before, known), *paid_since(case, before)]


def _sent_otherwise(late: Sequence[Record], before: Sequence[Any], known: set[str]) -> Iterator[tuple[Record, str, date]]:
    """Latecomers among the declared elements that may have gone out before their code or number was corrected.

    Of the same month and worth, under the same code or number, and no longer declared: with its source and when it went out.
    """
    declared = [record for record in late if record["source"].startswith("elements:")]
    for row in before:
        if not row.source.startswith("elements:") or row.source in known:
            continue
        code, number, _, month = parts_of(row.source)
        for record in declared:
            same = record["code"] == code or record["number"] == number
            worth = figure(record).rsplit(" ", 2)[1:] == row.figure.rsplit(" ", 2)[1:]
            if same and worth and record["source"].endswith(f":{month}"):
                yield record, row.source, row.month.date()


def _late(record: Record, month: str, first: pd.Timestamp | None) -> bool:
    """Not before the first month that went out through Regie; an expense is owed until it is paid."""
    return record["kind"] == "EXPENSE" or (first is not None and month >= f"{first:%Y-%m}")


def _gone(case: Case, before: Sequence[Any], known: set[str]) -> Iterator[Finding]:
    looked_at = {month.month for month in case.months}
    for row in before:
        recounted = row.source.startswith(_RECOUNTED) and row.source.rpartition(":")[2] in looked_at
        if recounted and row.source not in known:
            yield told.gone(case, row)


def _ordered(records: Sequence[Record]) -> pd.DataFrame:
    """By number, code and day, whatever order Odoo answered in: the same month makes the same bytes."""
    rows = sorted(records, key=lambda row: (row["number"], row["code"], row["date_from"], row["kind"], row["source"]))
    return frame(RECORDS, ({"id": place, **row} for place, row in enumerate(rows, 1)))
