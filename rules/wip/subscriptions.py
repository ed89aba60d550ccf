"""Subscriptions: earned day by day over each period, billed in advance or in arrears.

Example: 390.00 a quarter invoiced on 1 October: on 31 October 31 of 92 days are earned, 131.41, and 258.59 is deferred.
"""

from datetime import date
from decimal import Decimal

from mappings.vocabulary.policy import Recurring
from mappings.vocabulary.units import quantity
from rules.billing.data import amount
from rules.billing.modes import Mode
from rules.billing.recurring import due_periods
from rules.wip.by_amount import money_of, position
from rules.wip.case import Case
from rules.wip.position import Positions


def run_so_far(case: Case) -> Positions:
    """Positions of every subscription line of a confirmed order."""
    rules = {rule.product: rule for rule in case.policies.billing.recurring}
    result, data, labels = Positions(), case.data, case.labels
    for line in data.rows("order_lines").values():
        order = data.order_of(line.id)
        if case.modes[line.id] is not Mode.RECURRING or order.state != "sale":
            continue
        rule = rules[data.rows("products")[line.product_id].code]
        units = elapsed(rule, order.ordered_on.date(), case.period.until, quantity(line.ordered))
        earned = amount(units, line, data.digits(order))
        said = labels("closing.recurring", until=labels.day(case.period.until), earned=money_of(case, line, earned))
        result.found.append(position(case, line, earned, said))
    return result


def elapsed(rule: Recurring, start: date, until: date, most: Decimal) -> Decimal:
    """Periods that have run up to that day, the one that runs by its days; at most what was sold."""
    begun = due_periods(rule.model_copy(update={"billed": "in_advance"}), start, until, most)
    return sum(
        (share * ((min(ends, until) - begins).days + 1) / ((ends - begins).days + 1) for begins, ends, share in begun),
        Decimal(0),
    )
