"""The integration user's rights, taken away one by one: none is superfluous, each is missed in words; what it may not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from crew import TIMESHEET, Crew
from trade import FILES, OCTOBER, QuietScreen
from trade import robot as enters

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.errors import AccessDenied, DataError, OdooError
from flows.bill import bill
from flows.cra import cra
from flows.doctor import diagnose
from flows.doctor_verdicts import Hinders, Level, Verdict
from flows.shape import Mode, Report, RunStopped
from mappings.odoo.provision import INTEGRATION_GROUPS, ROBOT_ACCESS, ROBOT_LIMITS, ROBOT_RULES
from mappings.vocabulary.labels import Labels
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

LIMITS = ("rule_robot_automation", "rule_robot_more_automation")
"""Not a right but a limit: without it the robot would read every automation, not those on timesheets alone."""


@pytest.fixture(scope="module")
def crew(fresh_sandbox: Access) -> Crew:
    """Beside the companies' own data: a project that only its followers see, with three validated hours in October."""
    made = Crew(fresh_sandbox)
    made.do("project.project", "write", ids=[made.project], vals={"privacy_visibility": "followers"})
    made.create("project.update", name="Point", project_id=made.project, status="on_track", progress=50)
    made.hours(3, validated=True)
    return made


@pytest.fixture(scope="module")
def robot(crew: Crew) -> Iterator[Odoo]:
    with crew.robot() as odoo:
        yield odoo


@pytest.fixture(autouse=True)
def _company_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))


def billed(crew: Crew, company: str = "hydro-verte") -> Report:
    return bill(company, OCTOBER, Mode.PREVIEW, QuietScreen(), enters(crew.access))


def blocking(crew: Crew, *, administrator: bool = False) -> list[Verdict]:
    access = crew.access
    admin = OdooSettings(url=access.url, database=access.database, login=access.admin_login, key=access.admin_key)
    found = diagnose(enters(crew.access), admin if administrator else None, Labels("en"))
    return [verdict for verdict in found.verdicts if verdict.level is Level.BLOCK]


@contextmanager
def without_group(crew: Crew, group: str) -> Iterator[None]:
    robot, implied = crew.ref("__regie__.group_robot"), crew.ref(group)
    crew.do("res.groups", "write", ids=[robot], vals={"implied_ids": [(3, implied)]})
    try:
        yield
    finally:
        crew.do("res.groups", "write", ids=[robot], vals={"implied_ids": [(4, implied)]})


@contextmanager
def switched_off(crew: Crew, model: str, key: str) -> Iterator[None]:
    record = crew.ref(f"__regie__.{key}")
    crew.do(model, "write", ids=[record], vals={"active": False})
    try:
        yield
    finally:
        crew.do(model, "write", ids=[record], vals={"active": True})


@contextmanager
def lost(crew: Crew, key: str) -> Iterator[None]:
    """As if the record had never been made: its key is another's for a while."""
    (found,) = crew.do("ir.model.data", "search", domain=[("module", "=", "__regie__"), ("name", "=", key)])
    crew.do("ir.model.data", "write", ids=[found], vals={"name": f"{key}_lost"})
    try:
        yield
    finally:
        crew.do("ir.model.data", "write", ids=[found], vals={"name": key})


def test_with_all_of_them_everything_works(crew: Crew) -> None:
    report = billed(crew)
    assert str(report.balance.total) == "31.5", "28.5 of the company and 3 of the project for followers"
    assert blocking(crew, administrator=True) == []


def test_the_rights_tried_here_are_all_there_are(crew: Crew) -> None:
    (group,) = crew.do("res.groups", "read", ids=[crew.ref("__regie__.group_robot")], fields=["implied_ids"])
    assert sorted(group["implied_ids"]) == sorted(map(crew.ref, INTEGRATION_GROUPS))
    (user,) = crew.do("res.users", "search_read", domain=[("login", "=", "regie")], fields=["group_ids"])
    assert crew.ref("__regie__.group_robot") in user["group_ids"]
    for model, keys in (("ir.rule", (*ROBOT_RULES, *ROBOT_LIMITS)), ("ir.model.access", ROBOT_ACCESS)):
        field = "groups" if model == "ir.rule" else "group_id"
        there = crew.do(model, "search", domain=[(field, "in", [crew.ref("__regie__.group_robot")])])
        assert sorted(there) == sorted(crew.ref(f"__regie__.{key}") for key in keys)


def test_without_billing_the_run_names_what_it_may_not_read(crew: Crew) -> None:
    with without_group(crew, "account.group_account_invoice"):
        with pytest.raises(AccessDenied) as caught:
            billed(crew)
        told = blocking(crew)
    assert caught.value.model == "account.move" and "Facturation" in caught.value.remedy
    assert any("account.move" in verdict.message and "Regie: robot" in verdict.remedy for verdict in told)
    assert any("account.move (create)" in verdict.message for verdict in told)


def test_without_approving_the_run_stops_instead_of_finding_no_hours(crew: Crew) -> None:
    with without_group(crew, "hr_timesheet.group_hr_timesheet_approver"):
        with pytest.raises(RunStopped, match="ne voit que ses propres heures"):
            billed(crew)
        (told,) = [verdict for verdict in blocking(crew) if verdict.hinders is Hinders.PREVIEW]
    assert "does not see other people's hours" in told.message and "Regie: robot" in told.remedy


def test_without_reading_the_guard_nothing_is_written(crew: Crew) -> None:
    with switched_off(crew, "ir.model.access", "access_robot_automation"):
        (told,) = blocking(crew)
        with pytest.raises((RunStopped, AccessDenied), match=r"base\.automation|garde"):
            bill("hydro-verte", OCTOBER, Mode.APPLY, QuietScreen(), enters(crew.access))
    assert (told.area, told.hinders) == ("provision", Hinders.APPLY) and "cannot check the guard" in told.message
    assert not crew.do("account.move", "search_count", domain=[("x_regie_key", "!=", False)])


def cras(crew: Crew) -> Report:
    return cra("stafforia", OCTOBER, date(2026, 11, 2), Mode.APPLY, QuietScreen(), enters(crew.access))[0]


def test_without_one_of_its_accesses_no_cra_is_made_or_proved(crew: Crew) -> None:
    off = (
        ("ir.model.access", "access_robot_cra_project"), ("ir.rule", "rule_robot_makes_cra_project"),
        ("ir.rule", "rule_robot_makes_cra"),
    )  # fmt: skip
    for model, key in off:
        with switched_off(crew, model, key):
            report = cras(crew)
            assert report.written and report.written.rejected, f"{key} is superfluous"
            assert {one.code for one in report.findings_after} == {"rejected"}
    report = cras(crew)
    assert report.written and not report.written.rejected
    for key in ("access_robot_tracking", "access_robot_fields"):
        with switched_off(crew, "ir.model.access", key), pytest.raises(AccessDenied):
            cras(crew)
    assert cras(crew).written


HIDDEN = {
    "rule_robot_project": ("project.project", lambda crew: [("id", "=", crew.project)]),
    "rule_robot_update": ("project.update", lambda crew: [("project_id", "=", crew.project)]),
    "rule_robot_task": ("project.task", lambda crew: [("id", "=", crew.task)]),
    "rule_robot_timesheet": (TIMESHEET, lambda crew: [("project_id", "=", crew.project)]),
    "rule_robot_expense": ("hr.expense", lambda crew: [("state", "=", "posted")]),
    "rule_robot_leave": ("hr.leave", lambda crew: [("state", "=", "validate")]),
}


@pytest.mark.parametrize("key", HIDDEN)
def test_without_a_rule_odoo_hides_records_and_doctor_says_which_rule(crew: Crew, robot: Odoo, key: str) -> None:
    model, domain = HIDDEN[key]
    (user,) = crew.do("res.users", "read", ids=[robot.uid], fields=["company_ids"])
    companies = {"allowed_company_ids": user["company_ids"]}

    def seen() -> int:
        return int(robot.call(model, "search_count", domain=domain(crew), context=companies))

    assert seen()
    with switched_off(crew, "ir.rule", key):
        assert not seen(), "superfluous: without it the robot sees as much"
        (told,) = blocking(crew, administrator=True)
        assert "Switched off by a person: The robot reads every" in told.message and told.remedy
    with lost(crew, key):
        (told, *_) = blocking(crew)
        assert told.area == "rights" and "The robot reads every" in told.message and "regie provision" in told.remedy
    assert blocking(crew) == []


def test_without_the_rule_on_leaves_no_run_counts_days(crew: Crew) -> None:
    with lost(crew, "rule_robot_leave"), pytest.raises(RunStopped, match="congés"):
        cras(crew)


def test_without_its_rule_no_mission_is_opened(crew: Crew, robot: Odoo) -> None:
    """With it, what is no line's is refused by the lock on missions, whose matter it is."""
    vals = {"name": "x", "x_regie_key": "mission_0", "privacy_visibility": "followers"}
    with pytest.raises(DataError):
        robot.call("project.project", "create", vals_list=[vals])
    with switched_off(crew, "ir.rule", "rule_robot_makes_mission"), pytest.raises(AccessDenied):
        robot.call("project.project", "create", vals_list=[vals])


def test_the_rule_on_projects_made_is_a_limit(crew: Crew, robot: Odoo) -> None:
    vals = {"name": "x", "privacy_visibility": "employees"}
    with switched_off(crew, "ir.rule", "rule_robot_projects_made"):
        (made,) = robot.call("project.project", "create", vals_list=[vals])
    crew.do("project.project", "unlink", ids=[made])
    with pytest.raises(AccessDenied):
        robot.call("project.project", "create", vals_list=[vals])


def test_the_rule_on_automations_is_a_limit(crew: Crew, robot: Odoo) -> None:
    other = crew.create("base.automation", name="x", model_id=crew.ref("base.model_res_partner"), trigger="on_create")
    assert not robot.call("base.automation", "search_count", domain=[("id", "=", other)])
    with switched_off(crew, "ir.rule", LIMITS[0]), switched_off(crew, "ir.rule", LIMITS[1]):
        assert robot.call("base.automation", "search_count", domain=[("id", "=", other)])
    crew.do("base.automation", "unlink", ids=[other])


PRIVATE = (
    "private_email",
    "private_phone",
    "ssnid",
    "birthday",
    "identification_id",
    "bank_account_ids",
    "hourly_cost",
    "wage",
)


@pytest.mark.parametrize("field", PRIVATE)
def test_it_reads_nothing_private_of_an_employee(robot: Odoo, field: str) -> None:
    with pytest.raises(AccessDenied):
        robot.call("hr.employee", "search_read", domain=[], fields=[field], limit=1)


@pytest.mark.parametrize(
    "model", ["hr.version", "hr.applicant", "crm.lead", "ir.config_parameter", "ir.mail_server", "ir.cron", "ir.rule"]
)
def test_it_reads_nothing_of_these(robot: Odoo, model: str) -> None:
    with pytest.raises(AccessDenied):
        robot.call(model, "search_count", domain=[])


def seen_by_all(crew: Crew) -> int:
    """A project that every employee sees and none of Regie's."""
    vals = {"name": "Vu de tous", "privacy_visibility": "employees", "user_id": crew.ref("base.user_admin")}
    return int(crew.do("project.project", "create", vals_list=[vals])[0])


def _forbidden(crew: Crew, robot: Odoo) -> dict[str, tuple[str, str, dict[str, Any]]]:
    ref, vals = crew.ref, {"active": False}
    system = {"group_ids": [(4, ref("base.group_system"))]}
    return {
        "its own rights": ("res.users", "write", {"ids": [robot.uid], "vals": system}),
        "another's password": ("res.users", "write", {"ids": [crew.users["seller"]], "vals": {"password": "x"}}),
        "a new user": ("res.users", "create", {"vals_list": [{"name": "x", "login": "x"}]}),
        "the settings": ("res.config.settings", "create", {"vals_list": [{}]}),
        "a parameter": ("ir.config_parameter", "set_param", {"key": "x", "value": "y"}),
        "its group": ("res.groups", "write", {"ids": [ref("__regie__.group_robot")], "vals": {"implied_ids": [(5,)]}}),
        "the guard": ("base.automation", "write", {"ids": [ref("__regie__.guard_billed_hours")], "vals": vals}),
        "the guard's life": ("base.automation", "unlink", {"ids": [ref("__regie__.guard_billed_hours")]}),
        "a lock": ("ir.rule", "write", {"ids": [ref("__regie__.rule_validated")], "vals": vals}),
        "a lock's life": ("ir.rule", "unlink", {"ids": [ref("__regie__.rule_validated")]}),
        "a right": ("ir.model.access", "create", {"vals_list": [{"name": "x", "model_id": 1}]}),
        "code": ("ir.actions.server", "create", {"vals_list": [{"name": "x", "model_id": 1, "state": "code", "code": "1"}]}),
        "a client": ("res.partner", "create", {"vals_list": [{"name": "x"}]}),
        "a client's bank account": (
            "res.partner.bank",
            "create",
            {"vals_list": [{"acc_number": "1", "partner_id": crew.client}]},
        ),
        "an account": ("account.account", "create", {"vals_list": [{"name": "x", "code": "999999"}]}),
        "a price": ("product.product", "write", {"ids": [crew.product], "vals": {"list_price": 1}}),
        "another's task": ("project.task", "write", {"ids": [crew.task], "vals": {"name": "x"}}),
        "a task": ("project.task", "create", {"vals_list": [{"name": "x", "project_id": crew.project}]}),
        "another's project": ("project.project", "write", {"ids": [crew.project], "vals": {"name": "x"}}),
        "a new project": ("project.project", "create", {"vals_list": [{"name": "x", "privacy_visibility": "employees"}]}),
        "an employee": ("hr.employee", "write", {"ids": [crew.employee], "vals": {"name": "x"}}),
    }


@pytest.mark.parametrize(
    "what",
    ["its own rights", "another's password", "a new user", "the settings", "a parameter", "its group", "the guard",
     "the guard's life", "a lock", "a lock's life", "a right", "code", "a client", "a client's bank account", "an account",
     "a price", "another's task", "a task", "another's project", "a new project", "an employee"],
)  # fmt: skip
def test_it_may_not_change(crew: Crew, robot: Odoo, what: str) -> None:
    model, method, arguments = _forbidden(crew, robot)[what]
    with pytest.raises(AccessDenied):
        robot.call(model, method, **arguments)


@pytest.mark.parametrize(
    "vals",
    [{"name": "x"}, {"active": False}, {"description": "x"}, {"privacy_visibility": "followers"}, {"date_start": "2026-01-01",
     "date": "2026-01-02"}, {"user_id": False}, {"x_regie_key": "cra_1"}, {"x_regie_key": "mission_1"}],
    ids=str,
)  # fmt: skip
def test_of_a_project_that_all_see_it_may_change_nothing(crew: Crew, robot: Odoo, vals: dict[str, Any]) -> None:
    """Odoo's rules let it: what a note on the project asks for is the right to write on it."""
    project = seen_by_all(crew)
    with pytest.raises(DataError, match="ne modifie aucun projet"):
        robot.call("project.project", "write", ids=[project], vals=vals)


def test_nor_what_bills_its_time(crew: Crew, robot: Odoo) -> None:
    project = seen_by_all(crew)
    [line] = crew.do("sale.order.line", "search", domain=[("is_service", "=", True), ("state", "=", "sale")], limit=1)
    crew.do("project.project", "write", ids=[project], vals={"allow_billable": True})
    with pytest.raises(DataError, match="ne modifie aucun projet"):
        robot.call("project.project", "write", ids=[project], vals={"sale_line_id": line})


def test_what_odoos_billing_right_brings_along_is_known(crew: Crew, robot: Odoo) -> None:
    """Regie posts nothing, but a stolen key could: docs/security.md says so. A posted invoice it cannot delete."""
    (hours,) = crew.hours(1, validated=True)
    (move,) = crew.draft(robot, "stolen", [hours], 1)["ids"]
    robot.call("account.move", "action_post", ids=[move], context={"allowed_company_ids": [crew.company]})
    (found,) = crew.do("account.move", "read", ids=[move], fields=["state"])
    assert found["state"] == "posted"
    with pytest.raises(OdooError):
        robot.call("account.move", "unlink", ids=[move])
    assert crew.line(hours)["timesheet_invoice_id"] == move
