"""What a closing reads: all that billing reads, and what the books need beside."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import Column, Dataset, each
from rules.billing.data import BillingData
from rules.cra.evidence import Step

LINE_COSTS = Dataset(
    "line_costs",
    (Column("order_line_id", "id", "order_lines"), Column("cost", "money", "of its time up to the closing date, negative")),
)
"""What the time on each order line cost, summed by the server."""

SPENDINGS = Dataset(
    "spendings",
    (
        Column("account_id", "id", "analytic account"),
        Column("order_line_id", "id", "order_lines: what re-bills it, 0 for none"),
        Column("amount", "money", "posted, negative, in the company's currency"),
    ),
)
"""What was posted to expense accounts on the projects' analytic accounts, summed by the server."""

WORK_DAYS = Dataset(
    "work_days",
    (Column("order_line_id", "id", "order_lines whose delivered quantity is kept by hand"), Column("date", "day", "worked")),
)
"""The days on which somebody logged time on such a line, before and after the closing date."""


@dataclass(frozen=True)
class ClosingBooks:
    """Frames of `mappings.vocabulary.datasets`, of one company.

    billing     what is sold, worked and invoiced as it stands now; all confirmed orders; `line_hours` of hours dated up to the
                closing date that are validated, or on an invoice that counts then
    waiting_hours   `rules.billing.data.LINE_HOURS` of the other hours up to that date: nobody validated them
    line_deliveries   dataset `deliveries` up to the closing date: expenses and vendor bills posted on order lines; `billing`
                has the expenses of any state
    spendings   `SPENDINGS` up to the closing date
    entries     the contents of Regie's entries of this closing, by id
    all_entries     those of every closing, and entries that take one back without a key of Regie's; without their contents
    known_on    time validated after this day counts as not validated, here and in the sums; None: all that is validated now
    posted_later    with `known_on`, the invoices that were posted after that day: they count as drafts, here and in the sums
    cra_steps   with `known_on`, the steps that each CRA took, by its id, oldest first
    zone        the company's timezone: which day a step was taken on
    """

    billing: BillingData
    waiting_hours: pd.DataFrame
    line_costs: pd.DataFrame
    line_deliveries: pd.DataFrame
    spendings: pd.DataFrame
    work_days: pd.DataFrame
    updates: pd.DataFrame
    rates: pd.DataFrame
    taxes: pd.DataFrame
    accounts: pd.DataFrame
    journals: pd.DataFrame
    product_accounts: pd.DataFrame
    categories: pd.DataFrame
    account_maps: pd.DataFrame
    entries: pd.DataFrame
    all_entries: pd.DataFrame
    known_on: date | None = None
    posted_later: Set[int] = frozenset()
    cra_steps: Mapping[int, tuple[Step, ...]] = field(default_factory=dict)
    zone: str = "UTC"

    @property
    def currency(self) -> str:
        """ISO code of the company's currency."""
        return self.billing.name("currencies", self.billing.company.currency_id)

    @property
    def digits(self) -> int:
        """Decimals of an amount in the company's currency."""
        return int(self.billing.rows("currencies")[self.billing.company.currency_id].digits)

    @cached_property
    def account_ids(self) -> dict[str, int]:
        """The accounts that may be used, by their code."""
        return {row.code: int(row.id) for row in each(self.accounts) if row.code and not row.deprecated}

    @cached_property
    def updates_of(self) -> dict[int, list[Any]]:
        """The updates of each project, oldest first."""
        found: dict[int, list[Any]] = {}
        for row in each(self.updates.sort_values(["date", "id"])):
            found.setdefault(row.project_id, []).append(row)
        return found
