"""Activity reports as one JSON document, for machines: days and hours as strings, dates in ISO."""

from typing import Any

from flows.cra import Month
from flows.document import finding_document
from mappings.vocabulary.units import quantity
from rules.cra.activity import Cra, Day

_HOURS = ("scheduled", "holiday", "absent", "worked", "elsewhere", "bench", "missing")


def cra_document(month: Month) -> dict[str, Any]:
    """`{"company", "period", "cras", "findings"}`; of a report's days those of the calendar in order, hours by kind."""
    return {
        "company": month.place.file.name,
        "period": {"since": month.period.since.isoformat(), "until": month.period.until.isoformat()},
        "cras": [_cra(month, cra) for cra in month.activity.cras],
        "findings": [finding_document(finding) for finding in month.activity.findings],
    }


def _cra(month: Month, cra: Cra) -> dict[str, Any]:
    return {
        "consultant": month.consultant(cra),
        "client": month.client(cra),
        "mission": month.sold_as(cra),
        "rate": str(cra.mission.rate),
        "working_days": str(cra.working_days),
        "worked_days": str(cra.worked_days),
        "absent_days": str(cra.absent_days),
        "days": [_day(day) for day in cra.days],
    }


def _day(day: Day) -> dict[str, Any]:
    hours = {name: str(quantity(getattr(day, name))) for name in _HOURS}
    return {"day": day.day.isoformat(), **hours, "absences": list(day.absences)}
