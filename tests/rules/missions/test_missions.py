"""Missions: which lines are one, who works on them, when, and what they lack."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.units import to_micro
from rules.missions.missions import NOBODY, Lack, title
from tests.rules.billing.books import DAY_7, HOUR
from tests.rules.missions.firm import CAMILLE, JULIEN, Firm


@pytest.fixture
def firm() -> Firm:
    return Firm()


def test_a_line_sold_by_the_day_with_all_its_parts(firm: Firm) -> None:
    line = firm.sold(starts_on=pd.Timestamp("2026-10-12"))
    (mission,) = firm.found(ends_on=pd.Timestamp("2026-12-31"))
    assert (mission.line_id, mission.consultant_id, mission.client_id) == (line, CAMILLE, 1)
    assert (mission.project_id, mission.account_id, mission.manager_id, mission.business_manager_id) == (3, 8, 91, 90)
    assert (mission.rate, mission.sold, mission.unit) == (600, 60, to_micro(7))
    assert (mission.since, mission.until) == (date(2026, 10, 12), date(2026, 12, 31))
    assert (mission.open, mission.lacks) == (True, ())
    assert title(firm.data(), mission) == "S00001 / Produit time (Camille)"


@pytest.mark.parametrize(("mode", "unit"), [("ordered", DAY_7), ("milestones", DAY_7), ("manual", DAY_7)])
def test_what_is_not_billed_on_time_is_no_mission(firm: Firm, mode: str, unit: int) -> None:
    firm.sold(unit, mode=mode)
    assert firm.found() == ()


@pytest.mark.parametrize("state", ["draft", "sent", "cancel"])
def test_an_order_not_confirmed_is_no_mission(firm: Firm, state: str) -> None:
    firm.sold(order=firm.order(state=state))
    assert firm.found() == ()


def test_hours_are_a_mission_only_where_somebody_is_named(firm: Firm) -> None:
    support = firm.sold(HOUR, 80, consultant_id=NOBODY)
    firm.worked.append({"order_line_id": support, "employee_id": JULIEN, "hours": to_micro(3)})
    assert firm.found() == ()
    firm.assignments.append({"project_id": 3, "employee_id": JULIEN, "order_line_id": support})
    (mission,) = firm.found()
    assert mission.consultant_id == JULIEN


def test_the_line_names_its_consultant_before_assignments_and_hours(firm: Firm) -> None:
    line = firm.sold()
    firm.assignments.append({"project_id": 3, "employee_id": JULIEN, "order_line_id": line})
    firm.worked.append({"order_line_id": line, "employee_id": JULIEN, "hours": to_micro(7)})
    assert [mission.consultant_id for mission in firm.found()] == [CAMILLE]


def test_assignments_come_before_hours_and_each_person_is_a_mission(firm: Firm) -> None:
    line = firm.sold(consultant_id=NOBODY)
    firm.worked.append({"order_line_id": line, "employee_id": JULIEN, "hours": to_micro(7)})
    assert [mission.consultant_id for mission in firm.found()] == [JULIEN]
    for employee in (JULIEN, CAMILLE):
        firm.assignments.append({"project_id": 3, "employee_id": employee, "order_line_id": line})
    assert [mission.consultant_id for mission in firm.found()] == [CAMILLE, JULIEN]


def test_hours_taken_back_name_nobody(firm: Firm) -> None:
    line = firm.sold(consultant_id=NOBODY)
    firm.worked.append({"order_line_id": line, "employee_id": JULIEN, "hours": 0})
    (mission,) = firm.found()
    assert mission.lacks == (Lack.CONSULTANT,)


def test_a_rate_that_changes_ends_one_mission_and_begins_the_next(firm: Firm) -> None:
    order = firm.order()
    firm.sold(order=order, product_id=1)
    firm.sold(order=order, product_id=1, price=650, starts_on=pd.Timestamp("2026-11-01"))
    old, new = firm.found()
    assert (old.rate, old.until) == (600, date(2026, 10, 31))
    assert (new.rate, new.since, new.until) == (650, date(2026, 11, 1), None)
    assert not (old.runs(date(2026, 11, 1), date(2026, 11, 30)) or new.runs(date(2026, 10, 1), date(2026, 10, 31)))


@pytest.mark.parametrize(
    ("line", "project", "since"),
    [
        ("2026-10-12", "2026-10-10", date(2026, 10, 12)),
        (None, "2026-10-10", date(2026, 10, 10)),
        (None, None, date(2026, 10, 5)),
    ],
)
def test_it_starts_with_its_line_else_its_project_else_its_order(
    firm: Firm, line: str | None, project: str | None, since: date
) -> None:
    firm.sold(starts_on=line and pd.Timestamp(line))
    (mission,) = firm.found(starts_on=project and pd.Timestamp(project))
    assert mission.since == since


@pytest.mark.parametrize(
    ("line", "project", "follows", "until"),
    [
        (None, None, None, None),
        ("2026-10-30", None, None, date(2026, 10, 30)),
        ("2026-10-30", "2026-10-31", None, date(2026, 10, 30)),
        ("2026-10-31", "2026-10-30", None, date(2026, 10, 30)),
        ("2026-10-31", "2026-10-31", "2026-10-30", date(2026, 10, 29)),
        ("2026-10-28", "2026-10-31", "2026-10-30", date(2026, 10, 28)),
    ],
)
def test_it_ends_with_its_line_its_project_or_before_another_rate(
    firm: Firm, line: str | None, project: str | None, follows: str | None, until: date | None
) -> None:
    order = firm.order()
    firm.sold(order=order, product_id=1, ends_on=line and pd.Timestamp(line))
    if follows:
        firm.sold(order=order, product_id=1, price=650, starts_on=pd.Timestamp(follows))
    assert firm.found(ends_on=project and pd.Timestamp(project))[0].until == until


LACKS: list[tuple[Lack | None, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (None, {}, {}, {}),
    (Lack.RATE, {"price": 0}, {}, {}),
    (None, {"price": "0.01"}, {}, {}),
    (Lack.BUSINESS_MANAGER, {}, {"salesperson_id": 0}, {}),
    (Lack.PROJECT, {"project_id": 4}, {}, {}),
    (Lack.ACCOUNT, {}, {}, {"account_id": 0}),
    (Lack.STARTS_BEFORE_ORDER, {"starts_on": pd.Timestamp("2026-10-04")}, {}, {}),
    (None, {"starts_on": pd.Timestamp("2026-10-05")}, {}, {}),
    (Lack.ENDS_BEFORE_START, {"starts_on": pd.Timestamp("2026-10-12")}, {}, {"ends_on": pd.Timestamp("2026-10-11")}),
    (None, {"starts_on": pd.Timestamp("2026-10-12")}, {}, {"ends_on": pd.Timestamp("2026-10-12")}),
]


@pytest.mark.parametrize(("lack", "line", "order", "project"), LACKS)
def test_what_it_lacks_is_named(
    firm: Firm, lack: Lack | None, line: dict[str, Any], order: dict[str, Any], project: dict[str, Any]
) -> None:
    firm.sold(order=firm.order(**order), **line)
    (mission,) = firm.found(**project)
    assert mission.lacks == ((lack,) if lack else ())


@pytest.mark.parametrize(("invoiced", "to_invoice", "is_open"), [(59, 0, True), (60, 0, False), (60, 1, True)])
def test_it_is_open_until_all_is_invoiced(firm: Firm, invoiced: int, to_invoice: int, is_open: bool) -> None:
    firm.sold(invoiced=to_micro(invoiced), to_invoice=to_micro(to_invoice))
    (mission,) = firm.found()
    assert mission.open is is_open


def test_a_project_is_found_by_its_default_line_too(firm: Firm) -> None:
    line = firm.sold(project_id=0)
    (mission,) = firm.found(order_line_id=line)
    assert mission.project_id == 3
