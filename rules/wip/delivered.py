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
from rules.billing.qualification import Reason
from rules.billing.quantities import bill_quantities
from rules.billing.time_and_materials import bill_time
from rules.wip.case import Case
from rules.wip.position import Position, Positions


def delivered(case: Case) -> Positions:
    """Positions of every line that is billed as delivered."""
    outcome = bill_time(case.data, case.sheet, case.past, case.policies.billing, case.labels)
    outcome.add(bill_quantities(case.data, case.modes, case.past, case.period, case.labels))
    return Positions(
        [Position(item, case.past.of(item.line_id).amount) for item in outcome.items],
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
    return found


def _old(case: Case, item: Item, hours: int) -> Finding:
    data, line = case.data, case.data.line(item.line_id)
    worth = amount(Decimal(hours) / data.unit_hours(line.id), line, data.digits(data.order_of(line.id)))
    words = {"days": case.policies.closing.old_after}
    return findings.about_line(
        data, case.labels, line.id, "closing_old", Severity.WARNING, hours=quantity(hours), worth=worth, **words
    )
