"""What a company sells and to whom: products for every billing mode, clients with a portal access, confirmed orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.companies.loader import Loader
from sandbox.companies.setup import PASSWORD, CompanySpec

# What the kind of product means to Odoo: (invoice_policy, service_type, service_tracking).
MODES = {
    "time": ("delivery", "timesheet", "task_in_project"),
    "fixed": ("order", "timesheet", "task_in_project"),  # what "Prepaid/Fixed Price" sets
    "milestones": ("delivery", "milestones", "task_in_project"),
    "prepaid": ("order", "timesheet", "project_only"),
    "by hand": ("delivery", "manual", "no"),
}
HOUR, UNIT = "uom.product_uom_hour", "uom.product_uom_unit"


@dataclass(frozen=True)
class Product:
    """An article of a company; prices in euros before tax, `tax` and `account` by their name in the company's chart."""

    code: str
    name: str
    price: float
    mode: str
    tax: str
    account: str
    unit: str = UNIT
    goods: bool = False
    rebilled: str = ""  # "cost": an expense that the client pays back; "no": one that the company bears
    cost_account: str = ""  # of an expense


@dataclass(frozen=True)
class Client:
    """A client and its contact, who has an access to the portal."""

    key: str
    name: str
    contact: str
    email: str
    street: str
    zip: str
    city: str
    contract_required: bool = False


def catalogue(service: tuple[str, str], expense: tuple[str, str], cost_account: str, day: str) -> list[Product]:
    """What both companies sell.

    `service`, `expense`: tax and revenue account; `cost_account`: of expenses; `day`: the unit of a day in their working week.
    """
    return [
        Product("REGIE-H", "Prestation en régie (heure)", 65.0, "time", *service, unit=HOUR),
        Product("REGIE-J", "Prestation en régie (jour)", 600.0, "time", *service, unit=day),
        Product("FORFAIT-MOIS", "Forfait mensuel", 180.0, "fixed", *service),
        Product("FORFAIT-TRIM", "Forfait trimestriel", 390.0, "fixed", *service),
        Product("FORFAIT-JALON", "Forfait par jalons (jour)", 650.0, "milestones", *service, unit=day),
        Product("PACK-H", "Pack d'heures prépayées", 95.0, "prepaid", *service, unit=HOUR),
        Product("DEPLACEMENT", "Déplacement (forfait par visite)", 25.0, "by hand", *service),
        Product("FRAIS-TRAIN", "Train (refacturé)", 0.0, "by hand", *expense, rebilled="cost", cost_account=cost_account),
        Product("FRAIS-REPAS", "Repas (non refacturé)", 0.0, "by hand", *expense, rebilled="no", cost_account=cost_account),
    ]


def product_key(spec: CompanySpec, code: str) -> str:
    """External id of a company's product."""
    return f"{spec.key}_{code.lower().replace('-', '_')}"


def products(loader: Loader, spec: CompanySpec, articles: Sequence[Product]) -> None:
    """Loads the company's articles, each with its tax and revenue account."""
    for tax in sorted({article.tax for article in articles}):
        loader.make_so("account.tax", loader.reference(loader.chart(tax)), active=True)  # Belgian charts archive "21% S"
    rows = []
    for article in articles:
        policy, service_type, tracking = MODES[article.mode]
        row: dict[str, Any] = {
            "id": product_key(spec, article.code),
            "name": article.name,
            "default_code": article.code,
            "company_id/id": spec.key,
            "type": "consu" if article.goods else "service",
            "uom_id/id": article.unit,
            "list_price": article.price,
            "invoice_policy": policy,
            "taxes_id/id": loader.chart(article.tax),
            "supplier_taxes_id/id": "",  # an expense here has no recoverable tax
            "property_account_income_id/id": loader.chart(article.account),
            "can_be_expensed": bool(article.rebilled),
            "expense_policy": article.rebilled or "no",
        }
        if not article.goods:
            row |= {"service_type": service_type, "service_tracking": tracking}
        if article.cost_account:
            row["property_account_expense_id/id"] = loader.chart(article.cost_account)
        rows.append(row)
    loader.load("product.product", rows)


def clients(loader: Loader, spec: CompanySpec, companies: Sequence[Client]) -> None:
    """Loads the clients, their contacts and the contacts' portal users."""
    shared = {"company_id/id": spec.key, "lang": spec.language, "country_id/id": spec.country}
    loader.load(
        "res.partner",
        (
            {
                "id": f"client_{client.key}",
                "name": client.name,
                "is_company": True,
                "property_payment_term_id/id": "account.account_payment_term_30days",
                "x_regie_contract_required": client.contract_required,
                "street": client.street,
                "zip": client.zip,
                "city": client.city,
                **shared,
            }
            for client in companies
        ),
    )
    loader.load(
        "res.partner",
        (
            {
                "id": f"contact_{client.key}",
                "name": client.contact,
                "email": client.email,
                "parent_id/id": f"client_{client.key}",
                **shared,
            }
            for client in companies
        ),
    )
    loader.load(
        "res.users",
        (
            {
                "id": f"portal_{client.key}",
                "name": client.contact,
                "login": client.email,
                "password": PASSWORD,
                "partner_id/id": f"contact_{client.key}",
                "company_id/id": spec.key,
                "company_ids/id": spec.key,
                "group_ids/id": "base.group_portal",
            }
            for client in companies
        ),
    )


def sold(key: str, product: str, quantity: float, price: float, text: str) -> dict[str, Any]:
    """A line of an order, in the unit of its article (an external id); its key is `line_<key>`."""
    return {
        "id": f"line_{key}",
        "product_id/id": product,
        "name": text,
        "product_uom_qty": quantity,
        "price_unit": price,
    }


def order(
    spec: CompanySpec, client: str, day: date, salesperson: str, *lines: Mapping[str, Any], contract_required: bool = False
) -> dict[str, Any]:
    """An order of that client, as `load` takes it; its key is `order_<client>`."""
    return {
        "id": f"order_{client}",
        "company_id/id": spec.key,
        "partner_id/id": f"client_{client}",
        "user_id/id": f"user_{salesperson}",
        "date_order": f"{day} 08:00:00",
        "x_regie_contract_required": contract_required,
        "order_line": list(lines),
    }


def confirm(loader: Loader, orders: Sequence[Mapping[str, Any]], projects: Mapping[str, str]) -> None:
    """Loads and confirms the orders; gives each order's project the name people would give it.

    Odoo dates an order at its confirmation, so the day it was really ordered is written back.
    """
    ids = loader.load("sale.order", orders)
    drafts = [row["id"] for row in loader.read("sale.order", ids, "state") if row["state"] in ("draft", "sent")]
    if drafts:
        loader.call("sale.order", "action_confirm", ids=drafts)
    for id_, wanted in zip(ids, orders, strict=True):
        loader.make_so("sale.order", id_, date_order=wanted["date_order"])
    named = loader.search("project.project", [["sale_order_id", "in", ids]], "sale_order_id")
    by_id = {id_: projects[wanted["id"]] for id_, wanted in zip(ids, orders, strict=True)}
    for project in named:
        loader.make_so("project.project", project["id"], name=by_id[project["sale_order_id"]])


def deliver(loader: Loader, quantities: Mapping[str, float]) -> None:
    """What people counted as delivered by hand, by the key of the order line; a line that has been counted stays."""
    lines = loader.read("sale.order.line", [loader.known[line] for line in quantities], "qty_delivered")
    for line, quantity in zip(lines, quantities.values(), strict=True):
        if not line["qty_delivered"]:
            loader.call("sale.order.line", "write", ids=[line["id"]], vals={"qty_delivered": quantity})
