"""What Odoo itself refuses once provisioned, tried by each user whom it must stop, on every way there is."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from crew import TIMESHEET, Crew

from connectors.odoo import Odoo
from connectors.odoo.errors import AccessDenied, DataError, OdooError
from flows.provision import guard_stands
from sandbox.access import Access

pytestmark = pytest.mark.sandbox

DECISIONS: list[dict[str, Any]] = [
    {"x_regie_validated": True},
    {"x_regie_validated_by": 2},
    {"x_regie_validated_on": "2026-10-31 10:00:00"},
    {"x_regie_qualification": "billable"},
    {"x_regie_qualification_reason": "parce que"},
    {"x_regie_released_on": "2026-10-31 10:00:00"},
]
CHANGES: list[dict[str, Any]] = [
    {"unit_amount": 9},
    {"date": "2026-10-07"},
    {"name": "autre chose"},
    {"task_id": False},
    {"so_line": False},
    {"timesheet_invoice_id": False},
    {"x_regie_kind": "travel"},
    {"x_regie_validated": False},
]


@pytest.fixture(scope="module")
def crew(fresh_sandbox: Access) -> Crew:
    return Crew(fresh_sandbox)


@pytest.fixture(scope="module")
def technician(crew: Crew) -> Iterator[Odoo]:
    with crew.as_("technician") as odoo:
        yield odoo


@pytest.fixture(scope="module")
def approver(crew: Crew) -> Iterator[Odoo]:
    with crew.as_("approver") as odoo:
        yield odoo


@pytest.fixture(scope="module")
def robot(crew: Crew) -> Iterator[Odoo]:
    with crew.robot() as odoo:
        yield odoo


def entry(crew: Crew) -> dict[str, Any]:
    return {"project_id": crew.project, "task_id": crew.task, "unit_amount": 1, "name": "essai", "date": "2026-10-06"}


def run(odoo: Odoo, crew: Crew, action: str, timesheets: list[int]) -> None:
    context = {"active_model": TIMESHEET, "active_ids": timesheets, "active_id": timesheets[0]}
    odoo.call("ir.actions.server", "run", ids=[crew.ref(f"__regie__.action_{action}")], context=context)


def test_technician_enters_and_corrects_time_not_validated(crew: Crew, technician: Odoo) -> None:
    (made,) = technician.call(TIMESHEET, "create", vals_list=[{**entry(crew), "x_regie_kind": "travel"}])
    technician.call(TIMESHEET, "write", ids=[made], vals={"unit_amount": 2.25})
    assert (crew.line(made)["unit_amount"], crew.line(made)["x_regie_kind"]) == (2.25, "travel")


@pytest.mark.parametrize("values", DECISIONS, ids=lambda values: next(iter(values)))
def test_technician_decides_nothing(crew: Crew, technician: Odoo, values: dict[str, Any]) -> None:
    (own,) = crew.hours(1)
    before = crew.line(own)
    with pytest.raises(DataError, match="approbateur"):
        technician.call(TIMESHEET, "write", ids=[own], vals=values)
    with pytest.raises(DataError, match="approbateur"):
        technician.call(TIMESHEET, "create", vals_list=[{**entry(crew), **values}])
    with pytest.raises(DataError, match="approbateur"):
        technician.call("project.task", "write", ids=[crew.task], vals={"timesheet_ids": [(1, own, values)]})
    with pytest.raises(DataError, match="approbateur"):
        defaults = {f"default_{name}": value for name, value in values.items()}
        technician.call(TIMESHEET, "create", vals_list=[entry(crew)], context=defaults)
    assert crew.line(own) == before


def test_technician_cannot_decide_by_load(crew: Crew, technician: Odoo) -> None:
    row = [str(crew.project), str(crew.task), "1", "essai", "1"]
    fields = ["project_id/.id", "task_id/.id", "unit_amount", "name", "x_regie_validated"]
    answer = technician.call(TIMESHEET, "load", fields=fields, data=[row])
    assert not answer["ids"]
    assert "approbateur" in answer["messages"][0]["message"]


def test_forged_context_does_not_pass_the_lock(crew: Crew, technician: Odoo) -> None:
    (own,) = crew.hours(1)
    forged = {"__action_done": {"1": [own]}, "__action_feedback": True, "old_values": {str(own): {"x_regie_validated": True}}}
    with pytest.raises(DataError, match="approbateur"):
        technician.call(TIMESHEET, "write", ids=[own], vals={"x_regie_validated": True}, context=forged)


@pytest.mark.parametrize("action", ["validate", "invalidate", "release", "qualify_billable", "qualify_included"])
def test_technician_may_not_run_the_actions(crew: Crew, technician: Odoo, action: str) -> None:
    with pytest.raises(AccessDenied):
        run(technician, crew, action, crew.hours(1))


@pytest.mark.parametrize("values", CHANGES, ids=lambda values: next(iter(values)))
def test_technician_does_not_change_validated_time(crew: Crew, technician: Odoo, values: dict[str, Any]) -> None:
    (own,) = crew.hours(2, validated=True)
    before = crew.line(own)
    with pytest.raises(OdooError):
        technician.call(TIMESHEET, "write", ids=[own], vals=values)
    with pytest.raises(OdooError):
        technician.call("project.task", "write", ids=[crew.task], vals={"timesheet_ids": [(1, own, values)]})
    assert crew.line(own) == before


def test_technician_does_not_delete_validated_time(crew: Crew, technician: Odoo) -> None:
    (own,) = crew.hours(2, validated=True)
    with pytest.raises(AccessDenied):
        technician.call(TIMESHEET, "unlink", ids=[own])
    with pytest.raises(AccessDenied):
        technician.call("project.task", "write", ids=[crew.task], vals={"timesheet_ids": [(2, own, 0)]})
    assert crew.line(own)["unit_amount"] == 2


def test_technician_does_not_move_validated_time_with_its_task(crew: Crew, technician: Odoo) -> None:
    (own,) = crew.hours(2, validated=True)
    before = crew.line(own)
    elsewhere = crew.create("project.project", name="Ailleurs", allow_timesheets=True, company_id=crew.company)
    with pytest.raises(DataError, match="approbateur"):
        technician.call("project.task", "write", ids=[crew.task], vals={"project_id": elsewhere})
    with pytest.raises(DataError, match="approbateur"):
        technician.call("project.task", "write", ids=[crew.task], vals={"sale_line_id": False})
    assert crew.line(own) == before


def test_a_copy_of_validated_time_is_not_validated(crew: Crew, technician: Odoo) -> None:
    (own,) = crew.hours(2, validated=True)
    (copy,) = technician.call(TIMESHEET, "copy", ids=[own])
    assert not crew.line(copy)["x_regie_validated"]
    assert not crew.line(copy)["x_regie_validated_by"]


def test_portal_user_touches_no_time(crew: Crew) -> None:
    (own,) = crew.hours(1)
    with crew.as_("portal") as portal, pytest.raises(AccessDenied):
        portal.call(TIMESHEET, "write", ids=[own], vals={"x_regie_validated": True})


def test_biller_who_is_no_approver_does_not_change_validated_time(crew: Crew) -> None:
    (line,) = crew.hours(1, validated=True)
    with crew.as_("biller") as biller, pytest.raises(AccessDenied):
        biller.call(TIMESHEET, "write", ids=[line], vals={"unit_amount": 5})


def test_approver_validates_the_selected_lines(crew: Crew, approver: Odoo) -> None:
    lines = crew.hours(4, 3)
    run(approver, crew, "validate", lines)
    for line in map(crew.line, lines):
        assert (line["x_regie_validated"], line["x_regie_validated_by"]) == (True, crew.users["approver"])
        assert line["x_regie_validated_on"]
        assert line["x_regie_qualification"] is False
    run(approver, crew, "invalidate", lines)
    assert [crew.line(line)["x_regie_validated_by"] for line in lines] == [False, False]


def test_validating_again_keeps_who_validated_first(crew: Crew, approver: Odoo) -> None:
    (line,) = crew.hours(1, validated=True)
    before = crew.line(line)
    run(approver, crew, "validate", [line])
    assert crew.line(line) == before


def test_approver_cannot_validate_in_anothers_name(crew: Crew, approver: Odoo) -> None:
    (line,) = crew.hours(1)
    forged = {"x_regie_validated": True, "x_regie_validated_by": 2, "x_regie_validated_on": "2020-01-01 00:00:00"}
    approver.call(TIMESHEET, "write", ids=[line], vals=forged)
    approver.call(TIMESHEET, "write", ids=[line], vals={"x_regie_validated_by": 2})
    (made,) = approver.call(TIMESHEET, "create", vals_list=[{**entry(crew), "employee_id": crew.employee, **forged}])
    for found in (crew.line(line), crew.line(made)):
        assert found["x_regie_validated_by"] == crew.users["approver"]
        assert found["x_regie_validated_on"] > "2020-01-01 00:00:00"


def test_approver_qualifies_and_releases(crew: Crew, approver: Odoo) -> None:
    (line,) = crew.hours(1, validated=True)
    for choice in ("billable", "included", "non_billable"):
        run(approver, crew, f"qualify_{choice}", [line])
        assert crew.line(line)["x_regie_qualification"] == choice
    run(approver, crew, "release", [line])
    assert crew.line(line)["x_regie_released_on"]


def test_race_of_four_keys_for_the_same_hours_makes_one_draft(crew: Crew, robot: Odoo) -> None:
    hours = crew.hours(3, 3, 3, validated=True)
    answers: list[Any] = []

    def bill(number: int) -> None:
        with robot.clone() as odoo:
            answer = crew.draft(odoo, f"race_{number}", hours, 9)
            while not answer["ids"] and "concurrent" in answer["messages"][0]["message"]:
                answer = crew.draft(odoo, f"race_{number}", hours, 9)
            answers.append(answer)

    threads = [threading.Thread(target=bill, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(bool(answer["ids"]) for answer in answers) == 1
    refusals = [answer["messages"][0]["message"] for answer in answers if not answer["ids"]]
    assert all("déjà sur la facture" in refusal for refusal in refusals)
    assert crew.do("account.move", "search_count", domain=[("x_regie_key", "like", "race_")]) == 1


def test_a_draft_is_extended_and_its_hours_stay(crew: Crew, robot: Odoo) -> None:
    first, late = crew.hours(2, 1, validated=True)
    (move,) = crew.draft(robot, "extended", [first], 2)["ids"]
    answer = robot.call(
        "account.move", "load",
        fields=["id", "invoice_line_ids/id", "invoice_line_ids/quantity", "timesheet_ids/.id"],
        data=[["__regie__.extended", "__regie__.extended_1", "3", f"{first},{late}"]],
        context={"skip_is_manually_modified": True, "allowed_company_ids": [crew.company]},
    )  # fmt: skip
    assert answer["ids"] == [move]
    assert [crew.line(line)["timesheet_invoice_id"] for line in (first, late)] == [move, move]


def test_hours_of_a_posted_invoice_go_on_no_other(crew: Crew, robot: Odoo) -> None:
    hours = crew.hours(4, validated=True)
    (move,) = crew.draft(robot, "posted", hours, 4)["ids"]
    crew.do("account.move", "action_post", ids=[move])
    assert not crew.draft(robot, "posted_again", hours, 4)["ids"]
    assert crew.line(hours[0])["timesheet_invoice_id"] == move


def test_billed_hours_are_not_invalidated(crew: Crew, robot: Odoo, approver: Odoo) -> None:
    hours = crew.hours(4, validated=True)
    crew.draft(robot, "kept", hours, 4)
    with pytest.raises(DataError, match="sont sur la facture"):
        run(approver, crew, "invalidate", hours)
    assert crew.line(hours[0])["x_regie_validated"]


def test_cancelled_or_deleted_hours_are_billed_again(crew: Crew, robot: Odoo) -> None:
    hours = crew.hours(5, validated=True)
    (first,) = crew.draft(robot, "cancelled", hours, 5)["ids"]
    crew.do("account.move", "button_cancel", ids=[first])
    (second,) = crew.draft(robot, "deleted", hours, 5)["ids"]
    crew.do("account.move", "unlink", ids=[second])
    (third,) = crew.draft(robot, "billed", hours, 5)["ids"]
    assert crew.line(hours[0])["timesheet_invoice_id"] == third


def test_reverse_and_create_invoice_still_works(crew: Crew, robot: Odoo) -> None:
    hours = crew.hours(6, validated=True)
    (move,) = crew.draft(robot, "reversed", hours, 6)["ids"]
    crew.do("account.move", "action_post", ids=[move])
    (journal,) = {row["journal_id"] for row in crew.do("account.move", "read", ids=[move], fields=["journal_id"], load=None)}
    (wizard,) = crew.do(
        "account.move.reversal", "create", vals_list=[{"move_ids": [(6, 0, [move])], "journal_id": journal}],
        context={"active_model": "account.move", "active_ids": [move]},
    )  # fmt: skip
    crew.do("account.move.reversal", "modify_moves", ids=[wizard])
    assert crew.line(hours[0])["timesheet_invoice_id"] is False
    assert crew.draft(robot, "after_reversal", hours, 6)["ids"]


def test_seller_bills_with_odoos_own_wizard(crew: Crew) -> None:
    (line,) = crew.hours(7, validated=True)
    with crew.as_("seller") as seller:
        values = {"advance_payment_method": "delivered", "sale_order_ids": [(6, 0, [crew.order])]}
        (wizard,) = seller.call("sale.advance.payment.inv", "create", vals_list=[values])
        seller.call("sale.advance.payment.inv", "create_invoices", ids=[wizard])
    assert crew.line(line)["timesheet_invoice_id"]


def test_guard_is_seen_by_the_robot_and_not_once_it_is_archived(crew: Crew, robot: Odoo) -> None:
    assert guard_stands(robot)
    guard = crew.ref("__regie__.guard_billed_hours")
    crew.do("base.automation", "write", ids=[guard], vals={"active": False})
    assert not guard_stands(robot)
    crew.do("base.automation", "write", ids=[guard], vals={"active": True})
    assert guard_stands(robot)


def test_guard_is_not_judged_by_who_may_not_look(crew: Crew) -> None:
    with crew.as_("biller") as biller, pytest.raises(AccessDenied):
        guard_stands(biller)
