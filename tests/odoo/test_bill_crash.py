"""Runs that die, overtake each other or race: whatever happens, each hour stands once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from trade import Desk, employee, invoices

from connectors.odoo import connect
from connectors.odoo.schema import detect
from connectors.odoo.writer import Writer
from flows.shape import Mode
from mappings.vocabulary.plan import Line, Plan, Upsert
from mappings.vocabulary.written import Written

pytestmark = pytest.mark.sandbox

MANY = 80
"""More drafts than two connections write at once: four calls of twenty."""


def many_orders(desk: Desk, count: int) -> dict[int, int]:
    """Confirmed orders of one client, an hour validated on each: the hour of every order."""
    client = desk.client()
    line = desk.sold("REGIE-H", 10, 80.00)
    wanted = [{"partner_id": client, "company_id": desk.company_id, "order_line": [(0, 0, line)]} for _ in range(count)]
    ids = desk("sale.order", "create", by=desk.seller, vals_list=wanted)
    desk("sale.order", "action_confirm", ids, desk.seller)
    lines = desk.rows("sale.order.line", [("order_id", "in", ids)], "order_id", "task_id")
    tasks = {row["order_id"]: row["task_id"] for row in lines}
    found = desk.rows("project.task", [("id", "in", list(tasks.values()))], "project_id")
    projects = {row["id"]: row["project_id"] for row in found}
    work = [
        {
            "employee_id": employee(desk, desk.worker), "project_id": projects[task], "task_id": task, "date": "2026-10-20",
            "unit_amount": 1.0, "name": "Assistance",
        }
        for task in tasks.values()
    ]  # fmt: skip
    sheets = desk("account.analytic.line", "create", by=desk.worker, vals_list=work)
    desk.action("validate", "account.analytic.line", sheets)
    return dict(zip(tasks, sheets, strict=True))


def drafted(desk: Desk, orders: list[int]) -> int:
    return int(desk("account.move", "search_count", domain=[("line_ids.sale_line_ids.order_id", "in", orders)]))


def settled(desk: Desk, orders: list[int]) -> int:
    """How many drafts there are once the server has finished what it was told."""
    count = -1
    while count != (count := drafted(desk, orders)):
        time.sleep(3)
    return count


def test_a_run_killed_between_its_calls_is_finished_by_the_next(stafforia: Desk) -> None:
    orders = many_orders(stafforia, MANY)
    run = stafforia.start_bill()
    while not drafted(stafforia, list(orders)) and run.poll() is None:
        time.sleep(0.05)
    run.kill()
    run.communicate()
    assert 0 < settled(stafforia, list(orders)) < MANY
    stafforia.bill()
    drafts = list(invoices(stafforia, [("line_ids.sale_line_ids.order_id", "in", list(orders))]))
    assert len(drafts) == MANY
    assert sorted(draft.hours for draft in drafts) == sorted((sheet,) for sheet in orders.values())
    assert {(draft.untaxed, len(draft.lines)) for draft in drafts} == {(80.00, 1)}
    details = [("res_model", "=", "account.move"), ("res_id", "in", [draft.id for draft in drafts])]
    files = stafforia.rows("ir.attachment", details, "res_id")
    assert sorted(file["res_id"] for file in files) == [draft.id for draft in drafts]


def test_two_runs_at_once_extend_a_draft_once(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 80.00))
    first = order.work(10)
    stafforia.bill()
    late = order.work(3, "2026-10-28")
    runs = [stafforia.start_bill() for _ in range(2)]
    answers = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], answers
    [draft] = order.drafts()
    assert (draft.products, draft.hours) == ([(13, 80.00)], (first, late))
    assert all(json.loads(out)["written"]["rejected"] == [] for out, _ in answers)


def renamed(upsert: Upsert, key: str) -> Upsert:
    """The same draft as another run would key it that had read the keys a moment later."""
    lines = tuple(Line(key=line.key.replace(upsert.key, key), values=line.values) for line in upsert.lines)
    name = key.removeprefix("__regie__.")
    return upsert._replace(key=key, lines=lines, values={**upsert.values, "regie_key": name})


def push(desk: Desk, upsert: Upsert) -> Written:
    with connect(desk.robot()) as odoo:
        return Writer(odoo, detect(odoo)).push(Plan(upserts=(upsert,)))


def test_the_same_hours_under_two_keys_make_one_draft(stafforia: Desk) -> None:
    """What closes it is the guard in Odoo: a key protects a document, not the hours on it."""
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 80.00))
    sheet = order.work(9)
    plan = stafforia.bill(mode=Mode.PREVIEW).plan
    [mine] = [upsert for upsert in plan.upserts if upsert.values["origin"] == order.name]
    other = renamed(mine, mine.key.replace("_n1", "_n2"))
    with ThreadPoolExecutor(2) as pool:
        written = list(pool.map(lambda upsert: push(stafforia, upsert), (mine, other)))
    [draft] = order.drafts()
    assert (draft.untaxed, draft.hours) == (720.00, (sheet,))
    assert sorted(len(one.created) for one in written) == [0, 1]
    [refused] = [rejection for one in written for rejection in one.rejected]
    assert "déjà sur la facture" in refused.message
    assert order.hours_billed() == {sheet: draft.id}


def test_a_draft_that_a_person_deleted_meanwhile_does_not_come_back_by_its_extension(stafforia: Desk) -> None:
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 80.00))
    order.work(10)
    stafforia.bill()
    [draft] = order.drafts()
    order.work(3, "2026-10-28")
    plan = stafforia.bill(mode=Mode.PREVIEW).plan
    [mine] = [upsert for upsert in plan.upserts if upsert.values["origin"] == order.name]
    assert mine.extends
    stafforia("account.move", "unlink", draft.id, stafforia.accountant)
    written = push(stafforia, mine)
    assert (written.left, order.drafts()) == ((mine.key,), [])
    stafforia.bill()
    assert [one.products for one in order.drafts()] == [[(13, 80.00)]]


def test_each_order_stands_on_its_own_draft(stafforia: Desk) -> None:
    """An order whose draft Odoo refuses stops no other: here its client is archived."""
    good, bad = (stafforia.order(stafforia.sold("REGIE-H", 10, 80.00)) for _ in range(2))
    for order in (good, bad):
        order.work(1)
    stafforia.write("res.partner", bad.client, active=False)
    report = stafforia.bill()
    assert [draft.untaxed for draft in good.drafts()] == [80.00]
    assert bad.drafts() == []
    assert [rejection.key for rejection in report.written.rejected] == [f"__regie__.inv_o{bad.id}_2026-10_n1"]
    stafforia.write("res.partner", bad.client, active=True)
    stafforia.bill()
    assert [draft.untaxed for draft in bad.drafts()] == [80.00]
