"""Milestones: the share reached up to the closing date, less what is billed.

Odoo's quantities have two decimals, so the cumulative share is rounded, not each part: thirds of 13,000 come out 4,290, 4,420
and 4,290, together 13,000. The gap with the contract is named, and so are milestones that do not total 100 %.
"""

from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import MICRO, quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount, net_price
from rules.billing.fixed_price import due_by_amount, withdrawn_amount
from rules.billing.history import History
from rules.billing.item import Outcome
from rules.billing.modes import Mode


def bill_milestones(data: BillingData, modes: dict[int, Mode], past: History, period: Period, labels: Labels) -> Outcome:
    """Items of every milestone line."""
    outcome = Outcome()
    closed = pd.Timestamp(period.until)
    for line in data.rows("order_lines").values():
        if modes[line.id] is not Mode.MILESTONE:
            continue
        steps = data.milestones_of.get(line.id, [])
        reached = reached_by(steps, closed)
        share = share_of(reached)
        due = due_units(line, share)
        names = ", ".join(step.name for step in reached)
        why = labels.later("why.milestone", names=names, share=labels.percent(share * 100))
        billed = due_by_amount(data, line, Mode.MILESTONE, due, why, past, labels)
        last = max((step.reached_on for step in reached if not pd.isna(step.reached_on)), default=None)
        for item in billed.items:
            item.service = (last.date(), last.date()) if last else None
        outcome.add(billed)
        outcome.findings += withdrawn_amount(data, line, past, labels)
        outcome.findings += _gaps(data, line, steps, due, share, labels)
    return outcome


def reached_by(steps: list[Any], day: pd.Timestamp) -> list[Any]:
    """The milestones reached on that day or before."""
    return [step for step in steps if step.reached and not step.reached_on > day]


def due_units(line: Any, share: Decimal) -> Decimal:
    """What that share of a line comes to in its unit, to the hundredth as Odoo counts."""
    return round_to(quantity(line.ordered) * share, 2)


def share_of(steps: list[Any]) -> Decimal:
    """The milestones' share of the contract; three thirds, kept as decimals, are the whole."""
    total = sum(int(step.share) for step in steps)
    return Decimal(1) if abs(total - MICRO) <= MICRO // 100_000 else quantity(total)


def _gaps(  # noqa: PLR0913, PLR0917 - the two gaps with the contract
    data: BillingData, line: Any, steps: list[Any], due: Decimal, share: Decimal, labels: Labels
) -> list[Finding]:
    found = []
    digits = data.digits(data.order_of(line.id))
    total = share_of(steps)
    if total != 1:
        percent = labels.percent(total * 100)
        found.append(findings.about_line(data, labels, line.id, "milestones_not_whole", Severity.WARNING, total=percent))
    gap = amount(due, line, digits) - round_to(quantity(line.ordered) * share * net_price(line), digits)
    if gap:
        found.append(findings.about_line(data, labels, line.id, "milestone_rounding", Severity.INFO, worth=abs(gap)))
    return found
