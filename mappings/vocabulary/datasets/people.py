"""Who works, when, and when not: calendars, leaves, overtime, employees."""

from mappings.vocabulary.dataset import identified

CALENDARS = identified(
    "calendars",
    ("name", "text", "name"),
    ("hours_per_day", "hours", "length of a working day"),
    ("timezone", "text", "IANA name"),
)

ATTENDANCES = identified(
    "attendances",
    ("calendar_id", "id", "calendars"),
    ("weekday", "text", "0 (Monday) to 6"),
    ("part", "text", "morning | afternoon | full_day | lunch"),
    ("begins", "hours", "of the day"),
    ("ends", "hours", "of the day"),
    ("week", "text", "of two alternating weeks the first (0) or the second (1); empty where every week is the same"),
    ("display", "text", "line_section, empty for working time", True),
)

HOLIDAYS = identified(
    "holidays",
    ("name", "text", "name"),
    ("calendar_id", "id", "calendars, 0 for all"),
    ("since", "day", "first day"),
    ("until", "day", "last day"),
)

LEAVE_TYPES = identified("leave_types", ("name", "text", "name"))

LEAVES = identified(
    "leaves",
    ("employee_id", "id", "employees"),
    ("type_id", "id", "leave_types"),
    ("state", "text", "confirm | validate1 (waits for a second approval) | validate | refuse | cancel"),
    ("since", "day", "first day"),
    ("until", "day", "last day"),
    ("in_halves", "flag", "asked for in half-days: `since_part` and `until_part` count"),
    ("since_part", "text", "am | pm: from when on the first day"),
    ("until_part", "text", "am | pm: until when on the last day, empty for `since_part`", True),
    ("in_hours", "flag", "asked for in hours"),
    ("hours", "hours", "its length"),
)

OVERTIME = identified(
    "overtime",
    ("employee_id", "id", "employees"),
    ("date", "day", "day worked"),
    ("hours", "hours", "hours beyond the week, as a manager left them"),
    ("rate", "quantity", "pay rate: 1.25"),
    ("status", "text", "to_approve | approved | refused"),
)
"""From attendance (19 on, where that application stands and the user may read it)."""

EMPLOYEES = identified(
    "employees",
    ("name", "text", "name"),
    ("user_id", "id", "users"),
    ("company_id", "id", "companies"),
    ("calendar_id", "id", "calendars: their working week"),
)

PAYEES = identified(
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
