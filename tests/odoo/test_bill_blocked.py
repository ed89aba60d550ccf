"""What is not billed and why, on a real Odoo; what a company decides about days and dates; what an approval covers."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from trade import OCTOBER, Desk, Order, QuietScreen, employee

from flows.shape import Mode, Report

pytestmark = pytest.mark.sandbox

D = Decimal


@pytest.fixture
def order(stafforia: Desk) -> Order:
    """A client of its own who buys hours at 80.00."""
    return stafforia.order(stafforia.sold("REGIE-H", 100, 80.00))


# Validated and blocked


@pytest.mark.parametrize("day", ["2026-10-20", "2026-09-15"], ids=["of the month", "of before"])
def test_time_on_a_billable_project_without_an_order_is_blocked(stafforia: Desk, day: str) -> None:
    project = stafforia.make(
        "project.project", stafforia.manager, name="Sans commande", allow_billable=True, allow_timesheets=True,
        partner_id=stafforia.client(), company_id=stafforia.company_id,
    )  # fmt: skip
    task = stafforia.make("project.task", stafforia.manager, name="Avant-vente", project_id=project)
    sheet = stafforia.make(
        "account.analytic.line", stafforia.worker, employee_id=employee(stafforia, stafforia.worker), project_id=project,
        task_id=task, date=day, unit_amount=2.5, name="Maquette",
    )  # fmt: skip
    stafforia.action("validate", "account.analytic.line", [sheet])
    report = stafforia.bill()
    [found] = [f for f in report.plan.findings if f.code == "no_order_line" and f.record.id == project]
    assert found.hours == D("2.5")
    stafforia.action("qualify_non_billable", "account.analytic.line", [sheet])
    assert project not in [f.record.id for f in stafforia.bill().plan.findings if f.code == "no_order_line"]


def test_time_of_before_on_an_internal_project_is_not_read(stafforia: Desk) -> None:
    project = stafforia.make(
        "project.project", stafforia.manager, name="Interne", allow_billable=False, company_id=stafforia.company_id
    )
    task = stafforia.make("project.task", stafforia.manager, name="Réunion", project_id=project)
    before = stafforia.bill().earlier
    sheet = stafforia.make(
        "account.analytic.line", stafforia.worker, employee_id=employee(stafforia, stafforia.worker), project_id=project,
        task_id=task, date="2026-09-15", unit_amount=2.5, name="Réunion",
    )  # fmt: skip
    stafforia.action("validate", "account.analytic.line", [sheet])
    assert stafforia.bill().earlier == before


def test_time_on_a_cancelled_order_is_blocked(order: Order) -> None:
    order.work(2)
    order.desk("sale.order", "action_cancel", order.id, order.desk.seller)
    assert order.findings(order.desk.bill()) == {"order_not_confirmed": (D(2), D("160.00"))}
    assert order.invoices() == []


def test_a_locked_order_is_billed(order: Order) -> None:
    order.work(2)
    order.desk("sale.order", "action_lock", order.id)
    order.desk.bill()
    assert [draft.untaxed for draft in order.drafts()] == [160.00]


def test_time_logged_from_another_company_is_named_and_not_billed(order: Order, hydro: Desk) -> None:
    """Odoo lets a colleague of another company do so once project, account and client are everybody's."""
    desk = order.desk
    task = desk.row("sale.order.line", order.line, "task_id")["task_id"]
    project = desk.row("project.task", task, "project_id")["project_id"]
    desk.write("res.partner", order.client, company_id=False)
    desk.write("account.analytic.account", desk.row("project.project", project, "account_id")["account_id"], company_id=False)
    desk.write("project.project", project, company_id=False)
    both = {"allowed_company_ids": [hydro.company_id, desk.company_id]}
    [sheet] = desk(
        "account.analytic.line", "create", context=both,
        vals_list=[{
            "employee_id": employee(hydro, hydro.worker), "project_id": project, "task_id": task, "date": "2026-10-20",
            "unit_amount": 3.0, "name": "Renfort", "x_regie_validated": True,
        }],
    )  # fmt: skip
    row = desk("account.analytic.line", "read", sheet, fields=["company_id", "so_line"], load="", context=both)
    assert row == [{"id": sheet, "company_id": hydro.company_id, "so_line": order.line}]
    report = desk.bill()
    assert order.findings(report) == {"other_company": (D(3), D("240.00"))}
    assert order.invoices() == []


def test_a_new_rate_is_a_new_line_and_time_left_on_the_old_one_is_blocked(stafforia: Desk) -> None:
    order = stafforia.order(
        stafforia.sold("REGIE-H", 100, 80.00), stafforia.sold("REGIE-H", 100, 90.00, x_regie_starts_on="2026-10-15")
    )
    order.work(4, "2026-10-14")
    order.work(3, "2026-10-16")
    order.work(2, "2026-10-20", line=order.lines[1])
    report = stafforia.bill()
    assert order.findings(report) == {"old_rate": (D(3), D("240.00"))}
    assert [draft.products for draft in order.drafts()] == [[(4, 80.00), (2, 90.00)]]


# The company's own decisions


def test_days_rounded_to_half_days(stafforia: Desk) -> None:
    """5.3 h are a day of 7 h, 5.2 h half of one."""
    order = stafforia.order(stafforia.sold("REGIE-J", 20, 600.00))
    order.work(5.3, "2026-10-20")
    order.work(5.2, "2026-10-21")
    stafforia.bill(day_rounding="half_day")
    [draft] = order.drafts()
    assert draft.products == [(1.5, 600.00)]
    again = stafforia.bill(day_rounding="half_day")
    assert (order.findings(again), order.drafts()) == ({}, [draft])


def test_drafts_dated_at_the_periods_end(order: Order) -> None:
    order.work(1)
    order.desk.bill(invoice_date="period_end")
    [draft] = order.drafts()
    assert draft.header["invoice_date"] == "2026-10-31"


@pytest.mark.parametrize(("travel", "billed"), [("hours", 3), ("flat", 2), ("none", 2)])
def test_travel_is_billed_as_the_company_decides(order: Order, travel: str, billed: float) -> None:
    order.work(2)
    order.work(1, x_regie_kind="travel")
    order.desk.bill(travel=travel)
    assert [draft.products for draft in order.drafts()] == [[(billed, 80.00)]]
    again = order.desk.bill(travel=travel)
    assert (order.findings(again), len(order.drafts())) == ({}, 1)


# An approval covers what was shown


class Approver(QuietScreen):
    """Approves what is shown; somebody else works in Odoo meanwhile."""

    def __init__(self, meanwhile: Callable[[], Any], left_out: Sequence[str] = ()) -> None:
        self._meanwhile, self._left_out = meanwhile, left_out

    def approve(self, report: Report) -> Sequence[str]:
        self._meanwhile()
        return self._left_out


def test_only_what_was_shown_is_written_after_an_approval(stafforia: Desk) -> None:
    same, changed, left_out = (stafforia.order(stafforia.sold("REGIE-H", 100, 80.00)) for _ in range(3))
    for order in (same, changed, left_out):
        order.work(5)
    screen = Approver(lambda: changed.work(1, "2026-10-22"), [f"__regie__.inv_o{left_out.id}_2026-10_n1"])
    report = stafforia.bill(OCTOBER, Mode.APPROVE, screen)
    assert [draft.untaxed for draft in same.drafts()] == [400.00]
    assert (changed.drafts(), left_out.drafts()) == ([], [])
    late = [f for f in report.findings_after if f.code == "changed_since_preview"]
    assert [changed.name in f.record.name for f in late] == [True]
    stafforia.bill()
    assert [order.drafts()[0].untaxed for order in (changed, left_out)] == [480.00, 400.00]
