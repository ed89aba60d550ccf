"""The datasets Regie reads: every column once, with its kind and meaning. Where a server keeps them: `mappings.odoo`."""

from datetime import date

from mappings.vocabulary.dataset import Column, Dataset, Kind


def _dataset(name: str, *columns: tuple[str, Kind, str] | tuple[str, Kind, str, bool]) -> Dataset:
    return Dataset(name, (Column("id", "id", "database id"), *(Column(*column) for column in columns)))


COMPANIES = _dataset(
    "companies",
    ("name", "text", "company's name"),
    ("currency_id", "id", "currencies"),
    ("calendar_id", "id", "calendars: the company's working week"),
    ("discount_product_id", "id", "product of global discounts", True),
    ("downpayment_account_id", "id", "account of down payments (4191)", True),
    ("income_account_id", "id", "accounts: revenue of what neither product nor category says", True),
    ("country_code", "text", "ISO code of the company's country"),
    ("sale_lock_date", "day", "nothing is posted to sales up to this day", True),
    ("fiscal_lock_date", "day", "nothing is posted up to this day"),
    ("hard_lock_date", "day", "nothing is ever posted up to this day", True),
)

CURRENCIES = _dataset(
    "currencies",
    ("name", "text", "ISO code"),
    ("digits", "id", "decimals of an amount"),
    ("symbol", "text", "what is shown"),
)

RATES = _dataset(
    "rates",
    ("currency_id", "id", "currencies"),
    ("company_id", "id", "companies, 0 for all"),
    ("date", "day", "first day it holds"),
    ("rate", "json", "units of the currency for one unit of the companies' own: a number with more decimals than an amount"),
)

CALENDARS = _dataset(
    "calendars",
    ("name", "text", "name"),
    ("hours_per_day", "hours", "length of a working day"),
    ("timezone", "text", "IANA name"),
)

ATTENDANCES = _dataset(
    "attendances",
    ("calendar_id", "id", "calendars"),
    ("weekday", "text", "0 (Monday) to 6"),
    ("part", "text", "morning | afternoon | full_day | lunch"),
    ("begins", "hours", "of the day"),
    ("ends", "hours", "of the day"),
    ("week", "text", "of two alternating weeks the first (0) or the second (1); empty where every week is the same"),
    ("display", "text", "line_section, empty for working time", True),
)

HOLIDAYS = _dataset(
    "holidays",
    ("name", "text", "name"),
    ("calendar_id", "id", "calendars, 0 for all"),
    ("since", "day", "first day"),
    ("until", "day", "last day"),
)

LEAVE_TYPES = _dataset("leave_types", ("name", "text", "name"))

LEAVES = _dataset(
    "leaves",
    ("employee_id", "id", "employees"),
    ("type_id", "id", "leave_types"),
    ("state", "text", "confirm | validate1 (waits for a second approval) | validate | refuse | cancel"),
    ("since", "day", "first day"),
    ("until", "day", "last day"),
    ("in_halves", "flag", "asked for in half-days: `since_part` and `until_part` count"),
    ("since_part", "text", "am | pm: from when on the first day"),
    ("until_part", "text", "am | pm: until when on the last day, empty for `since_part`", True),
    ("in_hours", "flag", "asked for in hours of one day"),
    ("hours", "hours", "its length"),
)

OVERTIME = _dataset(
    "overtime",
    ("employee_id", "id", "employees"),
    ("date", "day", "day worked"),
    ("hours", "hours", "hours beyond the week, as a manager left them"),
    ("rate", "quantity", "pay rate: 1.25"),
    ("status", "text", "to_approve | approved | refused"),
)
"""From attendance (19 on, where that application stands and the user may read it)."""

PARTNERS = _dataset(
    "partners",
    ("name", "text", "name as printed"),
    ("language", "text", "locale of documents for this partner, as fr_FR"),
    ("commercial_id", "id", "partners: the company behind a contact"),
    ("active", "flag", "not archived"),
    ("reference", "text", "internal reference"),
    ("contract_required", "flag", "no invoice before a signed contract", True),
    ("reference_required", "flag", "no invoice without the client's purchase order number", True),
)

PRODUCTS = _dataset(
    "products",
    ("name", "text", "name as documents show it, with its internal reference"),
    ("code", "text", "internal reference"),
    ("active", "flag", "not archived"),
    ("invoice_on", "text", "order | delivery: what quantity is invoiced"),
    ("service_kind", "text", "manual | milestones | timesheet: what moves the delivered quantity"),
)

UNITS = _dataset(
    "units",
    ("name", "text", "name"),
    ("hours", "hours", "hours in one unit; 0 where the unit is no time"),
    ("rounding", "quantity", "smallest quantity"),
)

ORDERS = _dataset(
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

ORDER_LINES = _dataset(
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
    ("consultant_id", "id", "employees: whom the order names", True),
    ("project_id", "id", "projects: made for it when the order was confirmed"),
)

TIMESHEETS = _dataset(
    "timesheets",
    ("date", "day", "day worked"),
    ("hours", "hours", "time spent"),
    ("description", "text", "what was done"),
    ("employee_id", "id", "employees"),
    ("company_id", "id", "companies: where the time was logged"),
    ("project_id", "id", "projects"),
    ("project_billable", "flag", "only asked, never read: time on that project may be billed", True),
    ("task_id", "id", "tasks"),
    ("order_line_id", "id", "order_lines, 0 for none"),
    ("invoice_id", "id", "invoices: the invoice this time is linked to, 0 for none"),
    ("invoice_state", "text", "only asked, never read: state of that invoice", True),
    ("invoice_payment", "text", "only asked, never read: payment state of that invoice", True),
    ("invoice_dated", "day", "only asked, never read: accounting date of that invoice", True),
    ("billing", "text", "billable_time | billable_fixed | ...: how the server says this time is billed"),
    ("cost", "money", "cost, negative"),
    ("validated", "flag", "a manager validated it"),
    ("validated_by", "id", "users", True),
    ("validated_on", "day", "day it was validated", True),
    ("qualification", "text", "billable | included | non_billable, empty: as the order line says", True),
    ("qualification_reason", "text", "why the manager qualified it so", True),
    ("kind", "text", "work | travel", True),
    ("timer_started_at", "moment", "a timer is running since", True),
    ("released_on", "moment", "withdrawn time was released for billing again at", True),
    ("is_absence", "flag", "made by a leave or a public holiday"),
)

INVOICES = _dataset(
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

INVOICE_LINES = _dataset(
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

SALES = _dataset(
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

SALE_TERMS = _dataset("sale_terms", ("sale_id", "id", "sales: the document that this line asks to be paid"))

SETTLEMENTS = _dataset(
    "settlements",
    ("debit_id", "id", "sale_terms, or the line of a payment"),
    ("credit_id", "id", "sale_terms, or the line of a payment"),
    ("amount", "money", "what settles what, in the company's currency, always positive"),
    ("date", "day", "from when on it is settled"),
)

ACCOUNTS = _dataset(
    "accounts",
    ("code", "text", "code in the company's chart, empty where the account is another company's"),
    ("name", "text", "name"),
    ("type", "text", "asset_receivable | income | ..."),
    ("deprecated", "flag", "no longer to be used; where this is empty, such an account is archived", True),
)

JOURNALS = _dataset(
    "journals",
    ("name", "text", "name"),
    ("code", "text", "short code"),
    ("company_id", "id", "companies"),
    ("type", "text", "sale | purchase | general | ..."),
)

TAXES = _dataset(
    "taxes",
    ("name", "text", "name"),
    ("computed", "text", "percent | fixed | group | division | ...: what `rate` means"),
    ("rate", "quantity", "percent of the amount before tax, where it is computed so"),
    ("included", "flag", "prices hold it"),
)

PRODUCT_ACCOUNTS = _dataset(
    "product_accounts",
    ("category_id", "id", "categories"),
    ("account_id", "id", "accounts: its own revenue account, 0 for its category's"),
)

CATEGORIES = _dataset("categories", ("account_id", "id", "accounts: revenue of its products, 0 for the company's"))

ACCOUNT_MAPS = _dataset(
    "account_maps",
    ("fiscal_position_id", "id", "fiscal position"),
    ("from_id", "id", "accounts: the product's"),
    ("to_id", "id", "accounts: what is used instead"),
)

ANALYTIC_ACCOUNTS = _dataset(
    "analytic_accounts",
    ("name", "text", "name"),
    ("code", "text", "reference, empty for none"),
    ("company_id", "id", "companies, 0 for all"),
)

ENTRIES = _dataset(
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

ENTRY_LINES = _dataset(
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

MILESTONES = _dataset(
    "milestones",
    ("name", "text", "name"),
    ("project_id", "id", "projects"),
    ("order_line_id", "id", "order_lines"),
    ("reached", "flag", "reached"),
    ("reached_on", "day", "day it was reached"),
    ("deadline", "day", "planned day"),
    ("share", "quantity", "share of the order line, 0.3 for 30 %"),
)

PROJECT_UPDATES = _dataset(
    "project_updates",
    ("name", "text", "title"),
    ("project_id", "id", "projects"),
    ("date", "day", "day it speaks of"),
    ("progress", "quantity", "percent of the work that is done"),
)

DELIVERIES = _dataset(
    "deliveries",
    ("company_id", "id", "companies"),
    ("order_line_id", "id", "order_lines: what re-bills it"),
    ("date", "day", "day on which the expense or vendor bill counts in the books"),
    ("delivered", "quantity", "in the order line's unit"),
)

SPENDING = _dataset(
    "spending",
    ("company_id", "id", "companies"),
    ("account_id", "id", "analytic account"),
    ("order_line_id", "id", "order_lines: what re-bills it, 0 for none"),
    ("date", "day", "day on which it counts in the books"),
    ("amount", "money", "negative, in the company's currency, with the tax that is not recovered"),
    ("entry_key", "text", "only asked, never read: Regie's key of the entry it comes from", True),
)
"""What was posted to expense accounts, by analytic account."""

EXPENSES = _dataset(
    "expenses",
    ("name", "text", "what was bought"),
    ("date", "day", "day of the expense"),
    ("employee_id", "id", "employees"),
    ("company_id", "id", "companies"),
    ("order_id", "id", "orders: who is re-billed, 0 for nobody"),
    ("order_line_id", "id", "order_lines: what re-bills it, 0 until it is posted", True),
    ("state", "text", "draft | submitted | approved | posted | in_payment | paid | refused"),
    ("product_id", "id", "products"),
    ("amount", "money", "untaxed, company currency"),
    ("total", "money", "tax included, company currency: what the employee is owed"),
    ("paid_by", "text", "employee | company"),
)

EMPLOYEES = _dataset(
    "employees",
    ("name", "text", "name"),
    ("user_id", "id", "users"),
    ("company_id", "id", "companies"),
    ("calendar_id", "id", "calendars: their working week"),
)

PAYEES = _dataset(
    "payees",
    ("name", "text", "name"),
    ("company_id", "id", "companies"),
    ("calendar_id", "id", "calendars: their working week"),
    ("active", "flag", "not archived"),
    ("user_id", "id", "users"),
    ("contact_id", "id", "partners: their work contact, whose internal reference may be the employee number", True),
    ("badge", "text", "badge ID, which only an HR officer may read", True),
    ("registration_number", "text", "employee number of Enterprise's payroll, which only an HR officer may read", True),
)
"""Employees as payroll needs them; `employees` has what billing needs."""

PROJECTS = _dataset(
    "projects",
    ("name", "text", "name"),
    ("company_id", "id", "companies, 0 for all"),
    ("partner_id", "id", "partners: the client"),
    ("billable", "flag", "time on it may be billed"),
    ("order_line_id", "id", "order_lines: default of its time"),
    ("account_id", "id", "analytic account, 0 for none"),
    ("manager_id", "id", "users: who leads it"),
    ("deputy_id", "id", "users: who validates activity reports in the manager's place", True),
    ("starts_on", "day", "planned first day"),
    ("ends_on", "day", "planned last day"),
)

ASSIGNMENTS = _dataset(
    "assignments",
    ("project_id", "id", "projects"),
    ("employee_id", "id", "employees: whose time on the project goes to the line"),
    ("order_line_id", "id", "order_lines: with the employee's rate"),
)

TASKS = _dataset(
    "tasks",
    ("name", "text", "title"),
    ("project_id", "id", "projects"),
    ("order_line_id", "id", "order_lines: default of its time"),
)

USERS = _dataset(
    "users",
    ("name", "text", "name"),
    ("partner_id", "id", "partners: the person"),
    ("portal", "flag", "no employee: enters the portal only"),
)

CRA_PROJECTS = _dataset(
    "cra_projects",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
)

MISSION_PROJECTS = _dataset(
    "mission_projects",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
    ("order_line_id", "id", "order_lines: whose time is logged there"),
)
"""Projects that Regie opened for missions."""

CRAS = _dataset(
    "cras",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
    ("content", "text", "the days as they were last written (JSON)"),
    ("evidence", "text", "the steps taken that are proved by a PDF (JSON)"),
    ("company_id", "id", "companies"),
    ("stage_id", "id", "the step it is at"),
    ("month", "day", "first day of its month"),
    ("order_line_id", "id", "order_lines: the mission"),
    ("consultant_id", "id", "users: who signs it"),
    ("manager_id", "id", "users: who validates it"),
    ("deputy_id", "id", "users: who may in the manager's place, 0 for nobody"),
    ("contact_id", "id", "partners: who approves it at the client's"),
    ("client_signs", "flag", "whether it goes by the client"),
    ("active", "flag", "not archived"),
)
"""Activity reports as they stand in Odoo: tasks with a key of Regie's."""

CRA_STEPS = _dataset(
    "cra_steps",
    ("message_id", "id", "messages"),
    ("was_id", "id", "the stage before"),
    ("stage_id", "id", "the stage after"),
)
"""Every change of a task's stage, as Odoo tracked it."""

MESSAGES = _dataset(
    "messages",
    ("record_id", "id", "cras: what it stands on"),
    ("author_id", "id", "partners: who did it"),
    ("written_at", "moment", "when"),
)

MARGIN_NOTES = _dataset(
    "margin_notes",
    ("key", "text", "Regie's key without its module"),
    ("project_id", "id", "projects: what it stands on"),
    ("subject", "text", "the mission, the month and its margin"),
)
"""The notes of margins on missions' projects."""

PROOFS = _dataset(
    "proofs",
    ("key", "text", "Regie's key without its module"),
    ("cra_id", "id", "cras"),
    ("name", "text", "the file's name"),
    ("note", "text", "its checksums"),
    ("file", "text", "its bytes, in base64"),
)

ACTIVITIES = _dataset(
    "activities",
    ("name", "text", "what is to be done"),
    ("key", "text", "Regie's key without its module"),
    ("user_id", "id", "users: who is to do it"),
    ("due_on", "day", "until when"),
)

NEVER = date(2199, 12, 31)
"""Next invoice date of a contract that the addon's own daily job leaves to Regie."""

CONTRACTS = _dataset(
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

CONTRACT_LINES = _dataset(
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

DATASETS = {
    dataset.name: dataset
    for dataset in (
        COMPANIES, CURRENCIES, RATES, CALENDARS, ATTENDANCES, HOLIDAYS, LEAVE_TYPES, LEAVES, OVERTIME, PARTNERS, PRODUCTS,
        UNITS, ORDERS, ORDER_LINES, TIMESHEETS, INVOICES, INVOICE_LINES, SALES, SALE_TERMS, SETTLEMENTS, ACCOUNTS, JOURNALS,
        TAXES, PRODUCT_ACCOUNTS, CATEGORIES, ACCOUNT_MAPS, ANALYTIC_ACCOUNTS, ENTRIES, ENTRY_LINES, MILESTONES,
        PROJECT_UPDATES, DELIVERIES, SPENDING, EXPENSES, EMPLOYEES, PAYEES, PROJECTS, ASSIGNMENTS, TASKS, USERS, CRA_PROJECTS,
        MISSION_PROJECTS, CRAS, CRA_STEPS, MESSAGES, MARGIN_NOTES, PROOFS, ACTIVITIES, CONTRACTS, CONTRACT_LINES,
    )
}  # fmt: skip
