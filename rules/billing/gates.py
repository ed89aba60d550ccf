"""What holds a whole order back: not confirmed, contract not signed, purchase order number missing, a day that is not a day.

The items of a held order are not billed; their hours are blocked and one finding per order and gate says how much waits.
Source: billing.md, "Contract required", "Grouping", "Units".
"""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import MICRO, quantity
from rules.billing import findings
from rules.billing.data import BillingData
from rules.billing.item import Item
from rules.billing.modes import Mode
from rules.billing.qualification import Blocks, Reason


def hold_back(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData,
    sheet: pd.DataFrame,
    items: list[Item],
    policy: BillingPolicy,
    labels: Labels,
    passing: frozenset[Reason] = frozenset(),
) -> tuple[list[Item], list[Finding]]:
    """The items that may go, and the findings of those that may not; blocks the held items' rows of `sheet`.

    passing  reasons that hold nothing back here: work without a signed contract is not billed, and yet it is done
    """
    held: dict[tuple[int, Reason], list[Item]] = defaultdict(list)
    free: list[Item] = []
    for item in items:
        reason = next((one for one in _reasons(data, item, policy) if one not in passing), None)
        if reason is Reason.ORDER_NOT_CONFIRMED and not item.hours:
            continue  # nothing is due on what is no order; only work done on one is at stake
        if reason is None:
            free.append(item)
        else:
            held[data.line(item.line_id).order_id, reason].append(item)
    blocks = Blocks()
    found = []
    for (order_id, reason), waiting in held.items():
        hours = {key: value for item in waiting for key, value in item.hours.items()}
        blocks.add(reason, hours)
        worth = sum((item.amount for item in waiting), Decimal(0))
        lines = [item.line_id for item in waiting]
        words = _words(data, lines, labels)
        found.append(
            findings.about_order(
                data,
                labels,
                order_id,
                reason,
                Severity.CRITICAL,
                hours=quantity(sum(hours.values())),
                worth=worth,
                **words,
            )
        )
    blocks.apply(sheet)
    return free, found


def _reasons(data: BillingData, item: Item, policy: BillingPolicy) -> Iterator[Reason]:
    order = data.order_of(item.line_id)
    if order.state != "sale":
        yield Reason.ORDER_NOT_CONFIRMED
    if contract_missing(data, order, policy):
        yield Reason.CONTRACT_UNSIGNED
    if wants(data, order, "reference_required", policy.reference_required) and not order.client_reference:
        yield Reason.REFERENCE_MISSING
    if item.mode is Mode.TIME and not day_agrees(data.unit_hours(item.line_id), data.hours_per_day):
        yield Reason.UNIT_DISAGREES


def contract_missing(data: BillingData, order: Any, policy: BillingPolicy) -> bool:
    """Whether the order waits for its contract."""
    return wants(data, order, "contract_required", policy.contract_required) and not _signed(order)


def wants(data: BillingData, order: Any, flag: str, always: bool) -> bool:
    """Whether the company, the order, its client or the client's company asks for it."""
    return always or bool(getattr(order, flag, False)) or order.partner_id in data.asking(flag)


def _signed(order: Any) -> bool:
    """Signed at all, on whatever day: a contract signed in December releases October's work on the next run."""
    return not pd.isna(order.contract_signed_on) or not pd.isna(order.signed_on)


def day_agrees(unit: int, working_day: int) -> bool:
    """Whether a unit of 3 to 12 hours is the company's day or half of it; shorter and longer units are no days.

    Odoo's own unit "Days" is 8 hours and belongs to no company: 94.5 h of 7 h days would be 11.81 days, not 13.5.
    """
    return not is_day(unit) or not working_day or unit in (working_day, working_day // 2)


def is_day(unit: int) -> bool:
    """Whether a unit of so many micro-hours is a day, or half of one."""
    return 3 * MICRO <= unit <= 12 * MICRO


def _words(data: BillingData, lines: list[int], labels: Labels) -> dict[str, object]:
    unit = data.line(lines[0]).unit_id
    return {
        "unit": data.name("units", unit),
        "unit_hours": labels.hours(quantity(data.unit_hours(lines[0]))),
        "day": labels.hours(quantity(data.hours_per_day)),
    }
