"""Régie, quantities delivered by hand and re-billed expenses: what billing would bill on the closing date is accrued.

It is billing's own rule, asked about the books as of that day: hours that are included, non-billable or withdrawn are no more
accrued than billed. Example: 13.5 days at 600.00 validated and not invoiced: 8,100.00.
"""

from decimal import Decimal

import pandas as pd

from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.units import quantity
from rules.billing import findings
from rules.billing.data import amount
from rules.billing.item import Item
from rules.billing.modes import Mode
from rules.billing.qualification import Reason
from rules.billing.quantities import bill_quantities
from rules.billing.time_and_materials import bill_time
from rules.wip.by_hand import delivered_by
from rules.wip.case import Case
from rules.wip.explained import explained
from rules.wip.position import Position, Positions


def delivered(case: Case) -> Positions:
    """Positions of every line that is billed as delivered."""
    outcome = bill_time(case.data, case.sheet, case.past, case.policies.billing, case.labels)
    outcome.add(bill_quantities(case.data, case.modes, case.past, case.period, case.labels))
    return Positions(
        [Position(item, case.past.of(item.line_id).amount) for item in explained(case, outcome.items)],
        # Hours that an invoice covers without their link are billing's to name, on its own run.
        [finding for finding in outcome.findings if finding.code != Reason.LINKS_DISAGREE],
    )


def old_work(case: Case, accrued: list[Position]) -> list[Finding]:
    """A finding for each line with accrued hours from more than the company's number of days before the closing date."""
    limit = case.closing - pd.Timedelta(days=case.policies.closing.old_after)
    sheets = case.data.timesheets
    old = set(sheets.loc[sheets["date"] < limit, "id"])
    found = []
    for position in accrued:
        hours = sum(hours for sheet, hours in position.item.hours.items() if sheet in old)
        if hours > 0:
            found.append(_old(case, position.item, hours))
    return found + _old_units(case, [position.item for position in accrued])


def _old_units(case: Case, accrued: list[Item]) -> list[Finding]:
    """The same of re-billed expenses and of what is delivered by hand: the oldest are taken as invoiced."""
    data, labels, days = case.data, case.labels, case.policies.closing.old_after
    limit = case.closing - pd.Timedelta(days=days)
    rows = case.books.line_deliveries
    spent = rows[rows["date"] < limit].groupby("order_line_id")["delivered"].sum().to_dict()
    by_hand = delivered_by(case.books, (limit - pd.Timedelta(days=1)).date())
    found = []
    for item in accrued:
        if item.mode not in (Mode.EXPENSE, Mode.MANUAL):
            continue
        before = (spent if item.mode is Mode.EXPENSE else by_hand).get(item.line_id, 0)
        units = min(item.quantity, quantity(before) - case.past.of(item.line_id).kept_quantity)
        if units > 0:
            line = data.line(item.line_id)
            found.append(
                findings.about_line(
                    data, labels, line.id, "closing_old_units", Severity.WARNING,
                    worth=amount(units, line, data.digits(data.order_of(line.id))),
                    days=days, quantity=labels.quantity(units), unit=data.name("units", line.unit_id),
                )
            )  # fmt: skip
    return found


def _old(case: Case, item: Item, hours: int) -> Finding:
    data, line = case.data, case.data.line(item.line_id)
    worth = amount(Decimal(hours) / data.unit_hours(line.id), line, data.digits(data.order_of(line.id)))
    words = {"days": case.policies.closing.old_after}
    return findings.about_line(
        data, case.labels, line.id, "closing_old", Severity.WARNING, hours=quantity(hours), worth=worth, **words
    )
