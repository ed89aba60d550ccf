"""People at work in a sandbox: they sell, enter and validate time, post and credit invoices, each as the user who would do it.

A `Desk` is a company with its people. What a test makes on it has a client of its own, so no test sees another's figures.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connectors.odoo import Odoo, OdooSettings, connect
from flows.bill import bill
from flows.shape import Mode, Report, Screen
from mappings.vocabulary.period import Period
from sandbox import server
from sandbox.access import Access

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
FILES = Path(__file__).parents[2] / "sandbox" / "companies"
HOUR, DAY_7, UNIT = "uom.product_uom_hour", "__regie__.uom_day_7h", "uom.product_uom_unit"


class QuietScreen:
    """Shows nothing and approves everything."""

    def progress(self, stage: str, done: int, total: int) -> None: ...

    def preview(self, report: Report) -> None: ...

    def approve(self, report: Report) -> Sequence[str] | None:
        return ()

    def finish(self, report: Report) -> None: ...


@dataclass
class Desk:
    """A company of the sandbox. `seller`, `worker`, `manager`: logins; `accountant` is made for it."""

    access: Access
    file: str
    name: str
    seller: str
    worker: str
    manager: str
    files: Path
    company_id: int = 0
    accountant: str = ""
    odoo: dict[str, Odoo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.odoo["admin"] = connect(self.settings("admin", self.access.admin_key))
        [company] = self("res.company", "search", domain=[("name", "=", self.name)])
        self.company_id = company
        self.accountant = f"compta@{self.file}.example"
        groups = ["base.group_user", "account.group_account_invoice"]
        if not self("res.users", "search", domain=[("login", "=", self.accountant)]):
            self.make(
                "res.users", name="Comptable", login=self.accountant, email=self.accountant,
                company_id=company, company_ids=[(6, 0, [company])], lang="fr_FR", notification_type="inbox",
                group_ids=[(6, 0, [self.ref(group) for group in groups])],
            )  # fmt: skip

    def settings(self, login: str, key: str) -> OdooSettings:
        """How that user enters."""
        return OdooSettings(url=self.access.url, database=self.access.database, login=login, key=key)

    def as_(self, login: str) -> Odoo:
        """The connection of a person: by a key, since a password takes Odoo half a second whenever it forgot what it knew."""
        if login not in self.odoo:
            self.odoo[login] = connect(self.settings(login, server.make_key(self.access, login, rounds=1)))
        return self.odoo[login]

    def __call__(self, model: str, method: str, ids: Any = None, by: str = "admin", **named: Any) -> Any:
        """A call as `by`, in this company and in French."""
        context = {"allowed_company_ids": [self.company_id] if self.company_id else [], "lang": "fr_FR", "tz": "Europe/Paris"}
        context |= named.pop("context", {})
        if isinstance(ids, int):
            ids = [ids]
        return self.as_(by).call(model, method, ids=None if ids is None else list(ids), context=context, **named)

    def make(self, model: str, by: str = "admin", **values: Any) -> int:
        """A new record's id."""
        [made] = self(model, "create", by=by, vals_list=[values])
        return int(made)

    def rows(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        """What the domain finds, archived or not, by id; many2one as ids."""
        return self(  # type: ignore[no-any-return]
            model, "search_read", domain=domain, fields=list(fields), order="id", load="", context={"active_test": False}
        )

    def row(self, model: str, id_: int, *fields: str) -> dict[str, Any]:
        [found] = self.rows(model, [("id", "=", id_)], *fields)
        return found

    def write(self, model: str, ids: Any, by: str = "admin", **values: Any) -> None:
        self(model, "write", ids, by, vals=values)

    def ref(self, xmlid: str) -> int:
        module, _, name = xmlid.partition(".")
        return int(self("ir.model.data", "check_object_reference", module=module, xml_id=name)[1])

    def product(self, code: str) -> int:
        [found] = self.rows("product.product", [("default_code", "=", code), ("company_id", "=", self.company_id)], "id")
        return int(found["id"])

    def action(self, name: str, model: str, ids: Sequence[int], by: str = "") -> Any:
        """One of the provisioned actions, chosen by that person in the list's menu."""
        context = {"active_model": model, "active_ids": list(ids), "active_id": ids[0]}
        return self("ir.actions.server", "run", self.ref(f"__regie__.action_{name}"), by or self.manager, context=context)

    # Selling

    def client(self, **values: Any) -> int:
        """A new client of the company, with payment terms of 30 days."""
        terms = self.ref("account.account_payment_term_30days")
        return self.make(
            "res.partner", name=f"Client {uuid.uuid4().hex[:8]}", is_company=True, company_id=self.company_id, lang="fr_FR",
            property_payment_term_id=terms, **values,
        )  # fmt: skip

    def order(self, *lines: dict[str, Any], client: int = 0, **values: Any) -> "Order":
        """A confirmed order of 1 October, of a client of its own unless told."""
        client = client or self.client()
        id_ = self.make(
            "sale.order", self.seller, partner_id=client, company_id=self.company_id,
            order_line=[(0, 0, {"sequence": place, **line}) for place, line in enumerate(lines)], **values,
        )  # fmt: skip
        self("sale.order", "action_confirm", id_, self.seller)
        self.write("sale.order", id_, self.seller, date_order="2026-10-01 08:00:00")
        found = self.rows("sale.order.line", [("order_id", "=", id_)], "sequence", "product_id", "task_id")
        ordered = sorted(found, key=lambda row: (row["sequence"], row["id"]))
        return Order(self, id_, client, tuple(row["id"] for row in ordered), self.row("sale.order", id_, "name")["name"])

    def sold(self, code: str, quantity: float, price: float, **values: Any) -> dict[str, Any]:
        """A line of an order."""
        return {"product_id": self.product(code), "product_uom_qty": quantity, "price_unit": price, **values}

    # Leave

    def paid_leave(self) -> int:
        """The company's leave type "Congés payés"."""
        [kind] = self.rows("hr.leave.type", [("name", "=", "Congés payés"), ("company_id", "=", self.company_id)], "id")
        return int(kind["id"])

    def takes_leave(
        self, login: str, since: str, until: str = "", since_part: str = "am", until_part: str = "pm", kind: int = 0
    ) -> int:
        """An approved leave, paid and of whole days unless told; its id."""
        leave = self.make(
            "hr.leave", employee_id=employee(self, login), holiday_status_id=kind or self.paid_leave(), request_date_from=since,
            request_date_to=until or since, request_date_from_period=since_part, request_date_to_period=until_part,
        )  # fmt: skip
        if self.row("hr.leave", leave, "state")["state"] == "confirm":
            self("hr.leave", "action_approve", leave)
        return leave

    # Billing

    def bill(self, period: Period = OCTOBER, mode: Mode = Mode.APPLY, screen: Screen | None = None, **billing: Any) -> Report:
        """The flow, as the integration user, with these settings in the company's file."""
        file = FILES / f"{self.file}.yaml"
        content = yaml.safe_load(file.read_text()) if file.exists() else {"company": self.name, "billing": {}}
        content["billing"] |= billing
        self.files.mkdir(exist_ok=True)
        (self.files / f"{self.file}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        with _environment(REGIE_COMPANIES=str(self.files)):
            return bill(self.file, period, mode, screen or QuietScreen(), self.robot())

    def robot(self) -> OdooSettings:
        """The integration user; in a database that has none, the administrator."""
        return self.settings(self.access.bot_login or "admin", self.access.bot_key or self.access.admin_key)

    def start_bill(self) -> "subprocess.Popen[str]":
        """October billed by a process of its own, as `regie run bill --apply` does it."""
        told = {
            "REGIE_COMPANIES": str(FILES),
            "REGIE_ODOO_URL": self.access.url,
            "REGIE_ODOO_DATABASE": self.access.database,
            "REGIE_ODOO_LOGIN": self.access.bot_login,
            "REGIE_ODOO_KEY": self.access.bot_key,
        }
        command = ["run", "bill", "--company", self.file, "--month", "2026-10", "--apply", "--json"]
        return subprocess.Popen(
            [sys.executable, "-c", "from regie.cli import main; main()", *command],
            env=os.environ | told, cwd=FILES.parents[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def post(self, invoice: int, day: str = "2026-10-31") -> None:
        """The accountant dates and posts a draft."""
        self.write("account.move", invoice, self.accountant, invoice_date=day)
        self("account.move", "action_post", invoice, self.accountant)

    def credit(self, invoice: int, *, modify: bool = False) -> int:
        """Odoo's "Credit note" wizard, "Reverse" or "Reverse and create invoice"; answers the credit note or the new draft."""
        context = {"active_model": "account.move", "active_ids": [invoice]}
        journal = self.row("account.move", invoice, "journal_id")["journal_id"]
        [wizard] = self(
            "account.move.reversal", "create", by=self.accountant, context=context,
            vals_list=[{"reason": "essai", "date": "2026-10-31", "journal_id": journal}],
        )  # fmt: skip
        method = "modify_moves" if modify else "reverse_moves"
        action = self("account.move.reversal", method, wizard, self.accountant, context=context)
        return int(action["res_id"])

    def wizard(self, order: int, method: str = "delivered", by: str = "", **values: Any) -> int:
        """Odoo's own "Create invoice"; answers the new draft."""
        before = {row["id"] for row in self.rows("account.move", [("move_type", "=", "out_invoice")], "id")}
        [wizard] = self(
            "sale.advance.payment.inv", "create", by=by or self.seller,
            vals_list=[{"advance_payment_method": method, "sale_order_ids": [(6, 0, [order])], **values}],
            context={"active_model": "sale.order", "active_ids": [order], "active_id": order},
        )  # fmt: skip
        self("sale.advance.payment.inv", "create_invoices", wizard, by or self.seller)
        [made] = {row["id"] for row in self.rows("account.move", [("move_type", "=", "out_invoice")], "id")} - before
        return int(made)


@dataclass(frozen=True)
class Order:
    """A confirmed order and what hangs on it."""

    desk: Desk
    id: int
    client: int
    lines: tuple[int, ...]
    name: str

    @property
    def line(self) -> int:
        """Its first line."""
        return self.lines[0]

    def work(
        self, hours: float, day: str = "2026-10-20", line: int = 0, validate: bool = True, by: str = "", **values: Any
    ) -> int:
        """Time entered by the worker on the task of a line (of the first), and validated by the manager; its id."""
        desk, login = self.desk, by or self.desk.worker
        task = desk.row("sale.order.line", line or self.line, "task_id")["task_id"]
        project = desk.row("project.task", task, "project_id")["project_id"]
        made = desk.make(
            "account.analytic.line", login, employee_id=employee(desk, login), project_id=project, task_id=task,
            date=day, unit_amount=hours, name="Assistance", **values,
        )  # fmt: skip
        if validate:
            self.validate(made)
        return made

    def validate(self, *sheets: int) -> None:
        """Validated by the manager through the action of the list."""
        self.desk.action("validate", "account.analytic.line", sheets)

    def invoices(self) -> list["Invoice"]:
        """Its invoices and credit notes, oldest first."""
        return list(invoices(self.desk, [("line_ids.sale_line_ids.order_id", "=", self.id)]))

    def desk_invoices(self, ids: Sequence[int]) -> list["Invoice"]:
        """The invoices of these ids, whatever they are about."""
        return list(invoices(self.desk, [("id", "in", list(ids))]))

    def drafts(self) -> list["Invoice"]:
        return [one for one in self.invoices() if one.state == "draft" and one.type == "out_invoice"]

    def findings(self, report: Report) -> dict[str, tuple[Any, Any]]:
        """Codes of a run's findings about this order or its lines, with hours and money."""
        mine = [
            f for f in (*report.plan.findings, *report.findings_after)
            if (f.record.dataset, f.record.id) == ("orders", self.id)
            or (f.record.dataset == "order_lines" and f.record.id in self.all_lines())
        ]  # fmt: skip
        return {f.code: (f.hours, f.amount) for f in mine}

    def all_lines(self) -> set[int]:
        return {row["id"] for row in self.desk.rows("sale.order.line", [("order_id", "=", self.id)], "id")}

    def hours_billed(self) -> dict[int, int]:
        """Of each timesheet of the order, the invoice it is linked to (0 for none)."""
        rows = self.desk.rows("account.analytic.line", [("so_line.order_id", "=", self.id)], "timesheet_invoice_id")
        return {row["id"]: row["timesheet_invoice_id"] or 0 for row in rows}


@dataclass(frozen=True)
class Invoice:
    """An invoice as it stands in Odoo."""

    id: int
    key: str
    type: str
    state: str
    untaxed: float
    tax: float
    header: dict[str, Any]
    lines: tuple[dict[str, Any], ...]
    hours: tuple[int, ...]

    @property
    def products(self) -> list[tuple[float, float]]:
        """Quantity and price of each product line."""
        return [(line["quantity"], line["price_unit"]) for line in self.lines if line["display_type"] == "product"]


HEADER = (
    "x_regie_key", "move_type", "state", "payment_state", "amount_untaxed", "amount_tax", "amount_total", "partner_id",
    "partner_shipping_id", "commercial_partner_id", "fiscal_position_id", "invoice_payment_term_id", "journal_id",
    "currency_id", "invoice_user_id", "team_id", "ref", "invoice_origin", "narration", "payment_reference", "invoice_date",
    "timesheet_ids", "company_id", "campaign_id", "medium_id", "source_id", "preferred_payment_method_line_id",
    "partner_bank_id", "qr_code_method", "auto_post",
)  # fmt: skip
LINE = (
    "move_id", "display_type", "name", "product_id", "quantity", "product_uom_id", "price_unit", "discount", "tax_ids",
    "account_id", "analytic_distribution", "price_subtotal", "price_total", "sale_line_ids", "is_downpayment", "sequence",
    "collapse_prices", "collapse_composition",
)  # fmt: skip


def invoices(desk: Desk, domain: list[Any]) -> Iterator[Invoice]:
    """Customer invoices and credit notes of the company, oldest first, lines in their printed order."""
    here = [("company_id", "=", desk.company_id), ("move_type", "in", ["out_invoice", "out_refund"])]
    moves = desk.rows("account.move", [*here, *domain], *HEADER)
    printed = [("move_id", "in", [m["id"] for m in moves]), ("display_type", "not in", ["tax", "payment_term", "rounding"])]
    lines = sorted(desk.rows("account.move.line", printed, *LINE), key=lambda line: (line["sequence"], line["id"]))
    for move in moves:
        yield Invoice(
            move["id"], move["x_regie_key"] or "", move["move_type"], move["state"], move["amount_untaxed"], move["amount_tax"],
            move, tuple(line for line in lines if line["move_id"] == move["id"]), tuple(sorted(move["timesheet_ids"])),
        )  # fmt: skip


@cache
def _employees(key: tuple[int, str]) -> dict[str, int]:
    return {}


def employee(desk: Desk, login: str) -> int:
    """The employee of a user."""
    known = _employees((desk.access.port, desk.access.database))
    if login not in known:
        [found] = desk.rows("hr.employee", [("user_id.login", "=", login), ("company_id", "=", desk.company_id)], "id")
        known[login] = found["id"]
    return known[login]


def robot(access: Access) -> OdooSettings:
    """How the integration user enters."""
    return OdooSettings(url=access.url, database=access.database, login=access.bot_login, key=access.bot_key)


@contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
