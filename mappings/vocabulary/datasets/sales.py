"""What is sold: products, orders and their lines, contracts."""

from datetime import date

from mappings.vocabulary.dataset import identified

PRODUCTS = identified(
    "products",
    ("name", "text", "name as documents show it, with its internal reference"),
    ("code", "text", "internal reference"),
    ("active", "flag", "not archived"),
    ("invoice_on", "text", "order | delivery: what quantity is invoiced"),
    ("service_kind", "text", "manual | milestones | timesheet: what moves the delivered quantity"),
)

UNITS = identified(
    "units",
    ("name", "text", "name"),
    ("hours", "hours", "hours in one unit; 0 where the unit is no time"),
    ("rounding", "quantity", "smallest quantity"),
)

ORDERS = identified(
    "orders",
    ("name", "text", "number, as S00012"),
    ("company_id", "id", "companies"),
    ("state", "text", "draft | sent | sale | cancel"),
    ("partner_id", "id", "partners: the client"),
    ("invoice_partner_id", "id", "partners: who receives the invoice"),
    ("delivery_partner_id", "id", "partners: where it is delivered"),
    ("client_reference", "text", "the client's own order number"),
    ("currency_id", "id", "currencies"),
    ("fiscal_position_id", "id", "fiscal position, 0 for none"),
    ("payment_term_id", "id", "payment terms, 0 for none"),
    ("journal_id", "id", "journal set on the order, 0 for the company's own"),
    ("salesperson_id", "id", "users"),
    ("team_id", "id", "sales team"),
    ("terms", "text", "terms and conditions (HTML)"),
    ("payment_reference", "text", "reference the client is to pay with, empty for the invoice's own", True),
    ("campaign_id", "id", "marketing campaign the order came from", True),
    ("medium_id", "id", "marketing medium the order came by", True),
    ("source_id", "id", "marketing source the order came from", True),
    ("ordered_on", "day", "order date"),
    ("signed_on", "day", "day of the client's signature on the quotation"),
    ("contract_required", "flag", "no invoice before a signed contract", True),
    ("contract_signed_on", "day", "day the contract was signed", True),
    ("cra_approval", "text", "client | none: whether the client approves activity reports, empty for the company's way", True),
    ("cra_contact_id", "id", "partners: who approves them, 0 for the client", True),
    ("subscription", "flag", "a subscription that the server invoices by itself", True),
    ("amount_untaxed", "money", "ordered, before tax"),
    ("origin", "text", "source document"),
)

ORDER_LINES = identified(
    "order_lines",
    ("order_id", "id", "orders"),
    ("company_id", "id", "companies"),
    ("state", "text", "state of its order"),
    ("to_invoice", "quantity", "what the server itself would invoice, in the line's unit"),
    ("sequence", "id", "place on the order"),
    ("display", "text", "line_section | line_subsection | line_note, empty for a product line"),
    ("name", "text", "description as sold"),
    ("product_id", "id", "products"),
    ("unit_id", "id", "units"),
    ("ordered", "quantity", "quantity ordered, in the line's unit"),
    ("delivered", "quantity", "quantity delivered or reached, in the line's unit"),
    ("delivered_by", "text", "manual | timesheet | milestones | analytic: what moves the delivered quantity"),
    ("invoiced", "quantity", "invoiced less credited, drafts included"),
    ("price_unit", "money", "price of one unit before discount"),
    ("discount", "quantity", "percent"),
    ("subtotal", "money", "ordered amount before tax"),
    ("tax_ids", "ids", "taxes"),
    ("is_downpayment", "flag", "line of a down payment"),
    ("is_expense", "flag", "made by a posted expense or vendor bill"),
    ("hides_prices", "flag", "section printed without the prices of its lines", True),
    ("hides_lines", "flag", "section printed without its lines", True),
    ("analytic_distribution", "json", "share per analytic account"),
    ("starts_on", "day", "first day of the mission, or of a rate that follows another on the same order and product", True),
    ("ends_on", "day", "last day of the mission, empty where its project or a rate that follows says it", True),
    ("consultant_id", "id", "employees: whom the order names", True),
    ("project_id", "id", "projects: made for it when the order was confirmed"),
)

NEVER = date(2199, 12, 31)
"""Next invoice date of a contract that the addon's own daily job leaves to Regie."""

CONTRACTS = identified(
    "contracts",
    ("name", "text", "name"),
    ("reference", "text", "the client's reference"),
    ("company_id", "id", "companies"),
    ("partner_id", "id", "partners: the client"),
    ("invoice_partner_id", "id", "partners: who receives the invoice"),
    ("journal_id", "id", "journal"),
    ("currency_id", "id", "currencies"),
    ("fiscal_position_id", "id", "fiscal position"),
    ("payment_term_id", "id", "payment terms"),
    ("salesperson_id", "id", "users"),
    ("owned_by_regie", "flag", "Regie invoices it, not the addon's own daily job", True),
    ("next_on", "day", "when the addon's own daily job invoices it next; `NEVER` or empty: not at all"),
    ("ends_on", "day", "last day, empty for open"),
)

CONTRACT_LINES = identified(
    "contract_lines",
    ("contract_id", "id", "contracts"),
    ("sequence", "id", "place on the contract"),
    ("display", "text", "line_section | line_note, empty for a line that is billed"),
    ("note_goes", "text", "of a note: with_previous_line | with_next_line | custom"),
    ("name", "text", "description; may hold #START#, #END# and #INVOICEMONTHNAME#"),
    ("product_id", "id", "products"),
    ("unit_id", "id", "units"),
    ("quantity", "quantity", "per period"),
    ("price_unit", "money", "per unit"),
    ("discount", "quantity", "percent"),
    ("analytic_distribution", "json", "share per analytic account"),
    ("every", "id", "periods' length in units of `period`"),
    ("period", "text", "daily | weekly | monthly | monthlylastday | quarterly | semesterly | yearly"),
    ("billed", "text", "pre-paid | post-paid"),
    ("starts_on", "day", "first day"),
    ("ends_on", "day", "last day, empty for open"),
    ("next_on", "day", "next invoice date, `NEVER` where the server no longer counts it"),
    ("last_on", "day", "last day already invoiced"),
    ("canceled", "flag", "canceled"),
)
