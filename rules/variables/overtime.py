"""Overtime that managers approved in Odoo's attendance: one row an employee, pay rate and month, in hours.

Example: 2 h on 5 October and 1.5 h on the 19th at 1.25 are one row of 3.5 h under the code of 1.25. What waits for an approval
is told, not exported. Overtime that a person declares in the company file stands beside it.
"""

from collections import defaultdict
from collections.abc import Iterator

from mappings.vocabulary.dataset import each
from mappings.vocabulary.units import quantity, to_micro
from rules.variables.data import Case, Record, whole_month


def overtime(case: Case) -> Iterator[Record]:
    """The rows of every month that may go out; the code is empty where the company names none for a rate."""
    codes = {to_micro(one.rate): one.code for one in case.policy.overtime}
    hours: dict[tuple[int, int, str], int] = defaultdict(int)
    for row in each(case.data.overtime):
        if row.status == "approved" and row.employee_id in case.staff:
            hours[row.employee_id, row.rate, whole_month(row.date.date()).month] += row.hours
    months = {month.month: month for month in case.months}
    for (employee_id, rate, month), total in hours.items():
        if total and month in months:
            label = case.labels("pay.overtime", rate=case.labels.percent(quantity(rate) * 100))
            named = {"kind": "OVERTIME", "code": codes.get(rate, ""), "label": label}
            source = f"overtime:{employee_id}:{quantity(rate):f}"
            yield case.record(case.staff[employee_id], months[month], source, quantity=total, unit="H", **named)
