"""Provisioning as administrator: made once, only what is missing, what people changed left alone, removed with care."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from connectors.odoo import Odoo, OdooSettings, connect
from flows.provision import DataWouldBeLost, State, losses, preview, provision, remove
from mappings.odoo.provision import LOCKS, Item, items
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

FIELD = "field_account_analytic_line__x_regie_kind"
VIEW = "view_order_search"


@pytest.fixture(scope="module")
def odoo(fresh_sandbox: Access) -> Iterator[Odoo]:
    access = fresh_sandbox
    settings = OdooSettings(url=access.url, database=access.database, login=access.admin_login, key=access.admin_key)
    with connect(settings) as connection:
        yield connection


def keyed(odoo: Odoo, key: str) -> int:
    _, record = odoo.call("ir.model.data", "check_object_reference", module="__regie__", xml_id=key)
    return int(record)


def declared() -> tuple[Item, ...]:
    """With the days of every calendar that may stand in the sandbox."""
    return items([Decimal(7), Decimal("7.6"), Decimal(8)])


def stamps(odoo: Odoo) -> dict[str, Any]:
    """When each provisioned record was last written."""
    rows = odoo.call("ir.model.data", "search_read", domain=[("module", "=", "__regie__")], fields=["name", "model", "res_id"])
    made = {item.key for item in declared()}
    return {
        row["name"]: odoo.call(row["model"], "read", ids=[row["res_id"]], fields=["write_date"])[0]["write_date"]
        for row in rows
        if row["name"] in made
    }


def states(odoo: Odoo) -> dict[str, State]:
    return {row.item.key: row.state for row in preview(odoo).rows}


def test_second_run_changes_nothing(odoo: Odoo) -> None:
    before = stamps(odoo)
    report = provision(odoo)
    assert report.nothing_to_do
    assert stamps(odoo) == before
    assert len(before) == len(report.of(State.PRESENT)) > 40


def test_days_are_as_long_as_each_companys_calendar_says(odoo: Odoo) -> None:
    hour = odoo.call("ir.model.data", "check_object_reference", module="uom", xml_id="product_uom_hour")[1]
    keys = ["uom_day_7h", "uom_half_day_7h", "uom_day_7_6h", "uom_half_day_7_6h"]
    rows = odoo.call(
        "uom.uom", "read", ids=[keyed(odoo, key) for key in keys], fields=["relative_factor", "relative_uom_id", "name"],
        load=None, context={"lang": "fr_FR"},
    )  # fmt: skip
    assert [(row["relative_factor"], row["relative_uom_id"]) for row in rows] == [
        (7, hour),
        (3.5, hour),
        (7.6, hour),
        (3.8, hour),
    ]
    assert [row["name"] for row in rows] == ["Jour (7 h)", "Demi-journée (7 h)", "Jour (7,6 h)", "Demi-journée (7,6 h)"]


def test_shared_day_unit_is_not_touched(odoo: Odoo) -> None:
    day = odoo.call("ir.model.data", "check_object_reference", module="uom", xml_id="product_uom_day")[1]
    (row,) = odoo.call("uom.uom", "read", ids=[day], fields=["relative_factor"])
    assert row["relative_factor"] == 8


def test_only_what_is_missing_is_made_and_a_persons_label_stays(odoo: Odoo) -> None:
    french = {"lang": "fr_FR"}
    odoo.call("ir.model.fields", "write", ids=[keyed(odoo, FIELD)], vals={"field_description": "Type d'heures"}, context=french)
    odoo.call("ir.ui.view", "unlink", ids=[keyed(odoo, VIEW)])
    assert [key for key, state in states(odoo).items() if state is State.MISSING] == [VIEW]
    made = provision(odoo).of(State.MADE)
    assert [row.item.key for row in made] == [VIEW]
    (field,) = odoo.call("ir.model.fields", "read", ids=[keyed(odoo, FIELD)], fields=["field_description"], context=french)
    assert field["field_description"] == "Type d'heures"


def test_a_field_that_lost_its_key_gets_it_back(odoo: Odoo) -> None:
    field = keyed(odoo, FIELD)
    (key,) = odoo.call("ir.model.data", "search", domain=[("module", "=", "__regie__"), ("name", "=", FIELD)])
    odoo.call("ir.model.data", "unlink", ids=[key])
    assert states(odoo)[FIELD] is State.FOUND
    assert [row.item.key for row in provision(odoo).of(State.MADE)] == [FIELD]
    assert keyed(odoo, FIELD) == field
    assert provision(odoo).nothing_to_do


def test_what_a_person_switched_off_is_told_and_left(odoo: Odoo) -> None:
    guard = keyed(odoo, "guard_billed_hours")
    odoo.call("base.automation", "write", ids=[guard], vals={"active": False})
    report = provision(odoo)
    assert [row.item.key for row in report.of(State.ARCHIVED)] == ["guard_billed_hours"]
    assert odoo.call("base.automation", "read", ids=[guard], fields=["active"])[0]["active"] is False
    odoo.call("base.automation", "write", ids=[guard], vals={"active": True})


def test_every_view_is_valid_where_it_is_shown(odoo: Odoo) -> None:
    shown = {
        "hr_timesheet.timesheet_view_tree_user": ("account.analytic.line", "x_regie_validated"),
        "hr_timesheet.timesheet_view_form_user": ("account.analytic.line", "x_regie_qualification"),
        "hr_timesheet.hr_timesheet_line_search": ("account.analytic.line", "regie_to_validate"),
        "hr_timesheet.hr_timesheet_line_my_timesheet_search": ("account.analytic.line", "regie_to_validate"),
        "project.view_task_form2": ("project.task", "x_regie_validated"),
        "sale.view_order_form": ("sale.order", "x_regie_contract_file"),
        "sale.view_quotation_tree": ("sale.order", "x_regie_contract_signed_on"),
        "sale.sale_order_view_search_inherit_sale": ("sale.order", "regie_unsigned"),
        "base.view_partner_form": ("res.partner", "x_regie_reference_required"),
        "account.view_move_form": ("account.move", "x_regie_key"),
        "account.view_out_invoice_tree": ("account.move", "x_regie_key"),
        "account.view_account_invoice_filter": ("account.move", "regie_drafts"),
        "contract.contract_contract_customer_form_view": ("contract.contract", "x_regie_owner"),
    }
    for name, (model, wanted) in shown.items():
        module, _, xml_id = name.partition(".")
        view = odoo.call("ir.model.data", "check_object_reference", module=module, xml_id=xml_id)[1]
        (row,) = odoo.call("ir.ui.view", "read", ids=[view], fields=["type"])
        arch = odoo.call(model, "get_view", view_id=view, view_type=row["type"])["arch"]
        assert f'name="{wanted}"' in arch, name


def test_english_speakers_read_english(odoo: Odoo) -> None:
    """English activated before: then both languages are written."""
    (english,) = odoo.call("res.lang", "search", domain=[("code", "=", "en_US")], context={"active_test": False})
    odoo.call("res.lang", "write", ids=[english], vals={"active": True})
    odoo.call("ir.ui.view", "unlink", ids=[keyed(odoo, VIEW)])
    odoo.call("ir.actions.server", "unlink", ids=[keyed(odoo, "action_validate")])
    provision(odoo)
    texts = {}
    for language in ("en_US", "fr_FR", "fr_BE"):
        context = {"lang": language}
        (action,) = odoo.call(
            "ir.actions.server", "read", ids=[keyed(odoo, "action_validate")], fields=["name"], context=context
        )
        (view,) = odoo.call("ir.ui.view", "read", ids=[keyed(odoo, VIEW)], fields=["arch"], context=context)
        texts[language] = (action["name"], "Contrat non signé" in view["arch"], "Contract not signed" in view["arch"])
    french = ("Valider les heures", True, False)
    assert texts == {"en_US": ("Validate the hours", False, True), "fr_FR": french, "fr_BE": french}


def test_preview_command_writes_nothing(fresh_sandbox: Access, odoo: Odoo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in fresh_sandbox.environment().items():
        monkeypatch.setenv(name, value)
    from regie.cli import application

    odoo.call("ir.ui.view", "unlink", ids=[keyed(odoo, VIEW)])
    shown = CliRunner().invoke(application(["provision"]), ["provision", "--preview"])
    assert shown.exit_code == 0, shown.output
    assert "à créer" in shown.output and "Contrat non signé" in shown.output
    assert states(odoo)[VIEW] is State.MISSING
    made = CliRunner().invoke(application(["provision"]), ["provision", "--lang", "en"])
    assert made.exit_code == 0 and "1 items made" in made.output
    again = CliRunner().invoke(application(["provision"]), ["provision"])
    assert "Rien à faire" in again.output


def test_removal_that_would_lose_data_is_refused_whole(odoo: Odoo) -> None:
    validated = odoo.call("account.analytic.line", "search_count", domain=[("x_regie_validated", "=", True)])
    assert validated
    with pytest.raises(DataWouldBeLost) as refused:
        remove(odoo)
    counts = {item.key: count for item, count in refused.value.losses}
    assert counts["field_account_analytic_line__x_regie_validated"] == validated
    assert [count for _, count in losses(odoo)] == list(counts.values())
    assert provision(odoo).nothing_to_do


def test_remove_and_make_again(odoo: Odoo) -> None:
    """Last of the module: it drops the data. A unit in use stays."""
    report = remove(odoo, drop_data=True)
    used = [row.item.key for row in report.of(State.USED)]
    assert "uom_day_7h" in used
    assert not odoo.call("ir.model.fields", "search", domain=[("name", "like", "x_regie_%")])
    keys = [*stamps(odoo), *(key for item in declared() for key in item.row_keys)]
    domain = [("module", "=", "__regie__"), ("name", "in", keys)]
    left = odoo.call("ir.model.data", "search_read", domain=domain, fields=["name"])
    assert {row["name"] for row in left} == set(used)
    assert all(state is State.MISSING for key, state in states(odoo).items() if key in LOCKS)
    made = provision(odoo)
    assert not preview(odoo).of(State.MISSING)
    assert set(LOCKS) <= {row.item.key for row in made.of(State.MADE)}
