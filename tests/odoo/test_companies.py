"""The demo companies as they stand after loading: the figures of the scenarios, in Odoo's own words."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.odoo import Odoo, OdooSettings, connect
from connectors.odoo.errors import AccessDenied
from sandbox import companies
from sandbox.access import Access
from sandbox.building import quiet

pytestmark = pytest.mark.sandbox

OCTOBER = [("date", ">=", "2026-10-01"), ("date", "<=", "2026-10-31")]
WORKED = [("project_id", "!=", False), ("holiday_id", "=", False), ("global_leave_id", "=", False)]


def _connect(access: Access, login: str, key: str, protocol: str = "auto") -> Odoo:
    return connect(OdooSettings(url=access.url, database=access.database, login=login, key=key, protocol=protocol))


@pytest.fixture(scope="module")
def admin(sandbox_access: Access) -> Iterator[Odoo]:
    with _connect(sandbox_access, sandbox_access.admin_login, sandbox_access.admin_key) as odoo:
        yield odoo


@pytest.fixture(scope="module")
def company_ids(admin: Odoo) -> dict[str, int]:
    names = ["Hydro Verte SRL", "Stafforia Services SAS"]
    rows = admin.call("res.company", "search_read", domain=[("name", "in", names)], fields=["name"])
    return {row["name"]: row["id"] for row in rows}


@pytest.fixture(scope="module")
def hydro(company_ids: dict[str, int]) -> dict[str, Any]:
    return {"allowed_company_ids": [company_ids["Hydro Verte SRL"]]}


@pytest.fixture(scope="module")
def stafforia(company_ids: dict[str, int]) -> dict[str, Any]:
    return {"allowed_company_ids": [company_ids["Stafforia Services SAS"]]}


def rows(odoo: Odoo, context: dict[str, Any], model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
    [company] = context["allowed_company_ids"]
    mine = [*domain, ("company_id", "=", company)]
    return odoo.call(model, "search_read", domain=mine, fields=list(fields), order="id", context=context)  # type: ignore[no-any-return]


def validated(odoo: Odoo, context: dict[str, Any]) -> dict[tuple[str, str], float]:
    """October's validated hours by client (or internal project) and kind."""
    found = rows(
        odoo, context, "account.analytic.line", [*WORKED, *OCTOBER, ("x_regie_validated", "=", True)],
        "unit_amount", "order_id", "project_id", "partner_id", "x_regie_kind",
    )  # fmt: skip
    total: Counter[tuple[str, str]] = Counter()
    for line in found:
        total[(line["partner_id"] or line["project_id"])[1], line["x_regie_kind"]] += line["unit_amount"]
    return dict(total)


def test_hydro_verte_validated_hours(admin: Odoo, hydro: dict[str, Any]) -> None:
    hours = validated(admin, hydro)
    assert {place: spent for place, spent in hours.items() if "Intern" not in place[0]} == {
        ("Atrium", "work"): 9.5,
        ("Atrium", "travel"): 3.0,
        ("Bellevue", "work"): 2.5,
        ("Bellevue", "travel"): 1.5,
        ("Clinique du Parc", "work"): 8.0,
        ("Dubois", "work"): 2.0,
        ("Dubois", "travel"): 0.5,
    }
    assert sum(hours.values()) == 28.5


def test_stafforia_validated_hours(admin: Odoo, stafforia: dict[str, Any]) -> None:
    hours = validated(admin, stafforia)
    assert hours == {
        ("Clientis Group", "work"): 94.5,
        ("Intercontrat", "work"): 49.0,
        ("Kepler", "work"): 12.0,
        ("Néo", "work"): 7.5,
        ("Orion", "work"): 63.0,
    }
    assert sum(hours.values()) == 226.0


def test_hours_not_validated_are_keplers_of_the_28th(admin: Odoo, stafforia: dict[str, Any], hydro: dict[str, Any]) -> None:
    waiting = [*WORKED, ("x_regie_validated", "=", False)]
    [late] = rows(admin, stafforia, "account.analytic.line", waiting, "date", "unit_amount", "partner_id")
    assert (late["date"], late["unit_amount"], late["partner_id"][1]) == ("2026-10-28", 3.0, "Kepler")
    assert rows(admin, hydro, "account.analytic.line", waiting) == []


def test_each_manager_validated_the_time_of_their_people(admin: Odoo, hydro: dict[str, Any], stafforia: dict[str, Any]) -> None:
    for context, manager in ((hydro, "Claude Renard"), (stafforia, "Claire Martin")):
        found = rows(admin, context, "account.analytic.line", [("x_regie_validated", "=", True)], "x_regie_validated_by")
        assert {line["x_regie_validated_by"][1] for line in found} == {manager}


def test_travel_is_on_the_travel_line_and_work_is_not(admin: Odoo, hydro: dict[str, Any]) -> None:
    worked = [*WORKED, *OCTOBER, ("order_id", "!=", False)]
    found = rows(admin, hydro, "account.analytic.line", worked, "x_regie_kind", "so_line")
    assert {(line["x_regie_kind"], "DEPLACEMENT" in line["so_line"][1]) for line in found} == {
        ("travel", True),
        ("work", False),
    }


def test_orders_are_confirmed_on_their_days(admin: Odoo, hydro: dict[str, Any], stafforia: dict[str, Any]) -> None:
    days = {}
    for context in (hydro, stafforia):
        for order in rows(admin, context, "sale.order", [], "partner_id", "state", "date_order"):
            assert order["state"] == "sale"
            days[order["partner_id"][1]] = order["date_order"][:10]
    assert days == {
        "Atrium": "2026-10-01",
        "Bellevue": "2026-10-01",
        "Clinique du Parc": "2026-10-01",
        "Dubois": "2026-10-12",
        "Lumen": "2026-10-15",
        "Clientis Group": "2026-10-05",
        "Néo": "2026-10-01",
        "Orion": "2026-09-14",
        "Kepler": "2026-10-05",
    }


def test_odoos_own_amounts_to_invoice(admin: Odoo, hydro: dict[str, Any], stafforia: dict[str, Any]) -> None:
    """Odoo offers whole forfaits and time that nobody validated: 12 months, 4 quarters, Kepler's 15 h."""
    amounts: Counter[str] = Counter()
    for context in (hydro, stafforia):
        for line in rows(admin, context, "sale.order.line", [], "order_partner_id", "untaxed_amount_to_invoice"):
            amounts[line["order_partner_id"][1]] += line["untaxed_amount_to_invoice"]
    assert {client: round(amount, 2) for client, amount in amounts.items()} == {
        "Atrium": 12 * 180.00 + 4 * 25.00,
        "Bellevue": 4 * 390.00 + 25.00,
        "Clinique du Parc": 12 * 320.00,
        "Dubois": 130.00 + 37.50 + 25.00,
        "Lumen": 0.0,
        "Clientis Group": 8220.00,
        "Néo": 950.00,
        "Orion": 5200.00,
        "Kepler": 15 * 80.00,
    }


def test_a_day_is_the_companys_day(admin: Odoo, hydro: dict[str, Any], stafforia: dict[str, Any]) -> None:
    for context, hours in ((hydro, 7.6), (stafforia, 7.0)):
        [company] = admin.call(
            "res.company", "read", ids=context["allowed_company_ids"], fields=["resource_calendar_id"], load=None
        )
        [calendar] = admin.call(
            "resource.calendar", "read", ids=[company["resource_calendar_id"]], fields=["hours_per_day", "global_leave_ids"]
        )
        assert calendar["hours_per_day"] == pytest.approx(hours)
        days = admin.call("resource.calendar.leaves", "read", ids=calendar["global_leave_ids"], fields=["date_from"])
        assert "2026-11-10 23:00:00" in {day["date_from"] for day in days}, "11 November, in UTC"
    [mission] = rows(admin, stafforia, "sale.order.line", [("product_id.default_code", "=", "REGIE-J")], "qty_delivered")
    assert mission["qty_delivered"] == 13.5


def test_services_have_the_countrys_tax_and_account(admin: Odoo, hydro: dict[str, Any], stafforia: dict[str, Any]) -> None:
    expected = [
        (hydro, "REGIE-H", "21% S", 21.0, "700"),
        (hydro, "TERREAU", "6%", 6.0, "700"),
        (hydro, "ENGRAIS", "21%", 21.0, "700"),
        (stafforia, "REGIE-J", "20% S", 20.0, "706000"),
        (stafforia, "FORFAIT-JALON", "20% S", 20.0, "706000"),
    ]
    for context, code, name, rate, account in expected:
        wanted = ("taxes_id", "property_account_income_id")
        [product] = rows(admin, context, "product.product", [("default_code", "=", code)], *wanted)
        [tax] = admin.call("account.tax", "read", ids=product["taxes_id"], fields=["name", "amount"], context=context)
        assert (tax["name"], tax["amount"]) == (name, rate)
        income = product["property_account_income_id"][0]
        [found] = admin.call("account.account", "read", ids=[income], fields=["code"], context=context)
        assert found["code"].startswith(account)


def test_orions_first_milestone_is_invoiced_in_september(admin: Odoo, stafforia: dict[str, Any]) -> None:
    domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted"), ("partner_id.name", "=", "Orion")]
    [invoice] = rows(admin, stafforia, "account.move", domain, "amount_untaxed", "invoice_date")
    assert (invoice["amount_untaxed"], invoice["invoice_date"]) == (3900.00, "2026-09-30")
    milestones = admin.call(
        "project.milestone", "search_read", domain=[], fields=["quantity_percentage", "reached_date"], order="deadline",
        context=stafforia,
    )  # fmt: skip
    assert [(round(m["quantity_percentage"], 4), m["reached_date"]) for m in milestones] == [
        (0.3, "2026-09-25"),
        (0.4, "2026-10-15"),
        (0.3, False),
    ]


def test_expenses_are_posted_and_only_the_train_is_billed_again(admin: Odoo, stafforia: dict[str, Any]) -> None:
    expenses = rows(admin, stafforia, "hr.expense", [], "state", "total_amount", "sale_order_id")
    assert [(e["state"], e["total_amount"], bool(e["sale_order_id"])) for e in expenses] == [
        ("posted", 120.00, True),
        ("posted", 86.40, False),
    ]
    [line] = rows(admin, stafforia, "sale.order.line", [("is_expense", "=", True)], "price_unit", "qty_delivered")
    assert line["price_unit"] * line["qty_delivered"] == 120.00


def test_neo_has_two_hours_and_a_half_left_after_two_tickets(admin: Odoo, stafforia: dict[str, Any]) -> None:
    [pack] = rows(admin, stafforia, "sale.order.line", [("product_id.default_code", "=", "PACK-H")], "remaining_hours")
    assert pack["remaining_hours"] == 2.5
    tickets = rows(admin, stafforia, "helpdesk.ticket", [], "task_id", "closed")
    assert [bool(ticket["task_id"]) and ticket["closed"] for ticket in tickets] == [True, True]


def test_camille_costs_320_a_day_and_was_on_leave_a_day_and_a_half(admin: Odoo, stafforia: dict[str, Any]) -> None:
    cost: Counter[str] = Counter()
    domain = [*WORKED, *OCTOBER, ("employee_id.name", "=", "Camille Durand")]
    for line in rows(admin, stafforia, "account.analytic.line", domain, "amount", "project_id"):
        cost[line["project_id"][1].split(" ")[0]] += line["amount"]
    assert {project: round(amount, 2) for project, amount in cost.items()} == {"Clientis": -4320.00, "Intercontrat": -2240.00}
    leaves = admin.call("hr.leave", "search_read", domain=[], fields=["state", "number_of_days"], context=stafforia)
    assert {leave["state"] for leave in leaves} == {"validate"}
    assert sum(leave["number_of_days"] for leave in leaves) == 1.5


def test_contract_is_required_where_the_scenario_says(admin: Odoo, stafforia: dict[str, Any]) -> None:
    orders = rows(admin, stafforia, "sale.order", [], "partner_id", "x_regie_contract_required", "x_regie_contract_signed_on")
    assert {o["partner_id"][1] for o in orders if o["x_regie_contract_required"]} == {"Clientis Group"}
    assert not any(o["x_regie_contract_signed_on"] for o in orders)


def _everything(odoo: Odoo) -> dict[str, list[tuple[int, str]]]:
    """Id and last change of every record that loading could add or touch."""
    models = (
        "res.company", "res.users", "res.partner", "hr.employee", "product.product", "sale.order", "sale.order.line",
        "account.analytic.line", "account.move", "project.project", "project.task", "project.milestone", "project.update",
        "hr.expense", "hr.leave", "helpdesk.ticket", "resource.calendar", "resource.calendar.leaves", "account.tax", "uom.uom",
    )  # fmt: skip
    context = {"active_test": False}
    found = {}
    for model in models:
        changes = odoo.call(model, "search_read", domain=[], fields=["write_date"], order="id", context=context)
        found[model] = [(row["id"], row["write_date"]) for row in changes]
    return found


def test_loading_again_adds_and_changes_nothing(sandbox_access: Access, admin: Odoo) -> None:
    before = _everything(admin)
    companies.load(sandbox_access, quiet)
    assert _everything(admin) == before


def test_integration_user_reads_what_it_bills_and_no_more(sandbox_access: Access, company_ids: dict[str, int]) -> None:
    context = {"allowed_company_ids": sorted(company_ids.values())}
    with _connect(sandbox_access, sandbox_access.bot_login, sandbox_access.bot_key) as bot:
        count = {
            model: bot.call(model, "search_count", domain=[], context=context)
            for model in ("sale.order", "hr.expense", "project.milestone")
        }
        assert count == {"sale.order": 9, "hr.expense": 2, "project.milestone": 3}
        worked = bot.call(
            "account.analytic.line", "search_read", domain=[*WORKED, *OCTOBER], fields=["unit_amount"], context=context
        )
        assert sum(line["unit_amount"] for line in worked) == 28.5 + 226.0 + 3.0
        for model, values in (("res.users", {"name": "x"}), ("res.company", {"name": "x"}), ("hr.employee", {"name": "x"})):
            with pytest.raises(AccessDenied):
                bot.call(model, "write", ids=[1], vals=values, context=context)
        with pytest.raises(AccessDenied):
            bot.call("ir.config_parameter", "set_param", key="x", value="y", context=context)
        with pytest.raises(AccessDenied):
            bot.call("sale.order", "create", vals_list=[{"partner_id": 1}], context=context)


def test_people_enter_with_the_demo_password_and_their_own_rights(sandbox_access: Access) -> None:
    with _connect(sandbox_access, "thomas@hydroverte.example", companies.PASSWORD, "jsonrpc") as technician:
        with pytest.raises(AccessDenied):
            technician.call("sale.order", "search_count", domain=[])
        mine = technician.call("account.analytic.line", "search_count", domain=[("project_id", "!=", False)])
        assert mine > 0
    with _connect(sandbox_access, "hugo.moreau@neo.example", companies.PASSWORD, "jsonrpc") as client:
        assert client.call("sale.order", "search_count", domain=[]) == 1


def test_the_business_manager_opens_her_orders_in_odoos_form(sandbox_access: Access, stafforia: dict[str, Any]) -> None:
    """Odoo 19 asks a seller for a right of Project there, and shows nothing without it."""
    with _connect(sandbox_access, "sophie@stafforia.example", companies.PASSWORD, "jsonrpc") as sophie:
        form = sophie.call("sale.order", "get_views", views=[(False, "form")], context=stafforia)
        names = [name for name, of in form["models"]["sale.order"]["fields"].items() if of["type"] != "one2many"]
        [order] = sophie.call("sale.order", "search", domain=[("partner_id.name", "=", "Clientis Group")], context=stafforia)
        assert sophie.call("sale.order", "read", ids=[order], fields=names, context=stafforia)
