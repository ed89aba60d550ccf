"""What people do: hours on tasks, validated by their manager."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.companies.loader import Loader

if TYPE_CHECKING:
    from connectors.odoo import Odoo


@dataclass(frozen=True)
class Place:
    """Where hours are entered: a project and one of its tasks, by database id; `key` names them in external ids."""

    key: str
    project: int
    task: int


def place(loader: Loader, line: str) -> Place:
    """The project and task that Odoo made for an order line when the order was confirmed."""
    [row] = loader.read("sale.order.line", [loader.known[line]], "task_id")
    [task] = loader.read("project.task", [row["task_id"]], "project_id")
    return Place(line, task["project_id"], task["id"])


def hours(person: str, day: date, quantity: float, text: str, where: Place) -> dict[str, Any]:
    """Work of that person on a task; Odoo finds its order line by the task."""
    return {
        "id": f"time_{person}_{day:%Y%m%d}_{where.key}",
        "employee_id/id": f"employee_{person}",
        "date": day,
        "unit_amount": quantity,
        "name": text,
        "project_id/.id": str(where.project),
        "task_id/.id": str(where.task),
        "x_regie_kind": "work",
    }


def travel(person: str, day: date, quantity: float, where: Place, line: str) -> dict[str, Any]:
    """Travel to that task, on the order line of that key, where it is billed flat."""
    way = hours(person, day, quantity, "Trajet", where)
    return {**way, "id": f"{way['id']}_travel", "x_regie_kind": "travel", "so_line/id": line, "is_so_line_edited": True}


def validate(loader: Loader, rows: Sequence[Mapping[str, Any]], manager: Callable[[], Odoo]) -> None:
    """Validates these hours as the manager that `manager` logs in; those already validated stay."""
    lines = loader.read("account.analytic.line", [loader.known[row["id"]] for row in rows], "x_regie_validated")
    if waiting := [line["id"] for line in lines if not line["x_regie_validated"]]:
        replace(loader, odoo=manager()).call("account.analytic.line", "write", ids=waiting, vals={"x_regie_validated": True})


def cost(loader: Loader, rows: Sequence[Mapping[str, Any]], per_hour: float) -> None:
    """Writes the exact cost on hours.

    Odoo keeps an employee's hourly cost in cents: a day of 7 h at 320.00 € would cost 7 × 45.71 = 319.97 €.
    """
    ids = [loader.known[row["id"]] for row in rows]
    wrong: dict[float, list[int]] = {}
    for row in loader.read("account.analytic.line", ids, "unit_amount", "amount"):
        exact = -round(row["unit_amount"] * per_hour, 2)
        if row["amount"] != exact:
            wrong.setdefault(exact, []).append(row["id"])
    for amount, lines in wrong.items():
        loader.call("account.analytic.line", "write", ids=lines, vals={"amount": amount})
