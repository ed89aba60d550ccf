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
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import compress, pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import MICRO, quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount, hours_by_line
from rules.billing.history import Billed, History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode
from rules.billing.qualification import Blocks, Reason, by_line, places_of

_FIRST = date(1970, 1, 1).toordinal()


class _Columns(NamedTuple):
    """The timesheets of all lines by line and id: place i of each column is the same one; a line begins at each start."""

    cells: dict[str, npt.NDArray[Any]]
    starts: npt.NDArray[np.intp]

    def per_line(self, ufunc: np.ufunc, values: npt.NDArray[Any]) -> list[int]:
        """The sum, the smallest or the largest of each line's values."""
        results: list[int] = ufunc.reduceat(values, self.starts).tolist()
        return results

    def rows(self) -> "list[Rows]":
        """Those of each line."""
        ends = [*self.starts.tolist(), len(self.cells["line"])]
        return [Rows(self.cells, slice(*span)) for span in pairwise(ends)]


class Rows(NamedTuple):
    """The timesheets of one line. A column of them is cut out, as a list, when it is asked for: they are a few dozen, and most
    of thousands of lines are decided on their sums."""

    cells: Mapping[str, npt.NDArray[Any]]
    place: slice

    def column(self, name: str) -> list[int]:
        values: list[int] = self.cells[name][self.place].tolist()
        return values

    @property
    def newest_first(self) -> list[int]:
        """The places, the newest first; of a day the one logged last."""
        age = list(zip(self.column("day"), self.column("id"), strict=True))
        return sorted(range(len(age)), key=age.__getitem__, reverse=True)


class _Line(NamedTuple):
    """The hours of one order line, in micro-hours; `unit` is the length of its unit. `open`, `reopened` and `released` are
    what its rows sum up to, `slack` is what rounding to hundredths of a unit may have cost over all its invoices."""

    id: int
    unit: int
    total: int
    billed: Billed
    open: int
    reopened: int
    released: int
    slack: int
    rows: Rows

    def hours(self, units: Decimal) -> int:
        return int((units * self.unit).to_integral_value(ROUND_HALF_UP)) if units else 0


def mark_open(sheet: pd.DataFrame, past: History) -> pd.DataFrame:
    """The rows with `linked` (to a live invoice) and `open` (to be billed): see the module's words."""
    linked = sheet["invoice_id"].to_numpy() != 0
    linked[linked] = ~sheet.loc[linked, "invoice_id"].isin(past.dead)
    sheet["linked"] = linked
    claimed = _claimed(sheet, past)
    sheet["reopened"] = sheet["linked"] & ~claimed & _released_since(sheet, past)
    sheet["open"] = sheet["reopened"] | (~sheet["linked"] & ~claimed)
    return sheet


def _claimed(sheet: pd.DataFrame, past: History) -> "npt.NDArray[np.bool_]":
    """Rows that the content of a live invoice bills: a claim holds unless the hour was released after the draft was made."""
    places = places_of(past.claims["timesheet_id"], sheet["id"])
    read = places >= 0
    places, made = places[read], past.claims["created_at"].array[read]
    holds = ~np.asarray(sheet["released_on"].array[places] > made)  # a moment that is missing compares false
    claimed = np.zeros(len(sheet), dtype=bool)
    claimed[places[holds]] = True
    return claimed


def _released_since(sheet: pd.DataFrame, past: History) -> "npt.NDArray[np.bool_]":
    """Rows linked to an invoice whose line a person lowered, and released after it was made."""
    places = np.flatnonzero(sheet["released_on"].notna())
    released = sheet.iloc[places][["invoice_id", "order_line_id", "released_on"]].assign(place=places)
    lowered = released.merge(past.lowered, on=["invoice_id", "order_line_id"])
    since = np.zeros(len(sheet), dtype=bool)
    since[lowered.loc[lowered["released_on"] > lowered["created_at"], "place"]] = True
    return since


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
    for line_id, hours in hours_by_line(named).items():
        totals[line_id] = totals.get(line_id, 0) - hours
    columns = _columns(sheet, billable & free)
    lines = list(_lines(data, columns, totals, past))
    for line, taken in zip(lines, _taken(columns, lines, past, policy), strict=True):
        if not line.unit:
            blocks.add(Reason.UNIT_NOT_TIME, _by_id(line.rows, line.rows.column("hours")))
            outcome.findings.append(_finding(data, line, Reason.UNIT_NOT_TIME, line.open, labels))
            continue
        item = time_item(data, line.id, taken.work, policy, labels) if taken.work.hours else None
        if item and item.quantity:
            outcome.items.append(item)
        elif item:
            blocks.add(Reason.ROUNDS_TO_NOTHING, _by_id(line.rows, line.rows.column("taken")))
            outcome.findings.append(_finding(data, line, Reason.ROUNDS_TO_NOTHING, taken.work.hours, labels))
        outcome.findings += _leftovers(data, blocks, line, taken, labels)
    blocks.apply(sheet)
    return outcome


class Work(NamedTuple):
    """What an item bills of a line, in micro-hours; of each row, its column `taken`.

    since, until, validated_on   first and last day worked, last day validated, counted from 1970; no row is taken from where
                      `until` is `_NO_DAY`: hours that are no longer billable come off the draft
    """

    hours: int
    rows: Rows
    since: int
    until: int
    validated_on: int


class _Taken(NamedTuple):
    """What is billed of a line, of what is due.

    found, reopened   what all its rows, and the reopened ones, sum up to
    """

    work: Work
    due: int
    found: int
    reopened: int


def _totals(data: BillingData, policy: BillingPolicy) -> dict[int, int]:
    """Billable micro-hours of each line over its whole history, as the server sums them."""
    sums = data.line_hours
    billable = sums[by_line(Mode.TIME, sums["kind"], sums["qualification"], policy) == "billable"]
    return hours_by_line(billable)


def _columns(sheet: pd.DataFrame, mine: "pd.Series[bool]") -> _Columns:
    """The rows of `mine`. Hours in micro-hours, `open_hours` 0 for rows that are not open, days counted from 1970."""
    places = np.flatnonzero(mine)
    places = places[np.lexsort([sheet[name].to_numpy().take(places) for name in ("id", "order_line_id")])]
    cells = {
        name: column.to_numpy().take(places)
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
        unit, billed = data.unit_hours(line), past.of(line)
        slack = unit // 100 * (billed.documents or 1)
        yield _Line(line, unit, totals.get(line, 0), billed, is_open, reopened, released, slack, rows)


def _by_id(rows: Rows, hours: list[int]) -> dict[int, int]:
    """Micro-hours by timesheet, of the rows that have any."""
    ids = rows.column("id")
    if 0 in hours:
        return dict(zip(compress(ids, hours), filter(None, hours), strict=True))
    return dict(zip(ids, hours, strict=True))


def _taken(columns: _Columns, lines: list[_Line], past: History, policy: BillingPolicy) -> Iterator[_Taken]:
    """What is billed of each line: decided on its sums, then looked up in the rows of all lines together."""
    taken = columns.cells["open_hours"].copy()
    dues = [_due(line, policy) for line in lines]
    hours = [_hours(line, due, past) for line, due in zip(lines, dues, strict=True)]
    for line, most in zip(lines, hours, strict=True):
        if most == 0 or most != line.open:
            taken[line.rows.place] = _newest(line, most) if most else 0
    cells, some = columns.cells, taken != 0
    cells["taken"] = taken
    days = (
        columns.per_line(np.minimum, np.where(some, cells["day"], _LAST_DAY)),
        columns.per_line(np.maximum, np.where(some, cells["day"], _NO_DAY)),
        columns.per_line(np.maximum, np.where(some, cells["validated_on"], _NO_DAY)),
    )
    works = map(Work, hours, [line.rows for line in lines], *days)
    found, reopened = columns.per_line(np.add, taken), columns.per_line(np.add, taken * cells["reopened"])
    return map(_Taken, works, dues, found, reopened)


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
    open_hours, released = line.rows.column("open_hours"), line.rows.column("released")
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
    by_row = work.rows.column("taken")
    words = data.priced(row, units)
    who = data.people(frozenset(compress(work.rows.column("validated_by"), by_row)))
    if who and work.validated_on != _NO_DAY:
        why = labels.later("why.time_validated", day=_date(work.validated_on), who=who, **words)
    else:  # the server does not say
        why = labels.later("why.time", **words)
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
        for day, person, hours in zip(*map(work.rows.column, ("day", "employee", "taken")), strict=True):
            worked[day, person] += hours
        halves = sum((4 * hours + unit) // (2 * unit) for hours in worked.values())  # to the nearest, halves up
        return Decimal(halves) / 2
    return round_to(Decimal(work.hours) / unit, 2).normalize() + 0


_NO_DAY, _LAST_DAY = np.iinfo(np.int64).min, np.iinfo(np.int64).max
"""Among days counted from 1970: an empty one, before all others, and the last one there can be."""


def _date(day: int) -> date:
    return date.fromordinal(_FIRST + day)


def _leftovers(data: BillingData, blocks: Blocks, line: _Line, taken: _Taken, labels: Labels) -> list[Finding]:
    """What is neither invoiced nor billed now: blocked, newest hours first, with a finding."""
    found: list[Finding] = []
    rows, is_open, hours = line.rows, line.open, taken.work.hours
    smaller = min(is_open, taken.due) - min(hours, 0)
    if smaller < -line.slack:
        found.append(_finding(data, line, Reason.CREDIT_DUE, -smaller, labels))
        blocks.add(Reason.CREDIT_DUE, _by_id(rows, [min(value, 0) for value in rows.column("open_hours")]))
    net = line.hours(line.billed.quantity - line.billed.credited_quantity)
    missing = line.total - net - hours
    if is_open < 0 or missing <= line.slack:
        missing = 0
    else:
        blocks.add(Reason.WITHDRAWN, _withdrawn(rows, missing))
        found.append(_finding(data, line, Reason.WITHDRAWN, missing, labels))
    covered = is_open - line.reopened - (taken.found - taken.reopened) - missing
    if covered > line.slack:
        found.append(_finding(data, line, Reason.LINKS_DISAGREE, covered, labels))
    return found


def _withdrawn(rows: Rows, missing: int) -> dict[int, int]:
    """Which hours `missing` of a line are: open ones that are not billed first, the newest first; then those on live invoices
    whose link is gone (a person removed the line), then the linked ones."""
    is_open, linked = rows.column("open"), rows.column("linked")
    candidates = [
        max(hours - billed, 0) if opened else hours
        for hours, billed, opened in zip(rows.column("hours"), rows.column("taken"), is_open, strict=True)
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
