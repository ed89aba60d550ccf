"""What must be the same on a draft by Regie and on the one Odoo's own wizard makes of the same order."""

from typing import Any

from trade import Invoice, Order

from mappings.vocabulary.labels import Labels

HEADER = (
    "partner_id", "partner_shipping_id", "commercial_partner_id", "fiscal_position_id", "invoice_payment_term_id",
    "journal_id", "currency_id", "invoice_user_id", "team_id", "narration", "payment_reference", "campaign_id", "medium_id",
    "source_id", "preferred_payment_method_line_id", "partner_bank_id", "company_id", "invoice_date", "auto_post",
    "amount_untaxed", "amount_tax", "amount_total",
)  # fmt: skip
LINE = (
    "display_type", "product_id", "quantity", "product_uom_id", "price_unit", "discount", "tax_ids", "account_id",
    "price_subtotal", "price_total", "is_downpayment", "sequence", "collapse_prices", "collapse_composition",
)  # fmt: skip
DATED = tuple(Labels(language)("invoice_line.service", period="") for language in ("fr", "en"))
"""How the line of dates begins that Regie adds to a line's text."""


def compared(order: Order, invoice: Invoice) -> dict[str, Any]:
    """What must be the same on both: the text but for the dates, and the analytic accounts as those of the order itself."""
    header = {name: invoice.header[name] for name in HEADER}
    lines = []
    for line in invoice.lines:
        text = "\n".join(part for part in line["name"].splitlines() if not part.startswith(DATED))
        sold = order.desk.rows("sale.order.line", [("id", "in", line["sale_line_ids"])], "sequence", "project_id")
        own = {str(account): "the project's" for account in _accounts(order)}
        analytic = {own.get(key, key): share for key, share in (line["analytic_distribution"] or {}).items()}
        same = {name: line[name] for name in LINE} | {"text": text, "analytic": analytic}
        lines.append(same | {"order line": [row["sequence"] for row in sold]})
    own_number = {
        "ref": invoice.header["ref"] in (order.name, "PO 55"),
        "origin": invoice.header["invoice_origin"] == order.name,
    }
    return {**header, **own_number, "lines": lines, "hours": len(invoice.hours)}


def _accounts(order: Order) -> list[int]:
    projects = order.desk.rows("project.project", [("sale_order_id", "=", order.id)], "account_id")
    return [row["account_id"] for row in projects if row["account_id"]]
