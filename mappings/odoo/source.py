"""From a declared source to what is read on one server: which place each column has there, and what is missing.

The rule is to ask the server, not a table of versions: a column names its places in order of preference and the first that the
server's `fields_get` shows is read. Versions bound a place only where one name changed its meaning.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from mappings.odoo.place import AnySet, Domain, Place
from mappings.vocabulary.dataset import Dataset
from mappings.vocabulary.labels import Labels


class Server(Protocol):
    """What a source must know of a server; `connectors.odoo.schema.Schema` is one."""

    @property
    def version(self) -> tuple[int, int]:
        """As (19, 0)."""

    def fields(self, model: str) -> Mapping[str, Mapping[str, Any]]:
        """The model's fields as `fields_get` tells them; empty where the model is missing or may not be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a dataset stands: its model, the condition that makes a row one of it, and each column's places.

    optional  a server without the model (an addon that is not installed) has no such rows
    shared    rows without a company belong to all companies
    """

    model: str
    columns: Mapping[str, tuple[Place, ...]]
    domain: Domain = field(default_factory=list)
    optional: bool = False
    shared: bool = False
    begins: Mapping[str, int] = field(default_factory=dict)
    """Columns Odoo has from this major version on only; before it they are empty and nothing is wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A column that a server lacks. `cause` says what to do: provision, install or get the right, report the version."""

    dataset: str
    column: str
    model: str
    fields: tuple[str, ...]
    cause: Literal["provision", "model", "field"]

    def text(self, labels: Labels) -> str:
        """What is missing and what to do about it, for people."""
        names = {"dataset": self.dataset, "column": self.column, "model": self.model, "fields": " / ".join(self.fields)}
        return labels(f"source.{self.cause}", **names)

    def __str__(self) -> str:
        return self.text(Labels("en"))


@dataclass(frozen=True, slots=True)
class Bound:
    """A dataset on one server. `places` lacks the columns that stay empty there; without the addon `exists` is False."""

    dataset: Dataset
    source: Source
    places: Mapping[str, Place]
    types: Mapping[str, str]
    """Odoo's type of each column's first field."""
    exists: bool = True

    @property
    def model(self) -> str:
        return self.source.model


class SourceError(LookupError):
    """The server lacks columns that a dataset needs; `problems` names them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def bind(dataset: Dataset, source: Source, server: Server, names: Collection[str] | None = None) -> Bound:
    """The dataset's columns (all, or those named) on this server; SourceError where one it needs is missing."""
    known = server.fields(source.model)
    if not known and source.optional:
        return Bound(dataset, source, {}, {}, exists=False)
    wanted = [c for c in dataset.columns if names is None or c.name in names]
    places, problems = {}, []
    for column in wanted:
        place = _place(source, column.name, server.version[0], known)
        if place is not None:
            places[column.name] = place
        elif not column.optional and server.version[0] >= source.begins.get(column.name, 0):
            problems.append(_problem(dataset.name, column.name, source, bool(known)))
    if problems:
        raise SourceError(problems)
    types = {name: known[place.fields[0]]["type"] for name, place in places.items() if place.fields}
    return Bound(dataset, source, places, types)


def _place(source: Source, column: str, major: int, known: Mapping[str, Any]) -> Place | None:
    for place in source.columns[column]:
        if known and place.fits(major, known):
            return place.on(known) if isinstance(place, AnySet) else place
    return None


def _problem(dataset: str, column: str, source: Source, known: bool) -> Problem:
    fields = tuple(name for place in source.columns[column] for name in getattr(place, "names", place.fields))
    cause: Literal["provision", "model", "field"] = "field"
    if not known:
        cause = "model"
    elif any(name.startswith("x_regie_") for name in fields):
        cause = "provision"
    return Problem(dataset, column, source.model, fields, cause)
