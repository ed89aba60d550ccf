"""What stands on one draft: an order, a consultant's mission, or all orders of a client that share a header.

A mission is what an order sells of one consultant: the lines that name them, a later rate of the same person included, and the
expenses that this person laid out. An order of a single consultant is one mission as it is. Source: billing.md, "Grouping".

Example, grouped by mission: S00012 sells 60 days of Camille Durand and 20 of Marc Petit, and re-bills a train of Camille's:
two drafts, the train on Camille's.
"""

import zlib
from collections.abc import Callable, Mapping

from mappings.vocabulary.dataset import each
from mappings.vocabulary.policy import BillingPolicy
from rules.billing.data import BillingData
from rules.billing.modes import Mode

GroupOf = Callable[[int], str]
"""What the draft of an order line, by its id, is grouped by: only lines of one group stand on one draft."""


def grouping(data: BillingData, modes: Mapping[int, Mode], policy: BillingPolicy) -> GroupOf:
    """The groups as the company wants them; their names hold database ids, since they become part of a draft's key."""
    if policy.grouping == "client":
        return lambda line_id: _client(data, line_id)
    mission_of = missions(data, modes) if policy.grouping == "mission" else {}

    def group_of(line_id: int) -> str:
        order = f"o{data.line(line_id).order_id}"
        return f"{order}l{mission_of[line_id]}" if line_id in mission_of else order

    return group_of


def missions(data: BillingData, modes: Mapping[int, Mode]) -> dict[int, int]:
    """Of orders that name several consultants, the first line of the mission that each of their lines belongs to, if any.

    Not of an order from which a down payment or a global discount comes off: it is bounded by one draft's amount.
    """
    spent_by = {row.order_line_id: row.employee_id for row in each(data.expenses) if row.order_line_id}
    found: dict[int, int] = {}
    for lines in data.lines_of.values():
        whose = {line.id: line.consultant_id or spent_by.get(line.id, 0) for line in lines}
        first = {line.consultant_id: line.id for line in reversed(lines) if line.consultant_id}
        if len(first) > 1 and not any(modes[line.id] in (Mode.DISCOUNT, Mode.DOWN_PAYMENT) for line in lines):
            found |= {line_id: first[consultant] for line_id, consultant in whose.items() if consultant in first}
    return found


def _client(data: BillingData, line_id: int) -> str:
    order = data.order_of(line_id)
    reference = zlib.crc32(order.client_reference.encode()) if order.client_reference else 0
    parts = (
        order.invoice_partner_id, order.currency_id, order.fiscal_position_id, order.payment_term_id, order.journal_id,
    )  # fmt: skip
    return f"c{order.company_id}p" + "-".join(str(part) for part in parts) + f"-{reference:x}"
