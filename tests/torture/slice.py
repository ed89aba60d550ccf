"""What every trial bills: a dozen orders of Stafforia, one of each way of selling, as they stand before October is billed.

They need several calls of `load` of different kinds, so that a fault can fall between two of them: drafts to make with
different columns, one in another currency, two untouched drafts to extend, one that a person edited and that stays as it is.
Beside them stands a crowd of plain orders whose hours nobody has validated yet, for the faults that need many.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.access import Access
from tests.odoo.trade import Desk, Order, employee

CAMILLE = "camille@stafforia.example"
UNTOUCHED, SECOND, EDITED, PLAIN = "UNTOUCHED", "SECOND", "EDITED", "PLAIN"
"""Client references: of the orders whose drafts stand already, and of the crowd's."""
OWN = {"OWN-1": "UNLIKE 1", "OWN-2": "UNLIKE 2"}
"""Articles that one order of the crowd each has for itself, and the client references of these orders."""
CROWD = 28
Values = dict[str, Any]
Sold = Callable[..., Values]
"""A line of an order: the article's code, the quantity, the price, and what else it says."""


@dataclass(frozen=True)
class Sale:
    """An order to make: its lines, its hours as (hours, day) of the first line, what else it says.

    `then`: what is done to the confirmed order before anybody works on it.
    """

    lines: tuple[Values, ...]
    work: tuple[tuple[float, str], ...] = ()
    values: Values = field(default_factory=dict)
    then: Callable[[Desk, Order], None] = lambda here, order: None


def desk(access: Access, files: Path) -> Desk:
    """Stafforia and its people."""
    people = ("sophie@stafforia.example", "julien@stafforia.example", "claire@stafforia.example")
    return Desk(access, "stafforia", "Stafforia Services SAS", *people, files)


def prepare(access: Access, files: Path) -> None:
    """Make the orders and their work, each kind of record in one call; the first three have a draft already."""
    here = desk(access, files)
    for code in OWN:
        here("product.product", "copy", here.product("REGIE-H"), default={"default_code": code, "name": f"Régie {code}"})
    known = here.rows("product.product", [("company_id", "=", here.company_id)], "default_code")
    goods = {row["default_code"]: row["id"] for row in known}

    def sold(code: str, quantity: float, price: float, **values: Any) -> Values:
        return {"product_id": goods[code], "product_uom_qty": quantity, "price_unit": price, **values}

    marks = {UNTOUCHED: 80.00, SECOND: 82.00, EDITED: 81.00}
    standing = _made(here, [Sale((sold("REGIE-H", 100, price),), values=_named(mark)) for mark, price in marks.items()])
    _work(here, [(order, order.line, 10, "2026-10-06") for order in standing])
    here.bill()
    [draft] = standing[-1].drafts()
    line = draft.lines[0]["id"]
    here.write("account.move", draft.id, here.accountant, invoice_line_ids=[(1, line, {"name": "Assistance, octobre"})])
    sales = _sales(here, sold)
    made = _made(here, sales)
    late = [(order, order.line, 2.5, "2026-10-27") for order in standing]
    _work(here, late + [(order, order.line, *one) for order, sale in zip(made, sales, strict=True) for one in sale.work])
    _sections_and_rates(here, sold)
    _crowd(here, sold)


def _made(here: Desk, sales: Sequence[Sale], clients: Sequence[int] = ()) -> list[Order]:
    """Confirmed orders of 1 October, each of a client of its own unless told."""
    clients = clients or _clients(here, len(sales))
    wanted = [
        {
            "partner_id": clients[place % len(clients)], "company_id": here.company_id, **sale.values,
            "order_line": [(0, 0, {"sequence": at, **line}) for at, line in enumerate(sale.lines)],
        }
        for place, sale in enumerate(sales)
    ]  # fmt: skip
    ids = here("sale.order", "create", by=here.seller, vals_list=wanted)
    here("sale.order", "action_confirm", ids, here.seller)
    here.write("sale.order", ids, here.seller, date_order="2026-10-01 08:00:00")
    found = here.rows("sale.order.line", [("order_id", "in", ids)], "order_id", "sequence")
    found.sort(key=lambda row: (row["sequence"], row["id"]))
    names = {row["id"]: row for row in here.rows("sale.order", [("id", "in", ids)], "name", "partner_id")}
    orders = [
        Order(
            here, id_, names[id_]["partner_id"], tuple(row["id"] for row in found if row["order_id"] == id_), names[id_]["name"]
        )
        for id_ in ids
    ]
    for order, sale in zip(orders, sales, strict=True):
        sale.then(here, order)
    return orders


def _clients(here: Desk, number: int) -> list[int]:
    values = {
        "is_company": True, "company_id": here.company_id, "lang": "fr_FR",
        "property_payment_term_id": here.ref("account.account_payment_term_30days"),
    }  # fmt: skip
    return list(here("res.partner", "create", vals_list=[{"name": f"Client {place}", **values} for place in range(number)]))


def _work(here: Desk, wanted: Sequence[tuple[Order, int, float, str]], by: str = "", validate: bool = True) -> None:
    """Hours entered on the tasks of lines, and validated."""
    login = by or here.worker
    lines = here.rows("sale.order.line", [("id", "in", [line for _, line, _, _ in wanted])], "task_id")
    tasks = {row["id"]: row["task_id"] for row in lines}
    rows = here.rows("project.task", [("id", "in", list(tasks.values()))], "project_id")
    projects = {row["id"]: row["project_id"] for row in rows}
    sheets = here(
        "account.analytic.line", "create", by=login,
        vals_list=[
            {
                "employee_id": employee(here, login), "project_id": projects[tasks[line]], "task_id": tasks[line],
                "date": day, "unit_amount": hours, "name": "Assistance",
            }
            for _, line, hours, day in wanted
        ],
    )  # fmt: skip
    if validate:
        here.action("validate", "account.analytic.line", sheets)


def _named(mark: str) -> Values:
    return {"client_order_ref": mark}


def _sales(here: Desk, sold: Sold) -> list[Sale]:
    """One of each way of selling."""
    dollar = here.ref("base.USD")
    here.write("res.currency", dollar, active=True)
    pricelist = here.make("product.pricelist", name="Dollars", currency_id=dollar, company_id=here.company_id)
    hours = ((3.25, "2026-10-12"), (7, "2026-10-13"), (0.5, "2026-10-14"))
    return [
        Sale((sold("REGIE-H", 40, 83.33),), hours),
        Sale((sold("REGIE-J", 20, 600.00),), ((7, "2026-10-15"), (3.5, "2026-10-16"))),
        Sale((sold("FORFAIT-MOIS", 1, 1234.56),)),
        Sale((sold("FORFAIT-JALON", 20, 650.00),), then=_reached),
        Sale((sold("PACK-H", 10, 95.00),)),
        Sale((sold("DEPLACEMENT", 10, 25.00),), then=_delivered),
        Sale((sold("REGIE-H", 100, 100.00),), ((30, "2026-10-19"),), then=_paid_down),
        Sale((sold("REGIE-H", 90, 100.00),), ((30, "2026-10-20"),), then=_discounted),
        Sale((sold("REGIE-H", 10, 99.99),), ((4, "2026-10-21"),), {"pricelist_id": pricelist}),
    ]


def _sections_and_rates(here: Desk, sold: Sold) -> None:
    """Sections, notes and a line's discount; and two people at two rates."""
    sections = Sale((
        {"display_type": "line_section", "name": "Lot 1"},
        sold("REGIE-H", 10, 80.00, discount=10),
        {"display_type": "line_note", "name": "Hors déplacement"},
        sold("DEPLACEMENT", 10, 25.00),
    ))  # fmt: skip
    lot, rates = _made(here, [sections, Sale((sold("REGIE-H", 50, 80.00), sold("REGIE-H", 50, 120.00, name="Expertise")))])
    here.write("sale.order.line", lot.lines[3], qty_delivered=2)
    project = here.row("sale.order.line", rates.line, "project_id")["project_id"]
    values = {"project_id": project, "employee_id": employee(here, CAMILLE), "sale_line_id": rates.lines[1]}
    here.make("project.sale.line.employee.map", **values)
    _work(here, [(lot, lot.lines[1], 5, "2026-10-22"), (rates, rates.line, 4, "2026-10-23")])
    _work(here, [(rates, rates.line, 2, "2026-10-23")], CAMILLE)


def _crowd(here: Desk, sold: Sold) -> None:
    """Plain orders with an hour and a quarter each."""
    codes = ["REGIE-H"] * (CROWD - len(OWN)) + list(OWN)
    sales = [Sale((sold(code, 10, 77.77),), values=_named(OWN.get(code, PLAIN))) for code in codes]
    orders = _made(here, sales, _clients(here, 4))
    _work(here, [(order, order.line, 1.25, "2026-10-20") for order in orders], validate=False)


def _reached(here: Desk, order: Order) -> None:
    [step] = here.rows("project.milestone", [("sale_line_id", "=", order.line)], "id")
    here.write("project.milestone", step["id"], here.manager, is_reached=True, quantity_percentage=0.3)
    here.write("project.milestone", step["id"], here.manager, reached_date="2026-10-15")


def _delivered(here: Desk, order: Order) -> None:
    here.write("sale.order.line", order.line, qty_delivered=3)


def _paid_down(here: Desk, order: Order) -> None:
    here.post(here.wizard(order.id, "percentage", amount=20), "2026-10-02")


def _discounted(here: Desk, order: Order) -> None:
    [wizard] = here(
        "sale.order.discount", "create", vals_list=[{"discount_type": "so_discount", "discount_percentage": 0.10}],
        context={"active_id": order.id, "active_model": "sale.order"},
    )  # fmt: skip
    here("sale.order.discount", "action_apply_discount", wizard)
