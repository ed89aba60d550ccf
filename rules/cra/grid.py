"""The day grid of a CRA: its rows as texts, and as the HTML of a task's description."""

from decimal import Decimal
from html import escape

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import quantity, round_to
from rules.cra.signed import Content, SignedDay

COLUMNS = ("day", "worked", "absent", "holiday")
"""Labels `cra.<name>` head them."""


def rows(made: Content, labels: Labels) -> list[list[str]]:
    """A row a day: the day and its shares of this person's day; hours on a day off, which has none."""
    return [
        [
            f"{labels(f'cra.weekdays.{day.day.weekday()}')} {day.day.day}",
            *(_share(day, value, labels) for value in (day.worked, day.absent, day.holiday)),
        ]
        for day in made.days
    ]


def totals(made: Content, labels: Labels) -> list[str]:
    """The last row: what is worked in units of what is sold, absences and holidays in days."""
    absent = sum((day.in_days(day.absent) for day in made.days), Decimal(0))
    holiday = sum((day.in_days(day.holiday) for day in made.days), Decimal(0))
    return [labels("preview.total"), *(_days(value, labels) for value in (made.worked_days, absent, holiday))]


def html(made: Content, mission: str, labels: Labels) -> str:
    """The description of the task: what it is, its totals, the grid, and what is still to be completed.

    The totals stand above the grid too, where who signs sees them without scrolling. Names are text, never markup.
    """
    head = "".join(f"<th>{escape(labels(f'cra.{name}'))}</th>" for name in COLUMNS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows(made, labels))
    sums = totals(made, labels)
    last = "".join(f"<th>{escape(cell)}</th>" for cell in sums)
    total = labels("cra.totals", **dict(zip(COLUMNS[1:], sums[1:], strict=True)))
    table = f'<table class="table table-sm"><thead><tr>{head}</tr></thead><tbody>{body}<tr>{last}</tr></tbody></table>'
    missing = ", ".join(labels.day(day) for day in made.missing)
    to_complete = f"<p>{escape(labels('cra.to_complete', days=missing))}</p>" if missing else ""
    return f"<p>{escape(mission)}</p><p><b>{escape(total)}</b></p>{table}{to_complete}"


def _share(day: SignedDay, hours: int, labels: Labels) -> str:
    if not hours:
        return ""
    return _days(day.in_days(hours), labels) if day.scheduled else labels.hours(quantity(hours))


def _days(value: Decimal, labels: Labels) -> str:
    return labels.quantity(round_to(value, 2) + 0)
