"""What one provisioned record is: its key, its values as columns of Odoo's `load`, what it needs and what makes it needless."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

MODULE = "__regie__"
"""Module of every external id Regie makes: never the name of an addon, whose upgrade would delete the records."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text people see in Odoo, in both languages."""

    fr: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Arch:
    """A view's XML with French terms, and the English of each term."""

    xml: str
    english: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, language: str) -> str:
        xml = self.xml
        for fr, en in self.english.items() if language == "en" else ():
            xml = xml.replace(f'"{fr}"', f'"{en}"')
        return xml


Value = str | Text | Arch
Columns = Mapping[str, Value]
"""Columns of `load`: `name`, `model_id/id` (external id), `copied` ("1" or "0"). `a|b` means the first the server has."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record to provision.

    key     external id without its module
    model   Odoo's model of the record
    label   what a person reads in the preview
    columns its values
    rows    further rows of `load` for its one2many lists; the first of them stands beside `columns`
    needs   `model` or `model/field` that the server must have, else the item is skipped
    unless  `model/field` by which Odoo (Enterprise, an addon) already has the thing, then the item is skipped
    data    `(model, field)` where the item's removal loses what people entered
    """

    key: str
    model: str
    label: Text
    columns: Columns
    rows: tuple[Columns, ...] = ()
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    data: tuple[str, str] | None = None

    @property
    def external_id(self) -> str:
        return f"{MODULE}.{self.key}"

    @property
    def row_ids(self) -> tuple[str, ...]:
        """Columns of its rows that hold the rows' own external ids: `selection_ids/id`, not `action_server_ids/model_id/id`."""
        return tuple({name: None for row in self.rows for name in row if name.count("/") == 1 and name.endswith("/id")})

    @property
    def row_keys(self) -> tuple[str, ...]:
        """Keys of the records in its rows."""
        return tuple(str(row[name]).removeprefix(f"{MODULE}.") for row in self.rows for name in self.row_ids)


class Server(Protocol):
    """What is asked of a server before provisioning it: its models' fields, an empty mapping for a model it lacks."""

    def fields(self, model: str) -> Mapping[str, Mapping[str, object]]: ...


def has(server: Server, name: str) -> bool:
    """Whether the server has `model` or `model/field`."""
    model, _, wanted = name.partition("/")
    fields = server.fields(model)
    return wanted in fields if wanted else bool(fields)
