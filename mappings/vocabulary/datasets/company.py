"""The company itself: its money, its users and those it writes to."""

from mappings.vocabulary.dataset import identified

COMPANIES = identified(
    "companies",
    ("name", "text", "company's name"),
    ("currency_id", "id", "currencies"),
    ("calendar_id", "id", "calendars: the company's working week"),
    ("discount_product_id", "id", "product of global discounts", True),
    ("downpayment_account_id", "id", "account of down payments (4191)", True),
    ("income_account_id", "id", "accounts: revenue of what neither product nor category says", True),
    ("legal_leave_id", "id", "leave_types: the one that French rules for part-timers are about", True),
    ("country_code", "text", "ISO code of the company's country"),
    ("sale_lock_date", "day", "nothing is posted to sales up to this day", True),
    ("fiscal_lock_date", "day", "nothing is posted up to this day"),
    ("hard_lock_date", "day", "nothing is ever posted up to this day", True),
)

CURRENCIES = identified(
    "currencies",
    ("name", "text", "ISO code"),
    ("digits", "id", "decimals of an amount"),
    ("symbol", "text", "what is shown"),
)

RATES = identified(
    "rates",
    ("currency_id", "id", "currencies"),
    ("company_id", "id", "companies, 0 for all"),
    ("date", "day", "first day it holds"),
    ("rate", "json", "units of the currency for one unit of the companies' own: a number with more decimals than an amount"),
)

USERS = identified(
    "users",
    ("name", "text", "name"),
    ("partner_id", "id", "partners: the person"),
    ("portal", "flag", "no employee: enters the portal only"),
)

PARTNERS = identified(
    "partners",
    ("name", "text", "name as printed"),
    ("language", "text", "locale of documents for this partner, as fr_FR"),
    ("commercial_id", "id", "partners: the company behind a contact"),
    ("active", "flag", "not archived"),
    ("reference", "text", "internal reference"),
    ("contract_required", "flag", "no invoice before a signed contract", True),
    ("reference_required", "flag", "no invoice without the client's purchase order number", True),
)
