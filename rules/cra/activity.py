"""What a consultant did each day of a month, for each mission, and what does not add up.

    scheduled = holiday + absent + worked + elsewhere + bench + missing

`worked` is on this mission, `elsewhere` on other orders, `bench` on no order (intercontrat); `missing` is what nobody entered
yet, negative where a day has too much. Every hour on a mission's order line is in one CRA or named by a finding. Hours of a
line count as days of its unit, as they are billed. Source: design.md, "Words"; cra.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.model import Model
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import quantity, round_to
from rules.billing import findings
from rules.cra.calendar import WAITING, Calendars, Expected
from rules.missions.missions import Mission, MissionData, missions


@dataclass(frozen=True)
class ActivityData(MissionData):
    """Missions, and of one period: every timesheet of their consultants and of their order lines, leaves and holidays."""

    timesheets: pd.DataFrame
    attendances: pd.DataFrame
    holidays: pd.DataFrame
    leaves: pd.DataFrame
    leave_types: pd.DataFrame


class Day(Model):
    """One day of a CRA, in micro-hours; `absences` are the kinds of leave."""

    day: date
    scheduled: int
    holiday: int
    absent: int
    worked: int
    elsewhere: int
    bench: int
    absences: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """What is not accounted for; negative: more than the day has."""
        return self.scheduled - self.holiday - self.absent - self.worked - self.elsewhere - self.bench

    def in_days(self, micro_hours: int) -> Decimal:
        """Hours as a share of this person's own day; 0 on a day off."""
        return Decimal(micro_hours) / self.scheduled if self.scheduled else Decimal(0)


class Cra(Model):
    """A consultant's month on one mission: the days from its first to its last within the period."""

    mission: Mission
    period: Period
    days: tuple[Day, ...]

    @property
    def working_days(self) -> Decimal:
        """Days to be worked: those of the calendar that are no public holiday."""
        return sum((day.in_days(day.scheduled - day.holiday) for day in self.days), Decimal(0))

    @property
    def absent_days(self) -> Decimal:
        return sum((day.in_days(day.absent) for day in self.days), Decimal(0))

    @property
    def worked_hours(self) -> int:
        """Micro-hours on the mission."""
        return sum(day.worked for day in self.days)

    @property
    def worked_days(self) -> Decimal:
        """In units of the order line, exact: what is billed before its rounding."""
        return Decimal(self.worked_hours) / self.mission.unit if self.mission.unit else Decimal(0)


@dataclass(frozen=True)
class Activity:
    """The CRAs of a period and what does not add up in them."""

    cras: tuple[Cra, ...]
    findings: tuple[Finding, ...]


def activity(data: ActivityData, period: Period, today: date, policy: BillingPolicy, labels: Labels) -> Activity:
    """The CRA of every mission that runs in the period and names its consultant, and the findings about their days.

    today  days after it are not late: nothing is missing on them yet
    """
    manned = [one for one in missions(data, policy) if one.consultant_id]
    running = [one for one in manned if one.runs(period.since, period.until)]
    calendars = Calendars(data.attendances, data.holidays, data.leaves, data.leave_types)
    sheets = data.timesheets[~data.timesheets["is_absence"]]
    by_day = _by_day(sheets)
    cras = tuple(_cra(data, one, calendars, by_day, period) for one in running)
    found = [finding for cra in cras for finding in _findings(data, cra, today, labels)]
    found += _outside(data, sheets, manned, labels)
    return Activity(cras, tuple(found))


Logged = Mapping[tuple[int, date], Mapping[int, int]]
"""Micro-hours by employee and day, then by order line (0: none)."""


def _by_day(sheets: pd.DataFrame) -> Logged:
    found: dict[tuple[int, date], dict[int, int]] = defaultdict(dict)
    for row in each(sheets.groupby(["employee_id", "date", "order_line_id"])["hours"].sum().reset_index()):
        found[row.employee_id, row.date.date()][row.order_line_id] = int(row.hours)
    return found


def _cra(data: ActivityData, mission: Mission, calendars: Calendars, logged: Logged, period: Period) -> Cra:
    within = Period(max(period.since, mission.since), min(period.until, mission.until or period.until))
    calendar = data.rows("employees")[mission.consultant_id].calendar_id or data.company.calendar_id
    expected = calendars.days(mission.consultant_id, calendar, within)
    days = (_day(day, plan, logged.get((mission.consultant_id, day), {}), mission.line_id) for day, plan in expected.items())
    return Cra(mission=mission, period=period, days=tuple(days))


def _day(day: date, plan: Expected, logged: Mapping[int, int], line_id: int) -> Day:
    worked, bench = logged.get(line_id, 0), logged.get(0, 0)
    return Day(
        day=day,
        scheduled=plan.scheduled,
        holiday=plan.holiday,
        absent=plan.absent,
        absences=plan.absences,
        worked=worked,
        bench=bench,
        elsewhere=sum(logged.values()) - worked - bench,
    )


def _findings(data: ActivityData, cra: Cra, today: date, labels: Labels) -> Iterable[Finding]:
    """What a person must settle before the signature, one finding a kind with all its days."""
    over = [day for day in cra.days if day.missing < 0]
    kinds = {
        "cra_leave_worked": [day for day in over if day.absent],
        "cra_day_off_worked": [day for day in over if not day.absent and day.scheduled == day.holiday],
        "cra_day_over": [day for day in over if not day.absent and day.scheduled != day.holiday],
        "cra_day_short": [day for day in cra.days if day.missing > 0 and day.day <= today],
    }
    for code, days in kinds.items():
        if days:
            severity = Severity.INFO if code == "cra_day_off_worked" else Severity.WARNING
            yield _finding(data, cra.mission, code, severity, {day.day: abs(day.missing) for day in days}, labels)
    asked = _asked(data, cra)
    if asked:
        yield _finding(data, cra.mission, "cra_leave_waiting", Severity.WARNING, dict.fromkeys(asked, 0), labels)


def _asked(data: ActivityData, cra: Cra) -> list[date]:
    """The days of the CRA on which a leave still waits for its approval."""
    waiting = data.leaves[data.leaves["state"].isin(WAITING) & (data.leaves["employee_id"] == cra.mission.consultant_id)]
    stretches = list(zip(waiting["since"].dt.date, waiting["until"].dt.date, strict=True))
    return [day.day for day in cra.days if day.scheduled and any(since <= day.day <= until for since, until in stretches)]


def _outside(data: ActivityData, sheets: pd.DataFrame, manned: list[Mission], labels: Labels) -> Iterable[Finding]:
    """Hours on a mission's line that are on no CRA: another person's, or before its first or after its last day."""
    for line_id, theirs in sheets[sheets["order_line_id"].isin([one.line_id for one in manned])].groupby("order_line_id"):
        of_line = [one for one in manned if one.line_id == line_id]
        people = {one.consultant_id for one in of_line}
        other = ~theirs["employee_id"].isin(people)
        late = ~other & ~_within(theirs["date"], of_line[0])
        for code, rows in (("cra_other_person", theirs[other]), ("cra_outside_mission", theirs[late])):
            days = each(rows.groupby("date")["hours"].sum().reset_index())
            hours = {row.date.date(): int(row.hours) for row in days if row.hours}
            if hours:
                who = sorted(data.name("employees", int(one)) for one in rows["employee_id"].unique())
                yield _finding(data, of_line[0], code, Severity.WARNING, hours, labels, who=", ".join(who))


def _within(days: "pd.Series[pd.Timestamp]", mission: Mission) -> "pd.Series[bool]":
    until = pd.Timestamp(mission.until) if mission.until else days.max()
    return (days >= pd.Timestamp(mission.since)) & (days <= until)


def _finding(  # noqa: PLR0913, PLR0917 - a finding has this many parts
    data: ActivityData,
    mission: Mission,
    code: str,
    severity: Severity,
    hours: Mapping[date, int],
    labels: Labels,
    **words: Any,
) -> Finding:
    total = sum(hours.values())
    worth = mission.rate * Decimal(total) / mission.unit if mission.unit else Decimal(0)
    told = {
        "consultant": data.name("employees", mission.consultant_id),
        "days": ", ".join(labels.day(day) for day in sorted(hours)),
        **words,
    }
    digits = data.digits(data.order_of(mission.line_id))
    return findings.about_line(
        data, labels, mission.line_id, code, severity, hours=quantity(total), worth=round_to(worth, digits), **told
    )
