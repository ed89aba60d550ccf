"""October 2026 of both demo companies, billed on a real Odoo: the figures of the scenarios, in the drafts that stand there."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from trade import Desk, Invoice, Order, employee, invoices

from connectors.odoo.errors import AccessDenied, DataError
from flows.shape import Report

pytestmark = pytest.mark.sandbox

D = Decimal


@dataclass(frozen=True)
class October:
    """A company's October as its first run left it."""

    desk: Desk
    report: Report
    drafts: dict[str, Invoice]
    """By client."""


def billed(desk: Desk) -> October:
    report = desk.bill()
    drafts = invoices(desk, [("x_regie_key", "!=", False)])
    names = {row["id"]: row["name"] for row in desk.rows("res.partner", [], "name")}
    return October(desk, report, {names[draft.header["partner_id"]]: draft for draft in drafts})


@pytest.fixture(scope="module")
def green(hydro: Desk) -> October:
    return billed(hydro)


@pytest.fixture(scope="module")
def staff(stafforia: Desk) -> October:
    return billed(stafforia)


def order_of(desk: Desk, client: str) -> Order:
    [row] = desk.rows(
        "sale.order", [("partner_id.name", "=", client), ("company_id", "=", desk.company_id)], "name", "partner_id"
    )
    lines = desk.rows("sale.order.line", [("order_id", "=", row["id"])], "id")
    return Order(desk, row["id"], row["partner_id"], tuple(line["id"] for line in lines), row["name"])


def buckets(report: Report) -> dict[str, Decimal]:
    return {name: hours for name, hours in report.balance.buckets.items() if hours}


def test_hydro_vertes_drafts(green: October) -> None:
    assert {client: (draft.state, draft.untaxed) for client, draft in green.drafts.items()} == {
        "Atrium": ("draft", 280.00),
        "Bellevue": ("draft", 415.00),
        "Clinique du Parc": ("draft", 320.00),
        "Dubois": ("draft", 192.50),
    }
    assert green.drafts["Atrium"].products == [(1, 180.00), (4, 25.00)]
    assert green.drafts["Bellevue"].products == [(1, 390.00), (1, 25.00)]


def test_hydro_vertes_hours_are_in_one_bucket_each(green: October) -> None:
    assert buckets(green.report) == {"invoiced": D(2), "included": D(25), "non_billable": D("1.5")}
    assert green.report.balance.total == D("28.5")
    assert [f.code for f in green.report.plan.findings] == []


def test_dubois_pays_labour_materials_and_travel_each_with_its_tax(green: October) -> None:
    """H5, H8, H10: 2 h at 65, three bags of soil at 6 %, a fertiliser and the travel at 21 %."""
    draft = green.drafts["Dubois"]
    assert draft.products == [(2, 65.00), (3, 8.50), (1, 12.00), (1, 25.00)]
    rates = {row["id"]: row["amount"] for row in green.desk.rows("account.tax", [], "amount")}
    assert [[rates[tax] for tax in line["tax_ids"]] for line in draft.lines] == [[21], [6], [21], [21]]
    assert draft.tax == pytest.approx(0.21 * (130 + 12 + 25) + 0.06 * 25.50)
    entered = green.desk.rows("account.analytic.line", [("id", "in", draft.hours)], "unit_amount", "employee_id")
    assert [row["unit_amount"] for row in entered] == [2.0]


@pytest.mark.parametrize(
    "change", [{"unit_amount": 3.0}, {"x_regie_validated": False}, {"so_line": False}, {"date": "2026-10-21"}]
)
def test_a_technician_cannot_change_what_was_validated(green: October, change: dict[str, Any]) -> None:
    """H10: Odoo itself refuses, before the draft and after it."""
    [sheet] = green.drafts["Dubois"].hours
    with pytest.raises((AccessDenied, DataError)):
        green.desk.write("account.analytic.line", sheet, green.desk.worker, **change)


def test_stafforias_drafts(staff: October) -> None:
    """S9, S11, S12: the pack whole, the second milestone, the validated hours of Kepler."""
    assert {client: (draft.state, draft.untaxed, draft.tax) for client, draft in staff.drafts.items()} == {
        "Néo": ("draft", 950.00, 190.00),
        "Orion": ("draft", 5200.00, 1040.00),
        "Kepler": ("draft", 960.00, 192.00),
    }
    assert staff.drafts["Néo"].products == [(10, 95.00)]
    assert staff.drafts["Orion"].products == [(8, 650.00)]
    assert staff.drafts["Kepler"].products == [(12, 80.00)]


def test_stafforias_blocked_mission_and_waiting_hours(staff: October) -> None:
    """S3's order is held back with its money; 3 h of Kepler wait for their validation."""
    clientis, kepler = order_of(staff.desk, "Clientis Group"), order_of(staff.desk, "Kepler")
    assert clientis.findings(staff.report) == {"contract_unsigned": (D("94.5"), D("8220.00"))}
    assert kepler.findings(staff.report) == {"not_validated": (D(3), D("240.00"))}
    assert clientis.invoices() == []


def test_stafforias_hours_are_in_one_bucket_each(staff: October) -> None:
    assert buckets(staff.report) == {
        "invoiced": D(12), "included": D("70.5"), "non_billable": D(49), "blocked": D("94.5"),
    }  # fmt: skip
    assert staff.report.balance.total == D(226)


def test_each_draft_carries_its_detail(staff: October, green: October) -> None:
    for october in (staff, green):
        for draft in october.drafts.values():
            [file] = october.desk.rows(
                "ir.attachment", [("res_model", "=", "account.move"), ("res_id", "=", draft.id)], "mimetype", "file_size"
            )
            assert file["mimetype"] == "application/pdf"
            assert file["file_size"] > 1000


def state(desk: Desk) -> dict[str, Any]:
    """Every record a run could make or touch, with its last change."""
    models = ("account.move", "account.move.line", "account.analytic.line", "sale.order.line", "ir.attachment")
    found: dict[str, Any] = {model: desk.rows(model, [], "write_date", "write_uid") for model in models}
    return found | {"keys": desk.rows("ir.model.data", [("module", "=", "__regie__")], "name", "res_id")}


def test_the_same_run_again_makes_and_changes_nothing(staff: October, green: October) -> None:
    """S13."""
    for october in (staff, green):
        before = state(october.desk)
        report = october.desk.bill()
        assert report.plan.upserts == ()
        assert state(october.desk) == before


def test_two_runs_at_once_write_each_record_once(staff: October) -> None:
    """S13: two processes of their own, with work for both."""
    desk = staff.desk
    orders = [desk.order(desk.sold("REGIE-H", 10, 80.00)) for _ in range(3)]
    sheets = [order.work(1.5, validate=False) for order in orders]
    orders[0].validate(*sheets)
    runs = [desk.start_bill() for _ in range(2)]
    answers = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], answers
    written = [json.loads(out)["written"] for out, _ in answers]
    for order, sheet in zip(orders, sheets, strict=True):
        [draft] = order.drafts()
        assert (draft.untaxed, draft.hours) == (120.00, (sheet,))
        # Odoo's `load` does not say whether it made a record or found it: both runs may claim it, neither is refused.
        assert any(f"__regie__.{draft.key}" in one["created"] for one in written)
    assert [one["rejected"] for one in written] == [[], []]


def test_late_hours_of_kepler_open_a_second_draft(staff: October) -> None:
    """S12: 960.00 posted, 3 h of October validated in November: 240.00, the first untouched."""
    desk, kepler = staff.desk, order_of(staff.desk, "Kepler")
    [first] = kepler.drafts()
    desk.post(first.id, "2026-10-31")
    posted = state_of(desk, first.id)
    late = [("employee_id", "=", employee(desk, desk.worker)), ("date", "=", "2026-10-28"), ("unit_amount", "=", 3.0)]
    [sheet] = desk.rows("account.analytic.line", [*late, ("so_line", "=", kepler.line)], "id")
    kepler.validate(sheet["id"])
    desk.bill()
    [second] = kepler.drafts()
    assert (second.untaxed, second.products, second.hours) == (240.00, [(3, 80.00)], (sheet["id"],))
    assert second.key == first.key.replace("_n1", "_n2")
    assert state_of(desk, first.id) == posted
    desk.bill()
    assert len(kepler.invoices()) == 2


def state_of(desk: Desk, invoice: int) -> list[Any]:
    lines = desk.rows("account.move.line", [("move_id", "=", invoice)], "write_date", "quantity", "price_unit", "name")
    return [desk.rows("account.move", [("id", "=", invoice)], "write_date", "amount_total", "state", "timesheet_ids"), lines]
