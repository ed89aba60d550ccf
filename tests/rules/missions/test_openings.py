"""Opening missions: a confirmed line that names its consultant and has nowhere to log time; once, never over a person."""

from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert
from mappings.vocabulary.policy import BillingPolicy
from rules.missions.missions import missions
from rules.missions.openings import Opened, openings
from tests.rules.missions.firm import CAMILLE, JULIEN, Firm


def opened(firm: Firm, keys: tuple[str, ...] = (), lines: tuple[int, ...] = (), **project: Any) -> list[Upsert]:
    data = firm.data(**project)
    return list(openings(data, missions(data, BillingPolicy()), Opened(keys, lines), Labels("fr")))


def test_a_line_that_names_its_consultant_and_has_no_project_is_opened() -> None:
    firm = Firm()
    line = firm.sold(project_id=0)
    [one] = opened(firm)
    assert (one.key, one.model, one.values["order_line_id"]) == (f"__regie__.mission_{line}", "mission", line)
    assert "Camille" in one.values["name"] and "Camille" in one.why and one.values["leader_id"] == 0


@pytest.mark.parametrize(
    ("what", "sold"),
    [
        ("names nobody", {"consultant_id": 0, "project_id": 0}),
        ("has a project", {}),
        ("is all invoiced", {"project_id": 0, "invoiced": 60, "ordered": 60, "to_invoice": 0}),
    ],
)
def test_a_line_is_left_that(what: str, sold: dict[str, Any]) -> None:
    firm = Firm()
    firm.sold(**sold)
    assert opened(firm) == [], what


def test_what_a_person_arranged_is_left_as_it_is() -> None:
    firm = Firm()
    line = firm.sold(project_id=0)
    assert opened(firm, lines=(line,)) == [], "a task takes its time"
    assert opened(firm, order_line_id=line) == [], "a project bills it, archived or not"
    firm.worked.append({"order_line_id": line, "employee_id": JULIEN, "hours": 3_600_000_000})
    assert opened(firm) == [], "time was logged on it somewhere"
    firm.worked.clear()
    firm.assignments.append({"project_id": 3, "employee_id": CAMILLE, "order_line_id": line})
    assert opened(firm) == [], "somebody is assigned to it"


def test_what_was_opened_once_is_never_opened_again() -> None:
    firm = Firm()
    line = firm.sold(project_id=0)
    assert opened(firm, keys=(f"mission_{line}",)) == [], "a person gave its project to another line"


def test_a_mission_that_only_an_assignment_or_time_makes_is_not_opened() -> None:
    firm = Firm()
    firm.sold(project_id=0, consultant_id=0, starts_on=pd.Timestamp("2026-10-12"))
    assert opened(firm) == []
