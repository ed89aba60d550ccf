"""What is sold: the confirmed orders in question with what their lines refer to. Every rule about orders stands on it."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Money
from mappings.vocabulary.plan import Ref
from mappings.vocabulary.units import money

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(dict[Key, Value]):
    """What was made for a key when it was first asked for: thousands of lines ask for the same few."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Value:
        made = self[key] = self._make(key)
        return made


class Told(NamedTuple):
    """What findings say of an order: itself, the words `order` and `client`, the code of its currency."""

    ref: Ref
    words: Mapping[str, str]
    currency: str


@dataclass(frozen=True)
class Sold:
    """Frames by dataset name (`mappings.vocabulary.datasets`), of one company."""

    companies: pd.DataFrame
    currencies: pd.DataFrame
    calendars: pd.DataFrame
    partners: pd.DataFrame
    products: pd.DataFrame
    units: pd.DataFrame
    orders: pd.DataFrame
    order_lines: pd.DataFrame

    @cached_property
    def company(self) -> Any:
        """The one company whose hours are billed."""
        return next(each(self.companies))

    @cached_property
    def hours_per_day(self) -> int:
        """Length of the company's working day in micro-hours; 0 where its calendar is unknown."""
        calendar = self.rows("calendars").get(self.company.calendar_id)
        return int(calendar.hours_per_day) if calendar else 0

    def rows(self, dataset: str) -> dict[int, Any]:
        """The rows of a dataset by id, as named tuples."""
        return self._rows[dataset]

    @cached_property
    def _rows(self) -> Kept[str, dict[int, Any]]:
        return Kept(lambda dataset: {row.id: row for row in each(getattr(self, dataset))})

    @cached_property
    def lines_of(self) -> dict[int, list[Any]]:
        """The lines of each order, as they stand on it."""
        found: dict[int, list[Any]] = defaultdict(list)
        rows = self.rows("order_lines")
        for line_id in self.order_lines.sort_values(["order_id", "sequence", "id"])["id"].tolist():
            row = rows[line_id]
            found[row.order_id].append(row)
        return dict(found)

    def line(self, line_id: int) -> Any:
        return self._lines[line_id]

    def order(self, order_id: int) -> Any:
        return self._orders[order_id]

    def order_of(self, line_id: int) -> Any:
        return self._orders[self._lines[line_id].order_id]

    @cached_property
    def _lines(self) -> dict[int, Any]:
        return self.rows("order_lines")

    @cached_property
    def _orders(self) -> dict[int, Any]:
        return self.rows("orders")

    def told(self, order_id: int) -> "Told":
        """What people are told of an order."""
        return self._told[order_id]

    @cached_property
    def _told(self) -> "Kept[int, Told]":
        return Kept(self._tell)

    def _tell(self, order_id: int) -> "Told":
        order = self._orders[order_id]
        words = {"order": order.name, "client": self.name("partners", order.partner_id)}
        return Told(Ref(dataset="orders", id=order_id, name=order.name), words, self.currency_code(order))

    def asking(self, flag: str) -> frozenset[int]:
        """The partners who ask for what a flag of theirs, or of their company's, says."""
        return self._asking[flag]

    @cached_property
    def _asking(self) -> Kept[str, frozenset[int]]:
        return Kept(self._ask)

    def _ask(self, flag: str) -> frozenset[int]:
        own = self.partners.loc[self.partners[flag], "id"]
        of_house = self.partners.loc[self.partners["commercial_id"].isin(own), "id"]
        return frozenset(own.tolist()) | frozenset(of_house.tolist())

    def line_title(self, line_id: int) -> str:
        """The first line of what an order line says."""
        return next(iter(self.line(line_id).name.splitlines()), "")

    def sold_as(self, line_id: int) -> str:
        """What people call an order line: "S00012 / Mission Data Engineer"."""
        return f"{self.order_of(line_id).name} / {self.line_title(line_id)}"

    def unit_hours(self, line_id: int) -> int:
        """Micro-hours in one unit of the line, 0 where the unit is no time."""
        return self._unit_hours.get(self._lines[line_id].unit_id, 0)

    @cached_property
    def _unit_hours(self) -> dict[int, int]:
        return {unit.id: int(unit.hours) for unit in self.rows("units").values()}

    def name(self, dataset: str, record_id: int) -> str:
        """What people call a record; its number where the server did not say."""
        return self._names[dataset].get(record_id) or f"#{record_id}"

    @cached_property
    def _names(self) -> Kept[str, dict[int, str]]:
        return Kept(self._named)

    def _named(self, dataset: str) -> dict[int, str]:
        named: pd.DataFrame = getattr(self, dataset)
        return dict(zip(named["id"].tolist(), named["name"].tolist(), strict=True))

    def priced(self, line: Any, units: Decimal) -> dict[str, object]:
        """What a sentence says of so many units of a line: `quantity`, `unit`, and the `price` of one."""
        price = Money(money(line.price_unit), self.currency_code(self._orders[line.order_id]))
        return {"quantity": units, "unit": self.name("units", line.unit_id), "price": price}

    def currency_code(self, order: Any) -> str:
        return self.name("currencies", order.currency_id)

    def digits(self, order: Any) -> int:
        return self._digits.get(order.currency_id, 2)

    @cached_property
    def _digits(self) -> dict[int, int]:
        return {currency.id: int(currency.digits) for currency in self.rows("currencies").values()}
