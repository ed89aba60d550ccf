"""`regie doctor` on a whole Odoo, and on the same with one thing wrong at a time."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crew import COMPANY, Crew
from typer.testing import CliRunner

from connectors.odoo import OdooSettings
from flows.doctor import diagnose
from flows.doctor_verdicts import Diagnosis, Hinders, Level
from mappings.vocabulary.labels import Labels
from sandbox import server
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

FILES = Path(__file__).parents[2] / "sandbox" / "companies"


@pytest.fixture(scope="module")
def crew(fresh_sandbox: Access) -> Crew:
    return Crew(fresh_sandbox)


@pytest.fixture(autouse=True)
def _company_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))


def settings(crew: Crew, login: str = "", key: str = "") -> OdooSettings:
    access = crew.access
    login, key = login or access.bot_login, key or access.bot_key
    return OdooSettings(url=access.url, database=access.database, login=login, key=key)


def seen(crew: Crew, login: str = "", key: str = "") -> Diagnosis:
    access = crew.access
    return diagnose(settings(crew, login, key), settings(crew, access.admin_login, access.admin_key), Labels("fr"))


def blocking(found: Diagnosis) -> list[tuple[str, Hinders]]:
    return [(verdict.area, verdict.hinders) for verdict in found.verdicts if verdict.level is Level.BLOCK]


@pytest.fixture
def archived_guard(crew: Crew) -> Iterator[None]:
    guard = crew.ref("__regie__.guard_billed_hours")
    crew.do("base.automation", "write", ids=[guard], vals={"active": False})
    yield
    crew.do("base.automation", "write", ids=[guard], vals={"active": True})


def test_whole_odoo_can_do_everything(crew: Crew) -> None:
    found = seen(crew)
    assert blocking(found) == []
    (bill,) = found.abilities
    assert (bill.preview, bill.apply, bill.hindered_by) == (True, True, ())
    ready = [verdict.message for verdict in found.verdicts if verdict.area == "companies" and verdict.level is Level.OK]
    assert any(COMPANY in message for message in ready) and len(ready) == 2


def test_everything_wrong_says_what_to_do(crew: Crew, archived_guard: None) -> None:
    for verdict in seen(crew).verdicts:
        assert verdict.message
        assert bool(verdict.remedy) == (verdict.level in (Level.WARNING, Level.BLOCK)) or verdict.area == "fields"


def test_archived_guard_forbids_writing_and_not_looking(crew: Crew, archived_guard: None) -> None:
    found = seen(crew)
    assert ("provision", Hinders.APPLY) in blocking(found)
    (bill,) = found.abilities
    assert (bill.preview, bill.apply, bill.hindered_by) == (True, False, ("provision",))


def test_user_without_rights_is_told_which(crew: Crew) -> None:
    crew.user("stranger", "base.group_user")
    found = seen(crew, "stranger@crew.example", server.make_key(crew.access, "stranger@crew.example"))
    told = [verdict for verdict in found.verdicts if verdict.hinders is Hinders.PREVIEW and verdict.area == "rights"]
    unread, hidden = told
    assert "account.move" in unread.message and "heures des autres" in hidden.message
    assert all("Regie : robot" in verdict.remedy for verdict in told)
    assert any("account.move (create)" in verdict.message for verdict in found.verdicts)
    (bill,) = found.abilities
    assert (bill.preview, bill.apply) == (False, False)


def test_user_with_odoos_own_groups_is_told_what_odoo_hides(crew: Crew) -> None:
    crew.user("half", "account.group_account_invoice", "hr_timesheet.group_hr_timesheet_approver")
    found = seen(crew, "half@crew.example", server.make_key(crew.access, "half@crew.example"))
    assert any(verdict.level is Level.WARNING and "projets" in verdict.message for verdict in found.verdicts)
    assert ("provision", Hinders.APPLY) in blocking(found)  # it cannot check the guard


def test_order_in_odoos_own_day_blocks(crew: Crew) -> None:
    product = crew.create(
        "product.product", name="Jour d'Odoo", type="service", invoice_policy="delivery", service_type="timesheet",
        uom_id=crew.ref("uom.product_uom_day"),
    )  # fmt: skip
    line = {"product_id": product, "product_uom_qty": 2}
    order = crew.create("sale.order", partner_id=crew.client, company_id=crew.company, order_line=[(0, 0, line)])
    crew.do("sale.order", "action_confirm", ids=[order])
    (name,) = [row["name"] for row in crew.do("sale.order", "read", ids=[order], fields=["name"])]
    (unit,) = [verdict for verdict in seen(crew).verdicts if verdict.area == "units"]
    assert unit.level is Level.BLOCK
    assert name in unit.message and "7,6" in unit.message
    crew.do("sale.order", "write", ids=[order], vals={"order_line": []})
    (line_id,) = crew.do("sale.order.line", "search", domain=[("order_id", "=", order)])
    crew.do("sale.order.line", "write", ids=[line_id], vals={"product_uom_id": crew.ref("__regie__.uom_day_7_6h")})
    assert all(verdict.level is Level.OK for verdict in seen(crew).verdicts if verdict.area == "units")


def test_contract_that_odoo_would_invoice_too_blocks(crew: Crew) -> None:
    rule = crew.ref("__regie__.contract_owner")
    crew.do("base.automation", "write", ids=[rule], vals={"active": False})
    contract = crew.create(
        "contract.contract", name="Entretien", partner_id=crew.client, company_id=crew.company, contract_type="sale",
        x_regie_owner=True, recurring_next_date="2026-11-01",
    )  # fmt: skip
    crew.do("base.automation", "write", ids=[rule], vals={"active": True})
    (verdict,) = [verdict for verdict in seen(crew).verdicts if verdict.area == "contracts"]
    assert verdict.level is Level.BLOCK and "Entretien" in verdict.message
    crew.do("contract.contract", "write", ids=[contract], vals={"recurring_next_date": "2026-12-01"})
    (verdict,) = [verdict for verdict in seen(crew).verdicts if verdict.area == "contracts"]
    assert verdict.level is Level.OK


SOLD = "sale.order.line"


def missions_told(crew: Crew) -> dict[Level, list[str]]:
    """Of the company that has one; other tests sell things to the other."""
    told: dict[Level, list[str]] = {}
    for verdict in seen(crew).verdicts:
        if verdict.area == "missions" and "Stafforia" in verdict.message:
            told.setdefault(verdict.level, []).append(verdict.message)
    return told


def mission(crew: Crew) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order line that names Camille, and the context of its company."""
    fields = ["order_id", "project_id", "company_id"]
    (line,) = crew.do(
        SOLD, "search_read", domain=[("x_regie_consultant_id", "!=", False), ("order_id.state", "=", "sale")],
        fields=fields, load=None,
        context={"allowed_company_ids": []},
    )  # fmt: skip
    return line, {"allowed_company_ids": [line["company_id"]]}


LACKING: list[tuple[str, str, dict[str, Any], str]] = [
    ("sale.order", "order_id", {"user_id": False}, "business manager"),
    (SOLD, "id", {"price_unit": 0}, "sans tarif"),
    (SOLD, "id", {"x_regie_starts_on": "2026-10-04"}, "avant la date de leur commande"),
    ("project.project", "project_id", {"account_id": False}, "compte analytique"),
    (SOLD, "id", {"x_regie_ends_on": "2026-10-03"}, "finissent avant de commencer"),
]


def test_what_a_mission_lacks_is_named_until_it_is_mended(crew: Crew) -> None:
    line, here = mission(crew)
    assert list(missions_told(crew)) == [Level.OK]
    before = []
    for model, holder, values, _ in LACKING:
        (was,) = crew.do(model, "read", ids=[line[holder]], fields=list(values), load=None, context=here)
        before.append({name: was[name] for name in values})
        crew.do(model, "write", ids=[line[holder]], vals=values, context=here)
    told = missions_told(crew)
    for (model, holder, *_), values in reversed(list(zip(LACKING, before, strict=True))):
        crew.do(model, "write", ids=[line[holder]], vals=values, context=here)
    assert list(told) == [Level.WARNING] and len(told[Level.WARNING]) == len(LACKING)
    for *_, said in LACKING:
        (message,) = [one for one in told[Level.WARNING] if said in one]
        assert "Mission Data Engineer, TJM (Camille Durand)" in message
    assert list(missions_told(crew)) == [Level.OK]


def test_a_mission_without_a_name_is_whoever_works_on_it(crew: Crew) -> None:
    """Camille has time on the line: taking her name off changes nothing that is told."""
    line, here = mission(crew)
    (before,) = crew.do(SOLD, "read", ids=[line["id"]], fields=["x_regie_consultant_id"], load=None, context=here)
    crew.do(SOLD, "write", ids=[line["id"]], vals={"x_regie_consultant_id": False}, context=here)
    told = missions_told(crew)
    crew.do(SOLD, "write", ids=[line["id"]], vals={"x_regie_consultant_id": before["x_regie_consultant_id"]}, context=here)
    assert list(told) == [Level.OK]


def test_a_mission_that_nobody_is_on_and_one_without_a_project_are_named_until_they_are_mended(crew: Crew) -> None:
    """20 days by a product that opens no project, on an order that names nobody."""
    sold, here = mission(crew)

    def made(model: str, **values: Any) -> int:
        (id_,) = crew.do(model, "create", vals_list=[{**values, "company_id": sold["company_id"]}], context=here)
        return int(id_)

    product = made(
        "product.product", name="Mission au jour", type="service", invoice_policy="delivery", service_type="timesheet",
        service_tracking="no", uom_id=crew.ref("__regie__.uom_day_7h"),
    )  # fmt: skip
    client = made("res.partner", name="Client")
    days = {"product_id": product, "product_uom_qty": 20, "price_unit": 500}
    order = made("sale.order", partner_id=client, order_line=[(0, 0, days)])
    crew.do("sale.order", "action_confirm", ids=[order], context=here)
    (row,) = crew.do("sale.order", "read", ids=[order], fields=["name", "order_line"], context=here)

    def lacking() -> set[str]:
        """Of the two."""
        told = [message for message in missions_told(crew).get(Level.WARNING, []) if row["name"] in message]
        return {lack for lack in ("sans consultant", "sans projet") if any(lack in message for message in told)}

    try:
        assert lacking() == {"sans consultant", "sans projet"}
        (julien,) = crew.do("hr.employee", "search", domain=[("name", "=", "Julien Roussel")], context=here)
        crew.do(SOLD, "write", ids=row["order_line"], vals={"x_regie_consultant_id": julien}, context=here)
        assert lacking() == {"sans projet"}
        made("project.project", name="Mission", allow_billable=True, sale_line_id=row["order_line"][0], partner_id=client)
        assert lacking() == set()
    finally:
        crew.do("sale.order", "action_cancel", ids=[order], context=here)


def test_who_must_approve_cras_and_cannot_enter_the_portal_is_named(crew: Crew) -> None:
    line, here = mission(crew)
    order = [line["order_id"]]
    (before,) = crew.do("sale.order", "read", ids=order, fields=["x_regie_cra_contact_id"], load=None, context=here)
    try:
        crew.do("sale.order", "write", ids=order, vals={"x_regie_cra_contact_id": False}, context=here)
        told = missions_told(crew)
        assert list(told) == [Level.WARNING, Level.OK] and "Clientis Group (S0" in told[Level.WARNING][0]
        crew.do("sale.order", "write", ids=order, vals={"x_regie_cra_approval": "none"}, context=here)
        assert list(missions_told(crew)) == [Level.OK], "nobody need approve"
    finally:
        contact = before["x_regie_cra_contact_id"]
        vals = {"x_regie_cra_contact_id": contact, "x_regie_cra_approval": False}
        crew.do("sale.order", "write", ids=order, vals=vals, context=here)
    assert list(missions_told(crew)) == [Level.OK]


def test_wrong_key_is_one_clear_verdict(crew: Crew) -> None:
    found = seen(crew, "regie", "not-the-key")
    (verdict,) = found.verdicts
    assert (verdict.area, verdict.level) == ("connection", Level.BLOCK)
    assert "not-the-key" not in verdict.message and verdict.remedy


def test_command_prints_json_and_exits_1_where_something_blocks(
    crew: Crew, archived_guard: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in crew.access.environment().items():
        monkeypatch.setenv(name, value)
    from regie.cli import application

    ran = CliRunner().invoke(application(["doctor"]), ["doctor", "--json", "--lang", "en"])
    document = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert document["blocked"] is True
    assert document["flows"] == [{"flow": "bill", "preview": True, "apply": False, "hindered_by": ["provision"]}]
    assert {verdict["level"] for verdict in document["verdicts"]} <= {"ok", "note", "warning", "block"}


def test_command_exits_0_on_a_whole_odoo_without_an_administrator(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in crew.access.environment().items():
        if "ADMIN" not in name:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")  # names are not broken over lines
    from regie.cli import application

    ran = CliRunner().invoke(application(["doctor"]), ["doctor"])
    assert ran.exit_code == 0, ran.output
    assert "REGIE_ODOO_ADMIN_LOGIN" in ran.output
