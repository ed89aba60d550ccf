"""A plan made true in Odoo: each record once, by Odoo's own `load` with a key, checked before and read back after."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import ceil
from queue import SimpleQueue

from connectors.odoo import standing as stands
from connectors.odoo.client import Odoo
from connectors.odoo.errors import ConfigurationError, DataError
from connectors.odoo.loading import Loaded, load
from connectors.odoo.outcome import Outcome
from connectors.odoo.prechecks import refusals
from connectors.odoo.reader import Reader
from connectors.odoo.rows import Batch, Item, Unsendable, batches, company, item
from connectors.odoo.schema import Schema
from connectors.odoo.standing import Standing
from mappings.odoo.records import RECORDS, RecordSource
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.written import Document, Written

SMALL, LARGE = 100, 500
"""Parts of a call (see `Item.parts`), least and most. Ten drafts with a few hours each at least: every call costs as much as
half a draft before it begins. Fifty at most, some four seconds of Odoo's time: people who save the same orders wait so long."""

CALLS_EACH = 4
"""Calls a connection where the work is between the two: progress shows, and no connection waits long for the other."""

Progress = Callable[[int, int], None]


class Writer:
    """Writes plans. `connections`: how many calls run at once; `language`: of its own refusals (Odoo's are the user's)."""

    def __init__(self, odoo: Odoo, schema: Schema, connections: int = 2, language: str = "fr") -> None:
        self._odoo, self._schema, self._labels = odoo, schema, Labels(language)
        self._connections = connections

    def push(
        self,
        plan: Plan,
        documents: Mapping[str, Document | Sequence[Document]] | None = None,
        progress: Progress = lambda done, total: None,
    ) -> Written:
        """Make the plan's records stand, once each, with their documents (by key) in the same transaction.

        A record that cannot be written never stops the others; what became of each is in the answer. `progress` is told
        (done, total) records. Raises DataError before anything is written for a plan that contradicts itself (a key twice, an
        unknown record type or value), and ConfigurationError where the server lacks what the record type needs.

        Two runs that write the same record at the same moment may both say "created": Odoo does not tell, it stands once.
        """
        _consistent(plan)
        result = Outcome()
        for name in dict.fromkeys(upsert.model for upsert in plan.upserts):
            upserts = [upsert for upsert in plan.upserts if upsert.model == name]
            self._write(RECORDS[name], upserts, documents or {}, progress, result)
        return result.written([upsert.key for upsert in plan.upserts])

    def changed(self, upserts: Sequence[Upsert]) -> dict[str, str]:
        """Where records that stand under these keys (all of one type) differ from what is meant, in words for people, by key;
        of their lines' texts nothing: those say what was known when they were written."""
        if not upserts:
            return {}
        source = RECORDS[upserts[0].model]
        source = replace(source, compared_lines=tuple(name for name in source.compared_lines if name != "name"))
        reader = Reader(self._odoo, self._schema, sorted({company(upsert) for upsert in upserts}))
        keyed = stands.by_key(reader, source, [upsert.key for upsert in upserts])
        found = stands.by_id(reader, self._odoo, source, [there.id for there in keyed.values()])
        differing = {
            upsert.key: stands.differences(source, upsert, found[keyed[upsert.key].id], self._labels)
            for upsert in upserts
            if upsert.key in keyed and keyed[upsert.key].id in found
        }
        gone = {upsert.key: [self._labels("write.gone")] for upsert in upserts if upsert.key not in differing}
        return {key: " ; ".join(said) for key, said in (differing | gone).items() if said}

    def _write(
        self,
        source: RecordSource,
        upserts: list[Upsert],
        documents: Mapping[str, Document | Sequence[Document]],
        progress: Progress,
        result: Outcome,
    ) -> None:
        missing = [c.column for c in source.values.values() if not self._has(source.model, c.column)]
        if missing:
            remedy = "Run `regie provision` as an administrator."
            raise ConfigurationError(f"{source.model} lacks {', '.join(missing)}", remedy=remedy)
        reader = Reader(self._odoo, self._schema, sorted({company(upsert) for upsert in upserts}))
        result.refuse(refusals(reader, upserts, self._labels))
        before = stands.by_key(reader, source, [upsert.key for upsert in upserts])
        self._settle_before(reader, source, upserts, before, result)
        todo = self._items(source, [u for u in upserts if u.key not in result.settled], documents, before, result)
        done = len(upserts) - len(todo)
        progress(done, len(upserts))
        for batch, loaded in self._each(list(batches(source, todo, room(todo, self._connections)))):
            done += len(batch.items)
            progress(done, len(upserts))
            result.answered.add(loaded)
        self._read_back(reader, source, todo, result)

    def _settle_before(
        self, reader: Reader, source: RecordSource, upserts: list[Upsert], before: dict[str, Standing], result: Outcome
    ) -> None:
        """What needs no writing: a key that stands already, a draft to extend that is no longer as it was."""
        extended = [before[u.key].id for u in upserts if u.extends and u.key in before and u.key not in result.settled]
        drafts = stands.by_id(reader, self._odoo, source, extended)
        for upsert in (u for u in upserts if u.key not in result.settled):
            there = before.get(upsert.key)
            if upsert.extends:
                if not stands.untouched(source, upsert, drafts.get(there.id) if there else None):
                    result.leave(upsert.key, there.id if there else 0)
            elif there is not None:
                self._exists(source, upsert, there, result)

    def _exists(self, source: RecordSource, upsert: Upsert, there: Standing, result: Outcome) -> None:
        if stands.same_content(source, upsert, there):
            result.exists(upsert.key, there.id)
        else:
            result.refuse({upsert.key: self._labels("write.key_taken")}, there.id)

    def _items(
        self,
        source: RecordSource,
        upserts: list[Upsert],
        documents: Mapping[str, Document | Sequence[Document]],
        before: dict[str, Standing],
        result: Outcome,
    ) -> list[Item]:
        items = []
        for upsert in upserts:
            record = before[upsert.key].id if upsert.extends else 0
            try:
                items.append(item(source, upsert, self._schema.version[0], _files(documents.get(upsert.key, ())), record))
            except Unsendable as error:
                result.refuse({upsert.key: self._labels("write.unsendable", columns=", ".join(error.columns))})
        return items

    def _each(self, calls: list[Batch]) -> Iterable[tuple[Batch, Loaded]]:
        """Every batch sent, several at once, each thread on a connection of its own; answered in order."""
        idle: SimpleQueue[Odoo] = SimpleQueue()
        threads = min(self._connections, len(calls))
        for _ in range(threads):
            idle.put(self._odoo.clone())

        def send(batch: Batch) -> Loaded:
            odoo = idle.get()
            try:
                return load(odoo, batch)
            finally:
                idle.put(odoo)

        if threads:
            with ThreadPoolExecutor(threads) as pool:
                yield from zip(calls, pool.map(send, calls), strict=True)
            while not idle.empty():
                idle.get().close()

    def _read_back(self, reader: Reader, source: RecordSource, items: list[Item], result: Outcome) -> None:
        """Believe what stands, not what was answered."""
        answered = result.answered
        lost = stands.by_key(reader, source, [one.key for one in items if one.key in answered.unknown])
        ids = (
            answered.ids | {key: there.id for key, there in lost.items()} | {one.key: one.record for one in items if one.record}
        )
        found = stands.by_id(reader, self._odoo, source, [ids[one.key] for one in items if one.key in ids])
        for one in items:
            there = found.get(ids.get(one.key, 0))
            if one.key in answered.refused and one.record and not stands.untouched(source, one.upsert, there):
                result.leave(one.key, one.record if there else 0)
            elif one.key in answered.refused or there is None:
                reason = answered.refused.get(one.key) or answered.unknown.get(one.key) or self._labels("write.gone")
                result.refuse({one.key: reason})
            elif not one.record and not stands.same_content(source, one.upsert, there):
                result.refuse({one.key: self._labels("write.key_taken")}, there.id)
            else:
                self._compare(source, one.upsert, there, result)

    def _compare(self, source: RecordSource, upsert: Upsert, there: Standing, result: Outcome) -> None:
        different = stands.differences(source, upsert, there, self._labels)
        if different:
            said = self._labels("write.read_back", id=there.id, differences=" ; ".join(different))
            result.refuse({upsert.key: said}, there.id)
        else:
            result.stands(upsert.key, there.id, upsert.extends)

    def _has(self, model: str, column: str) -> bool:
        return column.partition("/")[0] in self._schema.fields(model)


def room(items: Iterable[Item], connections: int) -> int:
    """How many parts a call takes, by how much there is to write; every connection makes as many calls."""
    parts = sum(one.parts for one in items)
    calls_each = max(CALLS_EACH, ceil(parts / (connections * LARGE)))
    return max(SMALL, ceil(parts / (connections * calls_each)))


def _files(documents: Document | Sequence[Document]) -> Sequence[Document]:
    return (documents,) if isinstance(documents, Document) else documents


def _consistent(plan: Plan) -> None:
    """Refuse a plan that contradicts itself: Odoo would answer the same record twice without a word."""
    seen: set[str] = set()
    for upsert in plan.upserts:
        source = RECORDS.get(upsert.model)
        if source is None:
            raise DataError(f"{upsert.key}: no record type {upsert.model!r}")
        for key in (upsert.key, *(line.key for line in upsert.lines)):
            if not key.startswith(MODULE) or "." in key.removeprefix(MODULE) or " " in key:
                raise DataError(f"{key!r} is no key: {MODULE}<name>, without a point or a space in the name")
            if key in seen:
                raise DataError(f"the key {key} stands twice in the plan")
            seen.add(key)
        unknown = set(upsert.values) - set(source.record.values)
        unknown |= {name for line in upsert.lines for name in line.values} - set(source.record.lines)
        if unknown or not upsert.values.get("company_id"):
            raise DataError(f"{upsert.key}: unknown values {sorted(unknown)}" if unknown else f"{upsert.key}: no company_id")
