"""Months apart: work of several months stands on one draft a month, so that each goes with the CRA that justifies it.

Time goes to the month it was worked in, a re-billed expense to that of the day it counts in the books; what has no such day
(fixed price, periods, quantities by hand) stays in the month that is closed, and nothing goes to a later one. A correction
comes off the untouched draft of its month, else off the newest that has room for it.

Not split, but left in the month that is closed: an order from which a down payment or a discount comes off, since that is
bounded by one draft's amount; a line that would be negative or nothing in one of its months, since no draft may be negative.

Example: 13.5 days of October and 20 of November at 600.00, a train of October for 120.00, the contract signed in December:
8,220.00 on October's draft, 12,000.00 on November's. Source: scenarios.md, S5; billing.md, "Late hours".
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import MICRO
from rules.billing.content import ContentLine
from rules.billing.data import BillingData
from rules.billing.item import Item
from rules.billing.modes import Mode
from rules.billing.time_and_materials import Rows, Work, time_item


def by_month(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData,
    sheet: pd.DataFrame,
    items: list[Item],
    whole: Collection[int],
    stands: Mapping[int, Mapping[str, ContentLine]],
    period: Period,
    policy: BillingPolicy,
    labels: Labels,
) -> list[Item]:
    """The items with the month of their draft, those of several months split.

    whole   ids of the orders that keep one draft
    stands  what stands of each order line on the drafts that may be extended, by their month (`drafts.standing`)
    """
    worked, spent = _worked(data, items, period), _spent(data, period)
    placed: list[Item] = []
    for item in items:
        there = stands.get(item.line_id, {})
        if item.quantity < 0:
            placed.append(replace(item, month=_corrected(data, sheet, item, worked.get(item.line_id, ()), there)))
        elif data.line(item.line_id).order_id in whole:
            placed.append(item)
        elif item.mode is Mode.EXPENSE:
            placed.append(replace(item, month=_of_expense(item, spent.get(item.line_id, ()))))
        elif item.line_id in worked:
            placed += _parts(data, item, worked[item.line_id], there, policy, labels)
        else:
            placed.append(item)
    return placed


def _worked(data: BillingData, items: list[Item], period: Period) -> dict[int, dict[str, Work]]:
    """By order line and month, what time-and-materials items bill; looked up together, since there may be a million hours."""
    timed = [item for item in items if item.mode is Mode.TIME and item.hours]
    places = data.places(chain.from_iterable(item.hours for item in timed))
    taken = np.fromiter(chain.from_iterable(item.hours.values() for item in timed), dtype="int64", count=len(places))
    of_item = np.repeat(np.arange(len(timed)), [len(item.hours) for item in timed])
    months = _months(data.timesheets["date"].iloc[places], period)
    order = np.lexsort([months, of_item])
    places, of_item, months = places[order], of_item[order], months[order]
    ids, employee, by = (data.timesheets[name].to_numpy()[places] for name in ("id", "employee_id", "validated_by"))
    day, validated_on = (
        data.timesheets[name].to_numpy()[places].astype("datetime64[D]").astype("int64") for name in ("date", "validated_on")
    )
    cells = {"id": ids, "employee": employee, "validated_by": by, "day": day, "taken": taken[order]}
    # A month of an item begins where either changes.
    starts = np.flatnonzero(np.diff(of_item, prepend=-1) | np.diff(months.astype("int64"), prepend=-1))
    figures = (
        np.add.reduceat(cells["taken"], starts).tolist(),
        [Rows(cells, slice(*span)) for span in pairwise([*starts.tolist(), len(places)])],
        np.minimum.reduceat(day, starts).tolist(),
        np.maximum.reduceat(day, starts).tolist(),
        np.maximum.reduceat(validated_on, starts).tolist(),
    )
    worked: dict[int, dict[str, Work]] = {}
    for number, month, *work in zip(of_item[starts].tolist(), months[starts].astype(str).tolist(), *figures, strict=True):
        worked.setdefault(timed[number].line_id, {})[month] = Work(*work)
    return worked


def _months(days: "pd.Series[pd.Timestamp]", period: Period) -> "npt.NDArray[np.datetime64]":
    """The month of each day, none after the one that is closed."""
    months: npt.NDArray[np.datetime64] = days.to_numpy().astype("datetime64[M]")
    return months.clip(max=np.datetime64(period.month, "M"))


def _parts(  # noqa: PLR0913, PLR0917
    data: BillingData,
    item: Item,
    worked: Mapping[str, Work],
    there: Mapping[str, ContentLine],
    policy: BillingPolicy,
    labels: Labels,
) -> list[Item]:
    """The item in its month, or one of its own for each; as it is where one of them could not stand on a draft."""
    if len(worked) == 1:
        return [replace(item, month=next(iter(worked)))]
    parts = [replace(time_item(data, item.line_id, work, policy, labels), month=month) for month, work in worked.items()]
    return parts if all(part.quantity > 0 or _has_room(part, there.get(part.month)) for part in parts) else [item]


def _has_room(part: Item, line: ContentLine | None) -> bool:
    """Whether it is a correction that may come off that line of an untouched draft."""
    return line is not None and 0 < -part.quantity <= line.quantity


def _corrected(
    data: BillingData, sheet: pd.DataFrame, item: Item, worked: Collection[str], there: Mapping[str, ContentLine]
) -> str:
    """The month of the draft that a correction comes off: the one it is about, else the newest that has room for it."""
    roomy = [month for month in sorted(there, reverse=True) if _has_room(item, there[month])]
    about = worked or [month for month in roomy if _lost(data, sheet, there[month])]
    return next((month for month in roomy if month in about), next(iter(roomy), ""))


def _lost(data: BillingData, sheet: pd.DataFrame, line: ContentLine) -> bool:
    """Whether a draft's line bills hours that are fewer now, or no longer billable."""
    places = data.places(line.hours)
    rows = data.timesheets.iloc[places[places >= 0]]
    unbillable = sheet.loc[sheet["qualified"] != "billable", "id"]
    return int(rows.loc[~rows["id"].isin(unbillable), "hours"].sum()) < sum(line.hours.values())


def _spent(data: BillingData, period: Period) -> dict[int, list[tuple[str, int]]]:
    """By order line, month and quantity of each expense posted on it, the newest first."""
    rows = data.deliveries.sort_values(["date", "id"], ascending=False)
    months = _months(rows["date"], period).astype(str).tolist()
    spent: dict[int, list[tuple[str, int]]] = {}
    for line_id, month, delivered in zip(rows["order_line_id"].tolist(), months, rows["delivered"].tolist(), strict=True):
        spent.setdefault(line_id, []).append((month, delivered))
    return spent


def _of_expense(item: Item, spent: Collection[tuple[str, int]]) -> str:
    """The month of what an expense item bills, the newest that was posted; where they are several, the one that is closed."""
    left, months = item.quantity, set[str]()
    for month, delivered in spent:
        if left <= 0:
            break
        months.add(month)
        left -= Decimal(delivered) / MICRO
    return months.pop() if len(months) == 1 else ""
