"""Payroll records as the files of a profile: the same records make the same bytes, whoever runs it and whenever.

Figures are written by the profile. Texts are data: a cell that a spreadsheet would run as a formula begins with an apostrophe,
and no cell breaks its line. Leading zeros stay, for a spreadsheet that is told so.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.pay_profile import ColumnOf, Format, PayFile, PayProfile
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import money, quantity, round_to
from mappings.vocabulary.written import Document

_FORMULA = re.compile(r"^[\s\u200b-\u200f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet takes for the beginning of a formula; blanks before it do not help, nor do letters of full width."""
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_NEWLINES = {"crlf": "\r\n", "lf": "\n"}
_PLAIN = ("D", "H", "U")
"""Units that are no money."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One export: the profile it follows, the company's short name, the month and the revision, from 1."""

    profile: PayProfile
    company: str
    month: Period
    revision: int

    def name(self, first: str, extension: str) -> str:
        """A file's name: `ABS_acme_2026-10_r1.csv`."""
        return f"{first}_{self.company}_{self.month.month}_r{self.revision}.{extension}"


def export_files(sending: Sending, records: pd.DataFrame) -> tuple[Document, ...]:
    """The files of an export that hold a record, and last a manifest with their SHA-256 and the totals of each code.

    records  frame `pay_frames.RECORDS`, in the order of their lines
    """
    rows, made = list(each(records)), []
    for file in sending.profile.files:
        of_file = [row for row in rows if row.kind in file.kinds]
        if of_file:
            content = _encoded(sending.profile.format, _lines(sending, file, of_file))
            kind = "text/csv" if file.extension == "csv" else "text/plain"
            made.append(Document(sending.name(file.name, file.extension), kind, content))
    return (*made, _manifest(sending, made, rows))


def digest(files: Sequence[Document]) -> str:
    """SHA-256 over the contents of an export's files, without the names and the manifest, which say the revision."""
    return hashlib.sha256("".join(_sha256(file) for file in files[:-1]).encode()).hexdigest()


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet runs, on one line."""
    flat = _UNSEEN.sub(" ", text).strip()
    return f"'{flat}" if _FORMULA.match(flat) and not _NUMBER.fullmatch(flat) else flat


def _lines(sending: Sending, file: PayFile, rows: Sequence[Any]) -> Iterator[list[str]]:
    profile = sending.profile
    titles = [column.title for column in file.columns]
    codes = sorted({_code(profile, row) for row in rows}) if file.layout == "wide" else []
    if profile.format.header:
        yield [harmless(title) for title in [*titles, *codes]]
    for group in _groups(file, rows):
        cells = [_cell(sending, column, group[0]) for column in file.columns]
        yield cells + [_total(profile, group, code) for code in codes]


def _groups(file: PayFile, rows: Sequence[Any]) -> Iterable[list[Any]]:
    """The records of each line: one, or in a wide file all of an employee."""
    if file.layout == "long":
        return [[row] for row in rows]
    by_number: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        by_number[row.number].append(row)
    return by_number.values()


def _total(profile: PayProfile, rows: Sequence[Any], code: str) -> str:
    mine = [_figure(row) for row in rows if _code(profile, row) == code]
    return _decimal(sum(mine, Decimal(0)), 2, profile.format) if mine else ""


def _cell(sending: Sending, column: ColumnOf, row: Any) -> str:
    form, value = sending.profile.format, column.value
    figures = {
        "quantity": quantity(row.quantity) if row.unit in _PLAIN else None,
        "amount": None if row.unit in _PLAIN else money(row.amount),
        "base": money(row.base) if row.base else None,
        "value": _figure(row),
    }
    if value in figures:
        figure = figures[value]
        return "" if figure is None else _decimal(figure, column.decimals, form)
    return harmless(_text(sending, value, row))


def _text(sending: Sending, value: str, row: Any) -> str:
    form = sending.profile.format
    match value:
        case "code":
            return _code(sending.profile, row)
        case "company":
            return sending.company
        case "period":
            return sending.month.until.strftime(form.period)
        case "regularises":
            return date.fromisoformat(f"{row.regularises}-01").strftime(form.period) if row.regularises else ""
        case "date_from" | "date_to":
            return str(getattr(row, value).strftime(form.date))
        case _:
            return str(getattr(row, value))


def _code(profile: PayProfile, row: Any) -> str:
    return f"{profile.prefixes.get(row.kind, '')}{row.code}"


def _figure(row: Any) -> Decimal:
    return quantity(row.quantity) if row.unit in _PLAIN else money(row.amount)


def _decimal(value: Decimal, decimals: int, form: Format) -> str:
    return f"{round_to(value, decimals) + 0:f}".replace(".", form.decimal)


def _encoded(form: Format, lines: Iterable[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=form.separator, lineterminator=_NEWLINES[form.newline])
    writer.writerows([_writable(cell, form.encoding) for cell in line] for line in lines)
    return text.getvalue().encode(form.encoding)


def _writable(cell: str, encoding: str) -> str:
    """What the encoding can write of a cell: else the letter without its accent, else `?`."""
    if _fits(cell, encoding):
        return cell
    folded = "".join(one if _fits(one, encoding) else _folded(one, encoding) for one in cell)
    return harmless(folded)


def _folded(letter: str, encoding: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    return plain if plain and _fits(plain, encoding) else "?"


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _manifest(sending: Sending, made: Sequence[Document], rows: Sequence[Any]) -> Document:
    totals: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[_code(sending.profile, row)] += _figure(row)
    content = {
        "company": sending.company,
        "month": sending.month.month,
        "revision": sending.revision,
        "product": sending.profile.product,
        "files": [{"name": file.name, "sha256": _sha256(file)} for file in made],
        "records": len(rows),
        "totals": {code: f"{total:f}" for code, total in sorted(totals.items())},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    return Document(sending.name("MANIFEST", "json"), "application/json", text.encode())


def _sha256(file: Document) -> str:
    return hashlib.sha256(file.content).hexdigest()
