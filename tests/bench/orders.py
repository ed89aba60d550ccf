"""Plain orders to bill, made in few calls: their hours are entered by the worker and validated by the manager."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from sandbox.access import Access
from tests.odoo.trade import Desk, employee
from tests.torture import slice as stafforia

CALL = 100
"""Records of a call: Odoo ends one that takes longer than two minutes of processor time."""
ORDERS_OF_A_CLIENT = 10
QUIET = {"tracking_disable": True}
"""No message about what changed: it takes as long as the record itself."""

T = TypeVar("T")


def orders(access: Access, number: int, sheets_each: int, *, missions: bool = False) -> list[int]:
    """So many confirmed orders of Stafforia by the hour, each with so many validated timesheets of October; their ids.

    October then has one draft to make of each, and a CRA where they are `missions`: orders that name the worker.
    """
    here = stafforia.desk(access, Path(os.devnull))  # it bills nothing, so it keeps no company file
    clients = [here.client() for _ in range(-(-number // ORDERS_OF_A_CLIENT))]
    named = {"x_regie_consultant_id": employee(here, here.worker), "x_regie_starts_on": "2026-10-01"} if missions else {}
    line = here.sold("REGIE-H", 100, 60, **named)
    wanted = [
        {
            "partner_id": clients[place // ORDERS_OF_A_CLIENT], "company_id": here.company_id,
            "order_line": [(0, 0, line | {"price_unit": 60 + place % 40})],
        }
        for place in range(number)
    ]  # fmt: skip
    made = []
    for some in _calls(wanted, CALL):
        ids = here("sale.order", "create", by=here.seller, vals_list=some, context=QUIET)
        here("sale.order", "action_confirm", ids, here.seller, context=QUIET)
        made += ids
    _work(here, made, sheets_each)
    return made


def _work(here: Desk, made: list[int], sheets_each: int) -> None:
    """An hour and a quarter on each of the first days of October, order by order."""
    tasks = [row["task_id"] for row in here.rows("sale.order.line", [("order_id", "in", made)], "task_id")]
    work: list[dict[str, Any]] = [
        {
            "employee_id": employee(here, here.worker), "project_id": row["project_id"], "task_id": row["id"],
            "date": f"2026-10-{number % 30 + 1:02}", "unit_amount": 1.25, "name": "Assistance",
        }
        for row in here.rows("project.task", [("id", "in", tasks)], "project_id")
        for number in range(sheets_each)
    ]  # fmt: skip
    for some in _calls(work, 5 * CALL):
        ids = here("account.analytic.line", "create", by=here.worker, vals_list=some, context=QUIET)
        here.action("validate", "account.analytic.line", ids)


def _calls(many: Sequence[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(many), size):
        yield list(many[start : start + size])
