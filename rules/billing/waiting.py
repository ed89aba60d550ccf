"""Time that cannot be billed before somebody acts, and expenses that wait: one finding a place, with hours, money and remedy.

Time that nobody validated is no part of the balance; validated time that a reason blocks is, as blocked.
"""

from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Ref, Severity
from mappings.vocabulary.units import money, quantity
from rules.billing import findings
from rules.billing.data import BillingData, amount
from rules.billing.modes import Mode
from rules.billing.qualification import Reason
from rules.billing.reported import turns


def not_validated(data: BillingData, modes: dict[int, Mode], labels: Labels) -> list[Finding]:
    """Hours up to the closing date that no manager validated and no invoice holds, per order line or project."""
    sheets = data.timesheets
    waiting = sheets[~sheets["validated"] & ~sheets["is_absence"] & (sheets["invoice_id"] == 0)]
    return [
        _time(data, modes, "not_validated", Severity.WARNING, line, project, hours, labels)
        for (line, project), hours in _sums(waiting, ["order_line_id", "project_id"])
    ]


def blocked_time(data: BillingData, modes: dict[int, Mode], sheet: pd.DataFrame, labels: Labels) -> list[Finding]:
    """Validated hours that their own record blocks (`sheet["reason"]` before any order is looked at)."""
    blocked = sheet[sheet["reason"] != ""]
    found = []
    for (reason, line, project), hours in _sums(blocked, ["reason", "order_line_id", "project_id"]):
        words = {}
        if reason == Reason.CRA_NOT_VALIDATED:
            mine = (blocked["reason"] == reason) & (blocked["order_line_id"] == line) & (blocked["project_id"] == project)
            words = {"turn": turns(data, blocked[mine], labels)}
        code = str(reason)
        found.append(_time(data, modes, code, Severity.CRITICAL, line, project, hours, labels, **words))
    return found


def unposted_expenses(data: BillingData, labels: Labels) -> list[Finding]:
    """Expenses to re-bill that are approved and not posted: Odoo makes their order line on posting."""
    waits = data.expenses["state"].isin(["approved", "submitted"]) & data.expenses["order_id"].isin(data.orders["id"])
    waiting = data.expenses.loc[waits, ["order_id", "name", "employee_id", "amount"]]
    return [
        findings.about_order(
            data, labels, row.order_id, "expense_not_posted", Severity.WARNING,
            worth=money(row.amount), expense=row.name, person=data.name("employees", row.employee_id),
        )
        for row in each(waiting)
    ]  # fmt: skip


def several_payers(data: BillingData, order_ids: set[int], labels: Labels) -> list[Finding]:
    """Orders to bill whose live invoices went to another payer than the one the order names now."""
    found = []
    payers: dict[int, set[int]] = {}
    for row in each(data.invoice_lines):
        invoice = data.rows("invoices").get(row.invoice_id)
        for line_id in row.order_line_ids:
            line = data.rows("order_lines").get(line_id)
            if invoice and line and invoice.state != "cancel" and line.order_id in order_ids:
                payers.setdefault(line.order_id, set()).add(invoice.partner_id)
    for order_id, partners in payers.items():
        others = partners - {data.rows("orders")[order_id].invoice_partner_id}
        if others:
            names = ", ".join(sorted(data.name("partners", partner) for partner in others))
            found.append(findings.about_order(data, labels, order_id, "several_payers", Severity.WARNING, payers=names))
    return found


def _sums(rows: pd.DataFrame, by: list[str]) -> list[tuple[Any, int]]:
    """Micro-hours by these columns, where there are any."""
    sums = rows.groupby(by, observed=True)["hours"].sum()
    keys = zip(*(sums.index.get_level_values(name).tolist() for name in by), strict=True)
    return [(key, hours) for key, hours in zip(keys, sums.tolist(), strict=True) if hours]


def _time(  # noqa: PLR0913, PLR0917
    data: BillingData,
    modes: dict[int, Mode],
    code: str,
    severity: Severity,
    line_id: int,
    project_id: int,
    hours: int,
    labels: Labels,
    **words: object,
) -> Finding:
    project = data.name("projects", project_id)
    if line_id in modes:
        row = data.line(line_id)
        unit = data.unit_hours(line_id) if modes[line_id] is Mode.TIME else 0
        worth = amount(Decimal(hours) / unit, row, data.digits(data.order_of(line_id))) if unit else Decimal(0)
        return findings.about_line(
            data, labels, line_id, code, severity, hours=quantity(hours), worth=worth, project=project, **words
        )
    words = {"order": "", "client": "", "line": project, "project": project}
    return Finding(code, severity, Ref("projects", project_id, project), labels.language, words, quantity(hours))
