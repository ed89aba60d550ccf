"""Datasets out of Odoo: few, large calls on several connections, into frames with declared columns and units."""

from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any

import pandas as pd

from connectors.odoo.client import Odoo
from connectors.odoo.columns import column as to_column
from connectors.odoo.errors import ConfigurationError
from connectors.odoo.schema import Schema
from mappings.odoo.place import At
from mappings.odoo.source import Bound, SourceError, bind
from mappings.odoo.sources import source_of
from mappings.odoo.where import Condition, Where, translate
from mappings.vocabulary.dataset import Dataset, conform

FIRST = 2_000
"""Rows asked for at once: most reads end there. What follows comes in pages, over several connections."""
PAGE = 10_000
"""Rows of a page: with an API key Odoo takes some 30 ms before it begins, whatever it is asked."""
_IDS_PAGE = 200_000
_NO_NAMES = ""
"""`load` of Odoo's `read`: raw ids instead of id and display name; only "_classic_read" asks for names."""

Row = dict[str, Any]


class Reader:
    """Reads datasets of one company or several.

    company_ids  sent as `allowed_company_ids`; a dataset with a column `company_id` is limited to them
    timezone     the company's: it decides which day a moment belongs to
    connections  how many calls run at once, each on a connection of its own
    language     of names that Odoo translates (units, products), as "fr"; empty for the user's own
    """

    def __init__(  # noqa: PLR0913, PLR0917 - each a setting of its own, with its default
        self,
        odoo: Odoo,
        schema: Schema,
        company_ids: Sequence[int],
        timezone: str = "Europe/Paris",
        connections: int = 2,
        language: str = "",
    ) -> None:
        self._odoo, self._schema = odoo, schema
        self._company_ids, self._timezone = list(company_ids), timezone
        self._connections = connections
        self._locale = schema.locale(language) if language else ""
        self._idle: SimpleQueue[Odoo] = SimpleQueue()
        self._opened = 0
        self._answers: dict[Hashable, pd.DataFrame] | None = None

    @contextmanager
    def once(self) -> Iterator[None]:
        """Within it the same question is asked once, and answered as it was the first time: months that are read one after
        the other share much."""
        self._answers = {}
        try:
            yield
        finally:
            self._answers = None

    def read(
        self, dataset: Dataset, where: Where = (), columns: Collection[str] | None = None, archived: bool = True
    ) -> pd.DataFrame:
        """The rows that meet `where`, by id, conforming to the dataset (or to its `id` and the columns named).

        `where` is Odoo's prefix notation on Regie's own column names (`mappings.odoo.where`). Raises ConfigurationError where
        the server lacks a column the dataset needs, KeyError or ValueError for a condition that cannot be asked.
        """
        wanted = _narrowed(dataset, columns)
        needed = set(wanted.names) | {term[0] for term in where if not isinstance(term, str)}
        bound = self._bind(dataset, needed)
        if not bound.exists:
            return conform(wanted, pd.DataFrame(index=pd.RangeIndex(0)))
        domain, context = self._domain(bound, where), self._context(archived)
        question = ("read", dataset.name, tuple(wanted.names), repr(domain), archived)
        return self._answered(question, lambda: self._rows(bound, wanted, domain, context))

    def _rows(self, bound: Bound, wanted: Dataset, domain: list[Any], context: dict[str, Any]) -> pd.DataFrame:
        fields = sorted({f for name in wanted.names if name in bound.places for f in bound.places[name].fields} - {"id"})
        frame = self._framer(bound, wanted, context)

        def rows(odoo: Odoo, within: list[Any], limit: int | None = None) -> list[Row]:
            return odoo.call(  # type: ignore[no-any-return]
                bound.model, "search_read", domain=[*domain, *within], fields=fields, limit=limit, order="id", load=_NO_NAMES,
                context=context, safe=True,
            )  # fmt: skip

        first = rows(self._odoo, [], FIRST)
        frames = [frame(first)]
        if len(first) == FIRST:
            pages = _spans(self._ids(bound.model, domain, first[-1]["id"], context))
            frames += self._each(lambda odoo, span: frame(rows(odoo, span)), pages)
        return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]

    def totals(self, dataset: Dataset, by: Sequence[str], total: str, where: Where = ()) -> pd.DataFrame:
        """The server's own sum of column `total` for each value of the columns `by`: a frame of `by` and `total`.

        Archived rows count. One row without `by`. For checking what was read against what the server holds. Raises ValueError
        for a column that is not one field of its own on the server.
        """
        bound = self._bind(dataset, {*by, total} | {term[0] for term in where if not isinstance(term, str)})
        wanted = Dataset(dataset.name, tuple(dataset[name] for name in (*by, total)))
        if not bound.exists:
            return conform(wanted, pd.DataFrame(index=pd.RangeIndex(0)))
        domain = self._domain(bound, where)
        question = ("totals", dataset.name, tuple(wanted.names), repr(domain))
        return self._answered(question, lambda: self._sums(bound, wanted, domain))

    def _sums(self, bound: Bound, wanted: Dataset, domain: list[Any]) -> pd.DataFrame:
        *by, total = wanted.names
        fields, summed = [_grouped(bound, name) for name in by if name in bound.places], _grouped(bound, total)
        context = self._context(archived=True)
        if self._schema.version[0] >= 19:
            groups = self._odoo.call(
                bound.model, "formatted_read_group", domain=domain, groupby=fields, aggregates=[f"{summed}:sum"],
                context=context, safe=True,
            )  # fmt: skip
            answer = f"{summed}:sum"
        else:
            groups = self._odoo.call(
                bound.model, "read_group", domain=domain, fields=[f"{summed}:sum"], groupby=fields, lazy=False,
                context=context, safe=True,
            )  # fmt: skip
            answer = summed
        rows = [{f: _raw(g[f]) for f in fields} | {summed: g[answer]} for g in groups]
        return self._frame(bound, wanted, rows, {})

    def _answered(self, question: Hashable, ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        if self._answers is None:
            return ask()
        if question not in self._answers:
            self._answers[question] = ask()
        return self._answers[question].copy()  # whoever asked may write into it

    def _bind(self, dataset: Dataset, names: Collection[str]) -> Bound:
        names = {*names, "company_id"} & set(dataset.names) | set(names)
        try:
            return bind(dataset, source_of(dataset.name), self._schema, names)
        except SourceError as error:
            raise ConfigurationError(str(error)) from error

    def _domain(self, bound: Bound, where: Where) -> list[Any]:
        return [*translate(bound, [*_of_companies(bound, self._company_ids), *where], self._timezone)]

    def _context(self, archived: bool) -> dict[str, Any]:
        context: dict[str, Any] = {"allowed_company_ids": self._company_ids, "tz": "UTC"}
        if self._locale:
            context["lang"] = self._locale
        return context | {"active_test": False} if archived else context

    def _ids(self, model: str, domain: list[Any], last: int, context: dict[str, Any]) -> list[int]:
        """The ids after `last`, in keyset pages: unlike an offset, a row that comes or goes meanwhile shifts nothing."""
        ids: list[int] = []
        while True:
            page = self._odoo.call(
                model, "search", domain=[*domain, ("id", ">", last)], limit=_IDS_PAGE, order="id", context=context, safe=True
            )
            ids += page
            if len(page) < _IDS_PAGE:
                return ids
            last = page[-1]

    def _each(self, work: "Callable[[Odoo, list[Any]], pd.DataFrame]", pages: list[list[Any]]) -> list[pd.DataFrame]:
        """`work` on every page, several at once, in order."""
        if not pages:
            return []

        def on_a_connection(page: list[Any]) -> pd.DataFrame:
            with self._connection() as odoo:
                return work(odoo, page)

        while self._opened < min(self._connections, len(pages)):
            self._idle.put(self._odoo.clone())
            self._opened += 1
        with ThreadPoolExecutor(self._opened) as pool:
            return list(pool.map(on_a_connection, pages))

    @contextmanager
    def _connection(self) -> Iterator[Odoo]:
        odoo = self._idle.get()
        try:
            yield odoo
        finally:
            self._idle.put(odoo)

    def _framer(self, bound: Bound, wanted: Dataset, context: dict[str, Any]) -> Callable[[list[Row]], pd.DataFrame]:
        """What turns the rows of a page into a frame; the records that a conversion needs beside them are read once."""
        references = {
            name: _external(self._odoo, place.external, list(place.fields), context)
            for name, place in bound.places.items()
            if place.external and name in wanted.names
        }
        return lambda rows: self._frame(bound, wanted, rows, references)

    def _frame(self, bound: Bound, wanted: Dataset, rows: list[Row], references: dict[str, Row]) -> pd.DataFrame:
        columns = {
            name: to_column(
                wanted[name].kind, place.take(rows, references.get(name, {})), bound.types.get(name, ""), self._timezone
            )
            for name, place in bound.places.items()
            if name in wanted.names
        }
        return conform(wanted, pd.DataFrame(columns, index=pd.RangeIndex(len(rows))))


def _narrowed(dataset: Dataset, columns: Collection[str] | None) -> Dataset:
    """The dataset with only `id` and the columns named, in the dataset's order; KeyError for one it does not declare."""
    if columns is None:
        return dataset
    named = {"id", *(dataset[name].name for name in columns)}
    return Dataset(dataset.name, tuple(column for column in dataset.columns if column.name in named))


def _spans(ids: list[int]) -> list[list[Any]]:
    """The pages of these ids as conditions: a row that is deleted meanwhile is missing, where `read` would fail for it."""
    pages = [ids[start : start + PAGE] for start in range(0, len(ids), PAGE)]
    return [[("id", ">=", page[0]), ("id", "<=", page[-1])] for page in pages]


def _of_companies(bound: Bound, company_ids: Sequence[int]) -> list[Condition]:
    if "company_id" not in bound.dataset.names:
        return []
    return [("company_id", "in", [*company_ids, 0] if bound.source.shared else list(company_ids))]


def _grouped(bound: Bound, name: str) -> str:
    """The field by which the server groups or which it sums."""
    place = bound.places[name]
    if not isinstance(place, At) or place.words:
        raise ValueError(f"{bound.dataset.name}.{name} cannot be grouped or summed by the server: read the rows")
    return place.name


def _read(odoo: Odoo, model: str, ids: list[int], fields: list[str], context: dict[str, Any]) -> list[Row]:
    rows: list[Row] = odoo.call(model, "read", ids=ids, fields=fields, load=_NO_NAMES, context=context, safe=True)
    return rows


def _external(odoo: Odoo, external: str, fields: list[str], context: dict[str, Any]) -> Row:
    """The record with this external id; rights on the record itself are enough."""
    module, name = external.split(".")
    model, record = odoo.call(
        "ir.model.data",
        "check_object_reference",
        module=module,
        xml_id=name,
        context=context | {"active_test": False},
        safe=True,
    )
    return _read(odoo, model, [record], fields, context)[0]


def _raw(value: Any) -> Any:
    """A group's value without its display name."""
    return value[0] if isinstance(value, list | tuple) else value
