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

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
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
from rules.billing.qualification import Reason, by_line


@dataclass(slots=True)
class _Line:
    """The hours of one order line, in micro-hours; `unit` is the length of its unit."""

    id: int
    unit: int
    total: int
    billed: Billed
    rows: pd.DataFrame
    open: int = field(init=False)
    reopened: int = field(init=False)

    def __post_init__(self) -> None:
        self.open = int(self.rows.loc[self.rows["open"], "hours"].sum())
        self.reopened = int(self.rows.loc[self.rows["reopened"], "hours"].sum())

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
    sheet["reopened"] = sheet["linked"] & _released_since(sheet, past) & ~sheet["id"].isin(holding)
    sheet["open"] = sheet["reopened"] | (~sheet["linked"] & ~sheet["id"].isin(holding))
    return sheet


def _released_since(sheet: pd.DataFrame, past: History) -> "pd.Series[bool]":
    """Rows linked to an invoice whose line a person lowered, and released after it was made."""
    places = sheet[["invoice_id", "order_line_id", "released_on"]].merge(
        past.lowered, how="left", on=["invoice_id", "order_line_id"]
    )
    return pd.Series((places["released_on"] > places["created_at"]).to_numpy(), index=sheet.index)


def bill_time(data: BillingData, sheet: pd.DataFrame, past: History, policy: BillingPolicy, labels: Labels) -> Outcome:
    """Items and findings of all time-and-materials lines that `sheet` (qualified, marked open) has hours on.

    Sets `reason` on the rows it blocks; a row that is blocked in part is left whole in `hours` and its blocked part stands in
    `blocked_hours` (micro-hours).
    """
    outcome = Outcome()
    billable = sheet[(sheet["mode"] == Mode.TIME) & (sheet["qualified"] == "billable")]
    mine = billable[billable["reason"] == ""]
    totals = _totals(data, policy)
    # What its own record blocks is named already: the server's sum has it, and it would look withdrawn.
    named = billable[(billable["reason"] != "") & billable["open"] & (billable["company_id"] == data.company.id)]
    for key, value in named.groupby("order_line_id")["hours"].sum().items():
        totals[int(str(key))] = totals.get(int(str(key)), 0) - int(value)
    for line_id, rows in _by_line(mine):
        line = _Line(line_id, data.unit_hours(line_id), totals.get(line_id, 0), past.of(line_id), rows)
        if not line.unit:
            _block(sheet, line.rows.index, line.rows["hours"], Reason.UNIT_NOT_TIME)
            outcome.findings.append(_finding(data, line, Reason.UNIT_NOT_TIME, line.open, labels))
            continue
        taken = _take(line, past, policy)
        item = _item(data, line, taken, policy, labels) if taken.hours else None
        if item and item.quantity:
            outcome.items.append(item)
        elif item:
            _block(sheet, taken.by_row.index, taken.by_row, Reason.ROUNDS_TO_NOTHING)
            outcome.findings.append(_finding(data, line, Reason.ROUNDS_TO_NOTHING, taken.hours, labels))
        outcome.findings += _leftovers(data, sheet, line, taken, labels)
    return outcome


@dataclass(slots=True)
class _Taken:
    """What is billed of a line: micro-hours in all, and by row."""

    hours: int
    by_row: "pd.Series[int]"
    due: int


def _totals(data: BillingData, policy: BillingPolicy) -> dict[int, int]:
    """Billable micro-hours of each line over its whole history, as the server sums them."""
    sums = data.line_hours
    mode = pd.Series(Mode.TIME, index=sums.index, dtype=object)
    billable = sums[by_line(mode, sums["kind"], sums["qualification"], policy) == "billable"]
    return {int(str(key)): int(value) for key, value in billable.groupby("order_line_id")["hours"].sum().items()}


def _by_line(rows: pd.DataFrame) -> Iterable[tuple[int, pd.DataFrame]]:
    for line_id, part in rows.sort_values(["order_line_id", "date", "id"]).groupby("order_line_id", sort=True):
        yield int(str(line_id)), part


def _take(line: _Line, past: History, policy: BillingPolicy) -> _Taken:
    released = int(line.rows.loc[line.rows["released_on"].notna(), "hours"].sum())
    credited = line.hours(line.billed.credited_quantity)
    due = line.total - line.hours(line.billed.quantity) + min(released, credited)
    # Half-days bill more or less than was worked, so quantities say nothing about hours: the links and claims alone do.
    if policy.day_rounding == "half_day":
        due = line.open - line.reopened + min(line.reopened, line.hours(line.billed.kept_quantity - line.billed.quantity))
    elif abs(line.open - due) <= line.slack:
        due = line.open
    hours = min(line.open, due)
    open_hours = line.rows["hours"].where(line.rows["open"], 0)
    if not past.takes(line.id, Decimal(hours) / line.unit):
        return _Taken(0, open_hours * 0, due)
    if hours == line.open:
        return _Taken(hours, open_hours, due)
    # Corrections whole, then what was released, then the newest: invoices without links to their hours cover the oldest, and
    # the client would read those days a second time.
    ranks = pd.DataFrame({"positive": line.rows["hours"] > 0, "not_released": line.rows["released_on"].isna()})[::-1]
    in_turn = open_hours.loc[ranks.sort_values(["positive", "not_released"], kind="stable").index]
    before = in_turn.cumsum().shift(fill_value=0)
    return _Taken(hours, in_turn.clip(upper=(hours - before).clip(lower=0)).reindex(open_hours.index), due)


def _item(data: BillingData, line: _Line, taken: _Taken, policy: BillingPolicy, labels: Labels) -> Item:
    row, order = data.line(line.id), data.order_of(line.id)
    used = line.rows[taken.by_row != 0]
    units = _units(line, used, taken, policy)
    days = used["date"]
    why = labels(
        "why.time",
        quantity=labels.quantity(units),
        unit=data.name("units", row.unit_id),
        validated=_validated(data, used, labels),
        price=labels.money(money(row.price_unit), data.currency_code(order)),
    )
    return Item(
        line_id=line.id,
        mode=Mode.TIME,
        quantity=units,
        amount=amount(units, row, data.digits(order)),
        why=why,
        service=(days.min().date(), days.max().date()),
        hours={int(key): int(value) for key, value in zip(used["id"], taken.by_row[used.index], strict=True)},
    )


def _units(line: _Line, used: pd.DataFrame, taken: _Taken, policy: BillingPolicy) -> Decimal:
    """The quantity to bill: exact to the hundredth of a unit, or to half-days of each day and person."""
    if policy.day_rounding == "half_day" and line.unit >= 4 * MICRO:
        days = used.assign(hours=taken.by_row[used.index]).groupby(["date", "employee_id"])["hours"].sum()
        halves = np.floor(days.to_numpy() * 2 / line.unit + 0.5)
        return Decimal(int(halves.sum())) / 2
    return (Decimal(taken.hours) / line.unit).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize() + 0


def _validated(data: BillingData, used: pd.DataFrame, labels: Labels) -> str:
    """ " le 02/11/2026 par Claire Martin": the last day and everybody who validated; empty where the server does not say."""
    who = sorted({data.name("users", int(user)) for user in used["validated_by"].unique() if user})
    when = used["validated_on"].max()
    if not who or pd.isna(when):
        return ""
    return " " + labels("why.validated", day=labels.day(when.date()), who=", ".join(who))


def _leftovers(data: BillingData, sheet: pd.DataFrame, line: _Line, taken: _Taken, labels: Labels) -> list[Finding]:
    """What is neither invoiced nor billed now: blocked, newest hours first, with a finding."""
    found: list[Finding] = []
    smaller = min(line.open, taken.due) - min(taken.hours, 0)
    if smaller < -line.slack:
        found.append(_finding(data, line, Reason.CREDIT_DUE, -smaller, labels))
        negative = line.rows["open"] & (line.rows["hours"] < 0)
        _block(sheet, line.rows.index[negative], line.rows.loc[negative, "hours"], Reason.CREDIT_DUE)
    net = line.hours(line.billed.quantity - line.billed.credited_quantity)
    left_open = line.rows["hours"].where(line.rows["open"], 0) - taken.by_row
    missing = line.total - net - taken.hours
    if line.open < 0 or missing <= line.slack:
        missing = 0
    else:
        # Open rows that are not billed first, then those that stand on invoices, the newest first.
        candidates = pd.concat([left_open[left_open > 0][::-1], _on_invoices(line)])
        before = candidates.cumsum().shift(fill_value=0)
        part = candidates.clip(upper=(missing - before).clip(lower=0))
        _block(sheet, part[part > 0].index, part[part > 0], Reason.WITHDRAWN)
        found.append(_finding(data, line, Reason.WITHDRAWN, missing, labels))
    covered = int(left_open[~line.rows["reopened"]].sum()) - missing
    if covered > line.slack:
        found.append(_finding(data, line, Reason.LINKS_DISAGREE, covered, labels))
    return found


def _on_invoices(line: _Line) -> "pd.Series[int]":
    """Hours on live invoices, newest first: those whose link is gone (a person removed the line) before the linked ones."""
    closed = line.rows[~line.rows["open"]][::-1]
    hours: pd.Series[int] = pd.concat([closed.loc[~closed["linked"], "hours"], closed.loc[closed["linked"], "hours"]])
    return hours


def _block(sheet: pd.DataFrame, index: "pd.Index[Any]", hours: "pd.Series[int]", reason: Reason) -> None:
    sheet.loc[index, "reason"] = reason
    sheet.loc[index, "blocked_hours"] = hours


def _finding(data: BillingData, line: _Line, reason: Reason, hours: int, labels: Labels) -> Finding:
    row = data.line(line.id)
    worth = amount(Decimal(hours) / line.unit, row, data.digits(data.order_of(line.id))) if line.unit else Decimal(0)
    severity = {
        **dict.fromkeys((Reason.LINKS_DISAGREE, Reason.ROUNDS_TO_NOTHING), Severity.INFO),
        Reason.WITHDRAWN: Severity.WARNING,
    }.get(reason, Severity.CRITICAL)
    return findings.about_line(data, labels, line.id, reason, severity, hours=quantity(hours), worth=worth)
