"""Margins as an Excel file: a sheet by mission, by client and by business manager.

Names come from Odoo and are not to be trusted: every text is written as a text, so `=HYPERLINK(...)` is shown and never run.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from flows.private_files import write
from flows.render_margins import MONEY, tables
from flows.shape import RunStopped
from mappings.vocabulary.labels import Labels

if TYPE_CHECKING:
    from flows.margin_month import MarginMonth

_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: what names its rows (texts), its numbers (amounts, days, percent), and the rows; a missing number is None."""

    label: str
    head: tuple[str, ...]
    numbers: tuple[str, ...]
    rows: Sequence[tuple[tuple[str, ...], tuple[Decimal | None, ...]]]

    def name(self, labels: Labels) -> str:
        """What a person calls it."""
        return labels(f"margins.{self.label}")

    def titles(self, labels: Labels) -> list[str]:
        """The columns' heads."""
        return [labels(f"margins.{name}") for name in (*self.head, *self.numbers)]


def save(month: "MarginMonth", path: Path) -> None:
    """Write the file for its owner's eyes only, in place of one that stands. Raises RunStopped where it cannot be written."""
    keep(month.labels, path, workbook(month))


def workbook(month: "MarginMonth") -> bytes:
    """The file's bytes: amounts are numbers to count with, rates are percent as shown elsewhere (44.9)."""
    return book(month.labels, month.period.until, _sheets(month))


def keep(labels: Labels, path: Path, content: bytes) -> None:
    """Write a file for its owner's eyes only, in place of one that stands. Raises RunStopped where it cannot be written."""
    try:
        write(path, content)
    except OSError as error:
        raise RunStopped(labels("margins.file_denied", file=path, reason=error.strerror)) from error


def book(labels: Labels, day: date, sheets: Iterable[Sheet]) -> bytes:
    """An Excel file of these tables, dated that day: the same tables make the same bytes."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as made:
        made.set_properties({"created": datetime.combine(day, time())})
        for sheet in sheets:
            _add(made, labels, sheet)
    return buffer.getvalue()


def _sheets(month: "MarginMonth") -> Iterator[Sheet]:
    for label, head, parts in tables(month):
        rows = [(names, (*(getattr(figures, name) for name in MONEY), figures.rate)) for names, figures in parts]
        yield Sheet(label, head, (*MONEY, "rate"), rows)


def _add(made: Workbook, labels: Labels, sheet: Sheet) -> None:
    page = made.add_worksheet(sheet.name(labels))
    bold, number, rate = (made.add_format(how) for how in ({"bold": True}, {"num_format": "#,##0.00"}, {"num_format": "0.0"}))
    titles = sheet.titles(labels)
    for column, title in enumerate(titles):
        page.write_string(0, column, title, bold)
    for place, (names, numbers) in enumerate(sheet.rows, 1):
        for column, name in enumerate(names):
            page.write_string(place, column, name)
        for column, (what, value) in enumerate(zip(sheet.numbers, numbers, strict=True), len(names)):
            if value is not None:
                page.write_number(place, column, float(value), rate if what == "rate" else number)
    page.set_column(0, len(titles) - 1, _WIDTH)
    page.freeze_panes(1, 0)
