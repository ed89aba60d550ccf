"""What Regie needs of an Odoo beside its data: applications, rights, a version it knows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Application:
    """An application by what it brings (`model` or `model/field`) and the module to install for it."""

    brings: str
    module: str


REQUIRED = (
    Application("sale.order", "sale_management"),
    Application("account.move", "account"),
    Application("account.analytic.line/timesheet_invoice_id", "sale_timesheet"),
    Application("base.automation", "base_automation"),
)
"""Without them Regie bills nothing."""

OPTIONAL = (
    Application("hr.expense", "hr_expense"),
    Application("project.milestone", "project"),
    Application("contract.contract", "contract"),
)
"""Without one of them Regie finds none of its records, and nothing is wrong."""

WRITES = (
    ("account.move", "create"),
    ("account.move.line", "create"),
    ("account.analytic.line", "write"),
    ("ir.attachment", "create"),
)
"""Rights that writing a draft with its lines, its link to the timesheets and its document takes."""

RUN_ON = 19
"""The major version Regie runs on in its tests; 16 to 18 are checked against recorded lists of fields only."""

KNOWN = range(16, 20)
"""Major versions whose names Regie knows."""
