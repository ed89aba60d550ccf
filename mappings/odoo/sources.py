"""Every dataset of `mappings.vocabulary.datasets` on Odoo 16 to 19: Community, Community with OCA addons, Enterprise.

A column names the fields that may hold it, the preferred first; the server's own `fields_get` decides. Only Odoo 19 Community
(with OCA `contract`) was run. The names of 16, 17 and 18 were read in Odoo's public source, those of Enterprise in public
documents; both are checked in tests against recorded lists of fields, never against such a server.
"""

from collections.abc import Mapping

from mappings.odoo.checked import CHECKED
from mappings.odoo.place import AnySet, At, Less, Place, UnitHours, Via
from mappings.odoo.source import Bound, Problem, Server, Source, SourceError, bind
from mappings.vocabulary.datasets import DATASETS

_EXPENSE_WORDS_16_18 = {"reported": "submitted", "done": "posted"}
"""Until 18 the report (`hr.expense.sheet`) is what is posted: an expense stays `approved` until its report is paid."""


def _columns(**places: str | Place | tuple[str | Place, ...]) -> dict[str, tuple[Place, ...]]:
    """Each column's places; a name alone is a field."""
    listed = {"id": ("id",), **{column: p if isinstance(p, tuple) else (p,) for column, p in places.items()}}
    return {column: tuple(At(p) if isinstance(p, str) else p for p in several) for column, several in listed.items()}


SOURCES: Mapping[str, Source] = {
    "companies": Source(
        "res.company",
        _columns(
            name="name",
            currency_id="currency_id",
            calendar_id="resource_calendar_id",
            discount_product_id="sale_discount_product_id",
            downpayment_account_id="downpayment_account_id",
            income_account_id="income_account_id",  # 19; before, a category without an account of its own answers the default
            country_code="country_code",
            sale_lock_date="sale_lock_date",
            fiscal_lock_date="fiscalyear_lock_date",
            hard_lock_date="hard_lock_date",
        ),
        begins={"country_code": 18},
    ),
    "currencies": Source("res.currency", _columns(name="name", digits="decimal_places", symbol="symbol")),
    "rates": Source(
        "res.currency.rate", _columns(currency_id="currency_id", company_id="company_id", date="name", rate="rate"), shared=True
    ),
    "calendars": Source("resource.calendar", _columns(name="name", hours_per_day="hours_per_day", timezone="tz")),
    "attendances": Source(
        "resource.calendar.attendance",
        _columns(
            calendar_id="calendar_id",
            weekday="dayofweek",
            part="day_period",
            begins="hour_from",
            ends="hour_to",
            week="week_type",
            display="display_type",
        ),
    ),
    "holidays": Source(
        "resource.calendar.leaves",
        _columns(name="name", calendar_id="calendar_id", since="date_from", until="date_to"),
        domain=[("resource_id", "=", False)],
    ),
    "leave_types": Source("hr.leave.type", _columns(name="name"), optional=True),
    "leaves": Source(
        "hr.leave",
        _columns(
            employee_id="employee_id",
            type_id="holiday_status_id",
            state="state",
            since="request_date_from",
            until="request_date_to",
            in_halves="request_unit_half",
            since_part="request_date_from_period",
            until_part=At("request_date_to_period", since=19),
            in_hours="request_unit_hours",
            hours=("number_of_hours", "number_of_hours_display"),
        ),
        optional=True,
    ),
    "overtime": Source(
        "hr.attendance.overtime.line",
        _columns(employee_id="employee_id", date="date", hours="manual_duration", rate="amount_rate", status="status"),
        optional=True,
    ),
    "partners": Source(
        "res.partner",
        _columns(
            name="name",
            language="lang",
            commercial_id="commercial_partner_id",
            active="active",
            reference="ref",
            contract_required="x_regie_contract_required",
            reference_required="x_regie_reference_required",
        ),
    ),
    "products": Source(
        "product.product",
        _columns(
            name="display_name", code="default_code", active="active", invoice_on="invoice_policy", service_kind="service_type"
        ),
    ),
    "units": Source(
        "uom.uom", _columns(name="name", hours=(UnitHours("parent_path"), UnitHours("category_id")), rounding="rounding")
    ),
    "orders": Source(
        "sale.order",
        _columns(
            name="name",
            company_id="company_id",
            state=At("state", words={"done": "sale"}),  # 16: a locked order; `locked` from 17
            partner_id="partner_id",
            invoice_partner_id="partner_invoice_id",
            delivery_partner_id="partner_shipping_id",
            client_reference="client_order_ref",
            currency_id="currency_id",
            fiscal_position_id="fiscal_position_id",
            payment_term_id="payment_term_id",
            journal_id="journal_id",
            salesperson_id="user_id",
            team_id="team_id",
            terms="note",
            payment_reference="reference",
            campaign_id="campaign_id",
            medium_id="medium_id",
            source_id="source_id",
            ordered_on="date_order",
            signed_on="signed_on",
            contract_required="x_regie_contract_required",
            contract_signed_on="x_regie_contract_signed_on",
            cra_approval="x_regie_cra_approval",
            cra_contact_id="x_regie_cra_contact_id",
            subscription="is_subscription",  # Enterprise's sale_subscription
            amount_untaxed="amount_untaxed",
            origin="origin",
        ),
        begins={"journal_id": 17},
    ),
    "order_lines": Source(
        "sale.order.line",
        _columns(
            order_id="order_id",
            company_id="company_id",
            state=At("state", words={"done": "sale"}),
            to_invoice="qty_to_invoice",
            sequence="sequence",
            display="display_type",
            name="name",
            product_id="product_id",
            unit_id=("product_uom_id", "product_uom"),
            ordered="product_uom_qty",
            delivered="qty_delivered",
            delivered_by="qty_delivered_method",
            invoiced="qty_invoiced",
            price_unit="price_unit",
            discount="discount",
            subtotal="price_subtotal",
            tax_ids=("tax_ids", "tax_id"),
            is_downpayment="is_downpayment",
            is_expense="is_expense",
            hides_prices="collapse_prices",
            hides_lines="collapse_composition",
            analytic_distribution="analytic_distribution",
            starts_on="x_regie_starts_on",
            consultant_id="x_regie_consultant_id",
            project_id="project_id",
        ),
    ),
    "timesheets": Source(
        "account.analytic.line",
        _columns(
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
    "invoices": Source(
        "account.move",
        _columns(
            name="name",
            key="x_regie_key",
            content="x_regie_content",
            company_id="company_id",
            type="move_type",
            state="state",
            payment_state="payment_state",
            posted_before="posted_before",
            reverses_id="reversed_entry_id",
            partner_id="partner_id",
            invoice_date="invoice_date",
            accounting_date="date",
            created_at="create_date",
            timesheet_ids="timesheet_ids",
            amount_untaxed="amount_untaxed",
            reference="ref",
            currency_id="currency_id",
            journal_id="journal_id",
            fiscal_position_id="fiscal_position_id",
            payment_term_id="invoice_payment_term_id",
            salesperson_id="invoice_user_id",
            origin="invoice_origin",
        ),
        domain=[("move_type", "in", ["out_invoice", "out_refund"])],
    ),
    "invoice_lines": Source(
        "account.move.line",
        _columns(
            invoice_id="move_id",
            order_line_ids="sale_line_ids",
            display="display_type",
            name="name",
            product_id="product_id",
            account_id="account_id",
            quantity="quantity",
            unit_id="product_uom_id",
            price_unit="price_unit",
            discount="discount",
            subtotal="price_subtotal",
            tax_ids="tax_ids",
            is_downpayment="is_downpayment",
            sequence="sequence",
            contract_line_id="contract_line_id",
        ),
        domain=[
            ("move_id.move_type", "in", ["out_invoice", "out_refund"]),
            ("display_type", "in", ["product", "line_section", "line_subsection", "line_note"]),
        ],
    ),
    "sales": Source(
        "account.move",
        _columns(
            name="name",
            company_id="company_id",
            state="state",
            invoice_date="invoice_date",
            salesperson_id="invoice_user_id",
            reverses_id="reversed_entry_id",
            untaxed="amount_untaxed_signed",
            total="amount_total_signed",
        ),
        domain=[("move_type", "in", ["out_invoice", "out_refund"])],
    ),
    "sale_terms": Source("account.move.line", _columns(sale_id="move_id"), domain=[("display_type", "=", "payment_term")]),
    "settlements": Source(
        "account.partial.reconcile",
        _columns(debit_id="debit_move_id", credit_id="credit_move_id", amount="amount", date="max_date"),
    ),
    "accounts": Source(
        "account.account",
        _columns(code="code", name="name", type="account_type", deprecated="deprecated"),  # 19: archived instead
    ),
    "journals": Source("account.journal", _columns(name="name", code="code", company_id="company_id", type="type")),
    "taxes": Source("account.tax", _columns(name="name", computed="amount_type", rate="amount", included="price_include")),
    "product_accounts": Source("product.product", _columns(category_id="categ_id", account_id="property_account_income_id")),
    "categories": Source("product.category", _columns(account_id="property_account_income_categ_id")),
    "account_maps": Source(
        "account.fiscal.position.account",
        _columns(fiscal_position_id="position_id", from_id="account_src_id", to_id="account_dest_id"),
    ),
    "analytic_accounts": Source(
        "account.analytic.account", _columns(name="name", code="code", company_id="company_id"), shared=True
    ),
    "entries": Source(
        "account.move",
        _columns(
            name="name",
            key="x_regie_key",
            content="x_regie_content",
            company_id="company_id",
            type="move_type",
            state="state",
            reverses_id="reversed_entry_id",
            journal_id="journal_id",
            date="date",
            reference="ref",
        ),
        domain=[("move_type", "=", "entry")],
    ),
    "entry_lines": Source(
        "account.move.line",
        _columns(
            entry_id="move_id",
            name="name",
            account_id="account_id",
            partner_id="partner_id",
            debit="debit",
            credit="credit",
            tax_ids="tax_ids",
            analytic_distribution="analytic_distribution",
        ),
        domain=[("move_id.move_type", "=", "entry")],
    ),
    "milestones": Source(
        "project.milestone",
        _columns(
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
        "project.update", _columns(name="name", project_id="project_id", date="date", progress="progress"), optional=True
    ),
    "deliveries": Source(
        "account.analytic.line",
        _columns(company_id="company_id", order_line_id="so_line", date="date", delivered="unit_amount"),
        domain=[("so_line", "!=", False), ("project_id", "=", False)],
    ),
    "spending": Source(
        "account.analytic.line",
        _columns(
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
        _columns(
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
            paid_by=At("payment_mode", words={"own_account": "employee", "company_account": "company"}),
        ),
        optional=True,
    ),
    "employees": Source(
        "hr.employee", _columns(name="name", user_id="user_id", company_id="company_id", calendar_id="resource_calendar_id")
    ),
    "payees": Source(
        "hr.employee",
        _columns(
            name="name",
            company_id="company_id",
            calendar_id="resource_calendar_id",
            active="active",
            user_id="user_id",
            contact_id="work_contact_id",
            badge="barcode",
            registration_number="registration_number",
        ),
    ),
    "projects": Source(
        "project.project",
        _columns(
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
        _columns(project_id="project_id", employee_id="employee_id", order_line_id="sale_line_id"),
    ),
    "tasks": Source("project.task", _columns(name="name", project_id="project_id", order_line_id="sale_line_id")),
    "users": Source("res.users", _columns(name="name", partner_id="partner_id", portal="share")),
    "cra_projects": Source(
        "project.project", _columns(name="name", key="x_regie_key"), domain=[("x_regie_key", "=like", "cra_%")], shared=True
    ),
    "mission_projects": Source(
        "project.project",
        _columns(name="name", key="x_regie_key", order_line_id="sale_line_id"),
        domain=[("x_regie_key", "=like", "mission_%")],
        shared=True,
    ),
    "cras": Source(
        "project.task",
        _columns(
            name="name",
            key="x_regie_key",
            content="x_regie_content",
            evidence="x_regie_evidence",
            company_id="company_id",
            stage_id="stage_id",
            month="x_regie_month",
            order_line_id="x_regie_order_line_id",
            consultant_id="x_regie_consultant_id",
            manager_id="x_regie_manager_id",
            deputy_id="x_regie_deputy_id",
            contact_id="x_regie_contact_id",
            client_signs="x_regie_client_signs",
            active="active",
        ),
        domain=[("x_regie_key", "=like", "cra_%")],
    ),
    "cra_steps": Source(
        "mail.tracking.value",
        _columns(message_id="mail_message_id", was_id="old_value_integer", stage_id="new_value_integer"),
        domain=[("field_id.name", "=", "stage_id"), ("mail_message_id.model", "=", "project.task")],  # 16: `field`
    ),
    "messages": Source(
        "mail.message",
        _columns(record_id="res_id", author_id="author_id", written_at="date"),
        domain=[("model", "=", "project.task")],
    ),
    "margin_notes": Source(
        "mail.message",
        _columns(key="message_id", project_id="res_id", subject="subject"),
        domain=[("model", "=", "project.project"), ("message_id", "=like", "margin\\_%")],
    ),
    "proofs": Source(
        "ir.attachment",
        _columns(key="x_regie_key", cra_id="res_id", name="name", note="description", file="datas"),
        domain=[("res_model", "=", "project.task"), ("x_regie_key", "=like", "cra_%")],
    ),
    "activities": Source(
        "mail.activity", _columns(name="summary", key="x_regie_key", user_id="user_id", due_on="date_deadline")
    ),
    "contracts": Source(
        "contract.contract",
        _columns(
            name="name",
            reference="code",
            company_id="company_id",
            partner_id="partner_id",
            invoice_partner_id="invoice_partner_id",
            journal_id="journal_id",
            currency_id="currency_id",
            fiscal_position_id="fiscal_position_id",
            payment_term_id="payment_term_id",
            salesperson_id="user_id",
            owned_by_regie="x_regie_owner",
            next_on="recurring_next_date",
            ends_on="date_end",
        ),
        domain=[("contract_type", "=", "sale"), ("generation_type", "=", "invoice")],
        optional=True,
    ),
    "contract_lines": Source(
        "contract.line",
        _columns(
            contract_id="contract_id",
            sequence="sequence",
            display="display_type",
            note_goes="note_invoicing_mode",
            name="name",
            product_id="product_id",
            unit_id="uom_id",
            quantity="quantity",
            price_unit="price_unit",
            discount="discount",
            analytic_distribution="analytic_distribution",
            every="recurring_interval",
            period="recurring_rule_type",
            billed="recurring_invoicing_type",
            starts_on="date_start",
            ends_on="date_end",
            next_on="recurring_next_date",
            last_on="last_date_invoiced",
            canceled="is_canceled",
        ),
        domain=[("contract_id.contract_type", "=", "sale")],
        optional=True,
    ),
}


def check(server: Server) -> list[Problem]:
    """What the server lacks of the datasets, for `regie doctor`; empty when every flow can read."""
    return [problem for name in SOURCES for problem in _problems(name, server)]


def source_of(name: str) -> Source:
    """The source of a dataset; KeyError for a name that is none."""
    return SOURCES.get(name) or CHECKED[name]


def _problems(name: str, server: Server) -> tuple[Problem, ...]:
    try:
        _: Bound = bind(DATASETS[name], SOURCES[name], server)
    except SourceError as error:
        return error.problems
    return ()
