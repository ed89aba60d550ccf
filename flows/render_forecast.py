"""A forecast as tables: Markdown pages, rows to search, the cells of the Excel file, and one JSON document."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flows.document import document
from flows.margins_xlsx import Sheet
from flows.markdown import escape, table
from flows.shape import Report
from mappings.vocabulary.labels import Labels
from rules.margin.forecast import days
from rules.margin.margin import Figures

if TYPE_CHECKING:
    from flows.forecast import MarginForecast

MONEY = ("revenue", "cost", "bench", "margin")
"""Figures in the company's currency, in the order they are shown; nobody orders expenses ahead."""

DAYS = ("working", "holiday", "leave", "planned", "exhausted", "without_mission", "elsewhere")
"""Where a consultant's working days go: the first is the sum of the others."""


def tables(made: "MarginForecast") -> Iterator[Sheet]:
    """By mission, by business manager, and where each consultant's working days go."""
    labels, found = made.labels, made.forecast
    yield Sheet("missions", ("month", "mission", "consultant", "client", "manager"), ("days", *MONEY, "rate"), [
        (
            (labels.month(one.month), made.title(one), made.employee(one.consultant_id), made.client(one.client_id),
             made.manager(one.manager_id)),
            (one.days, *_figures(one.figures)),
        )
        for one in found.slices
    ])  # fmt: skip
    yield Sheet("managers", ("month", "manager"), (*MONEY, "rate"), [
        ((labels.month(month), made.manager(user)), _figures(figures)) for (user, month), figures in found.managers.items()
    ])  # fmt: skip
    yield Sheet("coverage", ("month", "consultant"), DAYS, [
        (
            (labels.month(month), made.employee(who)),
            tuple(days(hours, time.day) for hours in (time.working, time.holiday, time.leave, *time.covered.values())),
        )
        for (who, month), time in sorted(found.times.items())
    ])  # fmt: skip


def pages(made: "MarginForecast") -> str:
    """All tables, the company's total under the missions."""
    labels = made.labels
    if not made.forecast.times:
        return labels("margins.forecast.none")
    whole = labels.money(made.forecast.total.margin, made.currency)
    period = labels.period(made.period.since, made.period.until)
    parts = [labels("margins.forecast.explained", period=period, margin=whole)]
    for sheet in tables(made):
        rows = [[*map(escape, names), *_told(made, sheet, numbers)] for names, numbers in sheet.rows]
        titles = sheet.titles(labels)
        parts.append(f"## {sheet.name(labels)}\n\n{table(titles, rows, right=range(len(sheet.head), len(titles)))}")
    return "\n\n".join(parts)


def search_rows(made: "MarginForecast") -> list[dict[str, str]]:
    """A row for each mission and month, for a table with a search field."""
    sheet = next(tables(made))
    titles = sheet.titles(made.labels)
    return [
        dict(zip(titles, [*map(escape, names), *_told(made, sheet, numbers)], strict=True)) for names, numbers in sheet.rows
    ]


def forecast_document(report: Report, made: "MarginForecast") -> dict[str, Any]:
    """The document of any flow, and `forecast`: its tables and the `total`; days, money and percentages as strings."""
    parts = {sheet.label: [_plain(sheet, *row) for row in sheet.rows] for sheet in tables(made)}
    whole = {name: str(getattr(made.forecast.total, name)) for name in MONEY}
    return {**document(report), "forecast": {**parts, "total": whole}}


def _plain(sheet: Sheet, names: tuple[str, ...], numbers: tuple[Decimal | None, ...]) -> dict[str, str | None]:
    told = {name: None if value is None else str(value) for name, value in zip(sheet.numbers, numbers, strict=True)}
    return {**dict(zip(sheet.head, names, strict=True)), **told}


def _figures(figures: Figures) -> tuple[Decimal | None, ...]:
    return (*(getattr(figures, name) for name in MONEY), figures.rate)


def _told(made: "MarginForecast", sheet: Sheet, numbers: tuple[Decimal | None, ...]) -> list[str]:
    return [_cell(made.labels, made.currency, name, value) for name, value in zip(sheet.numbers, numbers, strict=True)]


def _cell(labels: Labels, currency: str, name: str, value: Decimal | None) -> str:
    if value is None:
        return ""
    if name == "rate":
        return labels.percent(value)
    return labels.money(value, currency) if name in MONEY else labels.quantity(value)
