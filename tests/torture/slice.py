"""What every trial bills: a dozen orders of Stafforia, one of each way of selling, as they stand before October is billed.

They need several calls of `load` of different kinds, so that a fault can fall between two of them: drafts to make with
different columns, one in another currency, one untouched draft to extend, one that a person edited and that stays as it is.
Beside them stands a crowd of plain orders whose hours nobody has validated yet, for the faults that need many.
"""

from pathlib import Path

from sandbox.access import Access
from tests.odoo.trade import Desk, Order, employee

CAMILLE = "camille@stafforia.example"
UNTOUCHED, EDITED, PLAIN = "UNTOUCHED", "EDITED", "PLAIN"
"""Client references: of the orders whose drafts stand already, and of the crowd's."""
OWN = {"OWN-1": "UNLIKE 1", "OWN-2": "UNLIKE 2"}
"""Articles that one order of the crowd each has for itself, and the client references of these orders."""
CROWD = 28


def desk(access: Access, files: Path) -> Desk:
    """Stafforia and its people."""
    people = ("sophie@stafforia.example", "julien@stafforia.example", "claire@stafforia.example")
    return Desk(access, "stafforia", "Stafforia Services SAS", *people, files)


def prepare(access: Access, files: Path) -> None:
    """Make the orders and their work; the first two have a draft already."""
    here = desk(access, files)
    untouched, edited = (
        here.order(here.sold("REGIE-H", 100, price), client_order_ref=mark)
        for price, mark in ((80.00, UNTOUCHED), (81.00, EDITED))
    )
    for order in (untouched, edited):
        order.work(10, "2026-10-06")
    here.bill()
    [draft] = edited.drafts()
    line = draft.lines[0]["id"]
    here.write("account.move", draft.id, here.accountant, invoice_line_ids=[(1, line, {"name": "Assistance, octobre"})])
    for order in (untouched, edited):
        order.work(2.5, "2026-10-27")
    _crowd(here)
    for sell in (_hours, _days, _fixed, _milestones, _pack, _by_hand, _down_payment, _discount, _dollars, _sections, _rates):
        sell(here)


def _crowd(here: Desk) -> None:
    """Plain orders with an hour and a quarter each, made in a few calls."""
    for code in OWN:
        here("product.product", "copy", here.product("REGIE-H"), default={"default_code": code, "name": f"Régie {code}"})
    clients = [here.client() for _ in range(4)]
    wanted = [
        {
            "partner_id": clients[place % 4], "company_id": here.company_id, "client_order_ref": OWN.get(code, PLAIN),
            "order_line": [(0, 0, here.sold(code, 10, 77.77))],
        }
        for place, code in enumerate(["REGIE-H"] * (CROWD - len(OWN)) + list(OWN))
    ]  # fmt: skip
    ids = here("sale.order", "create", by=here.seller, vals_list=wanted)
    here("sale.order", "action_confirm", ids, here.seller)
    tasks = [row["task_id"] for row in here.rows("sale.order.line", [("order_id", "in", ids)], "task_id")]
    work = [
        {
            "employee_id": employee(here, here.worker), "project_id": row["project_id"], "task_id": row["id"],
            "date": "2026-10-20", "unit_amount": 1.25, "name": "Assistance",
        }
        for row in here.rows("project.task", [("id", "in", tasks)], "project_id")
    ]  # fmt: skip
    here("account.analytic.line", "create", by=here.worker, vals_list=work)


def validate_crowd(access: Access, files: Path) -> None:
    """The manager validates the hours of the crowd: October then has forty drafts to make."""
    here = desk(access, files)
    sheets = here.rows("account.analytic.line", [("so_line.order_id.client_order_ref", "in", [PLAIN, *OWN.values()])], "id")
    here.action("validate", "account.analytic.line", [row["id"] for row in sheets])


def _hours(here: Desk) -> Order:
    order = here.order(here.sold("REGIE-H", 40, 83.33))
    for day, hours in (("2026-10-12", 3.25), ("2026-10-13", 7), ("2026-10-14", 0.5)):
        order.work(hours, day)
    return order


def _days(here: Desk) -> Order:
    order = here.order(here.sold("REGIE-J", 20, 600.00))
    order.work(7, "2026-10-15")
    order.work(3.5, "2026-10-16")
    return order


def _fixed(here: Desk) -> Order:
    return here.order(here.sold("FORFAIT-MOIS", 1, 1234.56))


def _milestones(here: Desk) -> Order:
    order = here.order(here.sold("FORFAIT-JALON", 20, 650.00))
    [step] = here.rows("project.milestone", [("sale_line_id", "=", order.line)], "id")
    here.write("project.milestone", step["id"], here.manager, is_reached=True, quantity_percentage=0.3)
    here.write("project.milestone", step["id"], here.manager, reached_date="2026-10-15")
    return order


def _pack(here: Desk) -> Order:
    return here.order(here.sold("PACK-H", 10, 95.00))


def _by_hand(here: Desk) -> Order:
    order = here.order(here.sold("DEPLACEMENT", 10, 25.00))
    here.write("sale.order.line", order.line, qty_delivered=3)
    return order


def _down_payment(here: Desk) -> Order:
    order = here.order(here.sold("REGIE-H", 100, 100.00))
    here.post(here.wizard(order.id, "percentage", amount=20), "2026-10-02")
    order.work(30, "2026-10-19")
    return order


def _discount(here: Desk) -> Order:
    order = here.order(here.sold("REGIE-H", 90, 100.00))
    [wizard] = here(
        "sale.order.discount", "create", vals_list=[{"discount_type": "so_discount", "discount_percentage": 0.10}],
        context={"active_id": order.id, "active_model": "sale.order"},
    )  # fmt: skip
    here("sale.order.discount", "action_apply_discount", wizard)
    order.work(30, "2026-10-20")
    return order


def _dollars(here: Desk) -> Order:
    dollar = here.ref("base.USD")
    here.write("res.currency", dollar, active=True)
    pricelist = here.make("product.pricelist", name="Dollars", currency_id=dollar, company_id=here.company_id)
    order = here.order(here.sold("REGIE-H", 10, 99.99), pricelist_id=pricelist)
    order.work(4, "2026-10-21")
    return order


def _sections(here: Desk) -> Order:
    order = here.order(
        {"display_type": "line_section", "name": "Lot 1"},
        here.sold("REGIE-H", 10, 80.00, discount=10),
        {"display_type": "line_note", "name": "Hors déplacement"},
        here.sold("DEPLACEMENT", 10, 25.00),
    )
    order.work(5, "2026-10-22", line=order.lines[1])
    here.write("sale.order.line", order.lines[3], qty_delivered=2)
    return order


def _rates(here: Desk) -> Order:
    """Two people, two rates."""
    order = here.order(here.sold("REGIE-H", 50, 80.00), here.sold("REGIE-H", 50, 120.00, name="Expertise"))
    project = here.row("sale.order.line", order.line, "project_id")["project_id"]
    values = {"project_id": project, "employee_id": employee(here, CAMILLE), "sale_line_id": order.lines[1]}
    here.make("project.sale.line.employee.map", **values)
    order.work(4, "2026-10-23")
    order.work(2, "2026-10-23", by=CAMILLE)
    return order
