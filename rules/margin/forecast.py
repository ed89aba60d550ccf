"""What the next 90 days should bring by mission, consultant and month, and what no order covers.

A consultant's day is what their calendar says, less public holidays and leaves, those that wait for approval included. Each
such day goes to the mission that runs then, of several the one that ends first, as long as its order has days left: ordered
less logged before the first day, those that are not billable left out, less what nobody logged yet. The days after a
consultant's last logged one, of the 90 before, are taken as worked like those ahead, and a finding says which.

The rest is not covered: the order's days run out before the mission ends (`exhausted`), or no mission runs (`bench`). Of
somebody who logged time on another order in the last 30 days it is not known (`elsewhere`): no bench, and a finding. So, of
each consultant and month, in micro-hours:

    working = holiday + leave + planned + exhausted + bench + elsewhere

Revenue is at the line's price, cost at what an hour of the consultant cost in the 90 days before; what is not covered costs the
business manager, as bench does in `rules.margin.margin`. Only missions are counted (`rules.missions`): fixed prices and
subscriptions do not say which day they take. Source: the issue, section 5.

Example, from 1 November: 46.5 days left at 600.00, 320.00 a day, a mission until 22 January, 11 November, 25 December and 1
January off, 5.5 days of leave: of 65 working days 46.5 are planned, 27,900.00 less 14,880.00; 5 lack an order, 5 a mission.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import Column, Dataset, each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Ref, Severity
from mappings.vocabulary.units import MONEY, quantity, round_to
from rules.billing import findings
from rules.billing.data import hours_by_line
from rules.cra.calendar import APPROVED, WAITING, Calendars, Expected, days_of
from rules.margin.bench import bench_managers
from rules.margin.margin import Figures, total
from rules.missions.missions import NOBODY, Mission, MissionData
from rules.wip.rates import ClosingRates

DAYS = 90
LATELY = 30
"""Days before the first one in which time on another order shows that somebody has other work."""
NOT_DRAWN = ("included", "non_billable")
"""Qualifications of time that takes no day of the order."""

LOGGED = Dataset(
    "logged",
    (
        Column("order_line_id", "id", "order_lines"),
        Column("qualification", "text", "the manager's, empty for the line's own"),
        Column("hours", "hours", "logged before the first day, validated or not"),
    ),
)
"""What each mission's order line has given already, summed by the server."""

SPENT = Dataset(
    "spent",
    (
        Column("employee_id", "id", "employees"),
        Column("hours", "hours", "logged in the 90 days before, without absences"),
        Column("cost", "money", "of it, negative, in the company's currency"),
    ),
)
"""What the consultants' time cost lately, summed by the server."""

RECENT = Dataset(
    "recent",
    (
        Column("employee_id", "id", "employees"),
        Column("date", "day", "one of the 90 days before, with time that is no absence"),
        Column("order_line_id", "id", "order_lines, 0 for none"),
    ),
)
"""On which days consultants logged time lately, and on what."""


class Covered(StrEnum):
    """What becomes of the hours a consultant can work."""

    PLANNED = "planned"
    EXHAUSTED = "exhausted"
    BENCH = "bench"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class ForecastData:
    """What is sold, who works and when. `weeks`: the calendar of each employee who works here; `leaves` of any state."""

    sold: MissionData
    missions: tuple[Mission, ...]
    attendances: pd.DataFrame
    holidays: pd.DataFrame
    leaves: pd.DataFrame
    leave_types: pd.DataFrame
    logged: pd.DataFrame
    spent: pd.DataFrame
    recent: pd.DataFrame
    rates: pd.DataFrame
    weeks: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Slice:
    """Hours of one consultant in one month. `line_id`: 0 for the bench and elsewhere; `first`: the first day of it; `day`:
    micro-hours."""

    month: date
    consultant_id: int
    kind: Covered
    line_id: int
    client_id: int
    manager_id: int
    hours: int
    day: int
    first: date
    figures: Figures

    @property
    def days(self) -> Decimal:
        """In working days of the consultant's calendar, to 0.01."""
        return days(self.hours, self.day)


@dataclass(slots=True)
class Time:
    """Micro-hours of a consultant's month; `working` is the sum of the others."""

    day: int
    working: int = 0
    holiday: int = 0
    leave: int = 0
    covered: dict[Covered, int] = field(default_factory=lambda: dict.fromkeys(Covered, 0))


@dataclass(frozen=True)
class Forecast:
    """The 90 days: `slices` by month and consultant, `times` by consultant and first day of the month."""

    period: Period
    slices: tuple[Slice, ...]
    times: Mapping[tuple[int, date], Time]
    findings: tuple[Finding, ...]

    @property
    def managers(self) -> dict[tuple[int, date], Figures]:
        """By business manager and month; their sum is the total."""
        found: dict[tuple[int, date], Figures] = defaultdict(Figures)
        for one in self.slices:
            found[one.manager_id, one.month] += one.figures
        return dict(sorted(found.items()))

    @property
    def total(self) -> Figures:
        """Of the company's missions."""
        return total(one.figures for one in self.slices)


def window(since: date) -> Period:
    """The 90 days from that one on."""
    return Period(since, since + timedelta(days=DAYS - 1))


def _eve(period: Period) -> Period:
    """As many days before."""
    return Period(period.since - timedelta(days=DAYS), period.since - timedelta(days=1))


def days(hours: int, day: int) -> Decimal:
    """Micro-hours in days of that length, to 0.01."""
    return round_to(Decimal(hours) / day, 2)


def forecast(data: ForecastData, period: Period, labels: Labels) -> Forecast:
    """What is planned and what is not covered. Pure: the same frames give the same forecast."""
    case = _Case(data, period)
    hours, first, times = case.spread()
    slices = tuple(case.slice(*key, amount, first[key]) for key, amount in sorted(hours.items()))
    found = [*_about_missions(case, slices, labels), *_about_people(case, slices, labels), *_assumed(case, labels)]
    return Forecast(period, slices, times, tuple(sorted(found, key=findings.urgency)))


_Key = tuple[date, int, Covered, int]
"""Month, consultant, kind, order line."""


@dataclass(frozen=True)
class _Case:
    data: ForecastData
    period: Period

    def spread(self) -> tuple[dict[_Key, int], dict[_Key, date], dict[tuple[int, date], Time]]:
        """Each consultant's hours, day by day, so that consultants who share an order line use its days up together."""
        left = self.left_ahead
        hours: dict[_Key, int] = defaultdict(int)
        first: dict[_Key, date] = {}
        times: dict[tuple[int, date], Time] = {}
        for day in days_of(self.period):
            month = day.replace(day=1)
            for consultant, expected in self._expected.items():
                that = expected[day]
                time = times.setdefault((consultant, month), Time(self.day_of(consultant)))
                time.working += that.scheduled
                time.holiday += that.holiday
                time.leave += that.absent
                for kind, line_id, taken in self._taken(consultant, day, that.scheduled - that.holiday - that.absent, left):
                    time.covered[kind] += taken
                    hours[month, consultant, kind, line_id] += taken
                    first.setdefault((month, consultant, kind, line_id), day)
        return dict(hours), first, times

    @property
    def left_ahead(self) -> dict[int, int]:
        """Micro-hours of each order line that are left on the first day."""
        return dict(self._before[0])

    @property
    def assumed(self) -> dict[int, tuple[date, int]]:
        """By consultant since when nothing is logged, and the hours taken as worked since."""
        return self._before[1]

    @cached_property
    def _before(self) -> tuple[dict[int, int], dict[int, tuple[date, int]]]:
        left = {mission.line_id: self.left(mission) for mission in self.data.missions}
        assumed: dict[int, tuple[date, int]] = {}
        for day in days_of(_eve(self.period)):
            for consultant, expected in self._expected.items():
                if day <= self._last_logged.get(consultant, date.min):
                    continue
                that = expected[day]
                free = that.scheduled - that.holiday - that.absent
                taken = sum(hours for kind, _, hours in self._taken(consultant, day, free, left) if kind is Covered.PLANNED)
                if taken:
                    first, so_far = assumed.get(consultant, (day, 0))
                    assumed[consultant] = (first, so_far + taken)
        return left, assumed

    def _taken(self, consultant: int, day: date, free: int, left: dict[int, int]) -> Iterator[tuple[Covered, int, int]]:
        running = [mission for mission in self._missions[consultant] if mission.runs(day, day)]
        for mission in running:
            taken = min(free, left[mission.line_id])
            if taken:
                left[mission.line_id] -= taken
                free -= taken
                yield Covered.PLANNED, mission.line_id, taken
        # A mission without a planned end ends with its order's days.
        lasting = next((mission.line_id for mission in running if mission.until is not None), 0)
        if free:
            other = Covered.ELSEWHERE if consultant in self.elsewhere else Covered.BENCH
            yield (Covered.EXHAUSTED, lasting, free) if lasting else (other, 0, free)

    def slice(self, month: date, consultant: int, kind: Covered, line_id: int, hours: int, first: date) -> Slice:  # noqa: PLR0913, PLR0917
        """What those hours bring and cost."""
        mission = self.mission_of.get(line_id)
        spent = round_to(self.cost(consultant, hours), self._digits)
        if kind is Covered.PLANNED and mission:
            figures = Figures(revenue=self.worth(mission, hours), cost=spent)
        elif kind is Covered.ELSEWHERE:
            figures = Figures()  # of a margin that is not forecast: neither its revenue is here
        else:
            figures = Figures(bench=spent)
        whole = Period(month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1))
        manager = mission.business_manager_id if mission else bench_managers(self.data.missions, whole).get(consultant, NOBODY)
        client = self.client(mission) if mission else NOBODY
        return Slice(month, consultant, kind, line_id, client, manager, hours, self.day_of(consultant), first, figures)

    def left(self, mission: Mission) -> int:
        """Micro-hours of its order line that nobody has logged."""
        return max(int(mission.sold * mission.unit) - self._drawn.get(mission.line_id, 0), 0)

    def worth(self, mission: Mission, hours: int) -> Decimal:
        """At the line's price, in the company's currency; 0 without a rate, which a finding tells."""
        rate = self.fx(mission)
        return round_to(mission.rate * hours / mission.unit / rate, self._digits) if rate else Decimal(0)

    def fx(self, mission: Mission) -> Decimal | None:
        """What one of the company's own currency is in the order's, by the last rate before the first day."""
        return self._rates.of(self.data.sold.order_of(mission.line_id).currency_id)

    def cost(self, consultant: int, hours: int) -> Decimal:
        """Not rounded; 0 for somebody who logged nothing lately, which a finding tells."""
        spent = self._spent.get(consultant)
        return Decimal(-spent.cost) / MONEY * hours / spent.hours if spent else Decimal(0)

    def knows_cost(self, consultant: int) -> bool:
        """Whether that person's time cost anything lately."""
        return bool(self._spent.get(consultant))

    def day_of(self, consultant: int) -> int:
        """Micro-hours in a day of that person's calendar."""
        calendar = self.data.sold.rows("calendars").get(self.data.weeks[consultant])
        return int(calendar.hours_per_day) if calendar and calendar.hours_per_day else self.data.sold.hours_per_day

    def client(self, mission: Mission) -> int:
        """The company behind the order's contact."""
        partner = self.data.sold.rows("partners").get(mission.client_id)
        return int((partner.commercial_id if partner else 0) or mission.client_id)

    @cached_property
    def mission_of(self) -> dict[int, Mission]:
        return {mission.line_id: mission for mission in self.data.missions}

    @cached_property
    def _missions(self) -> dict[int, list[Mission]]:
        """Each consultant's, in the order in which they take days."""
        found: dict[int, list[Mission]] = defaultdict(list)
        for mission in sorted(self.data.missions, key=lambda one: (one.until or date.max, one.since, one.line_id)):
            found[mission.consultant_id].append(mission)
        return found

    @cached_property
    def _expected(self) -> dict[int, dict[date, Expected]]:
        """The days of everybody who works here and either has a mission to come or logged time in the 90 days before."""
        taken = self.data.leaves[self.data.leaves["state"].isin((*APPROVED, *WAITING))].assign(state=APPROVED[0])
        calendars = Calendars(self.data.attendances, self.data.holidays, taken, self.data.leave_types)
        return {
            consultant: calendars.days(
                consultant, self.data.weeks[consultant], Period(_eve(self.period).since, self.period.until)
            )
            for consultant, several in sorted(self._missions.items())
            if consultant in self.data.weeks and (consultant in self._spent or any(self._to_come(one) for one in several))
        }

    def _to_come(self, mission: Mission) -> bool:
        return mission.runs(self.period.since, self.period.until) and (mission.until is not None or self.left(mission) > 0)

    @cached_property
    def _drawn(self) -> dict[int, int]:
        logged = self.data.logged
        counted = logged[~logged["qualification"].isin(NOT_DRAWN)]
        return hours_by_line(counted)

    @cached_property
    def _spent(self) -> dict[int, Any]:
        return {row.employee_id: row for row in each(self.data.spent) if row.hours > 0}

    @cached_property
    def _last_logged(self) -> dict[int, date]:
        """The last day on which each consultant logged time."""
        last = self.data.recent.groupby("employee_id")["date"].max()
        return {int(str(who)): day.date() for who, day in last.items()}

    @cached_property
    def elsewhere(self) -> frozenset[int]:
        """Who logged time lately on an order line that is no mission: a fixed price, a subscription."""
        rows = self.data.recent
        lately = rows["date"] >= pd.Timestamp(self.period.since - timedelta(days=LATELY))
        other = (rows["order_line_id"] != 0) & ~rows["order_line_id"].isin(list(self.mission_of))
        return frozenset(int(who) for who in rows.loc[lately & other, "employee_id"])

    @cached_property
    def _rates(self) -> ClosingRates:
        return ClosingRates(self.data.rates, self.data.sold.company.currency_id, pd.Timestamp(self.period.since))

    @cached_property
    def _digits(self) -> int:
        sold = self.data.sold
        return int(sold.rows("currencies")[sold.company.currency_id].digits)

    @property
    def currency(self) -> str:
        """ISO code of the company's."""
        return self.data.sold.name("currencies", self.data.sold.company.currency_id)


def _about_missions(case: _Case, slices: Iterable[Slice], labels: Labels) -> Iterator[Finding]:
    """Orders whose days run out, missions that nobody is named for, and amounts in a currency without a rate."""
    data = case.data.sold
    lacking: dict[int, list[Slice]] = defaultdict(list)
    for one in slices:
        if one.kind is Covered.EXHAUSTED:
            lacking[one.line_id].append(one)
    for line_id, several in lacking.items():
        mission, hours = case.mission_of[line_id], sum(one.hours for one in several)
        yield findings.about_line(
            data, labels, line_id, "forecast_runs_out", Severity.WARNING, hours=quantity(hours),
            worth=round_to(mission.rate * hours / mission.unit, 2), day=labels.day(min(one.first for one in several)),
        )  # fmt: skip
    for mission in case.data.missions:
        left = case.left(mission)
        if not left or not mission.runs(case.period.since, case.period.until):
            continue
        worth = round_to(mission.rate * left / mission.unit, 2)
        if mission.consultant_id not in case.data.weeks:
            yield findings.about_line(
                data, labels, mission.line_id, "forecast_no_consultant", Severity.WARNING, hours=quantity(left), worth=worth
            )
        elif not case.fx(mission):
            yield findings.about_line(data, labels, mission.line_id, "margin_no_rate", Severity.CRITICAL, worth=worth)


def _assumed(case: _Case, labels: Labels) -> Iterator[Finding]:
    """Which days before the first one are taken as worked, because nobody logged them yet."""
    for consultant, (first, hours) in case.assumed.items():
        ref = Ref(dataset="employees", id=consultant, name=case.data.sold.name("employees", consultant))
        until = case.period.since - timedelta(days=1)
        words = {"name": ref.name, "since": labels.day(first), "until": labels.day(until)}
        yield Finding(
            code="forecast_assumed", severity=Severity.INFO, record=ref, language=labels.language, words=words,
            hours=quantity(hours),
        )  # fmt: skip


def _about_people(case: _Case, slices: Iterable[Slice], labels: Labels) -> Iterator[Finding]:
    """From when on somebody has no mission, and whose time has no known cost."""
    theirs: dict[int, list[Slice]] = defaultdict(list)
    for one in slices:
        theirs[one.consultant_id].append(one)
    for consultant, several in theirs.items():
        ref = Ref(dataset="employees", id=consultant, name=case.data.sold.name("employees", consultant))
        if bench := [one for one in several if one.kind is Covered.BENCH]:
            hours = quantity(sum(one.hours for one in bench))
            first = min(one.first for one in bench)
            yield Finding(
                code="forecast_bench", severity=Severity.WARNING, record=ref, language=labels.language,
                words={"name": ref.name, "day": labels.day(first)}, hours=hours, currency=case.currency,
                amount=total(one.figures for one in bench).bench,
            )  # fmt: skip
        if other := [one for one in several if one.kind is Covered.ELSEWHERE]:
            yield Finding(
                code="forecast_elsewhere", severity=Severity.WARNING, record=ref, language=labels.language,
                words={"name": ref.name, "days_before": LATELY}, hours=quantity(sum(one.hours for one in other)),
            )  # fmt: skip
        if not case.knows_cost(consultant):
            yield Finding(
                code="forecast_no_cost", severity=Severity.WARNING, record=ref, language=labels.language,
                words={"name": ref.name}, hours=quantity(sum(one.hours for one in several)),
            )  # fmt: skip
