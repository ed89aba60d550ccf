"""What a company is before it works: settings, chart of accounts, working week, holidays, people and products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.companies.loader import Loader, LoadError

PASSWORD = "regie-demo"  # of every person of the demo: a sandbox on loopback, told in its README

USER = "base.group_user"
TECHNICIAN = (USER, "hr_timesheet.group_hr_timesheet_user")
CONSULTANT = (*TECHNICIAN, "project.group_project_user")  # without it they cannot move their CRA to its next step
MANAGER = (
    USER,
    "hr_timesheet.group_hr_timesheet_approver",
    "project.group_project_manager",
    "sales_team.group_sale_salesman_all_leads",
)
# Project / User too: without it Odoo 19 shows a seller no form of an order that has a project.
SALES = (*CONSULTANT, "sales_team.group_sale_salesman_all_leads")


@dataclass(frozen=True)
class CompanySpec:
    """A company as the demo makes it."""

    key: str
    name: str
    country: str  # external id
    chart: str
    language: str
    timezone: str
    hours_per_day: float
    address: Mapping[str, str]
    holidays: Mapping[date, str]


@dataclass(frozen=True)
class Person:
    """An employee with a user of the same key; costs in euros an hour."""

    key: str
    name: str
    login: str
    job: str
    cost: float
    groups: Sequence[str] = TECHNICIAN
    manager: str = ""
    number: str = ""
    """Employee number: Community has no field for it, so it is the internal reference of the work contact."""


def settings(loader: Loader) -> None:
    """Units of measure, discounts, analytic accounting and milestones shown to people, as the settings page does it."""
    wanted = ("group_uom", "group_discount_per_so_line", "group_analytic_accounting")
    [now] = [loader.call("res.config.settings", "default_get", safe=True, fields=list(wanted))]
    if not all(now.get(name) for name in wanted):
        [wizard] = loader.call("res.config.settings", "create", vals_list=[dict.fromkeys(wanted, True)])
        loader.call("res.config.settings", "execute", ids=[wizard])
    milestones = loader.reference("project.group_project_milestone")
    user = loader.reference(USER)
    if milestones not in loader.read("res.groups", [user], "implied_ids")[0]["implied_ids"]:
        loader.call("res.groups", "write", ids=[user], vals={"implied_ids": [[4, milestones]]})


def company(loader: Loader, spec: CompanySpec) -> Loader:
    """The company with its chart, working week and public holidays; answers a loader that works in it."""
    loader.load(
        "res.company",
        [{
            "id": spec.key, "name": spec.name, "country_id/id": spec.country, "currency_id/id": "base.EUR",
            "iap_enrich_auto_done": True,  # else Odoo asks its servers about the company, and forgets meanwhile whose it is
            **spec.address,
        }],
        context={"install_mode": True},  # else Odoo installs every module of that country, Peppol among them
    )  # fmt: skip
    here = loader.at(spec.key, spec.timezone)
    [row] = here.read("res.company", [here.company_id], "chart_template", "resource_calendar_id", "partner_id")
    if row["chart_template"] != spec.chart:
        [wizard] = here.call(
            "res.config.settings", "create", vals_list=[{"company_id": here.company_id, "chart_template": spec.chart}]
        )
        here.call("res.config.settings", "execute", ids=[wizard])
    here.make_so("res.partner", row["partner_id"], lang=spec.language, tz=spec.timezone)
    calendar = row["resource_calendar_id"]
    if here.read("resource.calendar", [calendar], "tz")[0]["tz"] != spec.timezone or not _week_fits(here, calendar, spec):
        week = f"{spec.hours_per_day * 5:g}".replace(".", ",")
        here.call(
            "resource.calendar", "write", ids=[calendar],
            vals={
                "name": f"Temps plein {week} h",
                "tz": spec.timezone,
                "attendance_ids": [[5], *([0, 0, values] for values in _attendances(spec.hours_per_day))],
                "full_time_required_hours": spec.hours_per_day * 5,
            },
        )  # fmt: skip
        if not _week_fits(here, calendar, spec):
            raise LoadError(f"{spec.name}: the working day is not {spec.hours_per_day} h")
    [user] = here.read("res.users", [here.odoo.uid], "tz")
    clock = ZoneInfo(user["tz"] or "UTC")
    here.load("resource.calendar.leaves", (_holiday(spec, calendar, clock, day) for day in spec.holidays))
    return here


def _week_fits(loader: Loader, calendar: int, spec: CompanySpec) -> bool:
    return bool(
        abs(loader.read("resource.calendar", [calendar], "hours_per_day")[0]["hours_per_day"] - spec.hours_per_day) < 1e-6
    )


def _attendances(hours_per_day: float) -> list[dict[str, Any]]:
    """Monday to Friday, two halves of the same length: half a day of leave is half a day of work."""
    half = hours_per_day / 2
    halves = (("Matin", "morning", 8.5, 8.5 + half), ("Après-midi", "afternoon", 13.0, 13.0 + half))
    return [
        {"name": name, "dayofweek": str(day), "day_period": period, "hour_from": start, "hour_to": end}
        for day in range(5)
        for name, period, start, end in halves
    ]


def _holiday(spec: CompanySpec, calendar: int, clock: ZoneInfo, day: date) -> dict[str, Any]:
    """A day off for all. Odoo takes what `clock`, the user's own, shows then for the time in the calendar's place."""
    start, end = (datetime.combine(day, moment, clock).astimezone(UTC) for moment in (time.min, time(23, 59, 59)))
    return {
        "id": f"{spec.key}_holiday_{day:%Y%m%d}",
        "name": spec.holidays[day],
        "company_id/id": spec.key,
        "calendar_id/.id": str(calendar),
        "date_from": f"{start:%Y-%m-%d %H:%M:%S}",
        "date_to": f"{end:%Y-%m-%d %H:%M:%S}",
    }


def people(loader: Loader, spec: CompanySpec, persons: Sequence[Person]) -> None:
    """Users with the rights of their job, and their employees with cost and working week."""
    loader.load(
        "res.users",
        (
            {
                "id": f"user_{person.key}",
                "name": person.name,
                "login": person.login,
                "email": person.login,
                "password": PASSWORD,
                "lang": spec.language,
                "tz": spec.timezone,
                "notification_type": "inbox",
                "company_id/id": spec.key,
                "company_ids/id": spec.key,
                "group_ids/id": ",".join(person.groups),
            }
            for person in persons
        ),
    )
    loader.load(
        "hr.employee",
        (
            {
                "id": f"employee_{person.key}",
                "name": person.name,
                "job_title": person.job,
                "work_email": person.login,
                "user_id/id": f"user_{person.key}",
                "company_id/id": spec.key,
                "hourly_cost": person.cost,
                "date_version": "2026-01-01",
                **({"parent_id/id": f"employee_{person.manager}"} if person.manager else {}),
            }
            for person in persons
        ),
    )


def numbers(loader: Loader, persons: Sequence[Person]) -> None:
    """Each person's employee number, where they have one."""
    known = [person for person in persons if person.number]
    ids = [loader.known[f"employee_{person.key}"] for person in known]
    for person, row in zip(known, loader.read("hr.employee", ids, "work_contact_id"), strict=True):
        loader.make_so("res.partner", row["work_contact_id"], ref=person.number)


def administrator(loader: Loader, companies: Sequence[str]) -> None:
    """The administrator works in these companies and no longer in the empty one Odoo was installed with."""
    [row] = loader.read("res.users", [loader.odoo.uid], "company_ids", "company_id")
    wanted = [loader.known[key] for key in companies]
    if sorted(row["company_ids"]) != sorted(wanted):
        loader.call(
            "res.users", "write", ids=[row["id"]], vals={"company_id": wanted[0], "company_ids": [[6, 0, wanted]]},
            context={"allowed_company_ids": wanted},
        )  # fmt: skip
