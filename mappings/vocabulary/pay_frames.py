"""The frames between the flow and the rules of payroll variables. None of them is read from Odoo as it stands."""

from mappings.vocabulary.dataset import Column, Dataset

BASES = Dataset(
    "bases",
    (
        Column("id", "id", "row"),
        Column("employee", "text", "employee number of the business manager"),
        Column("basis", "text", "revenue_invoiced | revenue_collected | margin"),
        Column("month", "day", "first day of the month it counts for; of a credit note the month of its invoice"),
        Column("amount", "money", "before tax, in the company's currency; a credit note is negative"),
        Column("origin", "text", "number of the invoice or credit note; the mission of a margin; empty for none"),
        Column("revenue", "money", "what the amount of a margin came from: amount = revenue - cost - expenses - bench"),
        Column("cost", "money", "of time"),
        Column("expenses", "money", "on the mission"),
        Column("bench", "money", "time without a mission"),
        Column("declared", "flag", "a person said it: it stands in the company file"),
    ),
)

PAID = Dataset(
    "paid",
    (
        Column("id", "id", "row"),
        Column("plan", "text", "name of the plan"),
        Column("employee", "text", "employee number"),
        Column("period", "day", "first day of the period it was paid for"),
        Column("until", "day", "last day of the period; empty where a person declared it, or an earlier version left it"),
        Column("month", "day", "first day of the payroll month it went out with"),
        Column("amount", "money", "paid; negative: taken back"),
    ),
)

STAFF = Dataset(
    "staff",
    (
        Column("id", "id", "employees"),
        Column("name", "text", "name"),
        Column("number", "text", "employee number, empty where none stands in the configured place"),
        Column("calendar_id", "id", "calendars: their working week"),
        Column("active", "flag", "not archived"),
    ),
)

SENT = Dataset(
    "sent",
    (
        Column("id", "id", "row"),
        Column("month", "day", "first day of the payroll month it went out with"),
        Column("source", "text", "what the record was made from"),
        Column("figure", "text", "its code, quantity and amount, to see whether it changed since"),
    ),
)
"""What the last revision of each earlier month holds."""

RECORDS = Dataset(
    "pay_records",
    (
        Column("id", "id", "place in the export"),
        Column("employee_id", "id", "employees"),
        Column("number", "text", "employee number (matricule), leading zeros kept"),
        Column("name", "text", "employee's name; Odoo has one field for it"),
        Column("kind", "text", "ABSENCE | PRIME | OVERTIME | EXPENSE | MEAL"),
        Column("code", "text", "the payroll product's code"),
        Column("label", "text", "what it is, for people"),
        Column("quantity", "quantity", "in its unit; 0 where the unit is money"),
        Column("unit", "text", "D days | H hours | U pieces | ISO code of the company's currency"),
        Column("base", "money", "what a bonus was counted on, 0 for none"),
        Column("amount", "money", "gross; 0 where the unit is no money"),
        Column("date_from", "day", "first day"),
        Column("date_to", "day", "last day"),
        Column("half_from", "text", "AM | PM: where an absence begins, empty for no absence in half-days"),
        Column("half_to", "text", "AM | PM: where it ends"),
        Column("regularises", "text", "earlier month (2026-09) that it corrects, empty for the month itself"),
        Column("source", "text", "what it was made from and for which month, as leaves:12:2026-10; the same in every run"),
    ),
)
"""The canonical payroll records, one for each employee, code and interval. Source: payroll.md, 7.1."""
