"""What the billing rule reads: one conforming frame per dataset, of the orders in question and their whole history."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mappings.vocabulary.dataset import Column, Dataset, each, frame
from mappings.vocabulary.datasets import CONTRACT_LINES, CONTRACTS, CRAS, DELIVERIES
from mappings.vocabulary.units import MICRO, money, round_to
from rules.billing.sold import Kept, Sold

LINE_HOURS = Dataset(
    "line_hours",
    (
        Column("order_line_id", "id", "order_lines"),
        Column("qualification", "text", "the manager's, empty for the line's own"),
        Column("kind", "text", "work | travel"),
        Column("hours", "hours", "validated up to the closing date, or linked to an invoice at any date"),
    ),
)
"""Hours of each order line over its whole history, summed by the server: what is due is found without reading it all."""


@dataclass(frozen=True)
class BillingData(Sold):
    """What is sold, what was worked and invoiced of it, the server's sums and the keys already used.

    timesheets  everything of the period, everything open before it, and what hangs on drafts that may be extended
    line_hours  `LINE_HOURS`, for every order line of `order_lines`
    contracts   of the company, with their lines; `invoices` and `invoice_lines` hold all of those that Regie owns
    cras        of its order lines, where a CRA is asked for; `cra_steps`: the step each stage of theirs stands for
    deliveries  posted expenses of the order lines to bill, where the month of an expense counts
    used_keys   keys of Regie's invoices of this month, without their module, read before everything else; where months stand
                apart, also of those of the hours, read before the invoices
    """

    timesheets: pd.DataFrame
    line_hours: pd.DataFrame
    invoices: pd.DataFrame
    invoice_lines: pd.DataFrame
    milestones: pd.DataFrame
    expenses: pd.DataFrame
    employees: pd.DataFrame
    projects: pd.DataFrame
    tasks: pd.DataFrame
    users: pd.DataFrame
    contracts: pd.DataFrame = field(default_factory=lambda: frame(CONTRACTS))
    contract_lines: pd.DataFrame = field(default_factory=lambda: frame(CONTRACT_LINES))
    cras: pd.DataFrame = field(default_factory=lambda: frame(CRAS))
    cra_steps: Mapping[int, str] = field(default_factory=dict)
    deliveries: pd.DataFrame = field(default_factory=lambda: frame(DELIVERIES))
    used_keys: frozenset[str] = frozenset()

    @cached_property
    def on_invoices(self) -> dict[int, list[Any]]:
        """The invoice lines of each order line."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row in each(self.invoice_lines):
            for line_id in row.order_line_ids:
                found[line_id].append(row)
        return dict(found)

    @cached_property
    def milestones_of(self) -> dict[int, list[Any]]:
        """The milestones of each order line."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row in each(self.milestones):
            found[row.order_line_id].append(row)
        return dict(found)

    @cached_property
    def lines_of_contract(self) -> dict[int, list[Any]]:
        """The lines of each contract, as they stand on it."""
        found: dict[int, list[Any]] = defaultdict(list)
        for row in each(self.contract_lines.sort_values(["contract_id", "sequence", "id"])):
            found[row.contract_id].append(row)
        return dict(found)

    def people(self, users: frozenset[int]) -> str:
        """What people call these users, by name; thousands of lines were validated by the same few."""
        return self._people[users]

    @cached_property
    def _people(self) -> Kept[frozenset[int], str]:
        return Kept(lambda users: ", ".join(sorted({self.name("users", user) for user in users if user})))

    @cached_property
    def linked(self) -> dict[int, int]:
        """The invoice of each timesheet that is linked to one."""
        linked = self.timesheets[self.timesheets["invoice_id"] != 0]
        return dict(zip(linked["id"].tolist(), linked["invoice_id"].tolist(), strict=True))

    def places(self, timesheet_ids: Iterable[int]) -> "npt.NDArray[np.intp]":
        """Where these timesheets stand in `timesheets`; -1 for one that was not read."""
        return self._timesheet_index.get_indexer(pd.Index(list(timesheet_ids)))

    def logged(self, timesheet_ids: Iterable[int]) -> dict[int, Any]:
        """These timesheets by id, as far as they were read: who worked, on which day and task, at what."""
        places = self.places(timesheet_ids)
        rows = self.timesheets.iloc[places[places >= 0]]
        return {row.id: row for row in each(rows[["id", "date", "employee_id", "task_id", "description"]])}

    @cached_property
    def _timesheet_index(self) -> "pd.Index[int]":
        index: pd.Index[int] = pd.Index(self.timesheets["id"])
        return index


def hours_by_line(rows: pd.DataFrame) -> dict[int, int]:
    """Micro-hours of these rows by their order line."""
    sums = rows.groupby("order_line_id")["hours"].sum()
    return dict(zip(sums.index.tolist(), sums.tolist(), strict=True))


def net_price(line: Any) -> Decimal:
    """Price of one unit after discount, exact."""
    price = money(line.price_unit)
    return price * (1 - Decimal(int(line.discount)) / (100 * MICRO)) if line.discount else price


def amount(quantity: Decimal, line: Any, digits: int) -> Decimal:
    """What `quantity` of a line comes to before tax, rounded half up to the currency's digits as Odoo rounds a line."""
    return round_to(quantity * net_price(line), digits)
