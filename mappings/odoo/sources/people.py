"""Where Odoo keeps the datasets of `mappings.vocabulary.datasets.people`."""

from collections.abc import Mapping

from mappings.odoo.place import At, columns
from mappings.odoo.source import Source

SOURCES: Mapping[str, Source] = {
    "calendars": Source("resource.calendar", columns(name="name", hours_per_day="hours_per_day", timezone="tz")),
    "attendances": Source(
        "resource.calendar.attendance",
        columns(
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
        columns(name="name", calendar_id="calendar_id", since="date_from", until="date_to"),
        domain=[("resource_id", "=", False)],
    ),
    "leave_types": Source("hr.leave.type", columns(name="name"), optional=True),
    "leaves": Source(
        "hr.leave",
        columns(
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
        # Odoo's "Worked Time", as telework or training, is asked for as a leave is, and takes nothing off.
        domain=[("holiday_status_id.time_type", "!=", "other")],
        optional=True,
    ),
    "overtime": Source(
        "hr.attendance.overtime.line",
        columns(employee_id="employee_id", date="date", hours="manual_duration", rate="amount_rate", status="status"),
        optional=True,
    ),
    "employees": Source(
        "hr.employee", columns(name="name", user_id="user_id", company_id="company_id", calendar_id="resource_calendar_id")
    ),
    "payees": Source(
        "hr.employee",
        columns(
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
}
