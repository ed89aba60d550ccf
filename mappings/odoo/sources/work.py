"""Where Odoo keeps the datasets of `mappings.vocabulary.datasets.work`."""

from collections.abc import Mapping

from mappings.odoo.place import AnySet, At, Less, Via, columns
from mappings.odoo.source import Source

_EXPENSE_WORDS_16_18 = {"reported": "submitted", "done": "paid"}
"""Until 18 the report (`hr.expense.sheet`) is what is posted: an expense stays `approved` until its report is paid."""

SOURCES: Mapping[str, Source] = {
    "timesheets": Source(
        "account.analytic.line",
        columns(
            date="date",
            hours="unit_amount",
            description="name",
            employee_id="employee_id",
            company_id="company_id",
            project_id="project_id",
            project_billable=Via("project_id.allow_billable"),
            task_id="task_id",
            order_line_id="so_line",
            invoice_id="timesheet_invoice_id",
            invoice_state=Via("timesheet_invoice_id.state"),
            invoice_payment=Via("timesheet_invoice_id.payment_state"),
            invoice_dated=Via("timesheet_invoice_id.date"),
            billing="timesheet_invoice_type",
            cost="amount",
            validated=("validated", "x_regie_validated"),  # Enterprise's timesheet_grid, else provisioned
            validated_by="x_regie_validated_by",
            validated_on="x_regie_validated_on",
            qualification="x_regie_qualification",
            qualification_reason="x_regie_qualification_reason",
            kind="x_regie_kind",
            timer_started_at=("timer_start", "x_regie_timer_start"),
            released_on="x_regie_released_on",
            is_absence=AnySet(("holiday_id", "global_leave_id")),
        ),
        domain=[("project_id", "!=", False)],
    ),
    "milestones": Source(
        "project.milestone",
        columns(
            name="name",
            project_id="project_id",
            order_line_id="sale_line_id",
            reached="is_reached",
            reached_on="reached_date",
            deadline="deadline",
            share="quantity_percentage",
        ),
    ),
    "project_updates": Source(
        "project.update", columns(name="name", project_id="project_id", date="date", progress="progress"), optional=True
    ),
    "deliveries": Source(
        "account.analytic.line",
        columns(
            company_id="company_id", order_line_id="so_line", date="date", delivered="unit_amount", name="name", document="ref"
        ),
        domain=[("so_line", "!=", False), ("project_id", "=", False)],
    ),
    "spending": Source(
        "account.analytic.line",
        columns(
            company_id="company_id",
            account_id="account_id",
            order_line_id="so_line",
            date="date",
            amount="amount",
            entry_key=Via("move_line_id.move_id.x_regie_key"),
        ),
        domain=[
            ("project_id", "=", False),
            ("general_account_id.account_type", "in", ["expense", "expense_direct_cost", "expense_depreciation"]),
        ],
    ),
    "expenses": Source(
        "hr.expense",
        columns(
            name="name",
            date="date",
            employee_id="employee_id",
            company_id="company_id",
            order_id="sale_order_id",
            order_line_id=At("sale_order_line_id", since=19),
            state=(At("state", since=19), At("state", until=18, words=_EXPENSE_WORDS_16_18)),
            product_id="product_id",
            amount=(
                At("untaxed_amount", since=19),  # 16 has the name for the amount in the expense's own currency
                Less("total_amount_company", "amount_tax_company"),  # 16
                Less("total_amount", "tax_amount"),  # 17 and 18
            ),
            total=(At("total_amount_company", until=16), At("total_amount", since=17)),
            due=At("amount_residual", since=19),
            paid_by=At("payment_mode", words={"own_account": "employee", "company_account": "company"}),
        ),
        optional=True,
    ),
    "projects": Source(
        "project.project",
        columns(
            name="name",
            company_id="company_id",
            partner_id="partner_id",
            billable="allow_billable",
            order_line_id="sale_line_id",
            account_id=("account_id", "analytic_account_id"),
            manager_id="user_id",
            deputy_id="x_regie_deputy_id",
            starts_on="date_start",
            ends_on="date",
        ),
        shared=True,
    ),
    "assignments": Source(
        "project.sale.line.employee.map",
        columns(project_id="project_id", employee_id="employee_id", order_line_id="sale_line_id"),
    ),
    "tasks": Source("project.task", columns(name="name", project_id="project_id", order_line_id="sale_line_id")),
    "mission_projects": Source(
        "project.project",
        columns(name="name", key="x_regie_key", order_line_id="sale_line_id"),
        domain=[("x_regie_key", "=like", "mission_%")],
        shared=True,
    ),
}
