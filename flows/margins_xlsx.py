"""Margins as an Excel file: a sheet by mission, by client and by business manager.

Names come from Odoo and are not to be trusted: every text is written as a text, so `=HYPERLINK(...)` is shown and never run.
"""

from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from flows.private_files import write
from flows.render_margins import MONEY, Part, tables
from flows.shape import RunStopped

if TYPE_CHECKING:
    from flows.margin_month import MarginMonth

_WIDTH = 24


def save(month: "MarginMonth", path: Path) -> None:
    """Write the file for its owner's eyes only, in place of one that stands. Raises RunStopped where it cannot be written."""
    content = workbook(month)
    try:
        write(path, content)
    except OSError as error:
        raise RunStopped(month.labels("margins.file_denied", file=path, reason=error.strerror)) from error


def workbook(month: "MarginMonth") -> bytes:
    """The file's bytes: amounts are numbers to count with, rates are percent as shown elsewhere (44.9)."""
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime.combine(month.period.until, time())})
        for label, head, parts in tables(month):
            _sheet(book, month, label, head, parts)
    return buffer.getvalue()


def _sheet(book: Workbook, month: "MarginMonth", label: str, head: tuple[str, ...], parts: list[Part]) -> None:
    sheet = book.add_worksheet(month.labels(f"margins.{label}"))
    bold, money, rate = (book.add_format(how) for how in ({"bold": True}, {"num_format": "#,##0.00"}, {"num_format": "0.0"}))
    titles = (*head, *MONEY, "rate")
    for column, title in enumerate(titles):
        sheet.write_string(0, column, month.labels(f"margins.{title}"), bold)
    for number, (names, figures) in enumerate(parts, 1):
        for column, name in enumerate(names):
            sheet.write_string(number, column, name)
        for column, name in enumerate(MONEY, len(head)):
            sheet.write_number(number, column, float(getattr(figures, name)), money)
        if figures.rate is not None:
            sheet.write_number(number, len(titles) - 1, float(figures.rate), rate)
    sheet.set_column(0, len(titles) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
