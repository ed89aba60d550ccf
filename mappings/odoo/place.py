"""Places where Odoo may keep a column: a field, some links of which one is set, the length of a unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

Row = Mapping[str, Any]
"""A record as `read(load="")` answers it: raw ids, `False` for an empty value."""
Leaf = tuple[Any, str, Any]
Domain = list[str | Leaf]
"""Odoo's prefix notation on Odoo's own field names."""

ALWAYS: Leaf = (1, "=", 1)
NEVER: Leaf = (0, "=", 1)


class Place(Protocol):
    """One place where a column may stand; the first of a column's places that fits the server is read."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields read; all must exist on the server, of `AnySet` one."""

    @property
    def external(self) -> str:
        """External id of the record `take` needs beside the rows; empty for none."""

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        """Whether the server of this major version, with these fields, keeps the column here."""

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        """The column's raw values, in Regie's words."""

    def leaf(self, operator: str, value: Any) -> Domain:
        """The condition as Odoo understands it; ValueError where it cannot be asked."""


@dataclass(frozen=True, slots=True)
class At:
    """A field. `words` renames its values (Odoo's to Regie's); `since` and `until` bound the major versions where it counts."""

    name: str
    since: int = 0
    until: int = 99
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def external(self) -> str:
        return ""

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        return self.since <= major <= self.until and self.name in known

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        name, words = self.name, self.words
        return [words.get(row[name], row[name]) for row in rows] if words else [row[name] for row in rows]

    def leaf(self, operator: str, value: Any) -> Domain:
        if not self.words:
            return [(self.name, operator, value)]
        if operator not in ("=", "!=", "in", "not in"):
            raise ValueError(f"{self.name} holds choices: compare it with =, !=, in or not in")
        wanted = value if isinstance(value, list) else [value]
        theirs = [word for word in wanted if word not in self.words] + [k for k, v in self.words.items() if v in wanted]
        return [(self.name, "in" if operator in ("=", "in") else "not in", theirs)]


@dataclass(frozen=True, slots=True)
class Via:
    """A field of a linked record, as `timesheet_invoice_id.state`: it can be asked about, but is not read."""

    path: str

    @property
    def fields(self) -> tuple[str, ...]:
        return ()

    @property
    def external(self) -> str:
        return ""

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        return self.path.split(".")[0] in known

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        return [None] * len(rows)

    def leaf(self, operator: str, value: Any) -> Domain:
        return [(self.path, operator, value)]


@dataclass(frozen=True, slots=True)
class AnySet:
    """True where one of these fields is set; those the server lacks count as empty."""

    names: tuple[str, ...]
    present: tuple[str, ...] = ()
    """The names the server has; filled by `on`."""

    def on(self, known: Mapping[str, Any]) -> "AnySet":
        """The same place, knowing which of its fields the server has."""
        return AnySet(self.names, tuple(name for name in self.names if name in known))

    @property
    def fields(self) -> tuple[str, ...]:
        return self.present

    @property
    def external(self) -> str:
        return ""

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        return True

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        return [any(row[name] for name in self.present) for row in rows]

    def leaf(self, operator: str, value: Any) -> Domain:
        if operator not in ("=", "!="):
            raise ValueError(f"{' or '.join(self.names)}: compare a flag with = or !=")
        if not self.present:
            return [NEVER if bool(value) == (operator == "=") else ALWAYS]
        if bool(value) == (operator == "="):
            return ["|"] * (len(self.present) - 1) + [(name, "!=", False) for name in self.present]
        return ["&"] * (len(self.present) - 1) + [(name, "=", False) for name in self.present]


@dataclass(frozen=True, slots=True)
class Less:
    """One amount less another."""

    whole: str
    part: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.whole, self.part)

    @property
    def external(self) -> str:
        return ""

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        return self.whole in known and self.part in known

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        return [row[self.whole] - row[self.part] for row in rows]

    def leaf(self, operator: str, value: Any) -> Domain:
        raise ValueError(f"{self.whole} less {self.part} is computed: filter the frame")


@dataclass(frozen=True, slots=True)
class UnitHours:
    """Hours in one unit, 0 for a unit that measures no time, told by the distance to Odoo's own unit Hours.

    From 19 `factor` counts root units and the first step of `parent_path` is the root; until 18 `factor` counts how many of
    the unit make one reference unit of `category_id` (Odoo's addon `uom`).
    """

    family: str
    external: str = "uom.product_uom_hour"

    @property
    def fields(self) -> tuple[str, ...]:
        return ("factor", self.family)

    def fits(self, major: int, known: Mapping[str, Any]) -> bool:
        return all(name in known for name in self.fields)

    def take(self, rows: Sequence[Row], reference: Row) -> list[Any]:
        hour, home = float(reference["factor"]), self._home(reference)
        return [self._hours(float(row["factor"]), hour) if self._home(row) == home else 0.0 for row in rows]

    def leaf(self, operator: str, value: Any) -> Domain:
        raise ValueError("the hours in a unit are computed: filter the frame")

    def _home(self, row: Row) -> Any:
        return row["parent_path"].split("/")[0] if self.family == "parent_path" else row["category_id"]

    def _hours(self, factor: float, hour: float) -> float:
        return factor / hour if self.family == "parent_path" else hour / factor


def columns(**places: str | Place | tuple[str | Place, ...]) -> dict[str, tuple[Place, ...]]:
    """Each column's places; a name alone is a field."""
    listed = {"id": ("id",), **{column: p if isinstance(p, tuple) else (p,) for column, p in places.items()}}
    return {column: tuple(At(p) if isinstance(p, str) else p for p in several) for column, several in listed.items()}
