"""Activity reports as Markdown: an overview, and for each report the days that say something."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from flows.markdown import escape, table
from flows.shape import Report, called
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import round_to

if TYPE_CHECKING:  # a page shows what was decided: nothing of the rules or pandas before the first request to Odoo
    from flows.cra import Month
    from rules.cra.activity import Cra, Day

_FIGURES: "dict[str, Callable[[Day], int]]" = {
    "worked": lambda day: day.worked,
    "elsewhere": lambda day: day.elsewhere,
    "bench": lambda day: day.bench,
    "absent": lambda day: day.absent,
    "holiday": lambda day: day.holiday,
    "missing": lambda day: day.missing,
}
"""Columns of a day grid, in micro-hours."""


def pages(month: "Month") -> str:
    """The whole month: how many days each worked, then each report day by day."""
    labels, made = month.place.labels, month.activity
    if not made.cras:
        return labels("cra.none")
    adds_up = [] if made.findings else [labels("cra.adds_up")]
    return "\n\n".join([_overview(month), *adds_up, *(_grid(month, cra) for cra in made.cras)])


def proposals(report: Report) -> str:
    """What will be written and why."""
    labels = Labels(report.language)
    if not report.plan.upserts:
        return labels("cra.up_to_date")
    lines = [f"- {escape(called(one) or one.key)} — {escape(one.why)}" for one in report.plan.upserts]
    return "\n".join([f"## {labels('cra.changes')}\n", *lines])


def line_rows(report: Report) -> list[dict[str, str]]:
    """What will be written as rows, for a table with a search field."""
    labels = Labels(report.language)
    return [{labels("cra.report"): escape(called(one)), labels("preview.why"): escape(one.why)} for one in report.plan.upserts]


def _overview(month: "Month") -> str:
    labels = month.place.labels
    columns = ("consultant", "client", "order", "working_days", "worked", "absent", "amount")
    rows = [
        [
            escape(month.consultant(cra)),
            escape(month.client(cra)),
            escape(month.sold_as(cra)),
            *(_days(value, labels) for value in (cra.working_days, cra.worked_days, cra.absent_days)),
            labels.money(cra.worked_days * cra.mission.rate, _currency(month, cra)),
        ]
        for cra in month.activity.cras
    ]
    return table([labels(f"cra.{column}") for column in columns], rows, right=(3, 4, 5, 6))


def _grid(month: "Month", cra: "Cra") -> str:
    """The days with something on them; what a working day has too little or too much stands last."""
    labels = month.place.labels
    rows = [_row(day, labels) for day in cra.days if day.scheduled or day.worked or day.elsewhere or day.bench]
    head = [labels("cra.day"), *(labels(f"cra.{name}") for name in _FIGURES), labels("cra.kinds")]
    heading = f"## {escape(month.consultant(cra))} · {escape(month.client(cra))} · {escape(month.sold_as(cra))}"
    return "\n\n".join([heading, labels("cra.in_days"), table(head, rows, right=range(1, len(_FIGURES) + 1))])


def _row(day: "Day", labels: Labels) -> list[str]:
    weekday = labels(f"cra.weekdays.{day.day.weekday()}")
    figures = [_hours(day, figure(day), labels) for figure in _FIGURES.values()]
    return [f"{weekday} {day.day.day}", *figures, escape(", ".join(day.absences))]


def _hours(day: "Day", hours: int, labels: Labels) -> str:
    """In days of this person; in hours on a day off, which has none."""
    if not hours:
        return ""
    return _days(day.in_days(hours), labels) if day.scheduled else labels.hours(Decimal(hours) / 1_000_000)


def _days(value: Decimal, labels: Labels) -> str:
    return labels.quantity(round_to(value, 2) + 0)


def _currency(month: "Month", cra: "Cra") -> str:
    return month.data.currency_code(month.data.order_of(cra.mission.line_id))
