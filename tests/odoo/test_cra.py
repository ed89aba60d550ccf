"""The life of CRAs in a real Odoo: made, signed, approved, validated; each step tried as each wrong person."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from office import CAMILLE, CLAIRE, HUGO, JULIEN, LAURE, PROJECT, REFUSED, SOPHIE, TASK, Office, refused
from trade import NOVEMBER, OCTOBER, Desk, Order, QuietScreen

from connectors.odoo import errors
from flows.shape import Mode, Report
from mappings.vocabulary.period import Period
from sandbox import packages
from sandbox.building import quiet
from sandbox.paths import Places
from sandbox.postgres import Cluster

pytestmark = pytest.mark.sandbox

EVERYBODY = (CAMILLE, CLAIRE, SOPHIE, JULIEN, LAURE, HUGO, "admin")
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture(scope="module")
def office(stafforia: Desk) -> Iterator[Office]:
    yield Office(stafforia)


def test_nothing_is_written_by_a_preview(office: Office) -> None:
    shown = office.run(mode=Mode.PREVIEW)
    assert [upsert.model for upsert in shown.plan.upserts] == ["cra_project", "cra"]
    assert office.desk.rows(TASK, [("x_regie_key", "!=", False)], "id") == []


def test_a_cra_appears_in_a_project_of_its_own(office: Office) -> None:
    made = office.run()
    assert made.written and (len(made.written.created), made.written.rejected) == (2, ())
    task = office.task("name", "project_id", "user_ids", "description", "message_partner_ids")
    assert task["name"] == "CRA octobre 2026 · Camille Durand · Clientis Group"
    assert "<td>ven. 30</td>" in task["description"] and "13,5" in task["description"]
    assert "Jours travaillés : 13,5 · absence : 1,5 · fériés : 0" in task["description"]
    project = office.desk.row(
        PROJECT,
        task["project_id"],
        "privacy_visibility",
        "allow_timesheets",
        "allow_billable",
        "collaborator_ids",
        "company_id",
    )
    assert (project["privacy_visibility"], project["allow_timesheets"], project["allow_billable"]) == (
        "invited_users",
        False,
        False,
    )
    assert project["collaborator_ids"] == [] and project["company_id"] == office.desk.company_id
    mission = office.desk.rows(PROJECT, [("name", "like", "mission Data Engineer")], "id")[0]["id"]
    assert mission != task["project_id"]


def test_a_second_run_writes_nothing(office: Office) -> None:
    assert office.run().plan.upserts == ()


@pytest.mark.parametrize("who", [CLAIRE, SOPHIE, JULIEN, LAURE, HUGO, "admin"])
@pytest.mark.parametrize("step", ["client", "manager", "validated"])
def test_nobody_but_the_consultant_signs(office: Office, who: str, step: str) -> None:
    refused(lambda: office.move(who, step))
    assert office.step() == "consultant"


@pytest.mark.parametrize("step", ["manager", "validated"])
def test_the_consultant_skips_nobody(office: Office, step: str) -> None:
    with pytest.raises(errors.DataError, match="étape « Consultant » : c'est à Camille Durand de se prononcer"):
        office.move(CAMILLE, step)
    assert office.step() == "consultant"


CHANGES: list[dict[str, Any]] = [
    {"name": "CRA à moi"}, {"description": "<p>20 jours</p>"}, {"state": "1_done"}, {"x_regie_content": "{}"},
    {"active": False}, {"x_regie_client_signs": False}, {"x_regie_key": False}, {"user_ids": [(5, 0, 0)]},
    {"project_id": False},
]  # fmt: skip


@pytest.mark.parametrize("who", [CAMILLE, SOPHIE, LAURE, "admin"])
@pytest.mark.parametrize("values", CHANGES, ids=[next(iter(change)) for change in CHANGES])
def test_nobody_rewrites_a_cra(office: Office, who: str, values: dict[str, Any]) -> None:
    before = office.task(*(name for change in CHANGES for name in change))
    refused(lambda: office.desk.write(TASK, office.cra(), who, **values))
    assert office.task(*(name for change in CHANGES for name in change)) == before


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_deletes_a_cra(office: Office, who: str) -> None:
    refused(lambda: office.desk(TASK, "unlink", office.cra(), who))
    project = office.task("project_id")["project_id"]
    refused(lambda: office.desk(PROJECT, "unlink", project, who))
    assert office.cra()


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE, "admin"])
def test_nobody_makes_up_a_cra(office: Office, who: str) -> None:
    project = office.task("project_id")["project_id"]
    validated = office.stage("validated")
    refused(
        lambda: office.desk.make(TASK, who, name="CRA", project_id=project, stage_id=validated, x_regie_key="cra_9_9_202610")
    )
    ordinary = office.desk.make(TASK, "admin", name="Une tâche", project_id=project)
    refused(lambda: office.desk.write(TASK, ordinary, who, x_regie_key="cra_9_9_202610"))
    office.desk(TASK, "unlink", ordinary)


def test_the_robot_signs_for_nobody(office: Office) -> None:
    robot = office.desk.robot()
    from connectors.odoo import connect

    with pytest.raises(REFUSED):
        connect(robot).call(TASK, "write", ids=[office.cra()], vals={"stage_id": office.stage("client")})
    assert office.step() == "consultant"


def test_the_client_sees_nothing_before_their_turn(office: Office) -> None:
    assert office.desk(TASK, "search", domain=[("id", "=", office.cra())], by=LAURE) == []


def test_the_consultant_signs_and_the_client_is_told_and_let_in(office: Office) -> None:
    office.move(CAMILLE, "client")
    assert office.step() == "client"
    task = office.task("project_id", "message_partner_ids")
    laure = office.desk.rows("res.users", [("login", "=", LAURE)], "partner_id")[0]["partner_id"]
    assert laure in task["message_partner_ids"]
    [shared] = office.desk.rows(
        "project.collaborator", [("project_id", "=", task["project_id"])], "partner_id", "limited_access"
    )
    assert (shared["partner_id"], shared["limited_access"]) == (laure, True)
    [mail] = office.desk.rows(
        "mail.message",
        [("model", "=", TASK), ("res_id", "=", office.cra()), ("subject", "like", "à approuver")],
        "body", "notified_partner_ids",
    )  # fmt: skip
    assert mail["notified_partner_ids"] == [laure]
    assert f"/my/projects/{task['project_id']}/project_sharing/{office.cra()}" in mail["body"] and "<a href" in mail["body"]
    told = [("res_partner_id", "=", laure), ("mail_message_id", "=", mail["id"])]
    [sent] = office.desk.rows("mail.notification", told, "notification_type")
    assert sent["notification_type"] == "email"


def test_the_contact_reads_this_missions_cras_without_cost_or_rate(office: Office) -> None:
    desk = office.desk
    assert desk(TASK, "search", domain=[], by=LAURE) == [office.cra()]
    assert len(desk(PROJECT, "search", domain=[], by=LAURE)) == 1
    refused(lambda: desk(TASK, "read", office.cra(), LAURE, fields=["x_regie_content", "x_regie_order_line_id"]))
    assert desk("account.analytic.line", "search", domain=[], by=LAURE) == []
    for model in ("hr.employee", "project.sale.line.employee.map", "hr.leave"):
        refused(lambda model=model: desk(model, "search_read", domain=[], fields=["id"], by=LAURE))
    assert desk(TASK, "search", domain=[], by=HUGO) == []


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE, SOPHIE, JULIEN, HUGO, "admin"])
@pytest.mark.parametrize("step", ["consultant", "manager", "validated"])
def test_nobody_but_the_clients_contact_approves_or_refuses(office: Office, who: str, step: str) -> None:
    refused(lambda: office.move(who, step))
    assert office.step() == "client"


def test_the_client_does_not_validate_for_the_manager(office: Office) -> None:
    refused(lambda: office.move(LAURE, "validated"))
    refused(lambda: office.desk.write(TASK, office.cra(), LAURE, description="<p>0 jour</p>"))
    assert office.step() == "client"


def test_a_signature_is_proved_by_a_pdf_with_its_hash(office: Office) -> None:
    assert office.run().plan.upserts == ()
    [proof] = office.proofs()
    content = base64.b64decode(proof["datas"])
    assert content.startswith(b"%PDF") and proof["mimetype"] == "application/pdf"
    digest = hashlib.sha256(content).hexdigest()
    assert proof["description"].startswith(f"sha256:{digest} ")
    [step] = json.loads(office.task("x_regie_evidence")["x_regie_evidence"])
    assert (step["was"], step["now"], step["by"], step["sha256"]) == ("consultant", "client", "Camille Durand", digest)
    assert office.run().plan.upserts == () and len(office.proofs()) == 1


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE, LAURE, "admin"])
def test_nobody_touches_a_proof(office: Office, who: str) -> None:
    [proof] = office.proofs()
    other = base64.b64encode(b"%PDF autre").decode()
    refused(lambda: office.desk("ir.attachment", "unlink", proof["id"], who))
    refused(lambda: office.desk.write("ir.attachment", proof["id"], who, datas=other))
    refused(lambda: office.desk.write("ir.attachment", proof["id"], who, x_regie_key=False))
    assert office.proofs() == [proof]


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE, LAURE, "admin"])
def test_nobody_makes_up_a_proof(office: Office, who: str) -> None:
    forged = {
        "name": "CRA signé.pdf", "res_model": TASK, "res_id": office.cra(), "datas": base64.b64encode(b"%PDF faux").decode(),
    }  # fmt: skip
    before = office.proofs()
    refused(lambda: office.desk.make("ir.attachment", who, **forged, x_regie_key="cra_9_9_202610_step_9"))
    if who != LAURE:  # a file of one's own may be added, but it becomes no proof
        own = office.desk.make("ir.attachment", who, **forged)
        refused(lambda: office.desk.write("ir.attachment", own, who, x_regie_key="cra_9_9_202610_step_9"))
    assert office.proofs() == before


@pytest.mark.parametrize("who", [CAMILLE, CLAIRE, SOPHIE, LAURE, "admin"])
def test_nobody_rewrites_what_was_done_and_said(office: Office, who: str) -> None:
    of_cra = [("model", "=", TASK), ("res_id", "=", office.cra())]
    said = office.desk.rows("mail.message", of_cra, "body", "author_id", "date", "res_id")
    tracked = [("mail_message_id", "in", [one["id"] for one in said]), ("field_id.name", "=", "stage_id")]
    [step] = office.desk.rows("mail.tracking.value", tracked, "mail_message_id", "new_value_integer")
    message = step["mail_message_id"]
    refused(lambda: office.desk("mail.message", "unlink", message, who))
    for change in ({"date": "2026-10-01 08:00:00"}, {"body": "<p>Vu</p>"}, {"res_id": 1}, {"model": PROJECT}):
        refused(lambda change=change: office.desk("mail.message", "write", message, who, vals=change))
    if who != LAURE:  # of a portal user Odoo passes over it without a word
        refused(lambda: office.desk("mail.message", "write", message, who, vals={"author_id": 1}))
    assert office.desk.rows("mail.message", of_cra, "body", "author_id", "date", "res_id") == said
    assert office.desk.rows("mail.tracking.value", tracked, "mail_message_id", "new_value_integer") == [step]


def test_what_is_said_on_another_task_is_its_authors(office: Office) -> None:
    project = office.desk.rows(PROJECT, [("name", "like", "mission Data Engineer")], "id")[0]["id"]
    other = office.desk.make(TASK, "admin", name="Une tâche", project_id=project)
    said = office.desk(TASK, "message_post", other, body="Un mot", message_type="comment")
    message = said[0] if isinstance(said, list) else said
    office.desk.write("mail.message", message, body="<p>Un autre mot</p>")
    office.desk("mail.message", "unlink", message)
    office.desk(TASK, "unlink", other)


@pytest.mark.parametrize("context", [{"tracking_disable": True}, {"mail_notrack": True}])
def test_no_step_is_taken_without_a_trace(office: Office, context: dict[str, bool]) -> None:
    stage = office.stage("manager")
    refused(lambda: office.desk(TASK, "write", office.cra(), LAURE, vals={"stage_id": stage}, context=context))
    assert office.step() == "client"


def test_until_it_is_validated_its_hours_are_not_billed(office: Office) -> None:
    office.sign_contract()
    drafts, (said,) = office.billed()
    assert list(drafts.values()) == [120.0], "the train is no time"
    assert "94,5\u00a0h" in said and "octobre 2026, Camille Durand : au tour du client" in said


def test_the_client_refuses_only_with_a_reason(office: Office) -> None:
    refused(lambda: office.move(LAURE, "consultant"))
    office.says(LAURE, " ")
    refused(lambda: office.move(LAURE, "consultant"))
    office.says(LAURE, "Je n'ai pas vu Camille le 29.")
    office.move(LAURE, "consultant")
    assert office.step() == "consultant"
    [asked] = office.desk.rows("mail.activity", [("res_model", "=", TASK), ("active", "=", True)], "user_id", "summary")
    camille = office.desk.rows("res.users", [("login", "=", CAMILLE)], "id")[0]["id"]
    assert (asked["user_id"], asked["summary"]) == (camille, "CRA renvoyé : à relire et à signer de nouveau")


def renamed(office: Office, name: str) -> None:
    """The CRA's task, as no person may: a client's or a consultant's name comes into it when it is made."""
    places = Places(office.desk.access.port)
    cluster = Cluster(places.cluster, packages.ensure(quiet).postgres)
    escaped = name.replace("'", "''")
    cluster.sql(f"UPDATE project_task SET name = '{escaped}' WHERE id = {office.cra()}", office.desk.access.database)


def test_signed_again_approved_and_validated_by_the_right_persons(office: Office) -> None:
    camille = office.desk.rows("res.users", [("login", "=", CAMILLE)], "id")[0]["id"]
    called = office.task("name")["name"]
    office.desk.write("res.users", camille, name="Camille <b>Durand</b>")
    renamed(office, """<img src="x" onerror='alert(1)'> & fils""")
    office.move(CAMILLE, "client")
    office.desk.write("res.users", camille, name="Camille Durand")
    renamed(office, called)
    asked = office.desk.rows("mail.message", [("res_id", "=", office.cra()), ("subject", "like", "à approuver")], "body")
    assert "<b>" not in asked[-1]["body"] and "Camille &lt;b&gt;Durand&lt;/b&gt; a signé" in asked[-1]["body"]
    assert "<img" not in asked[-1]["body"] and "&lt;img src=" in asked[-1]["body"] and "&amp; fils" in asked[-1]["body"]
    office.move(LAURE, "manager")
    for who in (CAMILLE, LAURE, SOPHIE, JULIEN, "admin"):
        refused(lambda who=who: office.move(who, "validated"))
    [asked] = office.desk.rows("mail.activity", [("res_model", "=", TASK), ("active", "=", True)], "user_id", "summary")
    assert asked["summary"] == "CRA à valider"
    office.move(CLAIRE, "validated")
    assert office.step() == "validated"
    assert office.desk.rows("mail.activity", [("res_model", "=", TASK), ("active", "=", True)], "id") == []
    office.run()
    steps = json.loads(office.task("x_regie_evidence")["x_regie_evidence"])
    assert [(step["was"], step["now"], step["by"]) for step in steps] == [
        ("consultant", "client", "Camille Durand"),
        ("client", "consultant", "Laure Petit"),
        ("consultant", "client", "Camille Durand"),
        ("client", "manager", "Laure Petit"),
        ("manager", "validated", "Claire Martin"),
    ]
    # A PDF a signature, each with its own hash, and none for the refusal.
    assert [proof["name"].split()[2] for proof in office.proofs()] == ["1", "3", "4", "5"]
    hashes = [proof["description"].split()[0].removeprefix("sha256:") for proof in office.proofs()]
    assert [step["sha256"] for step in steps] == [hashes[0], "", *hashes[1:]]


def test_once_validated_its_hours_are_billed(office: Office) -> None:
    drafts, said = office.billed()
    assert (list(drafts.values()), said) == ([8220.0], [])


def test_the_manager_reopens_only_with_a_reason(office: Office) -> None:
    refused(lambda: office.move(CLAIRE, "consultant"))
    assert office.step() == "validated"


def day_29(office: Office) -> int:
    """Camille's time of 29 October: 7 h, validated."""
    worked = [("employee_id.name", "=", "Camille Durand"), ("date", "=", "2026-10-29")]
    [sheet] = office.desk.rows("account.analytic.line", worked, "unit_amount")
    return int(sheet["id"])


def test_days_that_change_after_the_signature_put_it_back(office: Office) -> None:
    desk = office.desk
    sheet = day_29(office)
    desk.write("account.analytic.line", sheet, CLAIRE, unit_amount=3.5)
    run = office.run()
    assert [finding.code for finding in run.plan.findings if finding.code == "cra_changed"] == ["cra_changed"]
    assert office.step() == "consultant" and "Jours travaillés : 13 · " in office.task("description")["description"]
    assert len(office.proofs()) == 4
    desk.write("account.analytic.line", sheet, CLAIRE, unit_amount=7)
    assert len(office.run().plan.upserts) == 1 and office.run().plan.upserts == ()


def test_a_signature_given_while_a_run_decides_stands_and_is_proved_by_the_days_that_were_signed(office: Office) -> None:
    class Meanwhile(QuietScreen):
        def preview(self, report: Report) -> None:
            office.move(CAMILLE, "client")

    desk = office.desk
    sheet = day_29(office)
    desk.write("account.analytic.line", sheet, CLAIRE, unit_amount=3.5)
    signed = office.task("x_regie_content")["x_regie_content"]
    written = office.run_with(Meanwhile()).written
    assert written is not None
    [refusal] = written.rejected
    assert "entre-temps" in refusal.message
    assert (office.step(), office.task("x_regie_content")["x_regie_content"]) == ("client", signed)
    before = len(office.proofs())
    run = office.run()
    assert "cra_changed" in [finding.code for finding in run.plan.findings] and office.step() == "consultant"
    assert len(office.proofs()) == before + 1
    desk.write("account.analytic.line", sheet, CLAIRE, unit_amount=7)
    office.run()


def test_the_next_month_starts_unseen_by_the_client(office: Office) -> None:
    office.run(NOVEMBER, date(2026, 11, 28))
    assert office.step(NOVEMBER) == "consultant"
    assert office.cra(NOVEMBER) not in office.desk(TASK, "search", domain=[], by=LAURE)
    project = {office.task("project_id", period=period)["project_id"] for period in (OCTOBER, NOVEMBER)}
    assert len(project) == 1


def test_the_consultant_is_reminded_once(office: Office) -> None:
    def reminders() -> list[dict[str, Any]]:
        wanted = [("res_model", "=", TASK), ("res_id", "=", office.cra(NOVEMBER)), ("x_regie_key", "!=", False)]
        return office.desk.rows("mail.activity", wanted, "summary", "user_id", "active", "x_regie_key")

    office.run(NOVEMBER, date(2026, 11, 28))
    [reminder] = reminders()
    assert reminder["summary"] == "À signer : CRA novembre 2026 · Camille Durand · Clientis Group"
    again = office.run(NOVEMBER, date(2026, 11, 28))
    assert [upsert.key for upsert in again.plan.upserts if upsert.model == "activity"] == []
    assert reminders() == [reminder]
    office.move(CAMILLE, "client", NOVEMBER)
    assert [row["active"] for row in reminders()] == [False]


def test_the_invoice_carries_the_cra_that_justifies_it(office: Office) -> None:
    """With the next two, the last of the module: they write."""
    office.move(CAMILLE, "client")
    office.move(LAURE, "manager")
    office.move(CLAIRE, "validated")
    before = [proof["id"] for proof in office.proofs()]
    run = office.desk.bill(cra_required=True)  # no CRA run since: the bill proves what it stands on
    assert run.written and not run.written.rejected
    [draft] = [one for one in run.plan.upserts if one.amount_untaxed == 8220]
    invoice = [("res_model", "=", "account.move"), ("res_id", "=", run.written.ids[draft.key])]
    files = {row["name"]: row["datas"] for row in office.desk.rows("ir.attachment", invoice, "name", "datas")}
    last = office.proofs()[-1]
    assert last["id"] not in before and last["name"].endswith("Validé.pdf")
    assert len(files) == 2 and files[last["name"]] == last["datas"]
    assert office.run().plan.upserts == () and office.proofs()[-1] == last
    assert office.desk.bill(cra_required=True).plan.upserts == ()


def mission_of_clientis(desk: Desk) -> Order:
    [order] = desk.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "id", "name")
    lines = desk.rows("sale.order.line", [("order_id", "=", order["id"]), ("task_id", "!=", False)], "id")
    return Order(desk, order["id"], 0, tuple(line["id"] for line in lines), order["name"])


def test_each_months_invoice_carries_the_cra_of_that_month(office: Office) -> None:
    """Two months billed in one run: October's CRA stands on October's draft alone, November's on November's."""
    desk = office.desk
    clientis = mission_of_clientis(desk)
    desk("account.move", "unlink", [one.id for one in clientis.drafts()])
    clientis.validate(*[clientis.work(7.0, f"2026-11-{day:02}", by=CAMILLE, validate=False) for day in (2, 3)])
    office.run(NOVEMBER, date(2026, 11, 28))
    office.move(CAMILLE, "client", NOVEMBER)
    office.move(LAURE, "manager", NOVEMBER)
    office.move(CLAIRE, "validated", NOVEMBER)
    office.run(NOVEMBER, date(2026, 12, 1))
    desk.bill(DECEMBER, cra_required=True)
    assert_each_month_carries_its_cra(office, clientis)


def test_the_cra_goes_with_the_invoice_where_hours_do_not_wait_for_it_too(office: Office) -> None:
    """What it justifies does not hang on the setting; a day that no CRA stands for is billed without one."""
    desk = office.desk
    clientis = mission_of_clientis(desk)
    desk("account.move", "unlink", [one.id for one in clientis.drafts()])
    clientis.work(7.0, "2026-12-01", by=CAMILLE)
    desk.bill(DECEMBER, cra_required=False)
    *_, december = clientis.drafts()
    assert (december.key[-10:], december.untaxed) == ("2026-12_n1", 600.0)
    on_invoice = [("res_model", "=", "account.move"), ("res_id", "=", december.id)]
    [detail] = desk.rows("ir.attachment", on_invoice, "name")
    assert detail["name"].startswith("Détail des prestations 2026-12")
    desk("account.move", "unlink", december.id)
    assert_each_month_carries_its_cra(office, clientis)


def assert_each_month_carries_its_cra(office: Office, clientis: Order) -> None:
    """October's 13.5 days and train with October's CRA, November's 2 days with November's, each beside its detail."""
    assert [(one.key[-10:], one.untaxed) for one in clientis.drafts()] == [("2026-10_n1", 8220.0), ("2026-11_n1", 1200.0)]
    cras = [{row["name"] for row in office.proofs(period)} for period in (OCTOBER, NOVEMBER)]
    for one, mine, others in zip(clientis.drafts(), cras, reversed(cras), strict=True):
        on_invoice = [("res_model", "=", "account.move"), ("res_id", "=", one.id)]
        files = {row["name"] for row in office.desk.rows("ir.attachment", on_invoice, "name")}
        assert len(files) == 2 and len(files & mine) == 1 and not files & others
