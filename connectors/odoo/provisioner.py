"""Makes and removes the records that `mappings.odoo.provision` declares: keyed loads, translations, what stands by its key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from connectors.odoo.client import Odoo
from connectors.odoo.errors import DataError
from mappings.odoo.provision.item import MODULE, Arch, Columns, Item, Server, Value

ENGLISH = "en_US"
_KEYS = "ir.model.data"
_IF_ABSENT = {"mode": "update", "noupdate": True, "tz": "UTC"}
"""Context of a `load` that inserts what is absent and changes nothing else."""


class Standing(NamedTuple):
    """A record that stands by its key."""

    model: str
    id: int


@dataclass(frozen=True, slots=True)
class Languages:
    """The active languages of a server: the one records are made in, and the others that get their texts afterwards."""

    first: str
    others: tuple[str, ...]


def standing(odoo: Odoo, keys: Iterable[str]) -> dict[str, Standing]:
    """What stands of `keys` (without module), read as administrator."""
    rows = odoo.call(
        _KEYS,
        "search_read",
        domain=[("module", "=", MODULE), ("name", "in", list(keys))],
        fields=["name", "model", "res_id"],
        safe=True,
    )
    return {row["name"]: Standing(row["model"], row["res_id"]) for row in rows}


def archived(odoo: Odoo, model: str, ids: Sequence[int]) -> set[int]:
    """Which of the records somebody archived."""
    domain = [("id", "in", list(ids)), ("active", "=", False)]
    return set(odoo.call(model, "search", domain=domain, context={"active_test": False}, safe=True))


def languages(odoo: Odoo) -> Languages:
    """French first: a making cut short leaves French texts, and an inactive English holds them too."""
    active = odoo.call("res.lang", "search_read", domain=[("active", "=", True)], fields=["code"], safe=True)
    codes = {row["code"] for row in active}
    french = sorted((code for code in codes if code.startswith("fr")), key=lambda code: (code != "fr_FR", code))
    if not french:
        return Languages(ENGLISH, ())
    # Odoo falls back on English: where it is active it gets its own texts, and only then do other French ones differ from it.
    return Languages(french[0], (ENGLISH, *french[1:]) if ENGLISH in codes else ())


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Neighbours that go in one `load`: same model, same columns."""
    for _, batch in groupby(
        items, key=lambda item: (item.model, tuple(item.columns), tuple(item.rows[0] if item.rows else ()))
    ):
        yield list(batch)


def make(odoo: Odoo, server: Server, batch: Sequence[Item], into: Languages) -> None:
    """Make a batch in one keyed load (all or nothing, and nothing where it stands already), then write its other languages.

    Raises DataError with Odoo's own messages.
    """
    _load(odoo, server, batch, {**_IF_ABSENT, "lang": into.first})
    for language in into.others:
        if _texts(batch[0].columns):
            _load(odoo, server, [_only_texts(item) for item in batch], {"lang": language})
    for item in batch:
        for column, value in item.columns.items():
            if isinstance(value, Arch) and value.english:
                _translate(odoo, item, column, value, into)


def adopt(odoo: Odoo, item: Item) -> None:
    """Give a field that stands its key back (a restored copy, a cleaned list of external ids): what refers to it needs it."""
    if item.data is None:
        raise ValueError(f"{item.key} is no field")
    model, name = item.data
    (field,) = odoo.call(item.model, "search", domain=[("model", "=", model), ("name", "=", name)], safe=True)
    values = {"module": MODULE, "name": item.key, "model": item.model, "res_id": field, "noupdate": True}
    odoo.call(_KEYS, "create", vals_list=[values])


def count(odoo: Odoo, model: str, field: str) -> int:
    """How many records hold a value, archived ones included."""
    answer: int = odoo.call(model, "search_count", domain=[(field, "!=", False)], context={"active_test": False}, safe=True)
    return answer


def remove(odoo: Odoo, model: str, ids: Sequence[int]) -> None:
    """Delete records; those already gone are no error."""
    there = odoo.call(model, "search", domain=[("id", "in", list(ids))], context={"active_test": False}, safe=True)
    if there:
        odoo.call(model, "unlink", ids=there)


def forget(odoo: Odoo, keys: Iterable[str]) -> None:
    """Delete what is left of keys whose records are gone: those that went with their parent leave theirs behind."""
    left = odoo.call(_KEYS, "search", domain=[("module", "=", MODULE), ("name", "in", list(keys))], safe=True)
    if left:
        odoo.call(_KEYS, "unlink", ids=left)


def _load(odoo: Odoo, server: Server, batch: Sequence[Item], context: Mapping[str, Any]) -> None:
    fields = server.fields(batch[0].model)
    heads = ["id", *batch[0].columns]
    tails = list(batch[0].rows[0]) if batch[0].rows else []
    answer = odoo.call(
        batch[0].model,
        "load",
        fields=[*(_present(head, fields) for head in heads), *tails],
        data=[row for item in batch for row in _rows(item, heads, tails, context["lang"])],
        context=context,
        safe=True,
    )
    if not answer["ids"]:
        raise DataError("; ".join(str(message["message"]) for message in answer["messages"]), call=f"{batch[0].model}.load")


def _present(column: str, fields: Mapping[str, Any]) -> str:
    """`group_ids|groups_id/id` as the server names it."""
    names, slash, rest = column.partition("/")
    return next((name for name in names.split("|") if name in fields), names) + slash + rest


def _rows(item: Item, heads: list[str], tails: list[str], language: str) -> Iterator[list[str]]:
    values: Columns = {"id": item.external_id, **item.columns}
    for order, row in enumerate(item.rows or ({},)):
        first = [_said(values[head], language) if order == 0 else "" for head in heads]
        yield first + [_said(row[tail], language) for tail in tails]


def _said(value: Value, language: str) -> str:
    return value if isinstance(value, str) else value[language[:2]]


def _texts(columns: Columns) -> Columns:
    return {name: value for name, value in columns.items() if not isinstance(value, str | Arch)}


def _only_texts(item: Item) -> Item:
    """The item with what is translated and nothing else; its rows keep their ids."""
    rows = tuple({name: row[name] for name in row if name in item.row_ids or name in _texts(row)} for row in item.rows)
    translated = any(_texts(row) for row in item.rows)
    return Item(item.key, item.model, item.label, _texts(item.columns), rows if translated else ())


def _translate(odoo: Odoo, item: Item, column: str, arch: Arch, into: Languages) -> None:
    translations = {lang: dict(arch.english) if lang == ENGLISH else {fr: fr for fr in arch.english} for lang in into.others}
    record = standing(odoo, [item.key])[item.key]
    if translations:
        odoo.call(
            record.model,
            "update_field_translations",
            ids=[record.id],
            field_name=f"{column}_db",
            translations=translations,
            source_lang=into.first,
        )
