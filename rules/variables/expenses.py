"""Expenses that employees paid and payroll gives back, each once: one channel, payroll or Odoo, as the company says.

Example: an expense of 28 October that is approved on 5 November goes out with November's payroll, because October's had not
held it. What an earlier month held never goes out again. If Odoo pays it all the same, the next months name it, as long as they
look back at the month it went out with.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Finding
from rules.variables import findings as told
from rules.variables.data import Case, Record, whole_month

APPROVED = ("approved", "posted")
"""States of an expense that is owed and not paid back yet."""
PAID = ("in_payment", "paid")


def expenses(case: Case) -> Iterator[Record]:
    """The rows of all expenses owed up to the month's end; what went out before is left aside by whoever asks."""
    if not case.policy.expense_code:
        return
    for row in each(case.data.expenses):
        approved = row.state in APPROVED and not _paid(row)
        owed = row.paid_by == "employee" and approved and row.date.date() <= case.month.until
        if owed and f"{row.date:%Y-%m}" >= case.policy.expenses_since and row.employee_id in case.staff:
            yield _record(case, case.staff[row.employee_id], row)


def paid_since(case: Case, before: Iterable[Any]) -> Iterator[Finding]:
    """Expenses that payroll was told to pay back and that Odoo shows as paid; `before`: what went out with earlier months."""
    looked_at = {month.month for month in case.months}
    paid = {f"expenses:{row.id}": row for row in each(case.data.expenses) if _paid(row)}
    for row in before:
        expense = paid.get(row.source.rpartition(":")[0])
        if expense and f"{row.month:%Y-%m}" in looked_at:
            yield told.paid_since(case, expense, row)


def _paid(row: Any) -> bool:
    """Whether Odoo paid it. In 19 the state stays `posted` where an accountant who sees no expenses paid the receipt."""
    return row.state in PAID or (row.state == "posted" and not row.due)


def _record(case: Case, employee: Any, row: Any) -> Record:
    day = pd.Timestamp(row.date)
    named = {"kind": "EXPENSE", "code": case.policy.expense_code, "label": row.name, "unit": case.data.currency}
    month = whole_month(row.date.date())
    return case.record(employee, month, f"expenses:{row.id}", amount=row.total, date_from=day, date_to=day, **named)
