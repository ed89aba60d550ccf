"""Records as the rows and columns of Odoo's `load`: pure, so that what is sent can be read in a test."""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from mappings.odoo.records import Cell, RecordSource
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.written import Document

Cells = dict[str, str]
_SECTIONS = ("line_section", "line_subsection", "line_note")


@dataclass(frozen=True, slots=True)
class Item:
    """A record ready to be sent: the cells of its own row and of each line, column names complete."""

    upsert: Upsert
    head: Cells
    lines: tuple[Cells, ...] = ()
    record: int = 0
    """Database id of the record it extends."""
    files: tuple[Cells, ...] = ()
    """The cells of each file that goes with it."""

    @property
    def key(self) -> str:
        return self.upsert.key

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it needs; records of one call must need the same."""
        names = dict.fromkeys(self.head)
        for part in (*self.lines, *self.files):
            names.update(dict.fromkeys(part))
        return tuple(sorted(names))

    @property
    def parts(self) -> int:
        """What Odoo makes or changes for it: the record, its lines, its files, the records linked to it."""
        linked = sum(len(value) for value in self.upsert.values.values() if isinstance(value, tuple))
        return 1 + len(self.lines) + len(self.files) + linked

    @property
    def takes_back(self) -> str:
        """The key of the record that it reverses: Odoo finds it only where both are in one call, or it stands already."""
        return str(self.upsert.values.get("reverses_key") or "")


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of one `load` call: same model, company, way of writing and columns."""

    source: RecordSource
    company_id: int
    items: tuple[Item, ...]
    extends: bool = False

    def only(self, items: Iterable[Item]) -> "Batch":
        """The same call with fewer records."""
        return Batch(self.source, self.company_id, tuple(items), self.extends)

    @property
    def context(self) -> dict[str, Any]:
        """Insert if absent; for an extension write by database id, which never brings a deleted draft back."""
        context = {"mode": "update", "noupdate": True, "tz": "UTC", "allowed_company_ids": [self.company_id]}
        return context | {"skip_is_manually_modified": True} if self.extends else context

    def matrix(self) -> tuple[list[str], list[list[str]]]:
        """Columns and rows: a record's own cells stand in its first row only, with its first line and its first file."""
        columns = list(self.items[0].columns)
        rows = [[cells.get(name, "") for name in columns] for item in self.items for cells in _rows(item)]
        return columns, rows


@dataclass(slots=True)
class Unsendable(Exception):
    """A record that no single call can write: its lines leave too many different columns to Odoo."""

    key: str
    columns: list[str] = field(default_factory=list)


def item(source: RecordSource, upsert: Upsert, major: int, documents: Sequence[Document] = (), record_id: int = 0) -> Item:
    """The record's cells. With `record_id` the record of that id is written, else the one with its key.

    KeyError names a value the record type does not declare; Unsendable where the lines cannot go together.
    """
    head = {".id": str(record_id)} if record_id else {"id": upsert.key, **source.always}
    values = {**upsert.values, source.key: upsert.key.removeprefix(MODULE)}
    values.pop("company_id", None)
    head |= _cells(source.values, source.record.values, values)
    files = tuple(_document(source, upsert.key, number, document) for number, document in enumerate(documents, 1))
    return Item(upsert, head, tuple(_lines(source, upsert, major)), record_id, files)


def batches(source: RecordSource, items: Iterable[Item], room: int) -> Iterator[Batch]:
    """Calls of `room` parts, give or take half a record, of one record at least; in the plan's order within each kind of call.

    A record stays with the one that it takes back, however large both are.
    """
    kinds: dict[tuple[int, bool, tuple[str, ...]], list[Item]] = {}
    for one in items:
        kinds.setdefault((company(one.upsert), one.upsert.extends, one.columns), []).append(one)
    for (company_id, extends, _), members in kinds.items():
        call: dict[str, Item] = {}
        taken = 0
        for one in members:
            if call and taken + one.parts / 2 > room and one.takes_back not in call:
                yield Batch(source, company_id, tuple(call.values()), extends)
                call, taken = {}, 0
            call[one.key] = one
            taken += one.parts
        yield Batch(source, company_id, tuple(call.values()), extends)


def company(upsert: Upsert) -> int:
    """The company in which the record is written."""
    return int(upsert.values["company_id"])


def text(kind: str, value: Any) -> str:
    """A value as `load` reads it; an empty one as ""."""
    if kind in ("quantity", "money") and value is not None:
        return f"{Decimal(value):f}"
    if not value:
        return ""
    if kind == "ids":
        return ",".join(str(int(one)) for one in value)
    if kind == "json" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if isinstance(value, date):
        return value.isoformat()
    return "1" if value is True else str(value)


def _rows(one: Item) -> Iterator[Cells]:
    nothing: Cells = {}
    first, *rest = [line | file for line, file in zip_longest(one.lines, one.files, fillvalue=nothing)] or [nothing]
    yield one.head | first
    yield from rest


def _cells(cells: Mapping[str, Cell], kinds: Mapping[str, str], values: Mapping[str, Any]) -> Cells:
    sent = {}
    for name, value in values.items():
        content = text(kinds[name], value)
        if content or cells[name].empty == "send":
            sent[cells[name].column] = content
    return sent


def _lines(source: RecordSource, upsert: Upsert, major: int) -> Iterator[Cells]:
    """Each line's cells under the field by which it goes.

    A column that one line sends and another leaves to Odoo would be empty, thus "none", for the other: the lines are divided
    over the fields. A section or a note leaves nothing to Odoo and goes with any.
    """
    copied = _copied(source, upsert.lines, major)
    ways: dict[frozenset[str], str] = {}
    for line in upsert.lines:
        cells = _cells(source.lines, source.record.lines, {k: v for k, v in line.values.items() if k not in copied})
        given = frozenset(cell.column for cell in source.lines.values() if cell.computed and cell.column in cells)
        if line.values.get("display") in _SECTIONS:
            way = source.families[0]
        elif given in ways:
            way = ways[given]
        elif len(ways) < len(source.families):
            way = ways[given] = source.families[len(ways)]
        else:
            raise Unsendable(upsert.key, sorted(given))
        yield {f"{way}/{column}": value for column, value in {"id": line.key, **cells}.items()}


def _copied(source: RecordSource, lines: tuple[Line, ...], major: int) -> set[str]:
    """Values that this version of Odoo copies itself, as long as every line that has them comes from an order line."""
    return {
        name
        for name, cell in source.lines.items()
        if major > cell.until and all(line.values.get("order_line_ids") for line in lines if line.values.get(name))
    }


def _document(source: RecordSource, key: str, number: int, document: Document) -> Cells:
    cells = {
        "id": f"{key}_document" if number == 1 else f"{key}_document_{number}",
        "name": document.name,
        "res_model": source.model,  # without it the file is not linked
        "datas": b64encode(document.content).decode(),
        "mimetype": document.mimetype,
    }
    return {f"{source.document}/{column}": value for column, value in cells.items()}
