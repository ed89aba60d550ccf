"""Conditions on Regie's own column names, translated to Odoo's."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mappings.odoo.place import ALWAYS, NEVER, Domain
from mappings.odoo.source import Bound
from mappings.vocabulary.dataset import Kind

Condition = tuple[str, str, Any]
Where = Sequence[str | Condition]
"""Odoo's prefix notation: conditions side by side are all meant, `"|"`, `"&"` and `"!"` stand before what they join."""

_OPERATORS = ("=", "!=", "in", "not in", "<", "<=", ">", ">=", "=like", "like", "ilike")
_SCALED: tuple[Kind, ...] = ("hours", "quantity", "money")
_EMPTY: dict[Kind, Any] = {"id": 0, "text": "", "flag": False, "hours": 0, "quantity": 0, "money": 0, "ids": 0}
_MIDNIGHTS = {"<": ("<", 0), "<=": ("<", 1), ">": (">=", 1), ">=": (">=", 0)}
"""How a day compares with a moment: with the midnight that it begins with, or so many days later."""


def like(pattern: str) -> str:
    """A value for `=like` in which `%` stands for anything and `_`, of which Regie's keys are full, for itself."""
    return pattern.replace("_", "\\_")


def translate(bound: Bound, where: Where, timezone: str = "UTC") -> Domain:
    """The source's own condition and `where`, as Odoo's domain on this server.

    Values are given as frames hold them: 0 or "" for empty, a `date` for a day, an aware `datetime` for a moment. A scaled
    number (hours, quantity, money) can only be compared with 0, because Odoo keeps it as a float: filter the frame instead. A
    column the server lacks is compared by its empty value. A day that the server keeps as a moment begins at midnight in
    `timezone`. Raises KeyError for an unknown column, ValueError for what cannot be asked.
    """
    domain: Domain = list(bound.source.domain)
    for term in where:
        if isinstance(term, str):
            if term not in ("|", "&", "!"):
                raise ValueError(f"{term!r} is no operator between conditions: use '|', '&' or '!'")
            domain.append(term)
        else:
            domain.extend(_condition(bound, timezone, *term))
    return domain


def _condition(bound: Bound, timezone: str, name: str, operator: str, value: Any) -> Domain:
    column = bound.dataset[name]
    kind = column.kind
    if operator not in _OPERATORS:
        raise ValueError(f"{bound.dataset.name}.{name}: operator {operator!r} is not one of {', '.join(_OPERATORS)}")
    if bound.types.get(name) == "datetime" and kind == "day" and value:
        if operator not in _MIDNIGHTS:
            raise ValueError(f"{bound.dataset.name}.{name} is made of a moment: compare it by <, <=, > or >=")
        operator, days = _MIDNIGHTS[operator]
        value, kind = datetime.combine(value + timedelta(days), time(), ZoneInfo(timezone)), "moment"
    if operator in ("in", "not in"):
        value = list(value)
    place = bound.places.get(name)
    if place is None:
        return [ALWAYS if _empty_meets(column.kind, operator, value) else NEVER]
    several = isinstance(value, list)
    given = [_value(kind, v, f"{bound.dataset.name}.{name}") for v in (value if several else [value])]
    return place.leaf(operator, given if several else given[0])


def _value(kind: Kind, value: Any, where: str) -> Any:
    """One value as the server expects it."""
    if kind in _SCALED:
        if value != 0:
            raise ValueError(f"{where}: a number can only be compared with 0 on the server: filter the frame")
        return 0
    if kind == "flag":
        return bool(value)
    if kind == "moment" and isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{where}: a moment needs its timezone")
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if kind == "day" and isinstance(value, date):
        return value.strftime("%Y-%m-%d")
    if kind in ("id", "ids") and value:
        return int(value)
    return value or False


def _empty_meets(kind: Kind, operator: str, value: Any) -> bool:
    """Whether the empty value of a column that the server lacks meets the condition."""
    empty = _EMPTY.get(kind)
    if operator in ("in", "not in"):
        return any((v or empty) == empty for v in value) == (operator == "in")
    if operator in ("=", "!="):
        return ((value or empty) == empty) == (operator == "=")
    return False
