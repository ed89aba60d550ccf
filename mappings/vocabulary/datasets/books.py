"""What stands in the books: invoices, what is owed and paid, accounts, entries."""

from mappings.vocabulary.dataset import identified

INVOICES = identified(
    "invoices",
    ("name", "text", "number; empty or / while draft"),
    ("key", "text", "Regie's key without its module, empty where a person made it", True),
    ("content", "text", "what Regie put on it (JSON)", True),
    ("company_id", "id", "companies"),
    ("type", "text", "out_invoice | out_refund"),
    ("state", "text", "draft | posted | cancel"),
    ("payment_state", "text", "not_paid | ... | reversed"),
    ("posted_before", "flag", "was posted at least once"),
    ("reverses_id", "id", "invoices: the invoice this credit note takes back"),
    ("partner_id", "id", "partners"),
    ("invoice_date", "day", "date of the invoice"),
    ("accounting_date", "day", "day on which it counts in the books"),
    ("created_at", "moment", "when it was made"),
    ("timesheet_ids", "ids", "timesheets linked to it"),
    ("amount_untaxed", "money", "before tax, in its currency"),
    ("reference", "text", "the client's reference"),
    ("currency_id", "id", "currencies"),
    ("journal_id", "id", "journal"),
    ("fiscal_position_id", "id", "fiscal position"),
    ("payment_term_id", "id", "payment terms"),
    ("salesperson_id", "id", "users"),
    ("origin", "text", "source documents"),
)

INVOICE_LINES = identified(
    "invoice_lines",
    ("invoice_id", "id", "invoices"),
    ("order_line_ids", "ids", "order_lines"),
    ("display", "text", "product | line_section | line_subsection | line_note"),
    ("name", "text", "printed text"),
    ("product_id", "id", "products"),
    ("account_id", "id", "account"),
    ("quantity", "quantity", "in its unit"),
    ("unit_id", "id", "units"),
    ("price_unit", "money", "price of one unit"),
    ("discount", "quantity", "percent"),
    ("subtotal", "money", "before tax, after discount"),
    ("tax_ids", "ids", "taxes"),
    ("is_downpayment", "flag", "line of a down payment"),
    ("sequence", "id", "place on the invoice"),
    ("contract_line_id", "id", "contract_lines, 0 for none", True),
)

LOOSE_SALES = identified(
    "loose_sales",
    ("invoice", "text", "number of the invoice or credit note"),
    ("company_id", "id", "companies"),
    ("state", "text", "draft | posted | cancel"),
    ("date", "day", "day on which it counts in the books"),
    ("order_line_ids", "ids", "order_lines: none, or lines of orders that are not confirmed any more"),
    ("analytic_distribution", "json", "share per analytic account"),
    ("balance", "money", "debit less credit, in the company's currency: revenue is negative"),
)
"""Lines on income accounts of customer invoices and credit notes that no confirmed order stands behind, no down payments."""

SALES = identified(
    "sales",
    ("name", "text", "number of the invoice or credit note"),
    ("company_id", "id", "companies"),
    ("state", "text", "draft | posted | cancel"),
    ("invoice_date", "day", "date of the document"),
    ("salesperson_id", "id", "users"),
    ("reverses_id", "id", "sales: the invoice this credit note takes back"),
    ("untaxed", "money", "before tax, in the company's currency; a credit note is negative"),
    ("total", "money", "with tax, in the company's currency; a credit note is negative"),
)
"""Invoices and credit notes as business managers' revenue; `invoices` has what billing needs."""

SALE_TERMS = identified("sale_terms", ("sale_id", "id", "sales: the document that this line asks to be paid"))

SETTLEMENTS = identified(
    "settlements",
    ("debit_id", "id", "sale_terms, or the line of a payment or another entry"),
    ("credit_id", "id", "sale_terms, or the line of a payment or another entry"),
    ("amount", "money", "what settles what, in the company's currency, always positive"),
    ("date", "day", "from when on it is settled"),
)

STATE_CHANGES = identified(
    "state_changes",
    ("message_id", "id", "entry_messages"),
    ("was", "text", "the state before, as the person who changed it reads it"),
    ("now", "text", "the state after, as they read it"),
    ("at", "moment", "only asked, never read: when", True),
)
"""Every change of an entry's or an invoice's state, as Odoo tracked it."""

ENTRY_MESSAGES = identified("entry_messages", ("entry_id", "id", "invoices, entries: what it stands on"))

PAYING_LINES = identified("paying_lines", ("entry_id", "id", "the entry it is of"))
"""Lines that collect what they settle: of a bank or cash journal, of an invoice or a credit note; those of no other entry."""

ACCOUNTS = identified(
    "accounts",
    ("code", "text", "code in the company's chart, empty where the account is another company's"),
    ("name", "text", "name"),
    ("type", "text", "asset_receivable | income | ..."),
    ("deprecated", "flag", "no longer to be used; where this is empty, such an account is archived", True),
)

JOURNALS = identified(
    "journals",
    ("name", "text", "name"),
    ("code", "text", "short code"),
    ("company_id", "id", "companies"),
    ("type", "text", "sale | purchase | general | ..."),
)

TAXES = identified(
    "taxes",
    ("name", "text", "name"),
    ("computed", "text", "percent | fixed | group | division | ...: what `rate` means"),
    ("rate", "quantity", "percent of the amount before tax, where it is computed so"),
    ("included", "flag", "prices hold it"),
)

PRODUCT_ACCOUNTS = identified(
    "product_accounts",
    ("category_id", "id", "categories"),
    ("account_id", "id", "accounts: its own revenue account, 0 for its category's"),
)

CATEGORIES = identified("categories", ("account_id", "id", "accounts: revenue of its products, 0 for the company's"))

ACCOUNT_MAPS = identified(
    "account_maps",
    ("fiscal_position_id", "id", "fiscal position"),
    ("from_id", "id", "accounts: the product's"),
    ("to_id", "id", "accounts: what is used instead"),
)

ANALYTIC_ACCOUNTS = identified(
    "analytic_accounts",
    ("name", "text", "name"),
    ("code", "text", "reference, empty for none"),
    ("company_id", "id", "companies, 0 for all"),
)

ENTRIES = identified(
    "entries",
    ("name", "text", "number; empty or / while draft"),
    ("key", "text", "Regie's key without its module, empty where a person made it", True),
    ("content", "text", "what Regie made it from (JSON)", True),
    ("company_id", "id", "companies"),
    ("type", "text", "entry"),
    ("state", "text", "draft | posted | cancel"),
    ("reverses_id", "id", "entries: the entry this one takes back"),
    ("journal_id", "id", "journals"),
    ("date", "day", "accounting date"),
    ("reference", "text", "reference"),
)

ENTRY_LINES = identified(
    "entry_lines",
    ("entry_id", "id", "entries"),
    ("name", "text", "label"),
    ("account_id", "id", "accounts"),
    ("partner_id", "id", "partners, 0 for none"),
    ("debit", "money", "debit, in the company's currency"),
    ("credit", "money", "credit, in the company's currency"),
    ("tax_ids", "ids", "taxes"),
    ("analytic_distribution", "json", "share per analytic account"),
)
