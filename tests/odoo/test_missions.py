"""Missions opened from confirmed orders on a real Odoo, as the integration user: once, and never over what a person set."""

from collections.abc import Iterator
from datetime import date

import pytest
from trade import DAY_7, FILES, OCTOBER, Desk, Order, QuietScreen, employee

from connectors.odoo import connect, errors
from flows.cra import cra
from flows.shape import Mode, Report

pytestmark = pytest.mark.sandbox

PROJECT, LINE, JULIEN = "project.project", "sale.order.line", "julien@stafforia.example"
REFUSED = (errors.DataError, errors.AccessDenied)


def run(desk: Desk, mode: Mode = Mode.APPLY) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REGIE_COMPANIES", str(FILES))
        return cra("stafforia", OCTOBER, date(2026, 10, 20), mode, QuietScreen(), desk.robot())[0]


def proposed(report: Report) -> list[str]:
    return [str(one.values["name"]) for one in report.plan.upserts if one.model == "mission"]


def of(desk: Desk, order: Order) -> list[dict[str, object]]:
    """The projects that bill the order's line."""
    fields = ("name", "partner_id", "account_id", "allow_billable", "allow_timesheets", "user_id", "privacy_visibility")
    return desk.rows(PROJECT, [("sale_line_id", "=", order.line)], *fields)


@pytest.fixture(scope="module")
def sold(stafforia: Desk) -> Order:
    """20 days of Julien, by a product that makes no project."""
    product = stafforia.make(
        "product.product", name="Mission au jour", type="service", invoice_policy="delivery", service_type="timesheet",
        service_tracking="no", uom_id=stafforia.ref(DAY_7), company_id=stafforia.company_id,
    )  # fmt: skip
    line = {"product_id": product, "product_uom_qty": 20, "price_unit": 500, "x_regie_starts_on": "2026-10-12"}
    return stafforia.order({**line, "x_regie_consultant_id": employee(stafforia, JULIEN)})


@pytest.fixture(scope="module")
def opened(stafforia: Desk, sold: Order) -> Iterator[Report]:
    yield run(stafforia)


def test_a_preview_shows_it_and_writes_nothing(stafforia: Desk, sold: Order) -> None:
    shown = run(stafforia, Mode.PREVIEW)
    [name] = proposed(shown)
    assert "Julien Roussel" in name and sold.name in name
    assert of(stafforia, sold) == []


def test_it_is_opened_as_the_integration_user_and_its_time_is_billed_by_the_line(
    stafforia: Desk, sold: Order, opened: Report
) -> None:
    assert opened.written and opened.written.rejected == ()
    [project] = of(stafforia, sold)
    assert (project["partner_id"], project["allow_billable"], project["allow_timesheets"]) == (sold.client, True, True)
    assert project["account_id"] and not project["user_id"] and project["privacy_visibility"] == "employees"
    sheet = stafforia.make(
        "account.analytic.line", JULIEN, employee_id=employee(stafforia, JULIEN), project_id=project["id"], date="2026-10-13",
        unit_amount=7, name="Mission",
    )  # fmt: skip
    assert stafforia.row("account.analytic.line", sheet, "so_line")["so_line"] == sold.line


def test_again_nothing(stafforia: Desk, opened: Report) -> None:
    again = run(stafforia)
    assert proposed(again) == [] and again.written and again.written.created == ()


def test_what_a_person_made_of_it_stays(stafforia: Desk, sold: Order, opened: Report) -> None:
    [project] = of(stafforia, sold)
    stafforia.write(PROJECT, project["id"], name="Autre nom", active=False)
    assert proposed(run(stafforia)) == []
    stafforia.write(PROJECT, project["id"], sale_line_id=False)
    assert proposed(run(stafforia)) == [], "opened once: whoever took the line off wants it so"
    assert stafforia.row(PROJECT, int(str(project["id"])), "name", "active")["name"] == "Autre nom"
    stafforia.write(PROJECT, project["id"], active=True, sale_line_id=sold.line)


def test_a_line_whose_product_made_a_project_is_left_to_it(stafforia: Desk) -> None:
    [product] = stafforia.rows(
        "product.product", [("service_tracking", "=", "task_in_project"), ("invoice_policy", "=", "delivery"),
                            ("service_type", "=", "timesheet"), ("company_id", "=", stafforia.company_id)], "id",
    )[:1]  # fmt: skip
    line = {"product_id": product["id"], "product_uom_qty": 5, "price_unit": 90}
    stafforia.order({**line, "x_regie_consultant_id": employee(stafforia, JULIEN)})
    assert proposed(run(stafforia, Mode.PREVIEW)) == []


def test_odoo_refuses_a_mission_that_no_order_names_or_that_somebody_else_opens(
    stafforia: Desk, sold: Order, opened: Report
) -> None:
    values = {"name": "Faux", "x_regie_key": "mission_999", "privacy_visibility": "employees"}
    with pytest.raises(REFUSED):
        stafforia.make(PROJECT, **values, x_regie_order_line_id=sold.line)
    context = {"allowed_company_ids": [stafforia.company_id]}
    with connect(stafforia.robot()) as robot:
        for line in (False, sold.line):  # none, and one that has its project
            with pytest.raises(REFUSED):
                told = [{**values, "x_regie_order_line_id": line}]
                robot.call(PROJECT, "create", vals_list=told, context=context)
        [project] = of(stafforia, sold)
        with pytest.raises(errors.DataError, match="ne modifie aucun projet"):
            robot.call(PROJECT, "write", ids=[project["id"]], vals={"name": "Autre"}, context=context)
