"""The other ways a CRA goes in a real Odoo: without the client, sent back, reopened, in a deputy's hands, in another's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from office import CAMILLE, CLAIRE, JULIEN, PROJECT, SOPHIE, TASK, Office, refused
from trade import FILES, NOVEMBER, OCTOBER, Desk, Order, QuietScreen, employee

from flows.accrue import accrue
from flows.shape import Mode, Report
from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import quantity
from rules.cra.signed import parse
from sandbox import server

pytestmark = pytest.mark.sandbox

PAUL, ANA, ZOE = "paul@stafforia.example", "ana@client.example", "zoe@client.example"


@pytest.fixture(scope="module")
def office(stafforia: Desk) -> Iterator[Office]:
    """With Julien allowed to move tasks, as a consultant is, and Paul, a manager of no mission yet."""
    company = {"company_id": stafforia.company_id, "company_ids": [(6, 0, [stafforia.company_id])]}
    groups = [(6, 0, [stafforia.ref("project.group_project_user")])]
    stafforia.make("res.users", name="Paul Morel", login=PAUL, email=PAUL, group_ids=groups, **company)
    stafforia.write("res.users", user(stafforia, JULIEN), group_ids=[(4, stafforia.ref("project.group_project_user"))])
    yield Office(stafforia)


def user(desk: Desk, login: str) -> int:
    [found] = desk.rows("res.users", [("login", "=", login)], "id")
    return int(found["id"])


def partner(desk: Desk, login: str) -> int:
    [found] = desk.rows("res.users", [("login", "=", login)], "partner_id")
    return int(found["partner_id"])


def contact(desk: Desk, client: int, login: str) -> int:
    """A person at the client's who enters the portal."""
    person = desk.make("res.partner", name=login.partition("@")[0].title(), parent_id=client, email=login, lang="fr_FR")
    portal = [(6, 0, [desk.ref("base.group_portal")])]
    company = {"company_id": desk.company_id, "company_ids": [(6, 0, [desk.company_id])]}
    desk.make("res.users", login=login, partner_id=person, group_ids=portal, **company)
    return person


def mission(office: Office, since: str = "2026-10-01", client: int = 0, **order: Any) -> tuple[Order, Office]:
    """One of Julien's, led by Claire, with its CRAs."""
    desk = office.desk
    sold = desk.sold("REGIE-J", 20, 500, x_regie_consultant_id=employee(desk, JULIEN), x_regie_starts_on=since)
    made = desk.order(sold, client=client, **order)
    desk.write(PROJECT, project(made), user_id=user(desk, CLAIRE))
    return made, replace(office, line=made.line)


def project(order: Order) -> int:
    return int(order.desk.row("sale.order.line", order.line, "project_id")["project_id"])


def asked(office: Office) -> list[tuple[int, str]]:
    """Who is asked to do something about the CRA, and what."""
    open_ = [("res_model", "=", TASK), ("res_id", "=", office.cra()), ("active", "=", True)]
    return [(row["user_id"], row["summary"]) for row in office.desk.rows("mail.activity", open_, "user_id", "summary")]


def about(order: Order, report: Report) -> dict[str, Finding]:
    """The findings of a run about the mission, by code."""
    mine = [one for one in report.plan.findings if (one.record.dataset, one.record.id) == ("order_lines", order.line)]
    return {one.code: one for one in mine}


def steps(office: Office) -> list[tuple[str, str, str]]:
    kept = json.loads(office.task("x_regie_evidence")["x_regie_evidence"])
    return [(step["was"], step["now"], step["by"]) for step in kept]


def test_where_the_order_wants_no_approval_it_goes_to_the_manager_and_back_only_with_a_reason(office: Office) -> None:
    _, mine = mission(office, x_regie_cra_approval="none")
    office.run()
    refused(lambda: mine.move(JULIEN, "client"))
    mine.move(JULIEN, "manager")
    assert asked(mine) == [(user(office.desk, CLAIRE), "CRA à valider")]
    for step in ("client", "consultant"):
        refused(lambda step=step: mine.move(CLAIRE, step))
    assert mine.step() == "manager"
    mine.says(CLAIRE, "Il manque le 14.")
    refused(lambda: mine.move(SOPHIE, "consultant"))
    mine.move(CLAIRE, "consultant")
    assert asked(mine) == [(user(office.desk, JULIEN), "CRA renvoyé : à relire et à signer de nouveau")]
    # Signed again and validated; then reopened, which leaves its trace.
    mine.move(JULIEN, "manager")
    mine.move(CLAIRE, "validated")
    office.run()
    assert steps(mine)[-1] == ("manager", "validated", "Claire Martin")
    proofs = mine.proofs()
    refused(lambda: mine.move(CLAIRE, "consultant"))
    mine.says(CLAIRE, "Le client conteste le 20.")
    mine.move(CLAIRE, "consultant")
    assert mine.step() == "consultant"
    office.run()
    assert steps(mine)[-1] == ("validated", "consultant", "Claire Martin")
    assert mine.proofs() == proofs, "what was signed stays, and sending back is no signature"


def test_where_the_company_asks_no_client_only_an_order_that_says_so_goes_to_one(office: Office) -> None:
    _, without = mission(office, "2026-11-01")
    _, with_client = mission(office, "2026-11-01", x_regie_cra_approval="client")
    office.run(NOVEMBER, date(2026, 11, 2), client_approval=False)
    refused(lambda: without.move(JULIEN, "client", NOVEMBER))
    without.move(JULIEN, "manager", NOVEMBER)
    without.move(CLAIRE, "validated", NOVEMBER)
    refused(lambda: with_client.move(JULIEN, "manager", NOVEMBER))
    with_client.move(JULIEN, "client", NOVEMBER)
    assert (without.step(NOVEMBER), with_client.step(NOVEMBER)) == ("validated", "client")


def test_the_named_deputy_validates_and_nobody_else(office: Office) -> None:
    order, mine = mission(office, x_regie_cra_approval="none")
    office.desk.write(PROJECT, project(order), x_regie_deputy_id=user(office.desk, PAUL))
    office.run()
    mine.move(JULIEN, "manager")
    for who in (JULIEN, CAMILLE, SOPHIE, "admin"):
        refused(lambda who=who: mine.move(who, "validated"))
    mine.move(PAUL, "validated")
    assert mine.step() == "validated"


def test_another_manager_takes_over_a_cra_that_waits_for_the_one_before(office: Office) -> None:
    desk = office.desk
    order, mine = mission(office, x_regie_cra_approval="none")
    office.run()
    mine.move(JULIEN, "manager")
    refused(lambda: mine.move(PAUL, "validated"))
    desk.write(PROJECT, project(order), user_id=user(desk, PAUL))
    run = office.run()
    assert "manager : Claire Martin → Paul Morel" in about(order, run)["cra_hand_over"].message
    assert mine.step() == "manager" and asked(mine) == [(user(desk, PAUL), "CRA à valider")]
    assert "cra_hand_over" not in about(order, office.run())
    refused(lambda: mine.move(CLAIRE, "validated"))
    mine.move(PAUL, "validated")
    assert mine.step() == "validated"


def test_a_colleague_approves_only_once_the_order_names_them(office: Office) -> None:
    desk = office.desk
    client = desk.client()
    ana, zoe = contact(desk, client, ANA), contact(desk, client, ZOE)
    order, mine = mission(office, client=client, x_regie_cra_contact_id=ana)
    office.run()
    mine.move(JULIEN, "client")
    refused(lambda: mine.move(ZOE, "manager"))
    desk.write("sale.order", order.id, SOPHIE, x_regie_cra_contact_id=zoe)
    run = office.run()
    assert "contact du client : " in about(order, run)["cra_hand_over"].message
    task = mine.task("project_id", "message_partner_ids")
    shared = desk.rows("project.collaborator", [("project_id", "=", task["project_id"])], "partner_id")
    assert [row["partner_id"] for row in shared] == [zoe]
    assert zoe in task["message_partner_ids"] and ana not in task["message_partner_ids"]
    told = [("res_id", "=", mine.cra()), ("model", "=", TASK), ("subject", "like", "à approuver")]
    assert [row["notified_partner_ids"] for row in desk.rows("mail.message", told, "notified_partner_ids")] == [[ana], [zoe]]
    refused(lambda: mine.move(ANA, "manager"))
    mine.move(ZOE, "manager")
    assert mine.step() == "manager"


def test_who_is_late_is_listed_and_reminded_once_more(office: Office) -> None:
    order, mine = mission(office)
    at_the_end = office.run(today=date(2026, 10, 31))
    assert not [code for code in about(order, at_the_end) if code.startswith("cra_late")]
    keyed = [("res_model", "=", TASK), ("res_id", "=", mine.cra()), ("x_regie_key", "!=", False)]
    office.run(today=date(2026, 11, 2))
    late = office.run(today=date(2026, 11, 2))
    assert "Julien Roussel ne l'a pas signé" in about(order, late)["cra_late_consultant"].message
    reminders = office.desk.rows("mail.activity", keyed, "x_regie_key", "user_id", "active")
    kinds = [(row["x_regie_key"].rpartition("_")[2], row["user_id"], row["active"]) for row in reminders]
    assert kinds == [("after", user(office.desk, JULIEN), True)]
    mine.move(JULIEN, "client")
    assert not any(row["active"] for row in office.desk.rows("mail.activity", keyed, "active"))
    assert "cra_late_client" in about(order, office.run(today=date(2026, 11, 2)))


def test_two_missions_of_a_month_get_their_parts_and_what_contradicts_itself_is_told_before_the_signature(
    office: Office,
) -> None:
    desk = office.desk
    december = replace(OCTOBER, since=date(2026, 12, 1), until=date(2026, 12, 31))
    (first, one), (second, other) = (mission(office, "2026-12-01") for _ in range(2))
    worked = [first.work(7, f"2026-12-0{day}", by=JULIEN, validate=False) for day in (1, 2, 3)]
    worked += [second.work(7, f"2026-12-0{day}", by=JULIEN, validate=False) for day in (7, 8)]
    # The 9th has ten hours, the 10th seven and a leave.
    worked += [at.work(5, "2026-12-09", by=JULIEN, validate=False) for at in (first, second)]
    worked += [first.work(7, "2026-12-10", by=JULIEN, validate=False)]
    first.validate(*worked)
    desk.takes_leave(JULIEN, "2026-12-10")
    run = office.run(december, date(2026, 12, 10))
    hours = [quantity(parse(each.task("x_regie_content", period=december)["x_regie_content"]).worked) for each in (one, other)]
    assert hours == [33, 19]
    for order in (first, second):
        said = about(order, run)
        assert said["cra_day_over"].hours == Decimal(3) and "09/12/2026" in said["cra_day_over"].message
        assert said["cra_leave_worked"].hours == Decimal(7) and "10/12/2026" in said["cra_leave_worked"].message
    assert one.step(december) == "consultant"


def test_a_closing_as_of_a_day_counts_the_time_and_the_cras_that_were_validated_by_then(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One day is validated on 2 November, one on the 6th in Paris (23:30 UTC of the 5th), their CRA on the 7th."""
    desk = office.desk
    order, mine = mission(office, x_regie_cra_approval="none")
    early, late = order.work(7, "2026-10-20", by=JULIEN), order.work(7, "2026-10-21", by=JULIEN)
    office.run()
    mine.move(JULIEN, "manager")
    mine.move(CLAIRE, "validated")
    moved = f"model = 'project.task' and res_id = {mine.cra()} and id in (select mail_message_id from mail_tracking_value)"
    for statement in (
        f"update account_analytic_line set x_regie_validated_on = '2026-11-02 10:00:00' where id = {early}",
        f"update account_analytic_line set x_regie_validated_on = '2026-11-05 23:30:00' where id = {late}",
        f"update mail_message set date = '2026-11-06 23:30:00' where {moved}",
    ):
        server.sql(desk.access, statement)

    def accrued(known_on: date, *, cra_required: bool) -> Decimal:
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text())
        content["billing"]["cra_required"] = cra_required
        (tmp_path / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        monkeypatch.setenv("REGIE_COMPANIES", str(tmp_path))
        shown = accrue("stafforia", OCTOBER, Mode.PREVIEW, QuietScreen(), desk.robot(), known_on)
        fae = f"__regie__.fae_{desk.company_id}_2026_10_31"
        return sum((one.amount_untaxed for one in shown.plan.upserts if one.key == fae), Decimal(0))

    before = accrued(date(2026, 11, 1), cra_required=False)
    assert [accrued(date(2026, 11, day), cra_required=False) - before for day in (2, 5, 6)] == [500, 500, 1000]
    assert [accrued(date(2026, 11, day), cra_required=True) - before for day in (6, 7)] == [0, 1000]


def test_a_closing_as_of_a_day_counts_what_was_posted_by_then(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invoice of October, posted on 10 November at 23:30 in Paris, is none yet on the 9th and one on the 10th."""
    desk = office.desk
    order, _ = mission(office, x_regie_cra_approval="none")
    sheet = order.work(7, "2026-10-20", by=JULIEN)
    server.sql(desk.access, f"update account_analytic_line set x_regie_validated_on = '2026-10-30 10:00:00' where id = {sheet}")
    desk.bill()
    [draft] = order.drafts()
    desk.post(draft.id)
    posted = f"model = 'account.move' and res_id = {draft.id} and id in (select mail_message_id from mail_tracking_value)"
    server.sql(desk.access, f"update mail_message set date = '2026-11-10 22:30:00' where {posted}")

    def accrued(known_on: date | None) -> set[Decimal]:
        monkeypatch.setenv("REGIE_COMPANIES", str(FILES))
        shown = accrue("stafforia", OCTOBER, Mode.PREVIEW, QuietScreen(), desk.robot(), known_on)
        lines = {str(line) for line in order.all_lines()}
        fae = [one for one in shown.plan.upserts if one.key == f"__regie__.fae_{desk.company_id}_2026_10_31"]
        held = [one for upsert in fae for line, one in upsert.values["content"]["lines"].items() if line in lines]
        return {Decimal(one["amount"]) for one in held}

    assert (accrued(date(2026, 11, 9)), accrued(date(2026, 11, 10)), accrued(None)) == ({Decimal(500)}, set(), set())
