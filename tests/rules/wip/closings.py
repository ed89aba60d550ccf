"""The small company of the billing tests, at its closing: accounts, taxes, project updates, and what a closing wrote before."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.closing_policy import ClosingPolicy
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Upsert
from mappings.vocabulary.policy import Accounts, BillingPolicy
from mappings.vocabulary.units import to_micro, to_money
from rules.billing.data import LINE_HOURS
from rules.cra.evidence import Step
from rules.cra.signed import Content, SignedDay, dump, key
from rules.wip.as_of import counts
from rules.wip.books import LINE_COSTS, SPENDINGS, WORK_DAYS, ClosingBooks
from rules.wip.case import Policies
from rules.wip.decide import Closing, decide
from rules.wip.position import Position
from tests.rules.billing.books import FRENCH, OCTOBER, Books

CODES = {1: "418100", 2: "487000", 3: "445870", 4: "706000", 5: "708500", 6: "707000"}
TWENTY, NONE_EU, ECO = 5, 6, 7
"""Taxes: 20 % on services, 0 % elsewhere in the EU, a fixed amount."""
STAGES = {11: "consultant", 12: "client", 13: "manager", 14: "validated"}


class Closings(Books):
    """Records beside those of billing; products sell on 706000 unless told."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.spendings: list[dict[str, Any]] = []
        self.moves: dict[int, tuple[Step, ...]] = {}
        self.posted_later: set[int] = set()
        """Invoices that were posted after the day a closing is told."""
        for number, code in CODES.items():
            self._add("accounts", id=number, code=code, name=code, type="income")
        self._add("journals", id=8, code="OD", name="Opérations diverses", company_id=1, type="general")
        self._add("journals", id=9, code="VT", name="Ventes", company_id=1, type="sale")
        self._add("taxes", id=TWENTY, name="20% S", computed="percent", rate=to_micro(20))
        self._add("taxes", id=NONE_EU, name="0% EU S", computed="percent", rate=0)
        self._add("taxes", id=ECO, name="Éco", computed="fixed", rate=to_micro(1))
        self._add("categories", id=1, account_id=6)

    def line(self, order: int, sold: str, quantity: Any = 1, price: Any = 0, *rest: Any, **values: Any) -> int:
        account = values.pop("account", 4)
        number = super().line(order, sold, quantity, price, *rest, **values)
        product = self.rows["order_lines"][number - 1]["product_id"]
        self._add("product_accounts", id=product, category_id=1, account_id=account)
        return number

    def update(self, line: int, percent: int, day: str) -> None:
        """A project update of the line's own project."""
        row = self.record("order_lines", line)
        row["project_id"] = row.get("project_id") or 50 + line
        title = f"Point du {day}"
        self._add(
            "project_updates", name=title, project_id=row["project_id"], date=pd.Timestamp(day), progress=to_micro(percent)
        )

    def expense(self, line: int, quantity: Any, day: str, **values: Any) -> None:
        """A posted expense or vendor bill on an order line."""
        self._add(
            "deliveries", company_id=1, order_line_id=line, date=pd.Timestamp(day), delivered=to_micro(quantity), **values
        )

    def cra(self, line: int, *moves: tuple[str, datetime]) -> None:
        """October's CRA of employee 1 for a line: 7 h on the 20th, at the last step of `moves` (step, moment in UTC)."""
        signed = SignedDay(day=date(2026, 10, 20), scheduled=to_micro(7), worked=to_micro(7), absent=0, holiday=0)
        made = dump(Content(unit=to_micro(7), days=(signed,)))
        was = ["consultant", *(step for step, _ in moves)]
        stage = next(stage for stage, step in STAGES.items() if step == was[-1])
        name = key(line, 1, date(2026, 10, 1))
        cra = self._add("cras", key=name, content=made, stage_id=stage, order_line_id=line, active=True)
        self.moves[cra] = tuple(Step(n, was[n], step, "Claire", at) for n, (step, at) in enumerate(moves))

    def books(self, until: date, known_on: date | None = None) -> ClosingBooks:
        data, closing = self.data(until), pd.Timestamp(until)
        dated = [row for row in self.rows["deliveries"] if row["date"] <= closing]
        worked = [row for row in self.rows["timesheets"] if row["date"] <= closing]
        sheets = data.timesheets[data.timesheets["order_line_id"] != 0]
        later = self.posted_later if known_on else set[int]()
        booked = counts(data.invoices, closing) & ~data.invoices["id"].isin(later)
        invoiced = sheets["invoice_id"].isin(data.invoices.loc[booked, "id"])
        late = sheets["validated_on"] > (pd.Timestamp(known_on) if known_on else pd.NaT)
        counted = (sheets["validated"] & ~late) | invoiced
        names = ("rates", "taxes", "accounts", "journals", "product_accounts", "categories", "account_maps", "entries")
        return ClosingBooks(
            billing=replace(data, line_hours=_sums(sheets[counted]), cra_steps=STAGES),
            waiting_hours=_sums(sheets[~counted]),
            line_costs=frame(LINE_COSTS, [{"order_line_id": r["order_line_id"], "cost": r.get("cost", 0)} for r in worked]),
            line_deliveries=frame(ds.DELIVERIES, dated),
            spendings=frame(SPENDINGS, self.spendings),
            work_days=frame(
                WORK_DAYS, [{"order_line_id": r["order_line_id"], "date": r["date"]} for r in self.rows["timesheets"]]
            ),
            known_on=known_on,
            posted_later=later,
            cra_steps=self.moves,
            zone="Europe/Paris",
            all_entries=frame(ds.ENTRIES, self.rows["entries"]).drop(columns="content"),
            updates=frame(ds.PROJECT_UPDATES, self.rows["project_updates"]),
            **{name: frame(ds.DATASETS[name], self.rows[name]) for name in names},
        )

    def close(
        self,
        until: date = OCTOBER.until,
        billing: dict[str, Any] | None = None,
        known_on: date | None = None,
        **policy: Any,
    ) -> Closing:
        policies = Policies(BillingPolicy(**(billing or {})), ClosingPolicy(**policy), Accounts())
        closing = decide(self.books(until, known_on), Period(until.replace(day=1), until), policies, FRENCH)
        for found in closing.plan.findings:  # texts are put together when read: each must have its words
            assert found.message and found.remedy
        for upsert in closing.plan.upserts:
            assert sum(line.values["debit"] - line.values["credit"] for line in upsert.lines) == 0
        return closing

    def keep(self, closing: Closing, state: str = "draft") -> None:
        """What Odoo holds once the plan is written."""
        ids = {upsert.key: 100 + number for number, upsert in enumerate(closing.plan.upserts)}
        for upsert in closing.plan.upserts:
            self._add(
                "entries",
                id=ids[upsert.key],
                key=upsert.key.removeprefix("__regie__."),
                name="/" if state == "draft" else f"OD/{ids[upsert.key]}",
                content=_json(upsert.values["content"]),
                company_id=1,
                type="entry",
                state=state,
                reverses_id=ids.get(upsert.values["reverses_key"], 0),
                journal_id=8,
                date=pd.Timestamp(upsert.values["date"]),
                reference=upsert.values["reference"],
            )


def _sums(sheets: pd.DataFrame) -> pd.DataFrame:
    sums = sheets.groupby(["order_line_id", "qualification", "kind"], as_index=False)["hours"].sum()
    return sums[LINE_HOURS.names]


def _json(content: Any) -> str:
    from connectors.odoo.rows import text

    return text("json", content)


def entry(closing: Closing, kind: str) -> Upsert | None:
    """The accrual (`fae`) or the deferral (`pca`); its reversal is checked to be its mirror on the next day."""
    found = {upsert.key: upsert for upsert in closing.plan.upserts if f".{kind}_" in upsert.key}
    if not found:
        return None
    (key, one), (_, back) = sorted(found.items())
    assert back.values["reverses_key"] == key and back.values["date"] == one.values["date"] + timedelta(days=1)
    sides = [(line.values["account_id"], line.values["debit"], line.values["credit"]) for line in one.lines]
    assert [(line.values["account_id"], line.values["credit"], line.values["debit"]) for line in back.lines] == sides
    return one


def sums(upsert: Upsert | None) -> dict[str, Decimal]:
    """Debit less credit of each account."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in upsert.lines if upsert else ():
        found[CODES[line.values["account_id"]]] += line.values["debit"] - line.values["credit"]
    return dict(found)


def accrued(closing: Closing) -> dict[str, Decimal]:
    return sums(entry(closing, "fae"))


def deferred(closing: Closing) -> dict[str, Decimal]:
    return sums(entry(closing, "pca"))


def position(closing: Closing, line: int) -> Position:
    [found] = [one for one in closing.positions if one.item.line_id == line]
    return found


def codes(closing: Closing) -> list[str]:
    return [finding.code for finding in closing.plan.findings]


def texts(upsert: Upsert | None) -> list[str]:
    return list(dict.fromkeys(line.values["name"] for line in upsert.lines)) if upsert else []


def euros(value: Any) -> int:
    return to_money(value)
