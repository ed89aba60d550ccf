"""The next 90 days worked out by hand, what covers them from both sides, and days that are conserved whatever a firm holds."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import to_micro, to_money
from rules.margin.forecast import LOGGED, RECENT, SPENT, Covered, Forecast, ForecastData, days, forecast, window
from rules.margin.margin import Figures, total
from rules.missions.missions import MissionData, missions
from tests.rules.billing.books import FRENCH
from tests.rules.cra.month import Month
from tests.rules.missions.firm import CAMILLE, JULIEN

D = Decimal
SINCE = date(2026, 11, 1)
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)
HOLIDAYS = ("2026-11-11", "2026-12-25", "2027-01-01")


@dataclass
class Months(Month):
    """A firm before its next 90 days. `given`: hours its lines have given; `costs`: hours and cost of the 90 before;
    `logged_on`: who logged when and on which line, by default all that was to be."""

    given: list[dict[str, Any]] = field(default_factory=list)
    costs: dict[int, tuple[Any, Any]] = field(default_factory=lambda: {CAMILLE: (70, 3200)})
    weeks: dict[int, int] = field(default_factory=lambda: {CAMILLE: 1, JULIEN: 1})
    logged_on: list[tuple[int, str, int]] = field(
        default_factory=lambda: [(CAMILLE, "2026-10-31", 0), (JULIEN, "2026-10-31", 0)]
    )

    def gave(self, line: int, hours: Any, qualification: str = "") -> None:
        self.given.append({"order_line_id": line, "qualification": qualification, "hours": to_micro(hours)})

    def ahead(self, since: date = SINCE, **project: Any) -> Forecast:
        frames = self.frames(**project)
        sold = MissionData(**frames)
        found = forecast(
            ForecastData(
                sold=sold,
                missions=missions(sold, BillingPolicy()),
                attendances=frame(ds.ATTENDANCES, [{"id": place, **row} for place, row in enumerate(self.week, 1)]),
                holidays=frame(ds.HOLIDAYS, self.holidays),
                leaves=frame(ds.LEAVES, self.leaves),
                leave_types=frame(ds.LEAVE_TYPES, [{"id": 1, "name": "Congés payés"}]),
                logged=frame(LOGGED, self.given),
                spent=frame(SPENT, (
                    {"employee_id": who, "hours": to_micro(hours), "cost": -to_money(cost)}
                    for who, (hours, cost) in self.costs.items()
                )),
                recent=frame(RECENT, (
                    {"employee_id": who, "date": pd.Timestamp(day), "order_line_id": line} for who, day, line in self.logged_on
                )),
                rates=frame(ds.RATES),
                weeks=self.weeks,
            ),
            window(since), FRENCH,
        )  # fmt: skip
        assert all(one.message and one.remedy for one in found.findings)
        return found


def camille() -> Months:
    """46.5 days left of 60 at 600.00, holidays on 11 November, 25 December and 1 January, 5.5 of leave, some only asked."""
    firm = Months()
    line = firm.sold(starts_on=pd.Timestamp("2026-10-12"))
    firm.gave(line, "94.5")
    for day in HOLIDAYS:
        firm.closed(day)
    firm.takes("2026-11-30", in_halves=True, since_part="pm", until_part="pm")
    firm.takes("2026-12-24")
    firm.takes("2026-12-28", "2026-12-31", state="confirm")
    return firm


UNTIL_22_JANUARY = {"ends_on": pd.Timestamp("2027-01-22")}


def by(found: Forecast, *kinds: Covered) -> dict[tuple[Covered, date], tuple[Decimal, Figures]]:
    return {(one.kind, one.month): (one.days, one.figures) for one in found.slices if one.kind in (kinds or Covered)}


def codes(found: Forecast) -> list[str]:
    return sorted(one.code for one in found.findings)


def test_the_window_is_90_days() -> None:
    assert (window(SINCE).until, window(SINCE).until - SINCE) == (date(2027, 1, 29), timedelta(days=89))


def test_90_days_worked_out_by_hand() -> None:
    """November 21 working days - 1 - 0.5, December 23 - 1 - 5, January 21 - 1, of which 10 planned, 5 and 5 not covered."""
    found = camille().ahead(**UNTIL_22_JANUARY)
    assert by(found) == {
        (Covered.PLANNED, NOVEMBER): (D("19.50"), Figures(D(11700), D(6240))),
        (Covered.PLANNED, DECEMBER): (D("17.00"), Figures(D(10200), D(5440))),
        (Covered.PLANNED, JANUARY): (D("10.00"), Figures(D(6000), D(3200))),
        (Covered.EXHAUSTED, JANUARY): (D("5.00"), Figures(bench=D(1600))),
        (Covered.BENCH, JANUARY): (D("5.00"), Figures(bench=D(1600))),
    }
    assert found.total == Figures(D(27900), D(14880), D(0), D(3200)) and found.total.margin == 9820
    assert {month: figures.margin for (who, month), figures in found.managers.items() if who == 90} == {
        NOVEMBER: 5460, DECEMBER: 4760, JANUARY: -400,
    }  # fmt: skip


def test_each_month_says_where_its_working_days_go() -> None:
    found = camille().ahead(**UNTIL_22_JANUARY)
    told = {
        month: tuple(days(hours, time.day) for hours in (time.working, time.holiday, time.leave, *time.covered.values()))
        for (_, month), time in found.times.items()
    }
    assert told == {
        NOVEMBER: (21, 1, D("0.5"), D("19.5"), 0, 0, 0), DECEMBER: (23, 1, 5, 17, 0, 0, 0), JANUARY: (21, 1, 0, 10, 5, 5, 0),
    }  # fmt: skip


def test_what_is_not_covered_is_found_with_its_day_and_money() -> None:
    runs_out, bench = sorted(camille().ahead(**UNTIL_22_JANUARY).findings, key=lambda one: one.code, reverse=True)
    assert (runs_out.code, runs_out.hours, runs_out.amount) == ("forecast_runs_out", 35, 3000)
    assert (bench.code, bench.hours, bench.amount) == ("forecast_bench", 35, 1600)
    assert "18/01/2027" in runs_out.message and "25/01/2027" in bench.message


def test_a_mission_without_a_planned_end_ends_with_its_orders_days() -> None:
    found = camille().ahead()
    assert by(found, Covered.EXHAUSTED) == {} and by(found, Covered.BENCH)[Covered.BENCH, JANUARY][0] == 10
    assert codes(found) == ["forecast_bench"]


@pytest.mark.parametrize(("given", "codes_"), [("91", []), ("91.01", ["forecast_runs_out"])])
def test_days_that_last_to_the_end_and_one_minute_less(given: str, codes_: list[str]) -> None:
    """From 4 to 29 January are 20 days; of 33 ordered 13 are given."""
    firm = Months()
    line = firm.sold(starts_on=pd.Timestamp("2026-10-12"))
    firm.books.record("order_lines", line)["ordered"] = to_micro(33)
    firm.gave(line, given)
    firm.gave(line, 70, "non_billable")
    firm.gave(line, 70, "included")
    firm.takes("2026-11-01", "2027-01-03")
    assert codes(firm.ahead(ends_on=pd.Timestamp("2027-01-29"))) == codes_


@pytest.mark.parametrize(
    ("state", "planned"), [("validate", 0), ("confirm", 0), ("validate1", 0), ("refuse", 1), ("cancel", 1)]
)
def test_leave_that_is_asked_for_counts_and_what_was_refused_does_not(state: str, planned: int) -> None:
    firm = camille()
    before = by(firm.ahead())[Covered.PLANNED, NOVEMBER][0]
    firm.takes("2026-11-02", state=state)
    assert by(firm.ahead())[Covered.PLANNED, NOVEMBER][0] - before + 1 == planned


def test_of_two_missions_the_one_that_ends_first_takes_the_days() -> None:
    firm = Months()
    first = firm.sold(starts_on=pd.Timestamp("2026-10-01"), project_id=0)
    second = firm.sold(starts_on=pd.Timestamp("2026-10-01"), price=700)
    found = firm.ahead(order_line_id=second, ends_on=pd.Timestamp("2026-11-13"))
    hours = {(one.line_id, one.month): one.days for one in found.slices}
    assert hours[second, NOVEMBER] == 10 and hours[first, NOVEMBER] == 11


def test_two_who_share_a_line_use_its_days_up_together() -> None:
    firm = Months()
    line = firm.sold(consultant_id=0)
    firm.books.record("order_lines", line)["ordered"] = to_micro(10)
    for who in (CAMILLE, JULIEN):
        firm.assignments.append({"order_line_id": line, "employee_id": who, "project_id": 3})
    found = firm.ahead()
    planned = {one.consultant_id: one.days for one in found.slices if one.kind is Covered.PLANNED}
    assert planned == {CAMILLE: 5, JULIEN: 5}


def test_time_whose_cost_nobody_knows_is_named() -> None:
    firm = camille()
    firm.costs = {}
    found = firm.ahead(**UNTIL_22_JANUARY)
    assert found.total.cost == 0 and "forecast_no_cost" in codes(found)


def test_a_mission_that_names_nobody_or_somebody_who_left_is_named_and_plans_nothing() -> None:
    firm = Months()
    firm.sold(consultant_id=0)
    firm.sold(consultant_id=JULIEN)
    firm.weeks = {CAMILLE: 1}
    found = firm.ahead()
    assert found.slices == () and codes(found) == ["forecast_no_consultant"] * 2
    assert [one.amount for one in found.findings] == [36000, 36000]


def test_a_currency_without_a_rate_is_named() -> None:
    firm = Months()
    firm.sold(order=firm.order(currency_id=2))
    firm.books._add("currencies", id=2, name="CHF", digits=2)
    found = firm.ahead()
    assert found.total.revenue == 0 and "margin_no_rate" in codes(found)


def test_who_had_a_mission_long_ago_and_works_no_more_is_on_no_bench() -> None:
    firm = Months()
    firm.gave(firm.sold(), 420)
    firm.costs = {}
    assert firm.ahead().slices == ()


STRETCH = st.tuples(st.integers(0, 95), st.integers(0, 12), st.sampled_from(["validate", "confirm", "refuse"]), st.booleans())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, 80), st.integers(-20, 60), st.sampled_from([CAMILLE, JULIEN])), min_size=1, max_size=3),
    st.lists(STRETCH, max_size=4),
    st.sets(st.integers(0, 89), max_size=4),
    st.none() | st.integers(0, 120),
)
def test_planned_leave_holiday_and_uncovered_are_the_working_days(
    sold: list[tuple[int, int, int]], leaves: list[tuple[int, int, str, bool]], holidays: set[int], ends: int | None
) -> None:
    firm, at = Months(), SINCE + timedelta(days=0)
    for units, starts, who in sold:
        line = firm.sold(consultant_id=who, starts_on=pd.Timestamp(at + timedelta(days=starts)))
        firm.books.record("order_lines", line)["ordered"] = to_micro(units)
    for begins, length, state, half in leaves:
        halves = {"in_halves": True, "since_part": "pm", "until_part": "pm"} if half else {}
        firm.takes(str(at + timedelta(days=begins)), str(at + timedelta(days=begins + length)), state, **halves)
    for number in holidays:
        firm.closed(str(at + timedelta(days=number)))
    project = {} if ends is None else {"ends_on": pd.Timestamp(at + timedelta(days=ends))}
    found = firm.ahead(**project)

    weekdays = sum((at + timedelta(days=number)).weekday() < 5 for number in range(90)) * to_micro(7)
    for who in {who for who, _ in found.times}:
        theirs = [time for (one, _), time in found.times.items() if one == who]
        assert sum(time.working for time in theirs) == weekdays
    for (who, month), time in found.times.items():
        assert time.working == time.holiday + time.leave + sum(time.covered.values())
        for kind, hours in time.covered.items():
            shown = [one.hours for one in found.slices if (one.consultant_id, one.month, one.kind) == (who, month, kind)]
            assert sum(shown) == hours
    planned = [one for one in found.slices if one.kind is Covered.PLANNED]
    for line, (units, _, _) in enumerate(sold, 1):
        assert sum(one.hours for one in planned if one.line_id == line) <= to_micro(units) * 7
    assert total(found.managers.values()) == found.total


@pytest.mark.parametrize(
    ("last", "assumed", "planned"),
    [("2026-10-30", 0, "46.50"), ("2026-10-31", 0, "46.50"), ("2026-10-29", 1, "45.50"), ("2026-10-20", 8, "38.50")],
)
def test_days_that_nobody_logged_yet_are_taken_off_as_worked_and_told(last: str, assumed: int, planned: str) -> None:
    """The last working day before is Friday 30 October."""
    firm = camille()
    firm.logged_on = [(CAMILLE, last, 0)]
    found = firm.ahead(**UNTIL_22_JANUARY)
    assert sum(days_ for days_, _ in by(found, Covered.PLANNED).values()) == D(planned)
    told = [one for one in found.findings if one.code == "forecast_assumed"]
    assert [one.hours for one in told] == ([7 * assumed] if assumed else [])
    assert all("31/10/2026" in one.message for one in told)


def test_days_before_a_mission_began_and_leaves_are_not_assumed() -> None:
    firm = Months()
    firm.sold(starts_on=pd.Timestamp("2026-10-26"))
    firm.takes("2026-10-30")
    firm.logged_on = [(CAMILLE, "2026-10-09", 0)]
    [told] = [one for one in firm.ahead().findings if one.code == "forecast_assumed"]
    assert told.hours == 4 * 7 and "26/10/2026" in told.message


@pytest.mark.parametrize(
    ("day", "line", "kind"),
    [
        ("2026-10-31", 77, Covered.ELSEWHERE),
        ("2026-10-02", 77, Covered.ELSEWHERE),
        ("2026-10-01", 77, Covered.BENCH),
        ("2026-10-31", 0, Covered.BENCH),
        ("2026-10-31", 1, Covered.BENCH),
    ],
)
def test_who_logged_time_on_another_order_in_the_last_30_days_is_on_no_bench(day: str, line: int, kind: Covered) -> None:
    """Line 1 is the mission, which ends; 77 a fixed price; 0 the house's own time."""
    firm = camille()
    firm.logged_on = [(CAMILLE, "2026-10-31", 0), (CAMILLE, day, line)]
    found = firm.ahead(**UNTIL_22_JANUARY)
    free = by(found, Covered.BENCH, Covered.ELSEWHERE)
    assert free == {(kind, JANUARY): (D("5.00"), Figures(bench=D(1600)) if kind is Covered.BENCH else Figures())}
    assert ("forecast_elsewhere" in codes(found), "forecast_bench" in codes(found)) == (
        (True, False) if kind is Covered.ELSEWHERE else (False, True)
    )
