"""A firm at work in a month: its week, what its consultants log, their leaves, public holidays."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import to_micro
from rules.cra.activity import Activity, ActivityData, activity
from tests.rules.missions.firm import CAMILLE, Firm

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
LATER = date(2026, 12, 31)


@dataclass
class Month(Firm):
    """A firm with a week of 5 days of 7 h, its timesheets, leaves and holidays."""

    sheets: list[dict[str, Any]] = field(default_factory=list)
    leaves: list[dict[str, Any]] = field(default_factory=list)
    holidays: list[dict[str, Any]] = field(default_factory=list)
    week: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"calendar_id": 1, "weekday": str(day), "part": part, "begins": to_micro(begins), "ends": to_micro(begins + 3.5)}
            for day in range(5)
            for part, begins in (("morning", 8.5), ("afternoon", 13))
        ]
    )

    def logs(self, line: int, hours: Any, *days: str, employee: int = CAMILLE) -> None:
        for day in days:
            row = {"date": pd.Timestamp(day), "hours": to_micro(hours), "employee_id": employee, "order_line_id": line}
            self.sheets.append({"id": len(self.sheets) + 1, **row})

    def takes(self, since: str, until: str = "", state: str = "validate", employee: int = CAMILLE, **values: Any) -> None:
        days = {"since": pd.Timestamp(since), "until": pd.Timestamp(until or since)}
        self.leaves.append(
            {"id": len(self.leaves) + 1, "employee_id": employee, "type_id": 1, "state": state, **days, **values}
        )

    def closed(self, day: str, **values: Any) -> None:
        at = {"since": pd.Timestamp(day), "until": pd.Timestamp(day)}
        self.holidays.append({"id": len(self.holidays) + 1, "name": "Férié", **at, **values})

    def data(self, **project: Any) -> ActivityData:
        return ActivityData(
            **self.frames(**project),
            timesheets=frame(ds.TIMESHEETS, self.sheets),
            attendances=frame(ds.ATTENDANCES, [{"id": place, **row} for place, row in enumerate(self.week, 1)]),
            holidays=frame(ds.HOLIDAYS, self.holidays),
            leaves=frame(ds.LEAVES, self.leaves),
            leave_types=frame(ds.LEAVE_TYPES, [{"id": 1, "name": "Congés payés"}]),
        )

    def report(self, period: Period = OCTOBER, today: date = LATER, **project: Any) -> Activity:
        return activity(self.data(**project), period, today, BillingPolicy(), Labels("fr"))


def workdays(period: Period, *but: int) -> list[str]:
    """The Mondays to Fridays of a period, without these days of the month."""
    days = (period.since + timedelta(days=number) for number in range((period.until - period.since).days + 1))
    return [str(day) for day in days if day.weekday() < 5 and day.day not in but]


def camilles_october(month: Month) -> int:
    """S1: a mission from the 12th, leave on the 23rd and the afternoon of the 30th; S7: on the bench before."""
    line = month.sold(starts_on=pd.Timestamp("2026-10-12"))
    month.logs(line, 7, *workdays(OCTOBER, *range(1, 12), 23, 30))
    month.logs(line, 3.5, "2026-10-30")
    month.logs(0, 7, *workdays(OCTOBER, *range(10, 32)))
    month.takes("2026-10-23")
    month.takes("2026-10-30", in_halves=True, since_part="pm", until_part="pm")
    return line
