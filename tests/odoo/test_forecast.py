"""Stafforia's 90 days after October on a real Odoo, read by the integration user: Camille's order, holidays and leaves."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from trade import FILES, Desk, QuietScreen
from typer.testing import CliRunner

from flows.forecast import MarginForecast, margin_forecast
from rules.margin.forecast import Covered, days

pytestmark = pytest.mark.sandbox

D = Decimal
Ahead = Callable[[], MarginForecast]
NOVEMBER, DECEMBER, JANUARY = date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)


@pytest.fixture
def ahead(stafforia: Desk, monkeypatch: pytest.MonkeyPatch) -> Ahead:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    return lambda: margin_forecast("stafforia", NOVEMBER, QuietScreen(), stafforia.robot())[1]


def told(found: MarginForecast) -> dict[tuple[date, Covered], tuple[Any, ...]]:
    return {
        (one.month, one.kind): (one.days, one.figures.revenue, one.figures.margin)
        for one in found.forecast.slices
        if found.employee(one.consultant_id) == "Camille Durand"
    }


def test_camilles_46_5_days_left_are_planned_and_then_no_order_covers_her(ahead: Ahead) -> None:
    """November 21 working days less the 11th; December 23 less Christmas; 4.5 are left for January, until the 7th."""
    found = ahead()
    figures = told(found)
    assert figures[NOVEMBER, Covered.PLANNED] == (20, 12000, 5600)
    assert figures[DECEMBER, Covered.PLANNED] == (22, 13200, 6160)
    assert figures[JANUARY, Covered.PLANNED] == (D("4.5"), 2700, 1260)
    assert {found.manager(user) for user, _ in found.forecast.managers} == {"Sophie Bernard"}
    [bench] = [one for one in found.forecast.findings if one.code == "forecast_bench"]
    assert "07/01/2027" in bench.message


def test_leave_that_waits_counts_and_the_missions_end_shows_what_lacks_an_order(stafforia: Desk, ahead: Ahead) -> None:
    [camille] = stafforia.rows("hr.employee", [("name", "=", "Camille Durand")], "id")
    values = {"name": "Récupération", "requires_allocation": False, "leave_validation_type": "hr"}
    [leave] = stafforia("hr.leave.type", "create", vals_list=[values])
    stafforia(
        "hr.leave", "create",
        vals_list=[{
            "employee_id": camille["id"], "holiday_status_id": leave, "request_date_from": "2026-11-16",
            "request_date_to": "2026-11-17",
        }],
    )  # fmt: skip
    missions = [("name", "=like", "Clientis Group%"), ("x_regie_key", "=", False)]
    [project] = stafforia.rows("project.project", missions, "date_start")
    stafforia.write("project.project", project["id"], date_start=project["date_start"] or "2026-10-12", date="2027-01-22")
    found = ahead()
    figures = told(found)
    assert figures[NOVEMBER, Covered.PLANNED][0] == 18 and figures[JANUARY, Covered.PLANNED][0] == D("6.5")
    [runs_out] = [one for one in found.forecast.findings if one.code == "forecast_runs_out"]
    uncovered = figures[JANUARY, Covered.EXHAUSTED][0]
    assert (runs_out.amount, uncovered + figures[JANUARY, Covered.BENCH][0]) == (uncovered * 600, D("14.5"))
    for time in found.forecast.times.values():
        assert time.working == time.holiday + time.leave + sum(time.covered.values())
    assert sum(days(time.leave, time.day) for time in found.forecast.times.values()) == 2


def test_the_command_shows_it_writes_the_excel_file_and_answers_one_document(
    stafforia: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    for name, value in stafforia.access.environment().items():
        monkeypatch.setenv(name, value)
    from regie.cli import application

    def command(*options: str) -> Any:
        arguments = ["run", "margins", "--company", "stafforia", "--month", "2026-10", "--forecast", *options]
        return CliRunner().invoke(application(["run"]), arguments)

    answer = command("--json", "--xlsx", str(tmp_path / "prevision.xlsx"))
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["period"] == {"since": "2026-11-01", "until": "2027-01-29"}
    assert (tmp_path / "prevision.xlsx").read_bytes()[:2] == b"PK"
    assert command("--apply").exit_code == 2
