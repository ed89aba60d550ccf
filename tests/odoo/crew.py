"""A technician, an approver and their order in a sandbox, made by the administrator: who tries the locks, and on what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.odoo import Odoo, OdooSettings, connect
from sandbox import server
from sandbox.access import Access

TIMESHEET = "account.analytic.line"
COMPANY = "Hydro Verte SRL"


@dataclass
class Crew:
    """People and their work in one company. `order_line` is billed on the validated hours of `task`."""

    access: Access
    admin: Odoo = field(init=False)
    company: int = field(init=False)
    employee: int = field(init=False)
    order: int = field(init=False)
    order_line: int = field(init=False)
    client: int = field(init=False)
    product: int = field(init=False)
    project: int = field(init=False)
    task: int = field(init=False)
    users: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.admin = self.enter(self.access.admin_login, self.access.admin_key)
        (self.company,) = self.do("res.company", "search", domain=[("name", "=", COMPANY)])
        self.user("technician", "hr_timesheet.group_hr_timesheet_user", "project.group_project_user")
        self.user("approver", "hr_timesheet.group_hr_timesheet_approver")
        self.user("seller", "sales_team.group_sale_salesman_all_leads")
        self.user("biller", "account.group_account_invoice")
        self.user("portal", "base.group_portal")
        self.employee = self.create(
            "hr.employee", name="Tech", user_id=self.users["technician"], company_id=self.company, hourly_cost=28
        )
        self._sell()

    def enter(self, login: str, key: str = "") -> Odoo:
        """A connection as one of the users of this sandbox; without a key, by one made for it."""
        key = key or server.make_key(self.access, login, rounds=1)
        return connect(OdooSettings(url=self.access.url, database=self.access.database, login=login, key=key))

    def as_(self, name: str) -> Odoo:
        """A connection as one of the crew."""
        return self.enter(f"{name}@crew.example")

    def robot(self) -> Odoo:
        """The integration user."""
        return self.enter(self.access.bot_login, self.access.bot_key)

    def do(self, model: str, method: str, **arguments: Any) -> Any:
        """A call as administrator, in the company."""
        context = {"allowed_company_ids": [self.company]} if hasattr(self, "company") else {}
        return self.admin.call(model, method, context={**context, **arguments.pop("context", {})}, **arguments)

    def create(self, model: str, **values: Any) -> int:
        (made,) = self.do(model, "create", vals_list=[values])
        return int(made)

    def ref(self, external_id: str) -> int:
        module, _, name = external_id.partition(".")
        return int(self.do("ir.model.data", "check_object_reference", module=module, xml_id=name)[1])

    def user(self, name: str, *groups: str) -> None:
        company = {"company_id": self.company, "company_ids": [(6, 0, [self.company])]}
        login, rights = f"{name}@crew.example", [(6, 0, [self.ref(group) for group in groups])]
        values = {"name": name.title(), "login": login, "group_ids": rights, "lang": "fr_FR"}
        self.users[name] = self.create("res.users", **values, **company)

    def hours(self, *amounts: float, validated: bool = False, **values: Any) -> list[int]:
        """The technician's timesheets on the task."""
        common = {"project_id": self.project, "task_id": self.task, "employee_id": self.employee, "date": "2026-10-06"}
        lines = [{**common, "name": f"{amount} h", "unit_amount": amount, **values} for amount in amounts]
        made: list[int] = self.do(TIMESHEET, "create", vals_list=lines)
        if validated:
            self.do(TIMESHEET, "write", ids=made, vals={"x_regie_validated": True})
        return made

    def line(self, timesheet: int) -> dict[str, Any]:
        fields = [
            "unit_amount", "date", "name", "task_id", "project_id", "so_line", "timesheet_invoice_id", "x_regie_kind",
            "x_regie_validated", "x_regie_validated_by", "x_regie_validated_on", "x_regie_qualification", "x_regie_released_on",
        ]  # fmt: skip
        (found,) = self.do(TIMESHEET, "read", ids=[timesheet], fields=fields, load=None)
        return dict(found)

    def draft(self, odoo: Odoo, key: str, timesheets: list[int], hours: float) -> Mapping[str, Any]:
        """What `load` answers for a draft of these timesheets under this key."""
        row = {
            "id": f"__regie__.{key}",
            "move_type": "out_invoice",
            "partner_id/.id": str(self.client),
            "x_regie_key": key,
            "invoice_line_ids/id": f"__regie__.{key}_1",
            "invoice_line_ids/name": "Régie",
            "invoice_line_ids/product_id/.id": str(self.product),
            "invoice_line_ids/quantity": str(hours),
            "invoice_line_ids/price_unit": "65",
            "invoice_line_ids/sale_line_ids/.id": str(self.order_line),
            "timesheet_ids/.id": ",".join(map(str, timesheets)),
        }
        context = {"mode": "update", "noupdate": True, "tz": "UTC", "allowed_company_ids": [self.company]}
        answer: Mapping[str, Any] = odoo.call(
            "account.move", "load", fields=list(row), data=[list(row.values())], context=context, safe=True
        )
        return answer

    def _sell(self) -> None:
        self.client = self.create("res.partner", name="Client de l'équipe", is_company=True)
        self.product = self.create(
            "product.product", name="Heure de régie", type="service", invoice_policy="delivery", service_type="timesheet",
            service_tracking="task_in_project", uom_id=self.ref("uom.product_uom_hour"), list_price=65, taxes_id=[(5, 0, 0)],
        )  # fmt: skip
        line = {"product_id": self.product, "product_uom_qty": 100}
        self.order = self.create(
            "sale.order",
            partner_id=self.client,
            company_id=self.company,
            user_id=self.users["seller"],
            order_line=[(0, 0, line)],
        )
        self.do("sale.order", "action_confirm", ids=[self.order])
        (found,) = self.do(
            "sale.order.line",
            "search_read",
            domain=[("order_id", "=", self.order)],
            fields=["task_id", "project_id"],
            load=None,
        )
        self.order_line, self.task = found["id"], found["task_id"]
        (task,) = self.do("project.task", "read", ids=[self.task], fields=["project_id"], load=None)
        self.project = task["project_id"]
