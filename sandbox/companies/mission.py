"""What a consulting company has beside hours: milestones, tickets, leaves, expenses, the progress of a project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from sandbox.companies.loader import Loader
from sandbox.companies.setup import CompanySpec
from sandbox.companies.trade import product_key
from sandbox.companies.work import Place


def milestones(loader: Loader, key: str, plan: Sequence[tuple[str, float, date, bool]], invoiced_on: date) -> None:
    """The milestones of `order_<key>`: name, share of the line, day (reached on, or planned), reached or not.

    The first is the one Odoo made, for the whole line, at the confirmation; it is invoiced and posted
    before the next is reached.
    """
    line = loader.known[f"line_{key}"]
    [row] = loader.read("sale.order.line", [line], "project_id")
    made = loader.search("project.milestone", [["sale_line_id", "=", line]])
    later = [
        {
            "id": f"milestone_{key}_{number}",
            "name": name,
            "project_id/.id": str(row["project_id"]),
            "sale_line_id/id": f"line_{key}",
            "quantity_percentage": share,
            "deadline": day,
        }
        for number, (name, share, day, _) in enumerate(plan[1:], 2)
    ]
    name, share, day, _ = plan[0]
    loader.make_so("project.milestone", made[0]["id"], name=name, quantity_percentage=share, deadline=str(day))
    ids = [made[0]["id"], *loader.load("project.milestone", later)]
    for id_, (_, _, day, reached) in zip(ids, plan, strict=True):
        if reached:
            loader.make_so("project.milestone", id_, is_reached=True)
            loader.make_so("project.milestone", id_, reached_date=str(day))
        if id_ == ids[0]:
            _invoice(loader, loader.known[f"order_{key}"], invoiced_on)


def _invoice(loader: Loader, order: int, day: date) -> None:
    """Odoo's own "Create invoice" and "Confirm", once."""
    [row] = loader.read("sale.order", [order], "invoice_ids")
    if not row["invoice_ids"]:
        [wizard] = loader.call(
            "sale.advance.payment.inv", "create",
            vals_list=[{"advance_payment_method": "delivered", "sale_order_ids": [[6, 0, [order]]]}],
        )  # fmt: skip
        loader.call("sale.advance.payment.inv", "create_invoices", ids=[wizard])
        [row] = loader.read("sale.order", [order], "invoice_ids")
    [invoice] = loader.read("account.move", [min(row["invoice_ids"])], "state")
    if invoice["state"] == "draft":
        loader.make_so("account.move", invoice["id"], invoice_date=str(day))
        loader.call("account.move", "action_post", ids=[invoice["id"]])


def tickets(loader: Loader, spec: CompanySpec, client: str, person: str, asked: Sequence[tuple[str, str, date]]) -> list[Place]:
    """Closed support tickets (key, title, day) of a client with `line_<client>`, each with its task; answers the tasks."""
    [line] = loader.read("sale.order.line", [loader.known[f"line_{client}"]], "project_id")
    tasks = loader.load(
        "project.task",
        (
            {
                "id": f"task_{key}",
                "name": title,
                "project_id/.id": str(line["project_id"]),
                "company_id/id": spec.key,
                "sale_line_id/id": f"line_{client}",
                "user_ids/id": f"user_{person}",
                "state": "1_done",
            }
            for key, title, _ in asked
        ),
    )
    loader.load("helpdesk.ticket.team", [{"id": f"team_{spec.key}", "name": "Support", "company_id/id": spec.key}])
    loader.load(
        "helpdesk.ticket",
        (
            {
                "id": f"ticket_{key}",
                "name": title,
                "description": title,
                "company_id/id": spec.key,
                "team_id/id": f"team_{spec.key}",
                "partner_id/id": f"contact_{client}",
                "user_id/id": f"user_{person}",
                "project_id/.id": str(line["project_id"]),
                "task_id/.id": str(task),
                "stage_id/id": "helpdesk_mgmt.helpdesk_ticket_stage_done",
                "assigned_date": f"{day} 07:30:00",
                "closed_date": f"{day} 15:30:00",
            }
            for task, (key, title, day) in zip(tasks, asked, strict=True)
        ),
        context={"tracking_disable": True},  # no mail that the ticket is closed
    )
    return [Place(key, line["project_id"], task) for task, (key, _, _) in zip(tasks, asked, strict=True)]


def leaves(loader: Loader, spec: CompanySpec, person: str, taken: Sequence[tuple[str, date, str]]) -> None:
    """Approved paid leave of a person: key, day, and from when ("am": all day, "pm": the afternoon)."""
    kind = f"leave_type_{spec.key}"
    loader.load("hr.leave.type", [{
        "id": kind, "name": "Congés payés", "company_id/id": spec.key, "requires_allocation": False,
        "request_unit": "half_day", "leave_validation_type": "hr", "time_type": "leave",
    }])  # fmt: skip
    ids = loader.load(
        "hr.leave",
        (
            {
                "id": f"leave_{person}_{key}",
                "employee_id/id": f"employee_{person}",
                "holiday_status_id/id": kind,
                "request_date_from": day,
                "request_date_to": day,
                "request_date_from_period": start,
                "request_date_to_period": "pm",
            }
            for key, day, start in taken
        ),
    )
    if waiting := [row["id"] for row in loader.read("hr.leave", ids, "state") if row["state"] == "confirm"]:
        loader.call("hr.leave", "action_approve", ids=waiting)


def progress(loader: Loader, project: int, day: date, done: int, author: str) -> None:
    """A project update: so many percent done, as its manager sees it."""
    loader.load("project.update", [{
        "id": f"update_{project}_{day:%Y%m%d}", "name": f"Point au {day:%d/%m/%Y}", "project_id/.id": str(project),
        "status": "at_risk", "progress": done, "date": day, "user_id/id": f"user_{author}",
    }])  # fmt: skip


def expenses(
    loader: Loader, spec: CompanySpec, person: str, project: int, bought: Sequence[tuple[str, str, str, date, float, str]]
) -> None:
    """Posted expenses, paid by the person, on the mission's project: key, article, text, day, amount, order re-billed or ""."""
    [row] = loader.read("project.project", [project], "account_id")
    rows: list[dict[str, Any]] = []
    for key, code, text, day, amount, order in bought:
        rows.append({
            "id": f"expense_{key}",
            "name": text,
            "employee_id/id": f"employee_{person}",
            "company_id/id": spec.key,
            "product_id/id": product_key(spec, code),
            "date": day,
            "total_amount_currency": amount,
            "payment_mode": "own_account",
            "analytic_distribution": json.dumps({str(row["account_id"]): 100}),
            **({"sale_order_id/id": order} if order else {}),
        })  # fmt: skip
    ids = loader.load("hr.expense", rows)
    for step, state in (("action_submit", "draft"), ("action_approve", "submitted")):
        if now := [expense["id"] for expense in loader.read("hr.expense", ids, "state") if expense["state"] == state]:
            loader.call("hr.expense", step, ids=now)
    if approved := [expense["id"] for expense in loader.read("hr.expense", ids, "state") if expense["state"] == "approved"]:
        action = loader.call("hr.expense", "action_post", ids=approved)
        loader.call(
            "hr.expense.post.wizard", "write", ids=[action["res_id"]], vals={"accounting_date": f"{max(b[3] for b in bought)}"}
        )
        posting = {"active_ids": approved, "company_paid_move_ids": []}  # without the second the wizard trips over itself
        loader.call("hr.expense.post.wizard", "action_post_entry", ids=[action["res_id"]], context=posting)
