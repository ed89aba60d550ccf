"""What stands on the server of the records Regie keys: read in bulk, compared with what was sent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from connectors.odoo.client import Odoo
from connectors.odoo.reader import Reader
from connectors.odoo.rows import text
from mappings.odoo.records import RecordSource
from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.units import money, quantity

_CHUNK = 500


@dataclass(slots=True)
class Standing:
    """A record as it stands: its row, and its lines by their keys ("" for those without one)."""

    row: Any
    lines: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.row.id)


def by_key(reader: Reader, source: RecordSource, keys: Sequence[str]) -> dict[str, Standing]:
    """The records that exist for these keys, without their lines."""
    names = [key.removeprefix(MODULE) for key in keys]
    rows = _in_chunks(reader, source, "key", names)
    return {MODULE + row.key: Standing(row) for row in rows}


def by_id(reader: Reader, odoo: Odoo, source: RecordSource, ids: Sequence[int]) -> dict[int, Standing]:
    """The records of these ids with their keyed lines; a deleted one is missing."""
    found = {row.id: Standing(row) for row in _in_chunks(reader, source, "id", list(ids))}
    if source.line_dataset is None:
        return found
    lines = [
        row
        for chunk in _chunks(sorted(found))
        for row in each(reader.read(source.line_dataset, [(source.parent, "in", chunk)]))
    ]
    keys: dict[str, str] = {}
    for chunk in _chunks([row.id for row in lines]):
        keys |= odoo.call(source.line_model, "get_external_id", ids=chunk, safe=True)
    for row in lines:
        found[getattr(row, source.parent)].lines.append((keys.get(str(row.id)) or "", row))
    return found


def differences(source: RecordSource, upsert: Upsert, standing: Standing, labels: Labels) -> list[str]:
    """Where the record differs from what was sent, in words for people; empty when it stands as meant."""
    found = []
    if source.drafts and standing.row.state != "draft":
        found.append(labels("write.differs", what="state", sent="draft", stands=standing.row.state))
    other = list(_different(source.compared, source.record.values, upsert.values, standing.row))
    there = dict(standing.lines)
    for line in upsert.lines:
        if line.key not in there:
            found.append(labels("write.line_missing", line=line.key))
        elif line.values.get("display") in (None, "product"):
            differing = _different(source.compared_lines, source.record.lines, line.values, there[line.key])
            other += [(f"{line.key} {name}", meant, stands) for name, meant, stands in differing]
    found += [labels("write.differs", what=name, sent=_told(meant), stands=_told(stands)) for name, meant, stands in other]
    sent = {line.key for line in upsert.lines}
    found += [labels("write.line_added", line=f"{key or '?'} ({row.name})") for key, row in standing.lines if key not in sent]
    return found


def untouched(source: RecordSource, upsert: Upsert, standing: Standing | None) -> bool:
    """Whether a record to extend is still as it was decided on.

    It exists and holds the content the decision was made on; a draft was never posted, its lines hold the values they had then,
    and neither a line nor a link stands on it that the extension does not carry.
    """
    if standing is None or not source.drafts:
        return standing is not None and bool(standing.row.content == upsert.replaces)
    if standing.row.state != "draft" or standing.row.posted_before:
        return False
    carried, there = {line.key for line in upsert.lines}, dict(standing.lines)
    return (
        standing.row.content == upsert.replaces
        and there.keys() <= carried
        and all(line.key in there and _holds(source, line, there[line.key]) for line in upsert.stood)
        and set(standing.row.timesheet_ids) <= set(upsert.values.get("timesheet_ids", ()))
    )


def _holds(source: RecordSource, line: Line, row: Any) -> bool:
    return not list(_different(line.values, source.record.lines, line.values, row))


def same_content(source: RecordSource, upsert: Upsert, standing: Standing) -> bool:
    """Whether the record under the key is the one this plan means: another run wrote it, or this one before it crashed."""
    if "content" not in source.record.values:
        return True
    return bool(standing.row.content == text("json", upsert.values.get("content")))


def _different(
    names: Iterable[str], kinds: Mapping[str, str], sent: Mapping[str, Any], row: Any
) -> Iterator[tuple[str, Any, Any]]:
    """Name, what was meant and what stands, where they differ; a value that was not sent is Odoo's own."""
    for name in names:
        if name in sent:
            meant, stands = _plain(kinds[name], sent[name]), _stands(kinds[name], getattr(row, name))
            if meant != stands:
                yield name, meant, stands


def _plain(kind: str, value: Any) -> Any:
    if kind in ("quantity", "money"):
        return Decimal(value or 0).normalize() + 0
    if kind == "ids":
        return frozenset(int(one) for one in value)
    return int(value or 0) if kind == "id" else text(kind, value)


def _stands(kind: str, value: Any) -> Any:
    if kind in ("quantity", "money"):
        return (quantity(value) if kind == "quantity" else money(value)).normalize() + 0
    if kind == "day":
        return text(kind, None if pd.isna(value) else value.date())
    return frozenset(value) if kind == "ids" else value


def _told(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return ", ".join(str(one) for one in sorted(value)) if isinstance(value, frozenset) else str(value)[:200]


def _in_chunks(reader: Reader, source: RecordSource, column: str, values: list[Any]) -> list[Any]:
    return [row for chunk in _chunks(values) for row in each(reader.read(source.dataset, [(column, "in", chunk)]))]


def _chunks(values: list[Any]) -> list[list[Any]]:
    return [values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK)]
