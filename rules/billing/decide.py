"""The billing rule: what is billed this period, what is blocked, and why."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Severity, Upsert
from mappings.vocabulary.policy import BillingPolicy
from rules.billing import findings, waiting
from rules.billing.contracts import bill_contracts
from rules.billing.data import BillingData
from rules.billing.deductions import deduct
from rules.billing.drafts import Draft, extendable, make_drafts, standing
from rules.billing.fixed_price import bill_fixed
from rules.billing.gates import hold_back
from rules.billing.grouping import grouping
from rules.billing.history import History, history
from rules.billing.invoice import invoice
from rules.billing.item import Outcome, one_a_line
from rules.billing.milestones import bill_milestones
from rules.billing.modes import Mode, line_modes
from rules.billing.months import by_month
from rules.billing.overrun import bill_overruns
from rules.billing.qualification import Reason, qualify
from rules.billing.quantities import bill_quantities
from rules.billing.rates import hold_old_rates
from rules.billing.recurring import bill_recurring
from rules.billing.reported import hold_unreported
from rules.billing.time_and_materials import bill_time, mark_open


@dataclass(frozen=True)
class Decision:
    """The plan, and the validated hours behind it.

    sheet   one row per validated timesheet read: id, date, hours, qualified, reason, blocked_hours (micro-hours)
    """

    plan: Plan
    sheet: pd.DataFrame


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cycles: a large decision makes a million objects and no cycle; it takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # all objects count as old, or the next one made would have the million searched
                gc.freeze()
                gc.unfreeze()
            gc.enable()


@_uncollected()
def decide(data: BillingData, period: Period, policy: BillingPolicy, labels: Labels) -> Decision:
    """What to write and what to show, from what was read. Pure: the same frames give the same decision, byte for byte."""
    modes = line_modes(data, policy)
    past = history(data)
    latest = extendable(data, past, period, policy)
    group_of = grouping(data, modes, policy)
    stands = standing(data, past, latest, group_of)
    past = replace(past, room={line_id: max(line.quantity for line in of.values()) for line_id, of in stands.items()})
    sheet = mark_open(qualify(data, modes, policy), past)
    hold_old_rates(data, modes, sheet)
    hold_unreported(data, modes, sheet, policy)
    sheet["blocked_hours"] = sheet["hours"].where(sheet["reason"] != "", 0)
    found = [*waiting.blocked_time(data, modes, sheet, labels), *waiting.not_validated(data, modes, labels)]

    outcome = _due(data, modes, past, sheet, period, policy, labels)
    items, held = hold_back(data, sheet, one_a_line(outcome.items), policy, labels)
    taken_off = deduct(data, modes, past, items, policy, labels)
    if policy.months == "apart":
        whole = {data.line(item.line_id).order_id for item in taken_off.items}
        items = by_month(data, sheet, items, whole, stands, period, policy, labels)
    drafts = make_drafts(data, latest, [*items, *taken_off.items], period, group_of)
    upserts, negative = _write(data, drafts, modes, past, period, policy, labels)
    contracts = bill_contracts(data, past, period, policy, labels)

    orders = {data.line(item.line_id).order_id for item in items}
    found += [*outcome.findings, *held, *taken_off.findings, *negative, *contracts.findings]
    found += [*waiting.unposted_expenses(data, labels), *waiting.several_payers(data, orders, labels)]
    return Decision(Plan(upserts=(*upserts, *contracts.upserts), findings=tuple(sorted(found, key=findings.urgency))), sheet)


def _due(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData,
    modes: dict[int, Mode],
    past: History,
    sheet: pd.DataFrame,
    period: Period,
    policy: BillingPolicy,
    labels: Labels,
) -> Outcome:
    """What every mode says is due, before any order is held back."""
    outcome = bill_time(data, sheet, past, policy, labels)
    outcome.add(bill_quantities(data, modes, past, period, labels))
    outcome.add(bill_fixed(data, modes, past, labels))
    outcome.add(bill_overruns(data, modes, past, policy, labels))
    outcome.add(bill_milestones(data, modes, past, period, labels))
    outcome.add(bill_recurring(data, modes, past, period, policy, labels))
    return outcome


def _write(  # noqa: PLR0913, PLR0917
    data: BillingData,
    drafts: list[Draft],
    modes: dict[int, Mode],
    past: History,
    period: Period,
    policy: BillingPolicy,
    labels: Labels,
) -> tuple[tuple[Upsert, ...], list[Finding]]:
    """The drafts as records; Regie never drafts a negative invoice, so those become findings."""
    upserts, negative = [], []
    for draft in drafts:
        upsert = invoice(data, draft, modes, past, period, policy)
        if upsert.amount_untaxed >= 0:
            upserts.append(upsert)
        else:
            order_id = data.line(draft.items[0].line_id).order_id
            negative.append(
                findings.about_order(
                    data, labels, order_id, Reason.NEGATIVE_DOCUMENT, Severity.CRITICAL, worth=-upsert.amount_untaxed
                )
            )
    return tuple(upserts), negative
