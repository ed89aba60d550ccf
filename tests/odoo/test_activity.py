"""The months of the demo's consultant as they are read from a real Odoo."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from click.testing import Result
from office import CAMILLE
from trade import FILES, NOVEMBER, OCTOBER, Desk, QuietScreen, robot
from typer.testing import CliRunner

from connectors.odoo import OdooSettings
from flows.activity_pull import pull_activity
from flows.cra import cra
from flows.shape import Mode, RunStopped
from flows.workplace import Workplace, open_workplace
from mappings.vocabulary.period import Period
from rules.cra.activity import Activity, activity
from sandbox.access import Access

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def place(sandbox_access: Access) -> Iterator[Workplace]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGIE_COMPANIES", str(FILES))
        yield open_workplace("stafforia", robot(sandbox_access))


@pytest.fixture
def command(sandbox_access: Access, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`regie run cra` for the demo's consulting company."""
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    monkeypatch.setenv("COLUMNS", "160")  # wide enough that no cell wraps
    for name, value in sandbox_access.environment().items():
        monkeypatch.setenv(name, value)
    from regie.cli import application

    return lambda *options: CliRunner().invoke(application(["run"]), ["run", "cra", "--company", "stafforia", *options])


def report(place: Workplace, period: Period) -> Activity:
    policy = place.at(period.until).billing
    return activity(pull_activity(place, period), period, date(2026, 12, 31), policy, place.labels)


def test_october_has_15_days_of_which_13_and_a_half_worked_and_one_and_a_half_on_leave(place: Workplace) -> None:
    found = report(place, OCTOBER)
    (cra,) = found.cras
    assert (cra.working_days, cra.worked_days, cra.absent_days) == (15, Decimal("13.5"), Decimal("1.5"))
    assert {day.day.day: day.absences for day in cra.days if day.absent} == {23: ("Congés payés",), 30: ("Congés payés",)}
    assert found.findings == ()


def test_november_has_20_days_and_its_holiday_and_nothing_entered_yet(place: Workplace) -> None:
    found = report(place, NOVEMBER)
    (cra,) = found.cras
    assert [day.day.day for day in cra.days if day.holiday] == [11]
    assert (cra.working_days, cra.worked_days) == (20, 0)
    (finding,) = found.findings
    assert (finding.code, finding.hours, finding.amount) == ("cra_day_short", 140, 12000)


def test_telework_is_asked_for_as_a_leave_is_and_takes_nothing_off(place: Workplace, stafforia: Desk) -> None:
    def absent() -> list[int]:
        return [day.day.day for day in report(place, NOVEMBER).cras[0].days if day.absent]

    named = {"company_id": stafforia.company_id, "requires_allocation": False, "request_unit": "half_day"}
    telework = stafforia.make("hr.leave.type", name="Télétravail", time_type="other", **named)
    stafforia.takes_leave(CAMILLE, "2026-11-12", "2026-11-13", kind=telework)
    assert absent() == []
    unpaid = stafforia.make("hr.leave.type", name="Sans solde", time_type="leave", **named)
    stafforia.takes_leave(CAMILLE, "2026-11-16", kind=unpaid)
    assert absent() == [16]


def test_the_command_shows_the_month_day_by_day(command: Callable[..., Result]) -> None:
    shown = command("--month", "2026-10")
    assert shown.exit_code == 0, shown.output
    for text in ("Camille Durand", "Clientis Group", "13,5", "8\xa0100,00\xa0€", "Congés payés", "ven. 30"):
        assert text in shown.output.replace("\u202f", "\xa0")


def test_the_command_answers_one_document(command: Callable[..., Result]) -> None:
    document = json.loads(command("--month", "2026-10", "--json").stdout)
    (cra,) = document["cras"]
    assert (cra["working_days"], cra["worked_days"], cra["absent_days"]) == ("15", "13.5", "1.5")
    by_day = {day["day"]: day for day in cra["days"]}
    assert (by_day["2026-10-30"]["worked"], by_day["2026-10-30"]["absent"]) == ("3.5", "3.5")
    assert document["findings"] == []


def test_a_user_who_does_not_see_every_leave_is_stopped(place: Workplace, sandbox_access: Access) -> None:
    """The administrator of the sandbox has no group of Regie's: Odoo would hide leaves from such a user without a word."""
    admin = OdooSettings(
        url=sandbox_access.url,
        database=sandbox_access.database,
        login=sandbox_access.admin_login,
        key=sandbox_access.admin_key,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGIE_COMPANIES", str(FILES))
        with pytest.raises(RunStopped, match="congés"):
            cra("stafforia", OCTOBER, date(2026, 12, 31), Mode.PREVIEW, QuietScreen(), admin)
