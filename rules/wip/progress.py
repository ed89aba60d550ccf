"""Fixed price and milestones: earned is the share of the work that is done, whatever was invoiced.

The share is what the last project update dated up to the closing date says, else the milestones reached by then; a task's own
progress is hours consumed, not work done, and is never asked. Example: 13,000.00 sold, 50 % done, 9,100.00 invoiced: 6,500.00
earned, 2,600.00 to defer. Source: cra.md, "Accruals"; scenario S15.

A project that costs more than it sells is named: the time on its line, and what was posted on its analytic account and is
re-billed to nobody; lines that share an account share that by what they are sold for.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import money, quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount
from rules.billing.milestones import due_units, reached_by, share_of
from rules.billing.modes import Mode
from rules.wip.by_amount import money_of, position
from rules.wip.case import Case
from rules.wip.position import Positions
from rules.wip.rates import ClosingRates


@dataclass(frozen=True, slots=True)
class _Done:
    """The share of a line that is done (0 to 1), what that comes to, who says so, and since when (None: a milestone)."""

    share: Decimal
    earned: Decimal
    source: str
    said_on: pd.Timestamp | None = None


def progressed(case: Case) -> Positions:
    """Positions of every fixed price and milestone line of a confirmed order."""
    result, data = Positions(), case.data
    worked = set(data.timesheets.loc[data.timesheets["date"] >= pd.Timestamp(case.period.since), "order_line_id"])
    projects = project_of(data)
    costs = _costs(case, projects)
    for line in data.rows("order_lines").values():
        if case.modes[line.id] not in (Mode.FIXED, Mode.MILESTONE) or data.order_of(line.id).state != "sale":
            continue
        done = _done(case, line, case.books.updates_of.get(projects.get(line.id, 0), []))
        if done is None:
            result.findings += _unknown(case, line, line.id in worked)
            continue
        result.found.append(position(case, line, done.earned, _said(case, line, done)))
        result.findings += _old_word(case, line, done, line.id in worked) + _loss(case, line, done, costs[line.id])
    return result


def project_of(data: BillingData) -> dict[int, int]:
    """The project of each order line: the one made for it, else the one whose time goes to it."""
    found = {row.order_line_id: row.id for row in data.rows("projects").values() if row.order_line_id}
    return found | {line.id: line.project_id for line in data.rows("order_lines").values() if line.project_id}


def _sold(case: Case, line: Any) -> Decimal:
    return amount(quantity(line.ordered), line, case.data.digits(case.data.order_of(line.id)))


def _done(case: Case, line: Any, updates: list[Any]) -> _Done | None:
    """None where nobody said how far the work is."""
    labels, digits = case.labels, case.data.digits(case.data.order_of(line.id))
    last = next((update for update in reversed(updates) if update.date <= case.closing), None)
    if last is not None:
        share = min(Decimal(1), max(Decimal(0), quantity(last.progress) / 100))
        source = labels("closing.update", name=last.name, day=labels.day(last.date.date()))
        return _Done(share, round_to(_sold(case, line) * share, digits), source, last.date)
    if case.modes[line.id] is Mode.MILESTONE:
        reached = reached_by(case.data.milestones_of.get(line.id, []), case.closing)
        share = share_of(reached)
        names = ", ".join(step.name for step in reached) or labels("closing.none_reached")
        return _Done(share, amount(due_units(line, share), line, digits), labels("closing.milestones", names=names))
    return None


def _said(case: Case, line: Any, done: _Done) -> str:
    return case.labels(
        "closing.progress",
        share=case.labels.percent(done.share * 100),
        sold=money_of(case, line, _sold(case, line)),
        source=done.source,
        earned=money_of(case, line, done.earned),
    )


def _unknown(case: Case, line: Any, worked: bool) -> list[Finding]:
    """Nothing says how far it is: what is invoiced counts as earned. An order that is invoiced and rests is not named."""
    left = max(_sold(case, line) - case.past.of(line.id).kept_amount, Decimal(0))
    if not left and not worked:
        return []
    return [findings.about_line(case.data, case.labels, line.id, "closing_no_progress", Severity.WARNING, worth=left)]


def _old_word(case: Case, line: Any, done: _Done, worked: bool) -> list[Finding]:
    """An update from before the month, on a project that was worked on in it."""
    if done.said_on is None or not worked or done.said_on >= pd.Timestamp(case.period.since):
        return []
    day = case.labels.day(done.said_on.date())
    return [findings.about_line(case.data, case.labels, line.id, "closing_old_progress", Severity.WARNING, day=day)]


def _costs(case: Case, projects: dict[int, int]) -> dict[int, Decimal]:
    """What each line cost so far, in the company's currency."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in each(case.books.line_costs):
        found[row.order_line_id] -= money(row.cost)
    for lines, spent in _spent(case, projects):
        sold = {line.id: max(_sold(case, line), Decimal(0)) for line in lines}
        whole = sum(sold.values(), Decimal(0))
        for line_id, part in sold.items():
            found[line_id] += spent * part / whole if whole else Decimal(0)
    return found


def _spent(case: Case, projects: dict[int, int]) -> Iterator[tuple[list[Any], Decimal]]:
    """The lines of each analytic account, and what was posted on it."""
    rows = case.books.spendings
    spent = rows[rows["order_line_id"] == 0].groupby("account_id")["amount"].sum()
    accounts = {row.id: row.account_id for row in case.data.rows("projects").values()}
    lines: dict[int, list[Any]] = defaultdict(list)
    for line_id, project in projects.items():
        line = case.data.rows("order_lines").get(line_id)
        if line is not None and not line.is_expense and case.data.order_of(line_id).state == "sale":
            lines[accounts.get(project, 0)].append(line)
    return (
        (lines[int(str(account))], -money(int(amount_))) for account, amount_ in spent.items() if int(str(account)) in lines
    )


def _loss(case: Case, line: Any, done: _Done, cost: Decimal) -> list[Finding]:
    """A loss at completion: the cost so far, over the share that is done, beyond what is sold; at 0 % what it cost alone."""
    order = case.data.order_of(line.id)
    rate = ClosingRates.in_books(case.books, case.closing).of(order.currency_id)
    if not rate:
        return []
    expected = cost * rate / (done.share or 1)
    loss = round_to(expected, case.data.digits(order)) - _sold(case, line)
    if loss <= 0:
        return []
    return [findings.about_line(case.data, case.labels, line.id, "closing_loss", Severity.WARNING, worth=loss)]
