"""The small company of the closing tests, over a month: missions, what their time cost, and what was spent on them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.closing_policy import ClosingPolicy
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import Accounts, BillingPolicy
from mappings.vocabulary.units import to_money
from rules.margin.books import WORK_COSTS, Closed, MarginBooks
from rules.margin.margin import Figures, Margins, Row, margins
from rules.missions.missions import Mission
from rules.wip.books import SPENDINGS
from rules.wip.case import Policies
from rules.wip.decide import decide
from tests.rules.billing.books import FRENCH, OCTOBER
from tests.rules.wip.closings import Closings

CAMILLE, JULIEN = 1, 2
SOPHIE, HUGO = 70, 71
"""Business managers."""
BILLABLE, INTERNAL = 1, 2
"""Projects of the billing tests; INTERNAL is not billable."""
POLICIES = Policies(BillingPolicy(), ClosingPolicy(), Accounts())


class Months(Closings):
    """Orders are Sophie's unless told; every hour may have a cost."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.missions: list[Mission] = []
        self.spent: list[dict[str, Any]] = []
        self.by_hand: list[dict[str, Any]] = []

    def order(self, **values: Any) -> int:
        return super().order(**{"salesperson_id": SOPHIE, **values})

    def project(self, line: int, account: int, number: int = 0, client: int = 1) -> int:
        """A billable project of the order line's own, with its analytic account."""
        number = number or 100 + line
        self.record("order_lines", line)["project_id"] = number
        if number not in {row["id"] for row in self.rows["projects"]}:
            self._add("projects", id=number, name="Mission", company_id=1, billable=True, account_id=account, partner_id=client)
        return number

    def mission(self, consultant: int = CAMILLE, since: str = "2026-10-12", manager: int = SOPHIE, line: int = 1) -> None:
        self.missions.append(
            Mission(
                line_id=line, order_id=1, client_id=1, consultant_id=consultant, project_id=0, account_id=0, manager_id=0,
                business_manager_id=manager, rate=Decimal(600), unit=7_000_000, sold=Decimal(60),
                ordered_on=date(2026, 10, 1), since=date.fromisoformat(since), until=None, open=True,
            )
        )  # fmt: skip

    def spend(self, amount: Any, account: int = 0, line: int = 0) -> None:
        """Posted in the month."""
        self.spent.append({"account_id": account, "order_line_id": line, "amount": -to_money(amount)})

    def bill_by_hand(
        self, amount: Any, shares: dict[str, Any] | None, day: str = "2026-10-31", lines: tuple[int, ...] = ()
    ) -> None:
        """A posted invoice line that no confirmed order stands behind; negative on a credit note."""
        number = len(self.by_hand) + 1
        self.by_hand.append({
            "id": number, "invoice": f"FAC/{number}", "company_id": 1, "state": "posted", "date": pd.Timestamp(day),
            "order_line_ids": lines, "analytic_distribution": shares, "balance": -to_money(amount),
        })  # fmt: skip

    def of(self, period: Period = OCTOBER, billing: BillingPolicy = POLICIES.billing) -> Margins:
        return margins(self.margin_books(period, replace(POLICIES, billing=billing)), period, FRENCH)

    def margin_books(self, period: Period, policies: Policies) -> MarginBooks:
        before = period.since - timedelta(days=1)
        costs = [
            {name: row.get(name, 0) for name in WORK_COSTS.names}
            for row in self.rows["timesheets"]
            if pd.Timestamp(period.since) <= row["date"] <= pd.Timestamp(period.until)
        ]
        return MarginBooks(
            now=self._closed(period, policies),
            before=self._closed(Period(before.replace(day=1), before), policies),
            missions=tuple(self.missions),
            work_costs=frame(WORK_COSTS, costs),
            spendings=frame(SPENDINGS, self.spent),
            projects=frame(ds.PROJECTS, self.rows["projects"]),
            loose=frame(
                ds.LOOSE_SALES,
                [one for one in self.by_hand if pd.Timestamp(period.since) <= one["date"] <= pd.Timestamp(period.until)],
            ),
        )

    def _closed(self, period: Period, policies: Policies) -> Closed:
        books = self.books(period.until)
        return Closed(books, decide(books, period, policies, FRENCH))


def row(found: Margins, kind: str, record: int) -> Row:
    [one] = [one for one in found.rows if (one.kind, one.record_id) == (kind, record)]
    return one


def figures(revenue: Any = 0, cost: Any = 0, expenses: Any = 0, bench: Any = 0, invoiced: Any = 0) -> Figures:
    return Figures(*(Decimal(str(value)) for value in (revenue, cost, expenses, bench, invoiced)))
