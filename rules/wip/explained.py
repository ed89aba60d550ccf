"""What an accrued line says beside its quantities: the days and the documents behind them, as an accountant asks for each.

A re-billed expense says the day and what it is called, and who spent it; a vendor bill the day it was booked and its supplier's
number. What is delivered by hand has the days with time on its line, else no day is known and it says since when it may be:
the order's. Work that has CRAs names them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import ceil

import pandas as pd

from mappings.vocabulary.dataset import each
from rules.billing.item import Item
from rules.billing.modes import Mode
from rules.cra.signed import key
from rules.wip.case import Case

NAMED = 3
"""Documents that a line names; of more the last ones, and how many there are."""

_SPENT = ("posted", "in_payment", "paid")

Said = tuple[date, str]
"""The day of a document, and what it is called."""


def explained(case: Case, items: Iterable[Item]) -> list[Item]:
    """The items with their days, and why they are due with its documents."""
    documents = _Documents(case)
    return [_explained(documents, item) for item in items]


def _explained(documents: "_Documents", item: Item) -> Item:
    case = documents.case
    if item.mode is Mode.TIME:
        names = [documents.cras[sheet] for sheet in sorted(item.hours) if sheet in documents.cras]
        return _with(case, item, "closing.cras", sorted(set(names)))
    if item.mode is Mode.MANUAL:
        return replace(item, service=_days_by_hand(case, item, documents.worked.get(item.line_id, [])))
    if item.mode is Mode.EXPENSE:
        spent = documents.spent.get(item.line_id) or documents.booked.get(item.line_id, [])
        # The oldest are taken as invoiced.
        newest = sorted(spent)[-max(1, ceil(item.quantity)) :]
        service = (newest[0][0], newest[-1][0]) if newest else None
        return replace(_with(case, item, "closing.documents", [said for _, said in newest]), service=service)
    return item


def _with(case: Case, item: Item, label: str, names: list[str]) -> Item:
    if not names:
        return item
    said = ", ".join(names[-NAMED:])
    if len(names) > NAMED:
        said = case.labels("closing.last_of", names=said, count=len(names))
    return replace(item, why=case.labels(label, why=item.why, names=said))


def _days_by_hand(case: Case, item: Item, days: list[date]) -> tuple[date, date] | None:
    """The last days with time on the line, as many as there are units; else from the order's day on."""
    units = ceil(item.quantity)
    if 0 < units <= len(days):
        return days[-units], days[-1]
    ordered_on = case.data.order_of(item.line_id).ordered_on
    return None if pd.isna(ordered_on) or ordered_on > case.closing else (ordered_on.date(), case.period.until)


@dataclass(frozen=True)
class _Documents:
    """What stands behind the lines up to the closing date, looked up once for all of them."""

    case: Case

    @cached_property
    def cras(self) -> dict[int, str]:
        """The CRA of each timesheet that has one."""
        named = {row.key: row.name for row in each(self.case.data.cras) if row.active}
        sheets = self.case.data.timesheets[["id", "order_line_id", "employee_id", "date"]]
        found = ((row.id, key(row.order_line_id, row.employee_id, row.date)) for row in each(sheets)) if named else ()
        return {sheet: named[name] for sheet, name in found if name in named}

    @cached_property
    def worked(self) -> dict[int, list[date]]:
        """The days with time on each line that is delivered by hand."""
        days = self.case.books.work_days
        found: dict[int, set[date]] = defaultdict(set)
        for row in each(days[days["date"] <= self.case.closing]):
            found[row.order_line_id].add(row.date.date())
        return {line_id: sorted(several) for line_id, several in found.items()}

    @cached_property
    def spent(self) -> dict[int, list[Said]]:
        """The expenses of each line, where the server says which they are (from 19 on)."""
        case, rows = self.case, self.case.data.expenses
        mine = rows[(rows["order_line_id"] != 0) & rows["state"].isin(_SPENT) & (rows["date"] <= case.closing)]
        found: dict[int, list[Said]] = defaultdict(list)
        for row in each(mine[["order_line_id", "name", "employee_id", "date"]]):
            day, who = row.date.date(), case.data.name("employees", row.employee_id)
            found[row.order_line_id].append(
                (day, case.labels("closing.expense", name=row.name, who=who, day=case.labels.day(day)))
            )
        return found

    @cached_property
    def booked(self) -> dict[int, list[Said]]:
        """What was booked on each line: vendor bills, and expenses of before 19."""
        case, rows = self.case, self.case.books.line_deliveries
        found: dict[int, list[Said]] = defaultdict(list)
        for row in each(rows[["order_line_id", "name", "document", "date"]]):
            name = " ".join(dict.fromkeys(part for part in (row.name, row.document) if part))
            day = row.date.date()
            found[row.order_line_id].append((day, case.labels("closing.booked", name=name, day=case.labels.day(day))))
        return found
