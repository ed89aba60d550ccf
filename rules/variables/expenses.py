"""Expenses that employees paid and payroll gives back, each once: one channel, payroll or Odoo, as the company says.

Example: an expense of 28 October that is approved on 5 November goes out with November's payroll, because October's had not
held it. What an earlier month held never goes out again.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from rules.variables.data import Case, Record, whole_month

APPROVED = ("approved", "posted")
"""States of an expense that is owed and not paid back yet."""


def expenses(case: Case) -> Iterator[Record]:
    """The rows of all expenses owed up to the month's end; what went out before is left aside by whoever asks."""
    if not case.policy.expense_code:
        return
    for row in each(case.data.expenses):
        owed = row.paid_by == "employee" and row.state in APPROVED and row.date.date() <= case.month.until
        if owed and f"{row.date:%Y-%m}" >= case.policy.expenses_since and row.employee_id in case.staff:
            yield _record(case, case.staff[row.employee_id], row)


def _record(case: Case, employee: Any, row: Any) -> Record:
    day = pd.Timestamp(row.date)
    named = {"kind": "EXPENSE", "code": case.policy.expense_code, "label": row.name, "unit": case.data.currency}
    month = whole_month(row.date.date())
    return case.record(employee, month, f"expenses:{row.id}", amount=row.total, date_from=day, date_to=day, **named)
