"""Activity reports as one JSON document, for machines: days and hours as strings, dates in ISO."""

from typing import Any

from flows.cra import Month
from flows.document import document
from flows.shape import Report
from mappings.vocabulary.units import quantity
from rules.cra.activity import Cra, Day

_HOURS = ("scheduled", "holiday", "absent", "worked", "elsewhere", "bench", "missing")


def cra_document(report: Report, month: Month) -> dict[str, Any]:
    """The document of any flow, and `cras`: of each the days of the calendar in order, hours by kind."""
    return {**document(report), "cras": [_cra(month, cra) for cra in month.activity.cras]}


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
