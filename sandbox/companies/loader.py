"""How the demo companies get into Odoo: Odoo's own `load` with an external id, so that loading twice adds nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.odoo import Odoo

MODULE = "__demo__"
LANGUAGE = "fr_FR"

Row = Mapping[str, Any]


class LoadError(RuntimeError):
    """Odoo refused a record of the demo: its own messages."""


@dataclass(frozen=True)
class Loader:
    """Loads keyed rows as one user, for one company at a time.

    A row is a mapping of `load` columns: `id` is the key; a column ending in `/id` names other records by external id (a
    name without a module is one of the demo), `/.id` by database id; a list of rows is a one2many.
    """

    odoo: Odoo
    company_id: int = 0  # 0 before there is a company: the administrator's own
    timezone: str = "UTC"
    known: dict[str, int] = field(default_factory=dict)  # demo's external id without module -> database id

    @classmethod
    def open(cls, odoo: Odoo) -> Loader:
        """A loader that knows what an earlier run has loaded."""
        rows = odoo.call(
            "ir.model.data", "search_read", safe=True, domain=[["module", "=", MODULE]], fields=["name", "res_id"], load=None
        )
        return cls(odoo, known={row["name"]: row["res_id"] for row in rows})

    def at(self, company: str, timezone: str) -> Loader:
        """The same loader, working in the demo's company of that key."""
        return replace(self, company_id=self.known[company], timezone=timezone)

    @property
    def context(self) -> dict[str, Any]:
        """What goes with every call: company, language, the timezone in which "today" is meant, and no mail to anyone."""
        context = {"lang": LANGUAGE, "tz": self.timezone, "no_reset_password": True, "mail_notify_force_send": False}
        return {**context, "allowed_company_ids": [self.company_id]} if self.company_id else context

    def call(self, model: str, method: str, *, ids: Sequence[int] | None = None, safe: bool = False, **named: Any) -> Any:
        """One call in this company; `context` among the named arguments adds to its context."""
        context = {**self.context, **named.pop("context", {})}
        return self.odoo.call(model, method, ids=None if ids is None else list(ids), context=context, safe=safe, **named)

    def read(self, model: str, ids: Sequence[int], *fields: str) -> list[dict[str, Any]]:
        """The named fields of the records, many2one as raw ids, in the order of `ids`."""
        rows = self.call(model, "read", ids=ids, safe=True, fields=list(fields), load=None)
        by_id = {row["id"]: row for row in rows}
        return [by_id[id_] for id_ in ids]

    def search(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        """The named fields of what the domain finds, archived or not, by id."""
        return self.call(  # type: ignore[no-any-return]
            model, "search_read", safe=True, domain=domain, fields=list(fields), order="id", load=None,
            context={"active_test": False},
        )  # fmt: skip

    def make_so(self, model: str, id_: int, **values: Any) -> None:
        """Writes those of the values that differ: a second run writes nothing."""
        [now] = self.read(model, [id_], *values)
        if changed := {name: value for name, value in values.items() if now[name] != value}:
            self.call(model, "write", ids=[id_], vals=changed)

    def load(self, model: str, rows: Iterable[Row], context: Mapping[str, Any] | None = None) -> list[int]:
        """Creates the rows that are not there yet, one call for each set of columns; answers the ids of all, in order.

        Raises LoadError with Odoo's messages: then nothing of that call was written.
        """
        rows = list(rows)
        groups: dict[tuple[str, ...], list[Row]] = {}
        for row in rows:
            if row["id"] not in self.known:
                groups.setdefault(tuple(_columns(row)), []).append(row)
        for columns, group in groups.items():
            data = [record for row in group for record in _records(row, columns)]
            answer = self.call(
                model, "load", safe=True, fields=list(columns), data=data,
                context={"mode": "update", "noupdate": True, "tz": "UTC", **(context or {})},
            )  # fmt: skip
            if not answer["ids"]:
                raise LoadError(f"{model}: " + "; ".join(str(message["message"]) for message in answer["messages"]))
            self.known.update(zip((row["id"] for row in group), answer["ids"], strict=True))
            self._learn_lines(group)
        return [self.known[row["id"]] for row in rows]

    def _learn_lines(self, group: Sequence[Row]) -> None:
        """Lines carry keys too; `load` answers only their parents' ids."""
        keys = [
            line["id"] for row in group for value in row.values() if isinstance(value, list) for line in value if "id" in line
        ]
        if keys:
            found = self.odoo.call(
                "ir.model.data", "search_read", safe=True, domain=[["module", "=", MODULE], ["name", "in", keys]],
                fields=["name", "res_id"], load=None,
            )  # fmt: skip
            self.known.update({row["name"]: row["res_id"] for row in found})

    def reference(self, xmlid: str) -> int:
        """Database id behind an external id of any module, archived or not."""
        module, _, name = xmlid.partition(".")
        _, id_ = self.call(
            "ir.model.data", "check_object_reference", safe=True, module=module, xml_id=name, context={"active_test": False}
        )
        if not id_:
            raise LoadError(f"{xmlid}: this user does not see it")
        return int(id_)

    def chart(self, name: str) -> str:
        """External id of an account, tax or journal of this company's chart."""
        return f"account.{self.company_id}_{name}"


def _columns(row: Row) -> Iterator[str]:
    for name, value in row.items():
        if isinstance(value, list):
            if any(line.keys() != value[0].keys() for line in value):
                raise ValueError(f"{row['id']}: lines of {name} with different columns (an empty cell is a value for Odoo)")
            yield from (f"{name}/{column}" for column in value[0])
        else:
            yield name


def _records(row: Row, columns: Sequence[str]) -> list[list[Any]]:
    """The rows of `load` for one record: its own values on the first, one line of each one2many on each."""
    lists = {name: value for name, value in row.items() if isinstance(value, list)}
    height = max([1, *(len(lines) for lines in lists.values())])
    records = []
    for number in range(height):
        cells = {column: _cell(column, value) for column, value in row.items() if column not in lists and number == 0}
        for name, lines in lists.items():
            if number < len(lines):
                cells |= {f"{name}/{column}": _cell(column, value) for column, value in lines[number].items()}
        records.append([cells.get(column, "") for column in columns])
    return records


def _cell(column: str, value: Any) -> Any:
    if isinstance(value, bool):  # `load` reads booleans as text only
        return "1" if value else "0"
    if isinstance(value, date):
        return value.isoformat()
    if column == "id" or column.endswith("/id"):
        return ",".join(name if "." in name else f"{MODULE}.{name}" for name in str(value).split(",") if name)
    return value
