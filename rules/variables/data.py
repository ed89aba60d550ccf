"""What the records of a payroll month are decided from, and what all of its rules share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import money, quantity
from rules.cra.calendar import Calendars

Record = dict[str, Any]
"""A row of `pay_frames.RECORDS`."""


@dataclass(frozen=True)
class PayData:
    """Frames of one company; `expenses` those that employees paid or that are a meal, `bases` of all open periods.

    legal_leave_id  leave type whose days a part-timer takes by the company's week, 0 for none
    unpriced        by month, what is missing from the margins in `bases`
    """

    staff: pd.DataFrame
    attendances: pd.DataFrame
    holidays: pd.DataFrame
    leaves: pd.DataFrame
    leave_types: pd.DataFrame
    overtime: pd.DataFrame
    expenses: pd.DataFrame
    products: pd.DataFrame
    bases: pd.DataFrame
    paid: pd.DataFrame
    sent: pd.DataFrame
    calendar_id: int
    currency: str
    legal_leave_id: int = 0
    unpriced: Mapping[date, Sequence[Finding]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One month of one company: what every rule looks at."""

    data: PayData
    month: Period
    policy: PayPolicy
    labels: Labels

    @cached_property
    def staff(self) -> dict[int, Any]:
        """Employees by id."""
        return {row.id: row for row in each(self.data.staff)}

    @cached_property
    def by_number(self) -> dict[str, Any]:
        """Employees by their number, the first where two have it: that is refused elsewhere."""
        return {row.number: row for row in reversed(list(self.staff.values())) if row.number}

    @cached_property
    def calendars(self) -> Calendars:
        return Calendars(self.data.attendances, self.data.holidays, self.data.leaves, self.data.leave_types)

    @cached_property
    def months(self) -> tuple[Period, ...]:
        """This month and those before it whose latecomers go out with it, oldest first."""
        firsts = [self.month.since - relativedelta(months=back) for back in range(self.policy.late_months, -1, -1)]
        return tuple(whole_month(first) for first in firsts)

    def calendar_of(self, employee: Any) -> int:
        """The employee's working week, else the company's."""
        return int(employee.calendar_id or self.data.calendar_id)

    def record(self, employee: Any, month: Period, source: str, **values: Any) -> Record:
        """A record of an employee for a month; its days are the month's unless told."""
        told = {"date_from": pd.Timestamp(month.since), "date_to": pd.Timestamp(month.until), **values}
        whose = {"employee_id": employee.id, "number": employee.number, "name": employee.name}
        late = month.month if month.since < self.month.since else ""
        return {**whose, "regularises": late, "source": f"{source}:{month.month}", **told}


def whole_month(day: date) -> Period:
    """The month a day is in."""
    first = day.replace(day=1)
    return Period(first, first + relativedelta(months=1, days=-1))


def figure(record: Record) -> str:
    """What of a record must not change once it is sent: code, quantity and amount."""
    amounts = (quantity(record.get("quantity", 0)), money(record.get("amount", 0)))
    return " ".join([str(record["code"]), *(f"{value.normalize() + 0:f}" for value in amounts)])
