"""The detail that goes with each closing entry: a CSV with every order line's figures and the time behind them."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import pandas as pd

from connectors.openpaie.export import harmless
from flows.shape import Report
from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.units import quantity
from mappings.vocabulary.written import Document
from rules.wip.decide import Closing
from rules.wip.position import Position

COLUMNS = ("client", "order", "line", "day", "person", "hours", "earned", "invoiced", "open", "explanation")


def details(closing: Closing, report: Report, plan: Plan) -> dict[str, Document]:
    """One CSV an entry, by key; its reversal has the same, and must: only records with the same columns go in one call. The
    same entry gives the same bytes."""
    labels = Labels(report.language)
    return {
        upsert.key: Document(f"{upsert.values['reference']}.csv".replace("/", "-"), "text/csv", _csv(closing, upsert, labels))
        for upsert in plan.upserts
    }


def _csv(closing: Closing, upsert: Upsert, labels: Labels) -> bytes:
    """With the separator and the mark by which a spreadsheet knows the encoding, as French ones expect."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([labels(f"closing.csv.{column}") for column in COLUMNS])
    booked = {int(line_id) for line_id in upsert.values["content"]["lines"]}
    for position in closing.booked:
        if position.item.line_id in booked:
            writer.writerows([harmless(cell) for cell in row] for row in _rows(closing, position, labels))
    return text.getvalue().encode("utf-8-sig")


def _rows(closing: Closing, position: Position, labels: Labels) -> Iterator[list[str]]:
    """The line's figures, then the time it is made of."""
    data, item = closing.data, position.item
    order = data.order_of(item.line_id)
    named = [data.name("partners", order.partner_id), order.name, data.line_title(item.line_id)]
    figures = [_number(figure, labels) for figure in (position.earned, position.invoiced, item.amount)]
    yield [*named, "", "", "", *figures, str(item.why)]
    sheets = data.timesheets[data.timesheets["id"].isin(item.hours)].sort_values(["date", "id"])
    for row in each(sheets[["id", "date", "employee_id", "description"]]):
        hours = _number(quantity(item.hours[row.id]), labels)
        yield [
            *named,
            f"{pd.Timestamp(row.date):%Y-%m-%d}",
            data.name("employees", row.employee_id),
            hours,
            "",
            "",
            "",
            row.description,
        ]


def _number(value: Decimal, labels: Labels) -> str:
    """Without thousands: a spreadsheet must read it."""
    return f"{value:f}".replace(".", "," if labels.language == "fr" else ".")
