"""Stafforia's October on a real Odoo: S6 and S7 to the cent through the flow, as a user without more rights than Regie's."""

import json
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from trade import FILES, NOVEMBER, OCTOBER, Desk, QuietScreen
from typer.testing import CliRunner

from flows.margin_month import MarginMonth
from flows.margins import margins_of_month
from mappings.vocabulary.period import Period
from rules.margin.margin import Figures, Kind, Row

pytestmark = pytest.mark.sandbox

D = Decimal
SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))
Margins = Callable[..., MarginMonth]


@pytest.fixture
def margins(stafforia: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Margins]:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    yield lambda period=OCTOBER: margins_of_month("stafforia", period, QuietScreen(), stafforia.robot())[1]


@pytest.fixture
def command(stafforia: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`regie run margins` for the demo's consulting company."""
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    monkeypatch.setenv("COLUMNS", "200")  # wide enough that no cell wraps
    for name, value in stafforia.access.environment().items():
        monkeypatch.setenv(name, value)
    from regie.cli import application

    return lambda *options: CliRunner().invoke(application(["run"]), ["run", "margins", "--company", "stafforia", *options])


def missions(found: MarginMonth) -> dict[str, Figures]:
    """By client: each has one mission in the demo."""
    return {found.client(row.client_id): row.figures for row in found.margins.rows if row.kind is Kind.MISSION}


def earned(found: MarginMonth) -> list[Row]:
    """Its rows, whatever of them is invoiced."""
    return [replace(row, figures=replace(row.figures, invoiced=D(0))) for row in found.margins.rows]


def figures(*values: str) -> Figures:
    return Figures(*map(D, values))


def test_s6_the_mission_of_october_keeps_3693_60_which_is_44_9_percent(margins: Margins) -> None:
    found = missions(margins())["Clientis Group"]
    assert found == figures("8220.00", "4320.00", "206.40")
    assert (found.margin, found.rate) == (D("3693.60"), D("44.9"))


def test_s7_the_bench_is_in_the_business_managers_margin_alone(margins: Margins) -> None:
    found = margins()
    [bench] = [row for row in found.margins.rows if row.kind is Kind.BENCH]
    assert (found.title(bench), bench.figures) == ("Camille Durand (intercontrat)", figures("0", "0", "0", "2240.00"))
    assert {found.manager(user): one.bench for user, one in found.margins.managers.items()} == {"Sophie Bernard": 2240}
    assert all(one.bench == 0 for one in found.margins.clients.values())


def test_every_other_mission_earns_what_october_did_of_it(margins: Margins) -> None:
    """Orion is half done and 30 % were earned in September; of Néo's pack 7.5 h are drawn; Kepler's 3 h wait for validation."""
    found = {client: one.revenue for client, one in missions(margins()).items()}
    assert found == {"Clientis Group": 8220, "Orion": 2600, "Néo": D("712.50"), "Kepler": 960}
    assert [one.code for one in margins().margins.findings] == ["not_validated"]


def test_september_is_orions_first_milestone(margins: Margins) -> None:
    assert {client: one.revenue for client, one in missions(margins(SEPTEMBER)).items()} == {"Orion": 3900}


@pytest.mark.parametrize(("key", "counted"), [("payroll_9_2026_10", 0), (False, 500)])
def test_an_entry_of_regies_own_is_no_expense_and_one_of_the_accountants_is(
    stafforia: Desk, margins: Margins, key: str | bool, counted: int
) -> None:
    """A payroll journal split by mission holds the cost of time, which the timesheets have already."""
    before = missions(margins())["Clientis Group"].expenses
    entry = _posted_cost(stafforia, key)
    try:
        assert missions(margins())["Clientis Group"].expenses - before == counted
    finally:
        stafforia("account.move", "button_draft", entry)
        stafforia("account.move", "unlink", entry)


def test_h6_travel_billed_flat_is_in_the_contracts_revenue(hydro: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """180.00 of forfait and 4 visits at 25.00, 9.5 h of work and 3 h of travel at 28.00."""
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
    _, month = margins_of_month("hydro-verte", OCTOBER, QuietScreen(), hydro.robot())
    clients = {month.client(one): found for one, found in month.margins.clients.items()}
    atrium = clients["Atrium"]
    assert (atrium, atrium.margin, atrium.rate) == (figures("280.00", "350.00"), D("-70.00"), D("-25.0"))
    [forfait] = [row.figures for row in month.margins.rows if "forfait mensuel" in month.title(row) and row.figures.cost == 266]
    assert (forfait, forfait.margin, forfait.rate) == (figures("180.00", "266.00"), D("-86.00"), D("-47.8"))
    assert clients["Dubois"].revenue == D("192.50")
    september = margins_of_month("hydro-verte", SEPTEMBER, QuietScreen(), hydro.robot())[1]
    assert september.margins.total.revenue == 0


def _posted_cost(desk: Desk, key: str | bool) -> int:
    """500.00 of an expense account on the mission's analytic account, in a posted entry."""
    [order] = desk.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "id")
    [project] = desk.rows("project.project", [("sale_line_id.order_id", "=", order["id"])], "account_id")
    [cost] = desk.rows("account.account", [("code", "=", "641100"), ("company_ids", "in", desk.company_id)], "id")
    [owed] = desk.rows("account.account", [("code", "=", "421000"), ("company_ids", "in", desk.company_id)], "id")
    shared = {str(project["account_id"]): 100}
    entry = desk.make(
        "account.move", date="2026-10-31", x_regie_key=key,
        line_ids=[
            (0, 0, {"account_id": cost["id"], "debit": 500, "credit": 0, "analytic_distribution": shared}),
            (0, 0, {"account_id": owed["id"], "debit": 0, "credit": 500}),
        ],
    )  # fmt: skip
    desk("account.move", "action_post", entry)
    return entry


def test_an_invoice_made_by_hand_is_the_missions_and_one_of_no_project_is_told(stafforia: Desk, margins: Margins) -> None:
    before = margins()
    [order] = stafforia.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "id", "partner_id")
    [project] = stafforia.rows("project.project", [("sale_line_id.order_id", "=", order["id"])], "account_id")
    product = stafforia.product("REGIE-J")
    shares = [{str(project["account_id"]): 60}, {}]
    invoice = stafforia.make(
        "account.move", move_type="out_invoice", partner_id=order["partner_id"],
        invoice_line_ids=[
            (0, 0, {"product_id": product, "name": "Main", "quantity": 1, "price_unit": 1000, "analytic_distribution": share})
            for share in shares
        ],
    )  # fmt: skip
    made = [invoice]
    try:
        assert missions(margins()) == missions(before), "a draft is no invoice"
        stafforia.post(invoice)
        found = margins()
        clientis, was = missions(found)["Clientis Group"], missions(before)["Clientis Group"]
        assert (clientis.revenue - was.revenue, clientis.invoiced - was.invoiced) == (600, 600)
        [told] = [one for one in found.margins.findings if one.code == "margin_loose"]
        assert told.amount == 1400
        made.append(stafforia.credit(invoice))
        stafforia.post(made[-1])
        assert missions(margins()) == missions(before)
    finally:
        for one in reversed(made):
            stafforia("account.move", "button_draft", one)
            stafforia("account.move", "button_cancel", one)


def test_what_is_invoiced_on_an_order_stays_revenue_after_it_is_cancelled(stafforia: Desk, margins: Margins) -> None:
    order = stafforia.order(stafforia.sold("REGIE-J", 10, 500))
    order.validate(order.work(7.0, "2026-10-20"))
    invoice = stafforia.wizard(order.id)
    stafforia.post(invoice)
    billed = margins().margins.total
    stafforia("sale.order", "action_cancel", order.id, context={"disable_cancel_warning": True})
    assert stafforia.row("sale.order", order.id, "state")["state"] == "cancel"
    cancelled = margins().margins.total
    assert (cancelled, cancelled.invoiced) == (billed, 500)
    stafforia("account.move", "button_draft", invoice)
    stafforia("account.move", "button_cancel", invoice)
    assert margins().margins.total.revenue == billed.revenue - 500


def test_the_same_once_all_is_invoiced_and_a_credit_note_lowers_its_own_month(stafforia: Desk, margins: Margins) -> None:
    before = margins()
    report = stafforia.bill()
    assert report.written is not None
    for key in report.written.created:
        stafforia.post(report.written.ids[key])
    assert earned(margins()) == earned(before)
    [kepler] = stafforia.rows("account.move", [("partner_id.name", "=", "Kepler"), ("amount_untaxed", "=", 960)], "id")
    credit = stafforia.credit(kepler["id"])
    [line] = stafforia.rows("account.move.line", [("move_id", "=", credit), ("display_type", "=", "product")], "id")
    stafforia.write("account.move.line", line["id"], stafforia.accountant, price_unit=40)
    stafforia.post(credit, "2026-11-05")
    assert earned(margins()) == earned(before)
    november = missions(margins(NOVEMBER))["Kepler"]
    assert (november.revenue, november.invoiced, november.accrued) == (-480, -480, 0)


def test_the_command_shows_the_month_and_writes_the_excel_file(command: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "marges.xlsx"
    shown = command("--month", "2026-10", "--xlsx", str(file))
    assert shown.exit_code == 0, shown.output
    for text in ("Clientis Group", "3\xa0693,60\xa0€", "44,9\xa0%", "2\xa0240,00\xa0€"):
        assert text in shown.output.replace("\u202f", "\xa0")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and file.read_bytes()[:2] == b"PK"


def test_the_command_answers_one_document(command: Callable[..., Result]) -> None:
    found = json.loads(command("--month", "2026-10", "--json").stdout)["margins"]
    [clientis] = [one for one in found["missions"] if one["client"] == "Clientis Group"]
    assert (clientis["margin"], clientis["rate"]) == ("3693.60", "44.9")
