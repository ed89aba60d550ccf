"""Margins noted on the missions' projects of a real Odoo: once, as internal notes that no client reads and nobody is sent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from trade import FILES, OCTOBER, Desk, QuietScreen

from connectors.odoo import connect
from connectors.odoo.errors import AccessDenied
from flows.margins import margins_of_month
from flows.shape import Mode, Report

pytestmark = pytest.mark.sandbox

Margins = Callable[..., Report]
NOTED = 4
"""Stafforia's missions of October, each on a project of its own."""


@pytest.fixture
def noted(stafforia: Desk, monkeypatch: pytest.MonkeyPatch) -> Margins:
    monkeypatch.setenv("REGIE_COMPANIES", str(FILES))

    def run(mode: Mode = Mode.APPLY, screen: Any = None) -> Report:
        return margins_of_month("stafforia", OCTOBER, screen or QuietScreen(), stafforia.robot(), None, mode)[0]

    return run


def standing(desk: Desk) -> list[dict[str, Any]]:
    fields = ("message_id", "model", "res_id", "subject", "body", "is_internal", "subtype_id", "author_id", "write_date")
    return desk.rows("mail.message", [("message_id", "=like", "margin_%")], *fields)


def sent(desk: Desk) -> tuple[int, int]:
    """E-mails and notifications there are."""
    return len(desk.rows("mail.mail", [], "id")), len(desk.rows("mail.notification", [], "id"))


def clientis(desk: Desk) -> dict[str, Any]:
    [project] = desk.rows("project.project", [("name", "=like", "Clientis Group%"), ("x_regie_key", "=", False)], "id", "name")
    return project


def test_a_preview_notes_nothing_and_says_what_it_would(stafforia: Desk, noted: Margins) -> None:
    report = noted(Mode.PREVIEW)
    assert len(report.plan.upserts) == NOTED and report.written is None and standing(stafforia) == []


def test_two_at_once_note_each_mission_once(stafforia: Desk, noted: Margins) -> None:
    before, start = sent(stafforia), Barrier(2)

    class Together(QuietScreen):
        def preview(self, report: Report) -> None:
            start.wait(120)

    with ThreadPoolExecutor(2) as pool:
        reports = [run.result() for run in [pool.submit(noted, Mode.APPLY, Together()) for _ in range(2)]]
    assert all(report.written and not report.written.rejected for report in reports)
    made = standing(stafforia)
    assert len(made) == len({note["res_id"] for note in made}) == NOTED
    assert sent(stafforia) == before, "nobody is sent a note"
    [note] = [one for one in made if one["res_id"] == clientis(stafforia)["id"]]
    assert (note["model"], note["is_internal"]) == ("project.project", True)
    told = note["body"].replace("\u202f", " ").replace("\xa0", " ").replace("&nbsp;", " ")
    assert "3 693,60 €" in told and "44,9 %" in told and "206,40 €" in told


def test_again_changes_nothing(stafforia: Desk, noted: Margins) -> None:
    noted()
    before = standing(stafforia)
    again = noted()
    assert again.plan.upserts == () and standing(stafforia) == before


def test_a_portal_collaborator_and_follower_of_the_project_cannot_read_it(stafforia: Desk, noted: Margins) -> None:
    """Neither by id nor in a list, though they read what is said to followers there."""
    noted()
    project = clientis(stafforia)["id"]
    note = next(one for one in standing(stafforia) if one["res_id"] == project)
    contact = stafforia.make("res.partner", name="Client Portail", email="portail@client.example")
    groups = [(6, 0, [stafforia.ref("base.group_portal")])]
    stafforia.make("res.users", login="portail@client.example", partner_id=contact, group_ids=groups)
    stafforia.write("project.project", project, privacy_visibility="portal", collaborator_ids=[(0, 0, {"partner_id": contact})])
    stafforia("project.project", "message_subscribe", [project], partner_ids=[contact])
    message = {"model": "project.project", "res_id": project, "body": "Bonjour", "message_type": "comment"}
    values = message | {"subtype_id": stafforia.ref("mail.mt_comment")}
    [said] = stafforia("mail.message", "create", vals_list=[values])
    client = stafforia.as_("portail@client.example")
    seen = client.call("mail.message", "search_read", domain=[("res_id", "=", project)], fields=["id"])
    assert said in [row["id"] for row in seen] and note["id"] not in [row["id"] for row in seen]
    with pytest.raises(AccessDenied):
        client.call("mail.message", "read", ids=[note["id"]], fields=["body", "subject"])


def test_changed_figures_are_a_second_note_and_the_first_stays(stafforia: Desk, noted: Margins) -> None:
    noted()
    before = {note["id"]: note for note in standing(stafforia)}
    [waiting] = stafforia.rows(
        "account.analytic.line", [("date", "=", "2026-10-28"), ("so_line.order_id.partner_id.name", "=", "Kepler")], "id"
    )
    stafforia("account.analytic.line", "write", [waiting["id"]], by=stafforia.manager, vals={"x_regie_validated": True})
    report = noted()
    assert len(report.plan.upserts) == 1
    after = {note["id"]: note for note in standing(stafforia)}
    [new] = after.keys() - before.keys()
    assert "_r2_" in after[new]["message_id"] and "Révision 2" in after[new]["body"]
    assert {id_: after[id_] for id_ in before} == before


def test_a_project_for_invited_users_takes_the_note_once_the_robot_follows_it(stafforia: Desk, noted: Margins) -> None:
    project = clientis(stafforia)
    stafforia("mail.message", "unlink", [one["id"] for one in standing(stafforia) if one["res_id"] == project["id"]])
    stafforia.write("project.project", project["id"], privacy_visibility="followers")
    refused = noted()
    assert refused.written is not None and len(refused.written.rejected) == 1
    assert "rejected" in [one.code for one in refused.findings_after]
    with connect(stafforia.robot()) as robot:
        [user] = robot.call("res.users", "search_read", domain=[("login", "=", robot.login)], fields=["partner_id"])
    stafforia("project.project", "message_subscribe", [project["id"]], partner_ids=[user["partner_id"][0]])
    done = noted()
    assert done.written is not None and len(done.written.created) == 1 and not done.written.rejected
