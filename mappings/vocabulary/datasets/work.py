"""What is done for it and spent on it: projects, tasks, time, milestones, expenses."""

from mappings.vocabulary.dataset import identified

TIMESHEETS = identified(
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

MILESTONES = identified(
    "milestones",
    ("name", "text", "name"),
    ("project_id", "id", "projects"),
    ("order_line_id", "id", "order_lines"),
    ("reached", "flag", "reached"),
    ("reached_on", "day", "day it was reached"),
    ("deadline", "day", "planned day"),
    ("share", "quantity", "share of the order line, 0.3 for 30 %"),
)

PROJECT_UPDATES = identified(
    "project_updates",
    ("name", "text", "title"),
    ("project_id", "id", "projects"),
    ("date", "day", "day it speaks of"),
    ("progress", "quantity", "percent of the work that is done"),
)

DELIVERIES = identified(
    "deliveries",
    ("company_id", "id", "companies"),
    ("order_line_id", "id", "order_lines: what re-bills it"),
    ("date", "day", "day on which the expense or vendor bill counts in the books"),
    ("delivered", "quantity", "in the order line's unit"),
    ("name", "text", "what it is, and who spent it"),
    ("document", "text", "reference of the entry: the supplier's number, or what an expense is called"),
)

SPENDING = identified(
    "spending",
    ("company_id", "id", "companies"),
    ("account_id", "id", "analytic account"),
    ("order_line_id", "id", "order_lines: what re-bills it, 0 for none"),
    ("date", "day", "day on which it counts in the books"),
    ("amount", "money", "negative, in the company's currency, with the tax that is not recovered"),
    ("entry_key", "text", "only asked, never read: Regie's key of the entry it comes from", True),
)
"""What was posted to expense accounts, by analytic account."""

EXPENSES = identified(
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
    ("due", "money", "what of its entry is not paid yet, 0 until it is posted (19 on)", True),
)

PROJECTS = identified(
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

ASSIGNMENTS = identified(
    "assignments",
    ("project_id", "id", "projects"),
    ("employee_id", "id", "employees: whose time on the project goes to the line"),
    ("order_line_id", "id", "order_lines: with the employee's rate"),
)

TASKS = identified(
    "tasks",
    ("name", "text", "title"),
    ("project_id", "id", "projects"),
    ("order_line_id", "id", "order_lines: default of its time"),
)

MISSION_PROJECTS = identified(
    "mission_projects",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
    ("order_line_id", "id", "order_lines: whose time is logged there"),
)
"""Projects that Regie opened for missions."""
