"""Stafforia's people through Odoo's API, each as their own user, and what stands in Odoo's books: what needs no browser."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.odoo import Odoo, OdooSettings, connect
from sandbox.access import Access
from sandbox.companies import PASSWORD
from sandbox.companies.stafforia import CAMILLE, CLAIRE, SOPHIE, SPEC

ACCOUNTANT = f"compta@{SPEC.key}.example"
LAURE = "laure.petit@clientis.example"
__all__ = ["ACCOUNTANT", "CAMILLE", "CLAIRE", "LAURE", "PASSWORD", "SOPHIE", "Office"]

_TASK, _MOVE, _TIME = "project.task", "account.move", "account.analytic.line"


@dataclass
class Office:
    """The company in a sandbox. Reads as the administrator; what a person does, it does as that person."""

    access: Access
    company: int = 0
    _known: dict[str, Odoo] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._known["admin"] = connect(self._settings(self.access.admin_login, self.access.admin_key, "auto"))
        [self.company] = self.call("res.company", "search", domain=[("name", "=", SPEC.name)])
        self._have_accountant()

    def call(self, model: str, method: str, ids: Sequence[int] | None = None, by: str = "admin", **named: Any) -> Any:
        """A call of Odoo's API as `by` (a login), in this company and in French."""
        if by not in self._known:
            self._known[by] = connect(self._settings(by, PASSWORD, "jsonrpc"))
        here = {"lang": SPEC.language, "tz": SPEC.timezone} | ({"allowed_company_ids": [self.company]} if self.company else {})
        context = {**here, **named.pop("context", {})}
        return self._known[by].call(model, method, ids=None if ids is None else list(ids), context=context, **named)

    def rows(self, model: str, domain: Sequence[Any], *fields: str) -> list[dict[str, Any]]:
        """What the domain finds, by id; a record it names as its id."""
        found = self.call(model, "search_read", domain=list(domain), fields=list(fields), order="id", load="")
        return list(found)

    def reference(self, xmlid: str) -> int:
        """The id of an external id."""
        module, _, name = xmlid.partition(".")
        return int(self.call("ir.model.data", "check_object_reference", module=module, xml_id=name)[1])

    # Work

    def validated_hours(self, month: date) -> Decimal:
        """What Camille's manager validated of her month at Clientis Group."""
        until = (month + timedelta(days=31)).replace(day=1)
        of_month = [("date", ">=", str(month)), ("date", "<", str(until)), ("x_regie_validated", "=", True)]
        mine = [("employee_id.name", "=", CAMILLE.name), ("so_line.order_id", "=", self.mission_order())]
        return sum(
            (Decimal(str(row["unit_amount"])) for row in self.rows(_TIME, [*of_month, *mine], "unit_amount")), Decimal(0)
        )

    def work(self, days: Sequence[date], hours: float) -> list[int]:
        """Camille enters her days on the mission."""
        [line] = self.rows("sale.order.line", [("order_id", "=", self.mission_order()), ("task_id", "!=", False)], "task_id")
        [task] = self.rows(_TASK, [("id", "=", line["task_id"])], "project_id")
        [employee] = self.rows("hr.employee", [("user_id.login", "=", CAMILLE.login)], "id")
        where = {"employee_id": employee["id"], "project_id": task["project_id"], "task_id": task["id"]}
        lines = [{**where, "date": str(day), "unit_amount": hours, "name": "Mission Data Engineer"} for day in days]
        return list(self.call(_TIME, "create", by=CAMILLE.login, vals_list=lines))

    def validate(self, sheets: Sequence[int]) -> None:
        """Claire chooses « Valider les heures » for these lines of her list."""
        chosen = {"active_model": _TIME, "active_ids": list(sheets), "active_id": sheets[0]}
        action = self.reference("__regie__.action_validate")
        self.call("ir.actions.server", "run", [action], CLAIRE.login, context=chosen)

    # CRAs

    def cra(self, month: date) -> dict[str, Any]:
        """The CRA of a month: its task's id, name and step."""
        [task] = self.rows(_TASK, [("x_regie_month", "=", str(month)), ("x_regie_key", "!=", False)], "name", "stage_id")
        [stage] = self.rows("project.task.type", [("id", "=", task["stage_id"])], "name")
        return {"id": task["id"], "name": task["name"], "step": stage["name"]}

    def mail_to_client(self, task: int) -> str:
        """The e-mail that asks the client for their approval, as HTML."""
        asked = [("model", "=", _TASK), ("res_id", "=", task), ("subject", "like", "à approuver")]
        return str(self.rows("mail.message", asked, "body")[-1]["body"])

    def proofs(self, task: int, folder: Path) -> dict[Path, bool]:
        """The PDF of each signature, written to the folder, and whether it has the hash that Odoo keeps beside it."""
        kept = [("res_model", "=", _TASK), ("res_id", "=", task), ("x_regie_key", "!=", False)]
        files: dict[Path, bool] = {}
        for row in self.rows("ir.attachment", kept, "name", "description", "datas"):
            content = base64.b64decode(row["datas"])
            file = folder / row["name"]
            file.write_bytes(content)
            files[file] = row["description"].startswith(f"sha256:{hashlib.sha256(content).hexdigest()} ")
        return files

    # Sales and books

    def mission_order(self) -> int:
        """The order of Camille's mission at Clientis Group."""
        [order] = self.rows("sale.order", [("partner_id.name", "=", "Clientis Group"), ("company_id", "=", self.company)], "id")
        return int(order["id"])

    def signed_on(self) -> str:
        """When the mission's contract was signed, empty while it is not."""
        [order] = self.rows("sale.order", [("id", "=", self.mission_order())], "x_regie_contract_signed_on")
        return str(order["x_regie_contract_signed_on"] or "")

    def moves(self, keys: Sequence[str]) -> list[dict[str, Any]]:
        """Invoices and entries by the keys of a run, as `__regie__.inv_o6_...`."""
        plain = [key.rpartition(".")[2] for key in keys]
        fields = ("x_regie_key", "name", "partner_id", "amount_untaxed", "amount_total", "state", "date", "line_ids")
        return self.rows(_MOVE, [("x_regie_key", "in", plain)], *fields)

    def client_of(self, move: Mapping[str, Any]) -> str:
        """The name of an invoice's client."""
        [partner] = self.rows("res.partner", [("id", "=", move["partner_id"])], "name")
        return str(partner["name"])

    def attached(self, move: int) -> list[str]:
        """The names of the files on an invoice or entry."""
        return [row["name"] for row in self.rows("ir.attachment", [("res_model", "=", _MOVE), ("res_id", "=", move)], "name")]

    def balances(self, move: Mapping[str, Any]) -> dict[str, Decimal]:
        """Debit less credit of each account of an entry."""
        lines = self.rows("account.move.line", [("id", "in", move["line_ids"])], "account_id", "debit", "credit")
        named = [("id", "in", [line["account_id"] for line in lines])]
        codes = {row["id"]: row["code"] for row in self.rows("account.account", named, "code")}
        found: dict[str, Decimal] = defaultdict(Decimal)
        for line in lines:
            found[codes[line["account_id"]]] += Decimal(str(line["debit"])) - Decimal(str(line["credit"]))
        return dict(found)

    def post(self, moves: Sequence[Mapping[str, Any]], day: date | None = None) -> None:
        """The accountant posts: invoices on `day`, entries on their own."""
        ids = [move["id"] for move in moves]
        if day is not None:
            self.call(_MOVE, "write", ids, ACCOUNTANT, vals={"invoice_date": str(day)})
        self.call(_MOVE, "action_post", ids, ACCOUNTANT)

    def _settings(self, login: str, key: str, protocol: str) -> OdooSettings:
        # A password is taken by JSON-RPC; the administrator has an API key.
        return OdooSettings(url=self.access.url, database=self.access.database, login=login, key=key, protocol=protocol)

    def _have_accountant(self) -> None:
        """The sandbox's companies have nobody who posts: somebody joins, with the right to see an entry's lines."""
        if self.rows("res.users", [("login", "=", ACCOUNTANT)], "id"):
            return
        groups = [self.reference(group) for group in ("base.group_user", "account.group_account_user")]
        self.call("res.users", "create", vals_list=[{
            "name": "Comptable", "login": ACCOUNTANT, "password": PASSWORD, "email": ACCOUNTANT, "lang": SPEC.language,
            "company_id": self.company, "company_ids": [(6, 0, [self.company])], "group_ids": [(6, 0, groups)],
            "notification_type": "inbox",
        }])  # fmt: skip
