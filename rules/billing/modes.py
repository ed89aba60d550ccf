"""How each order line is billed, from what its product and its unit say.

A product invoiced on ordered quantities is a fixed price, or a prepaid pack where its unit is a time; Odoo's own
`service_policy` says the same but is not stored. A line whose product the company file calls recurring is billed each period.
Enterprise's own subscriptions are invoiced by Odoo itself, elsewhere.
"""

from enum import StrEnum
from typing import Any

from mappings.vocabulary.policy import BillingPolicy
from rules.billing.sold import Sold


class Mode(StrEnum):
    """The ways an order line is billed."""

    TEXT = "text"
    TIME = "time"
    MANUAL = "manual"
    EXPENSE = "expense"
    FIXED = "fixed"
    PREPAID = "prepaid"
    MILESTONE = "milestone"
    RECURRING = "recurring"
    DISCOUNT = "discount"
    DOWN_PAYMENT = "down_payment"
    ELSEWHERE = "elsewhere"


def line_modes(data: Sold, policy: BillingPolicy) -> dict[int, Mode]:
    """The mode of every order line, by its id."""
    elsewhere = set(data.orders.loc[data.orders["subscription"], "id"])
    recurring = {rule.product for rule in policy.recurring}
    return {
        line.id: Mode.ELSEWHERE if line.order_id in elsewhere and not line.display else _mode(line, data, recurring)
        for line in data.rows("order_lines").values()
    }


def _mode(line: Any, data: Sold, recurring: set[str]) -> Mode:  # noqa: PLR0911 - one answer a line, in order
    product = data.rows("products").get(line.product_id)
    if line.display:
        return Mode.TEXT
    if line.is_downpayment:
        return Mode.DOWN_PAYMENT
    if line.is_expense:
        return Mode.EXPENSE
    if product and product.code in recurring:
        return Mode.RECURRING
    on_order = product is None or product.invoice_on == "order"
    if (product and product.id == data.company.discount_product_id) or (on_order and line.price_unit < 0):
        return Mode.DISCOUNT
    if on_order:
        return Mode.PREPAID if data.unit_hours(line.id) else Mode.FIXED
    if line.delivered_by == "timesheet":
        return Mode.TIME
    return Mode.MILESTONE if line.delivered_by == "milestones" else Mode.MANUAL
