"""Where Odoo keeps the datasets of `mappings.vocabulary.datasets.books`."""

from collections.abc import Mapping

from mappings.odoo.place import Via, columns
from mappings.odoo.source import Source

SOURCES: Mapping[str, Source] = {
    "invoices": Source(
        "account.move",
        columns(
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
        columns(
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
    "loose_sales": Source(
        "account.move.line",
        columns(
            invoice="move_name",
            company_id="company_id",
            state="parent_state",
            date="date",
            order_line_ids="sale_line_ids",
            analytic_distribution="analytic_distribution",
            balance="balance",
        ),
        domain=[
            ("move_id.move_type", "in", ["out_invoice", "out_refund"]),
            ("display_type", "=", "product"),
            ("account_id.account_type", "in", ["income", "income_other"]),
            ("is_downpayment", "=", False),
            "|",
            ("sale_line_ids", "=", False),
            ("sale_line_ids.order_id.state", "!=", "sale"),
        ],
    ),
    "sales": Source(
        "account.move",
        columns(
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
    "sale_terms": Source("account.move.line", columns(sale_id="move_id"), domain=[("display_type", "=", "payment_term")]),
    "settlements": Source(
        "account.partial.reconcile",
        columns(debit_id="debit_move_id", credit_id="credit_move_id", amount="amount", date="max_date"),
    ),
    "state_changes": Source(
        "mail.tracking.value",
        columns(message_id="mail_message_id", was="old_value_char", now="new_value_char", at=Via("mail_message_id.date")),
        domain=[("field_id.name", "=", "state"), ("mail_message_id.model", "=", "account.move")],  # 16: `field`
    ),
    "entry_messages": Source("mail.message", columns(entry_id="res_id"), domain=[("model", "=", "account.move")]),
    "paying_lines": Source(
        "account.move.line",
        columns(entry_id="move_id"),
        domain=[
            "|",
            ("journal_id.type", "in", ["bank", "cash", "credit"]),
            ("move_id.move_type", "in", ["out_invoice", "out_refund"]),
        ],
    ),
    "accounts": Source(
        "account.account",
        columns(code="code", name="name", type="account_type", deprecated="deprecated"),  # 19: archived instead
    ),
    "journals": Source("account.journal", columns(name="name", code="code", company_id="company_id", type="type")),
    "taxes": Source("account.tax", columns(name="name", computed="amount_type", rate="amount", included="price_include")),
    "product_accounts": Source("product.product", columns(category_id="categ_id", account_id="property_account_income_id")),
    "categories": Source("product.category", columns(account_id="property_account_income_categ_id")),
    "account_maps": Source(
        "account.fiscal.position.account",
        columns(fiscal_position_id="position_id", from_id="account_src_id", to_id="account_dest_id"),
    ),
    "analytic_accounts": Source(
        "account.analytic.account", columns(name="name", code="code", company_id="company_id"), shared=True
    ),
    "entries": Source(
        "account.move",
        columns(
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
        columns(
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
}
