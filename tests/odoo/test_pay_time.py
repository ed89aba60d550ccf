"""People's time in payroll variables, from a real Odoo: legal leave of part-timers, overtime."""

import pytest
from pay_desk import Run, refusals
from trade import Desk, employee

from connectors.odoo import connect
from connectors.odoo.errors import AccessDenied
from flows.provision import provision
from flows.shape import Mode
from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.units import quantity

pytestmark = pytest.mark.sandbox

ADDONS = ("hr_attendance", "l10n_fr_hr_holidays")


@pytest.fixture(scope="module", autouse=True)
def equipped(stafforia: Desk) -> None:
    """Odoo with attendance, and with the French rules of leave, which a French Odoo has by itself."""
    modules = [row["id"] for row in stafforia.rows("ir.module.module", [("name", "in", ADDONS)], "id")]
    stafforia("ir.module.module", "button_immediate_install", modules)
    with connect(stafforia.settings("admin", stafforia.access.admin_key)) as admin:
        provision(admin)  # now that there is overtime, the robot may read it


AWAY: list[tuple[str, str, dict[str, str]]] = [
    ("2026-10-05", "2026-10-06", {}),
    ("2026-10-08", "2026-10-12", {}),  # from their days off on
    ("2026-10-13", "2026-10-13", {"since_part": "am", "until_part": "am"}),
    ("2026-10-14", "2026-10-14", {}),
    ("2026-10-19", "2026-10-21", {}),
]
"""Leaves of somebody who works from Monday to Wednesday."""


def test_a_part_timers_legal_leave_is_as_long_as_odoo_counts_it(stafforia: Desk, pay: Run) -> None:
    julien, kind = employee(stafforia, stafforia.worker), stafforia.paid_leave()
    week = [
        (0, 0, {"name": "Semaine", "dayofweek": str(day), "day_period": part, "hour_from": begins, "hour_to": begins + 3.5})
        for day in range(3)
        for part, begins in (("morning", 8.5), ("afternoon", 13.0))
    ]
    calendar = stafforia.make(
        "resource.calendar", name="Trois jours", company_id=stafforia.company_id, attendance_ids=[(5, 0, 0), *week]
    )
    stafforia.write("res.company", stafforia.company_id, l10n_fr_reference_leave_type=kind)
    stafforia.write("hr.employee", julien, resource_calendar_id=calendar)
    counted = []
    for since, until, halves in AWAY:
        leave = stafforia.takes_leave(stafforia.worker, since, until, **halves)
        counted.append(stafforia.row("hr.leave", leave, "number_of_days")["number_of_days"])
    assert counted == [2, 1, 0.5, 3, 5]
    report = pay(Mode.PREVIEW)
    assert report.export is not None and refusals(report) == []
    found = [row for row in each(report.export.records) if (row.kind, row.number) == ("ABSENCE", "00015")]
    assert [float(quantity(row.quantity)) for row in found] == counted
    assert [row.date_to.date().isoformat() for row in found][-1] == "2026-10-25"


def test_overtime_that_managers_approved_is_read(stafforia: Desk, pay: Run) -> None:
    [camille] = stafforia.rows("hr.employee", [("name", "=", "Camille Durand")], "id")
    for day, hours, status in (
        ("2026-10-05", 2.0, "approved"),
        ("2026-10-19", 1.5, "approved"),
        ("2026-10-20", 4.0, "to_approve"),
    ):
        stafforia.make(
            "hr.attendance.overtime.line", employee_id=camille["id"], date=day, duration=hours, manual_duration=hours,
            amount_rate=1.25, status=status, time_start=f"{day} 18:00:00", time_stop=f"{day} 22:00:00",
        )  # fmt: skip
    report = pay(Mode.PREVIEW, overtime=[{"rate": 1.25, "code": "HS25"}])
    assert report.export is not None
    found = [(row.number, row.code, row.quantity) for row in each(report.export.records) if row.kind == "OVERTIME"]
    assert found == [("00012", "HS25", 3_500_000)]
    assert [one.code for one in report.plan.findings if one.severity is Severity.WARNING] == ["pay_overtime_waiting"]
    assert refusals(pay(Mode.PREVIEW)) == ["pay_no_code"]
    with connect(stafforia.robot()) as robot, pytest.raises(AccessDenied):
        robot.call("hr.attendance.overtime.line", "create", vals_list=[{}])
