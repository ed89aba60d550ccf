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
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import compress

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
class _Rows:
    """The timesheets of one line, oldest first: place i of each list is the same one. `hours` in micro-hours, days counted from
    1970. Lists and not a frame: there are a few dozen, and thousands of lines."""

    id: list[int]
    day: list[int]
    hours: list[int]
    open: list[bool]
    reopened: list[bool]
    linked: list[bool]
    released: list[bool]
    employee: list[int]
    validated_by: list[int]
    validated_on: list[int]

    @property
    def open_hours(self) -> list[int]:
        """The hours of open rows, 0 for the others."""
        return [hours if is_open else 0 for hours, is_open in zip(self.hours, self.open, strict=True)]


@dataclass(frozen=True, slots=True)
class _Line:
    """The hours of one order line, in micro-hours; `unit` is the length of its unit."""

    id: int
    unit: int
    total: int
    billed: Billed
    rows: _Rows

    @property
    def open(self) -> int:
        return sum(self.rows.open_hours)

    @property
    def reopened(self) -> int:
        return sum(compress(self.rows.hours, self.rows.reopened))

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
    billable = sheet[(sheet["mode"] == Mode.TIME) & (sheet["qualified"] == "billable")]
    free = billable["reason"] == ""
    totals = _totals(data, policy)
    # What its own record blocks is named already: the server's sum has it, and it would look withdrawn.
    named = billable[~free & billable["open"] & (billable["company_id"] == data.company.id)]
    for key, value in named.groupby("order_line_id")["hours"].sum().items():
        totals[int(str(key))] = totals.get(int(str(key)), 0) - int(value)
    for line in _lines(data, billable[free], totals, past):
        if not line.unit:
            blocks.add(Reason.UNIT_NOT_TIME, _by_id(line.rows, line.rows.hours))
            outcome.findings.append(_finding(data, line, Reason.UNIT_NOT_TIME, line.open, labels))
            continue
        taken = _take(line, past, policy)
        item = _item(data, line, taken, policy, labels) if taken.hours else None
        if item and item.quantity:
            outcome.items.append(item)
        elif item:
            blocks.add(Reason.ROUNDS_TO_NOTHING, _by_id(line.rows, taken.by_row))
            outcome.findings.append(_finding(data, line, Reason.ROUNDS_TO_NOTHING, taken.hours, labels))
        outcome.findings += _leftovers(data, blocks, line, taken, labels)
    blocks.apply(sheet)
    return outcome


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is billed of a line: micro-hours in all, and of each row."""

    hours: int
    by_row: list[int]
    due: int


def _totals(data: BillingData, policy: BillingPolicy) -> dict[int, int]:
    """Billable micro-hours of each line over its whole history, as the server sums them."""
    sums = data.line_hours
    billable = sums[by_line(Mode.TIME, sums["kind"], sums["qualification"], policy) == "billable"]
    return {int(str(key)): int(value) for key, value in billable.groupby("order_line_id")["hours"].sum().items()}


def _lines(data: BillingData, sheet: pd.DataFrame, totals: dict[int, int], past: History) -> Iterator[_Line]:
    """The order lines with their rows: sorted once and cut into parts, since a frame for each line would cost seconds."""
    order = np.lexsort((sheet["id"], sheet["date"], sheet["order_line_id"]))
    line_ids = sheet["order_line_id"].to_numpy()[order]
    columns = {
        "id": sheet["id"], "day": _days(sheet["date"]), "hours": sheet["hours"], "open": sheet["open"],
        "reopened": sheet["reopened"], "linked": sheet["linked"], "released": sheet["released_on"].notna(),
        "employee": sheet["employee_id"], "validated_by": sheet["validated_by"], "validated_on": _days(sheet["validated_on"]),
    }  # fmt: skip
    sorted_columns = [np.asarray(columns[name])[order] for name in _Rows.__slots__]
    starts = np.flatnonzero(np.diff(line_ids, prepend=-1))
    ends = [*starts[1:].tolist(), len(line_ids)]
    for line_id, since, to in zip(line_ids[starts].tolist(), starts.tolist(), ends, strict=False):
        rows = _Rows(*(column[since:to].tolist() for column in sorted_columns))
        yield _Line(line_id, data.unit_hours(line_id), totals.get(line_id, 0), past.of(line_id), rows)


def _by_id(rows: _Rows, hours: list[int]) -> dict[int, int]:
    """Micro-hours by timesheet, of the rows that have any."""
    return {key: value for key, value in zip(rows.id, hours, strict=True) if value}


def _take(line: _Line, past: History, policy: BillingPolicy) -> _Taken:
    rows, open_hours = line.rows, line.rows.open_hours
    is_open, reopened = sum(open_hours), line.reopened
    credited = line.hours(line.billed.credited_quantity)
    due = line.total - line.hours(line.billed.quantity) + min(sum(compress(rows.hours, rows.released)), credited)
    # Half-days bill more or less than was worked, so quantities say nothing about hours: the links and claims alone do.
    if policy.day_rounding == "half_day":
        due = is_open - reopened + min(reopened, line.hours(line.billed.kept_quantity - line.billed.quantity))
    elif abs(is_open - due) <= line.slack:
        due = is_open
    hours = min(is_open, due)
    if not past.takes(line.id, Decimal(hours) / line.unit):
        return _Taken(0, [0] * len(open_hours), due)
    if hours == is_open:
        return _Taken(hours, open_hours, due)
    # Corrections whole, then what was released, then the newest: invoices without links to their hours cover the oldest, and
    # the client would read those days a second time.
    in_turn = sorted(range(len(open_hours)), key=lambda row: (rows.hours[row] > 0, not rows.released[row], -row))
    return _Taken(hours, _up_to(hours, open_hours, in_turn), due)


def _up_to(most: int, hours: list[int], in_turn: list[int]) -> list[int]:
    """Of each row the hours that fit into `most`, the rows taken in that turn."""
    part = [0] * len(hours)
    for row in in_turn:
        part[row] = min(hours[row], max(most, 0))
        most -= hours[row]
    return part


def _item(data: BillingData, line: _Line, taken: _Taken, policy: BillingPolicy, labels: Labels) -> Item:
    row, order = data.line(line.id), data.order_of(line.id)
    units = _units(line, taken, policy)
    days = list(compress(line.rows.day, taken.by_row))  # none where hours that are no longer billable come off the draft
    why = labels(
        "why.time",
        quantity=labels.quantity(units),
        unit=data.name("units", row.unit_id),
        validated=_validated(data, line.rows, taken, labels),
        price=labels.money(money(row.price_unit), data.currency_code(order)),
    )
    return Item(
        line_id=line.id,
        mode=Mode.TIME,
        quantity=units,
        amount=amount(units, row, data.digits(order)),
        why=why,
        service=(_date(min(days)), _date(max(days))) if days else None,
        hours=_by_id(line.rows, taken.by_row),
    )


def _units(line: _Line, taken: _Taken, policy: BillingPolicy) -> Decimal:
    """The quantity to bill: exact to the hundredth of a unit, or to half-days of each day and person."""
    if policy.day_rounding == "half_day" and line.unit >= 4 * MICRO:
        worked: dict[tuple[int, int], int] = defaultdict(int)
        for day, person, hours in zip(line.rows.day, line.rows.employee, taken.by_row, strict=True):
            worked[day, person] += hours
        halves = sum((4 * hours + line.unit) // (2 * line.unit) for hours in worked.values())  # to the nearest, halves up
        return Decimal(halves) / 2
    return (Decimal(taken.hours) / line.unit).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _validated(data: BillingData, rows: _Rows, taken: _Taken, labels: Labels) -> str:
    """ " le 02/11/2026 par Claire Martin": the last day and everybody who validated; empty where the server does not say."""
    who = sorted({data.name("users", user) for user in set(compress(rows.validated_by, taken.by_row)) if user})
    when = max(compress(rows.validated_on, taken.by_row), default=_NO_DAY)
    if not who or when == _NO_DAY:
        return ""
    return " " + labels("why.validated", day=labels.day(_date(when)), who=", ".join(who))


_NO_DAY = np.iinfo(np.int64).min
"""An empty day among days counted from 1970: before all others."""


def _days(column: "pd.Series[pd.Timestamp]") -> npt.NDArray[np.int64]:
    return column.to_numpy().astype("datetime64[D]").astype("int64")


def _date(day: int) -> date:
    return date.fromordinal(_FIRST + day)


def _leftovers(data: BillingData, blocks: Blocks, line: _Line, taken: _Taken, labels: Labels) -> list[Finding]:
    """What is neither invoiced nor billed now: blocked, newest hours first, with a finding."""
    found: list[Finding] = []
    rows, is_open = line.rows, line.open
    smaller = min(is_open, taken.due) - min(taken.hours, 0)
    if smaller < -line.slack:
        found.append(_finding(data, line, Reason.CREDIT_DUE, -smaller, labels))
        blocks.add(Reason.CREDIT_DUE, _by_id(rows, [min(hours, 0) for hours in rows.open_hours]))
    net = line.hours(line.billed.quantity - line.billed.credited_quantity)
    missing = line.total - net - taken.hours
    if is_open < 0 or missing <= line.slack:
        missing = 0
    else:
        blocks.add(Reason.WITHDRAWN, _withdrawn(rows, taken, missing))
        found.append(_finding(data, line, Reason.WITHDRAWN, missing, labels))
    taken_reopened = sum(compress(taken.by_row, rows.reopened))
    covered = is_open - line.reopened - (sum(taken.by_row) - taken_reopened) - missing
    if covered > line.slack:
        found.append(_finding(data, line, Reason.LINKS_DISAGREE, covered, labels))
    return found


def _withdrawn(rows: _Rows, taken: _Taken, missing: int) -> dict[int, int]:
    """Which hours `missing` of a line are: open ones that are not billed first, the newest first; then those on live invoices
    whose link is gone (a person removed the line), then the linked ones."""
    candidates = [
        max(hours - billed, 0) if is_open else hours
        for hours, billed, is_open in zip(rows.hours, taken.by_row, rows.open, strict=True)
    ]
    in_turn = sorted(
        range(len(candidates)), key=lambda row: (not rows.open[row], rows.linked[row] and not rows.open[row], -row)
    )
    return _by_id(rows, [max(part, 0) for part in _up_to(missing, candidates, in_turn)])


def _finding(data: BillingData, line: _Line, reason: Reason, hours: int, labels: Labels) -> Finding:
    row = data.line(line.id)
    worth = amount(Decimal(hours) / line.unit, row, data.digits(data.order_of(line.id))) if line.unit else Decimal(0)
    severity = {
        **dict.fromkeys((Reason.LINKS_DISAGREE, Reason.ROUNDS_TO_NOTHING), Severity.INFO),
        Reason.WITHDRAWN: Severity.WARNING,
    }.get(reason, Severity.CRITICAL)
    return findings.about_line(data, labels, line.id, reason, severity, hours=quantity(hours), worth=worth)
