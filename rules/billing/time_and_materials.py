"""Régie: validated hours without a live invoice are billed at the line's price, never twice, never undoing a concession.

For each order line, in hours:

    total     validated over the line's whole history (time already linked to an invoice counts as validated), less what a
              reason of its own blocks
    open      of those, neither linked to a live invoice nor claimed by the content of one, unless withdrawn and released since
    due       total - invoiced + released, "released" being at most what was credited
    billed    the smaller of open and due: what was released first, then the newest, since what invoices cover is the oldest
    blocked   total - (invoiced - credited) - billed: what a person withdrew from an invoice

Open hours that are neither billed nor blocked are covered by the quantity of an invoice without their link: a finding says so.

Example: 10 h validated, invoiced and posted, 3 h credited; Odoo clears the link of all ten. open 10, due 0: nothing is billed,
3 h are blocked as withdrawn. Two more hours: open 12, due 2: two are billed. Source: billing.md, "The remainder of a line".
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import compress, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import MICRO, money, quantity
from rules.billing import findings
from rules.billing.data import BillingData, amount
from rules.billing.history import Billed, History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode
from rules.billing.qualification import Blocks, Reason, by_line

_FIRST = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class _Columns:
    """The timesheets of all lines by line and id: place i of each column is the same one; a line begins at each start."""

    cells: Mapping[str, npt.NDArray[Any]]
    starts: npt.NDArray[np.intp]

    def per_line(self, ufunc: np.ufunc, values: npt.NDArray[Any]) -> list[int]:
        """The sum, the smallest or the largest of each line's values."""
        results: list[int] = ufunc.reduceat(values, self.starts).tolist()
        return results

    def rows(self) -> "list[Rows]":
        """Those of each line."""
        ends = [*self.starts.tolist(), len(self.cells["line"])]
        return [Rows(self.cells, slice(*span)) for span in pairwise(ends)]


@dataclass(frozen=True, slots=True)
class Rows:
    """The timesheets of one line. A column of them is cut out, as a list, when it is asked for: they are a few dozen, and most
    of thousands of lines are decided on their sums."""

    cells: Mapping[str, npt.NDArray[Any]]
    place: slice

    def __getitem__(self, column: str) -> list[int]:
        values: list[int] = self.cells[column][self.place].tolist()
        return values

    @property
    def newest_first(self) -> list[int]:
        """The places, the newest first; of a day the one logged last."""
        age = list(zip(self["day"], self["id"], strict=True))
        return sorted(range(len(age)), key=age.__getitem__, reverse=True)


@dataclass(frozen=True, slots=True)
class _Line:
    """The hours of one order line, in micro-hours; `unit` is the length of its unit. `open`, `reopened` and `released` are
    what its rows sum up to."""

    id: int
    unit: int
    total: int
    billed: Billed
    open: int
    reopened: int
    released: int
    rows: Rows

    def hours(self, units: Decimal) -> int:
        return int((units * self.unit).to_integral_value(ROUND_HALF_UP))

    @property
    def slack(self) -> int:
        """What rounding to hundredths of a unit may have cost over all its invoices."""
        return self.unit // 100 * max(1, self.billed.documents)


def mark_open(sheet: pd.DataFrame, past: History) -> pd.DataFrame:
    """The rows with `linked` (to a live invoice) and `open` (to be billed): see the module's words."""
    sheet["linked"] = (sheet["invoice_id"] != 0) & ~sheet["invoice_id"].isin(past.dead)
    claims = past.claims.merge(sheet[["id", "released_on"]], left_on="timesheet_id", right_on="id")
    # NaT compares false: a claim holds unless the hour was released after the draft was made.
    holding = claims.loc[~(claims["released_on"] > claims["created_at"]), "timesheet_id"]
    claimed = sheet["id"].isin(holding)
    sheet["reopened"] = sheet["linked"] & ~claimed & _released_since(sheet, past)
    sheet["open"] = sheet["reopened"] | (~sheet["linked"] & ~claimed)
    return sheet


def _released_since(sheet: pd.DataFrame, past: History) -> "pd.Series[bool]":
    """Rows linked to an invoice whose line a person lowered, and released after it was made."""
    released = sheet.loc[sheet["released_on"].notna(), ["invoice_id", "order_line_id", "released_on"]]
    places = released.reset_index().merge(past.lowered, on=["invoice_id", "order_line_id"])
    since = places.loc[places["released_on"] > places["created_at"], "index"]
    return pd.Series(sheet.index.isin(since), index=sheet.index)


def bill_time(data: BillingData, sheet: pd.DataFrame, past: History, policy: BillingPolicy, labels: Labels) -> Outcome:
    """Items and findings of all time-and-materials lines that `sheet` (qualified, marked open) has hours on.

    Sets `reason` on the rows it blocks; a row that is blocked in part is left whole in `hours` and its blocked part stands in
    `blocked_hours` (micro-hours).
    """
    outcome, blocks = Outcome(), Blocks()
    billable = (sheet["mode"] == Mode.TIME) & (sheet["qualified"] == "billable")
    free = sheet["reason"] == ""
    totals = _totals(data, policy)
    # What its own record blocks is named already: the server's sum has it, and it would look withdrawn.
    named = sheet[billable & ~free & sheet["open"] & (sheet["company_id"] == data.company.id)]
    for key, value in named.groupby("order_line_id")["hours"].sum().items():
        totals[int(str(key))] = totals.get(int(str(key)), 0) - int(value)
    columns = _columns(sheet, billable & free)
    lines = list(_lines(data, columns, totals, past))
    for line, taken in zip(lines, _taken(columns, lines, past, policy), strict=True):
        if not line.unit:
            blocks.add(Reason.UNIT_NOT_TIME, _by_id(line.rows, line.rows["hours"]))
            outcome.findings.append(_finding(data, line, Reason.UNIT_NOT_TIME, line.open, labels))
            continue
        item = time_item(data, line.id, taken, policy, labels) if taken.hours else None
        if item and item.quantity:
            outcome.items.append(item)
        elif item:
            blocks.add(Reason.ROUNDS_TO_NOTHING, _by_id(taken.rows, taken.rows["taken"]))
            outcome.findings.append(_finding(data, line, Reason.ROUNDS_TO_NOTHING, taken.hours, labels))
        outcome.findings += _leftovers(data, blocks, line, taken, labels)
    blocks.apply(sheet)
    return outcome


@dataclass(frozen=True, slots=True)
class Work:
    """What an item bills of a line, in micro-hours; of each row, `rows["taken"]`.

    since, until, validated_on   first and last day worked, last day validated, counted from 1970; no row is taken from where
                      `until` is `_NO_DAY`: hours that are no longer billable come off the draft
    """

    hours: int
    rows: Rows
    since: int
    until: int
    validated_on: int


@dataclass(frozen=True, slots=True)
class _Taken(Work):
    """The same of all that is billed of a line.

    found, reopened   what all its rows, and the reopened ones, sum up to
    """

    due: int
    found: int
    reopened: int


def _totals(data: BillingData, policy: BillingPolicy) -> dict[int, int]:
    """Billable micro-hours of each line over its whole history, as the server sums them."""
    sums = data.line_hours
    billable = sums[by_line(Mode.TIME, sums["kind"], sums["qualification"], policy) == "billable"]
    return {int(str(key)): int(value) for key, value in billable.groupby("order_line_id")["hours"].sum().items()}


def _columns(sheet: pd.DataFrame, mine: "pd.Series[bool]") -> _Columns:
    """The rows of `mine`. Hours in micro-hours, `open_hours` 0 for rows that are not open, days counted from 1970."""
    places = np.flatnonzero(mine)
    places = places[np.lexsort([sheet[name].to_numpy()[places] for name in ("id", "order_line_id")])]
    cells = {
        name: column.to_numpy()[places]
        for name, column in {
            "line": sheet["order_line_id"], "id": sheet["id"], "day": sheet["date"], "hours": sheet["hours"],
            "open": sheet["open"], "open_hours": sheet["hours"] * sheet["open"], "reopened": sheet["reopened"],
            "linked": sheet["linked"], "released": sheet["released_on"].notna(), "employee": sheet["employee_id"],
            "validated_by": sheet["validated_by"], "validated_on": sheet["validated_on"],
        }.items()
    }  # fmt: skip
    cells |= {name: cells[name].astype("datetime64[D]").astype("int64") for name in ("day", "validated_on")}
    return _Columns(cells, np.flatnonzero(np.diff(cells["line"], prepend=-1)))


def _lines(data: BillingData, columns: _Columns, totals: dict[int, int], past: History) -> Iterator[_Line]:
    """The order lines that have rows, summed up together: a frame for each would cost seconds."""
    cells = columns.cells
    sums = [columns.per_line(np.add, cells["hours"] * cells[which]) for which in ("open", "reopened", "released")]
    line_ids = cells["line"][columns.starts].tolist()
    for line, rows, is_open, reopened, released in zip(line_ids, columns.rows(), *sums, strict=True):
        yield _Line(line, data.unit_hours(line), totals.get(line, 0), past.of(line), is_open, reopened, released, rows)


def _by_id(rows: Rows, hours: list[int]) -> dict[int, int]:
    """Micro-hours by timesheet, of the rows that have any."""
    return dict(zip(compress(rows["id"], hours), filter(None, hours), strict=True))


def _taken(columns: _Columns, lines: list[_Line], past: History, policy: BillingPolicy) -> Iterator[_Taken]:
    """What is billed of each line: decided on its sums, then looked up in the rows of all lines together."""
    taken = columns.cells["open_hours"].copy()
    dues = [_due(line, policy) for line in lines]
    hours = [_hours(line, due, past) for line, due in zip(lines, dues, strict=True)]
    for line, most in zip(lines, hours, strict=True):
        if most == 0 or most != line.open:
            taken[line.rows.place] = _newest(line, most) if most else 0
    cells, some = columns.cells, taken != 0
    figures = (
        columns.per_line(np.minimum, np.where(some, cells["day"], _LAST_DAY)),
        columns.per_line(np.maximum, np.where(some, cells["day"], _NO_DAY)),
        columns.per_line(np.maximum, np.where(some, cells["validated_on"], _NO_DAY)),
        dues,
        columns.per_line(np.add, taken),
        columns.per_line(np.add, taken * cells["reopened"]),
    )
    rows = _Columns({**cells, "taken": taken}, columns.starts).rows()
    return (_Taken(*of_line) for of_line in zip(hours, rows, *figures, strict=True))


def _due(line: _Line, policy: BillingPolicy) -> int:
    # Half-days bill more or less than was worked, so quantities say nothing about hours: the links and claims alone do.
    if policy.day_rounding == "half_day":
        conceded = line.hours(line.billed.kept_quantity - line.billed.quantity)
        return line.open - line.reopened + min(line.reopened, conceded)
    credited = line.hours(line.billed.credited_quantity)
    due = line.total - line.hours(line.billed.quantity) + min(line.released, credited)
    return line.open if abs(line.open - due) <= line.slack else due


def _hours(line: _Line, due: int, past: History) -> int:
    """How many are billed; none where they cannot be."""
    hours = min(line.open, due)
    return hours if line.unit and past.takes(line.id, Decimal(hours) / line.unit) else 0


def _newest(line: _Line, most: int) -> list[int]:
    """Of each row what is billed, where not all that is open is: corrections whole, then what was released, then the newest.

    Invoices without links to their hours cover the oldest, and the client would read those days a second time.
    """
    open_hours, released = line.rows["open_hours"], line.rows["released"]
    in_turn = sorted(line.rows.newest_first, key=lambda row: (open_hours[row] > 0, not released[row]))
    return _up_to(most, open_hours, in_turn)


def _up_to(most: int, hours: list[int], in_turn: list[int]) -> list[int]:
    """Of each row the hours that fit into `most`, the rows taken in that turn."""
    part = [0] * len(hours)
    for row in in_turn:
        part[row] = min(hours[row], max(most, 0))
        most -= hours[row]
    return part


def time_item(data: BillingData, line_id: int, work: Work, policy: BillingPolicy, labels: Labels) -> Item:
    """The item that bills this work on an order line."""
    row, order = data.line(line_id), data.order_of(line_id)
    units = _units(data.unit_hours(line_id), work, policy)
    by_row = work.rows["taken"]
    why = labels(
        "why.time",
        quantity=labels.quantity(units),
        unit=data.name("units", row.unit_id),
        validated=_validated(data, work, by_row, labels),
        price=labels.money(money(row.price_unit), data.currency_code(order)),
    )
    return Item(
        line_id=line_id,
        mode=Mode.TIME,
        quantity=units,
        amount=amount(units, row, data.digits(order)),
        why=why,
        service=(_date(work.since), _date(work.until)) if work.until != _NO_DAY else None,
        hours=_by_id(work.rows, by_row),
    )


def _units(unit: int, work: Work, policy: BillingPolicy) -> Decimal:
    """The quantity to bill: exact to the hundredth of a unit, or to half-days of each day and person."""
    if policy.day_rounding == "half_day" and unit >= 4 * MICRO:
        worked: dict[tuple[int, int], int] = defaultdict(int)
        for day, person, hours in zip(work.rows["day"], work.rows["employee"], work.rows["taken"], strict=True):
            worked[day, person] += hours
        halves = sum((4 * hours + unit) // (2 * unit) for hours in worked.values())  # to the nearest, halves up
        return Decimal(halves) / 2
    return (Decimal(work.hours) / unit).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _validated(data: BillingData, work: Work, by_row: list[int], labels: Labels) -> str:
    """ " le 02/11/2026 par Claire Martin": the last day and everybody who validated; empty where the server does not say."""
    who = sorted({data.name("users", user) for user in set(compress(work.rows["validated_by"], by_row)) if user})
    if not who or work.validated_on == _NO_DAY:
        return ""
    return " " + labels("why.validated", day=labels.day(_date(work.validated_on)), who=", ".join(who))


_NO_DAY, _LAST_DAY = np.iinfo(np.int64).min, np.iinfo(np.int64).max
"""Among days counted from 1970: an empty one, before all others, and the last one there can be."""


def _date(day: int) -> date:
    return date.fromordinal(_FIRST + day)


def _leftovers(data: BillingData, blocks: Blocks, line: _Line, taken: _Taken, labels: Labels) -> list[Finding]:
    """What is neither invoiced nor billed now: blocked, newest hours first, with a finding."""
    found: list[Finding] = []
    rows, is_open = line.rows, line.open
    smaller = min(is_open, taken.due) - min(taken.hours, 0)
    if smaller < -line.slack:
        found.append(_finding(data, line, Reason.CREDIT_DUE, -smaller, labels))
        blocks.add(Reason.CREDIT_DUE, _by_id(rows, [min(hours, 0) for hours in rows["open_hours"]]))
    net = line.hours(line.billed.quantity - line.billed.credited_quantity)
    missing = line.total - net - taken.hours
    if is_open < 0 or missing <= line.slack:
        missing = 0
    else:
        blocks.add(Reason.WITHDRAWN, _withdrawn(taken.rows, missing))
        found.append(_finding(data, line, Reason.WITHDRAWN, missing, labels))
    covered = is_open - line.reopened - (taken.found - taken.reopened) - missing
    if covered > line.slack:
        found.append(_finding(data, line, Reason.LINKS_DISAGREE, covered, labels))
    return found


def _withdrawn(rows: Rows, missing: int) -> dict[int, int]:
    """Which hours `missing` of a line are: open ones that are not billed first, the newest first; then those on live invoices
    whose link is gone (a person removed the line), then the linked ones."""
    is_open, linked = rows["open"], rows["linked"]
    candidates = [
        max(hours - billed, 0) if opened else hours
        for hours, billed, opened in zip(rows["hours"], rows["taken"], is_open, strict=True)
    ]
    in_turn = sorted(rows.newest_first, key=lambda row: (not is_open[row], linked[row] and not is_open[row]))
    return _by_id(rows, [max(part, 0) for part in _up_to(missing, candidates, in_turn)])


def _finding(data: BillingData, line: _Line, reason: Reason, hours: int, labels: Labels) -> Finding:
    row = data.line(line.id)
    worth = amount(Decimal(hours) / line.unit, row, data.digits(data.order_of(line.id))) if line.unit else Decimal(0)
    severity = {
        **dict.fromkeys((Reason.LINKS_DISAGREE, Reason.ROUNDS_TO_NOTHING), Severity.INFO),
        Reason.WITHDRAWN: Severity.WARNING,
    }.get(reason, Severity.CRITICAL)
    return findings.about_line(data, labels, line.id, reason, severity, hours=quantity(hours), worth=worth)
