"""The closing: per order line what is earned and not invoiced (FAE), or invoiced and not earned (PCA), on one day.

For every line of a confirmed order, before tax: accrued or deferred = earned - invoiced, where only invoices posted with an
accounting date up to the closing count. Down payments never do. What billing holds back for a reason of its own is not accrued,
save a contract that is not signed or a purchase order number that is missing: that work is done. Source: cra.md, "Accruals".

Example, 31 October: 13.5 days at 600.00 and a train of 120.00 without a signed contract: D 4181 9,864.00, C revenue 8,220.00,
C 44587 1,644.00, the other way round on 1 November.
"""

from dataclasses import dataclass

import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan
from rules.billing import findings, waiting
from rules.billing.data import BillingData
from rules.billing.deductions import deduct
from rules.billing.gates import hold_back
from rules.billing.history import History
from rules.billing.modes import Mode, line_modes
from rules.billing.qualification import Reason, qualify
from rules.billing.rates import hold_old_rates
from rules.billing.reported import hold_unreported
from rules.billing.time_and_materials import mark_open
from rules.wip.as_of import all_validated, as_of, past_of
from rules.wip.booking import book
from rules.wip.books import ClosingBooks
from rules.wip.case import Case, Policies
from rules.wip.delivered import delivered, old_work
from rules.wip.elsewhere import left_to_others
from rules.wip.position import Position, Positions
from rules.wip.prepaid import drawn_down
from rules.wip.progress import progressed
from rules.wip.proposal import propose
from rules.wip.subscriptions import run_so_far

PASSING = frozenset({Reason.CONTRACT_UNSIGNED, Reason.REFERENCE_MISSING})
"""What keeps work from being invoiced and not from being earned."""


@dataclass(frozen=True)
class Closing:
    """The plan, where each order line stands, and the validated hours behind it (as billing's `Decision.sheet`).

    data       the books as of the closing date
    positions  earned, invoiced and open of every line that was looked at, mode by mode
    booked     those that the entries are made of, global discounts included
    unbooked   those that are open and cannot be booked; a finding names each
    """

    plan: Plan
    data: BillingData
    positions: tuple[Position, ...]
    booked: tuple[Position, ...]
    unbooked: tuple[Position, ...]
    sheet: pd.DataFrame


def decide(books: ClosingBooks, period: Period, policies: Policies, labels: Labels) -> Closing:
    """What to write and what to show for the closing on `period.until`. Pure: the same frames give the same decision."""
    data = as_of(books, period.until)
    modes = line_modes(data, policies.billing)
    listed = [*waiting.not_validated(data, modes, labels), *waiting.unposted_expenses(data, labels)]
    if policies.closing.not_validated == "accrue":
        data = all_validated(books, data)
    past = past_of(books, data)
    sheet, unreported = _sheet(data, modes, past, policies)
    case = Case(books, data, modes, past, sheet, period, policies, labels)
    blocked = waiting.blocked_time(data, modes, pd.concat([sheet, unreported]), labels)

    stand = _positions(case)
    open_, held = _open(case, stand.found)
    bookings, refused = book(case, open_)
    plan = propose(case, bookings)
    accrued = [position for position in open_ if position.item.amount > 0]
    found = [*plan.findings, *refused, *held, *blocked, *stand.findings, *listed, *old_work(case, accrued)]
    found += left_to_others(case)
    ranked = tuple(sorted(found, key=findings.urgency))
    plan = Plan(upserts=plan.upserts, findings=ranked)
    lines = {one.line_id for booked in bookings.values() for one in booked}
    booked = tuple(one for one in open_ if one.item.line_id in lines)
    unbooked = tuple(one for one in open_ if one.item.line_id not in lines)
    return Closing(plan, data, tuple(stand.found), booked, unbooked, case.sheet)


def _sheet(data: BillingData, modes: dict[int, Mode], past: History, policies: Policies) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The validated hours with what billing says of each; what it blocks for a reason of its own is not accrued.

    Hours that wait for their CRA are not validated yet: where the company accrues such hours, they stand apart to be listed.
    """
    sheet = mark_open(qualify(data, modes, policies.billing), past)
    hold_old_rates(data, modes, sheet)
    free = sheet["reason"].copy()
    hold_unreported(data, modes, sheet, policies.billing)
    unreported = sheet[sheet["reason"] == Reason.CRA_NOT_VALIDATED]
    if policies.closing.not_validated == "accrue":
        sheet["reason"] = free
    else:
        unreported = unreported.iloc[:0]
    sheet["blocked_hours"] = sheet["hours"].where(sheet["reason"] != "", 0)
    return sheet, unreported


def _positions(case: Case) -> Positions:
    """Where every line stands, mode by mode."""
    stand = delivered(case)
    for rule in (progressed, drawn_down, run_so_far):
        stand.add(rule(case))
    return stand


def _open(case: Case, positions: list[Position]) -> tuple[list[Position], list[Finding]]:
    """What is open and may be booked, with its share of the order's global discount; findings of what is held back."""
    of_line = {position.item.line_id: position for position in positions}
    earned = [position.item for position in positions if position.item.amount > 0]
    data, billing, labels = case.data, case.policies.billing, case.labels
    free, held = hold_back(data, case.sheet, earned, billing, labels, PASSING)
    # Down payments are 4191, no revenue: of what comes off an order only its discounts are revenue too.
    discounts = [
        item for item in deduct(data, case.modes, case.past, free, billing, labels).items if item.mode is Mode.DISCOUNT
    ]
    accrued = [of_line[item.line_id] for item in free]
    ahead = [position for position in positions if position.item.amount < 0]
    return [*accrued, *(Position(item, case.past.of(item.line_id).amount) for item in discounts), *ahead], held
