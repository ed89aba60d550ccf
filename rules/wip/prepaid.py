"""Prepaid packs: earned is what was drawn, up to what was sold; hours beyond count where the company re-bills them.

Example: 10 h at 95.00 invoiced, 7.5 h drawn: 712.50 earned, 237.50 to defer. Source: cra.md, "Accruals"; scenario S16.
"""

from decimal import Decimal

from mappings.vocabulary.units import money, quantity, round_to
from rules.billing.data import amount
from rules.billing.modes import Mode
from rules.billing.overrun import drawn_hours
from rules.wip.by_amount import money_of, position
from rules.wip.case import Case
from rules.wip.position import Positions


def drawn_down(case: Case) -> Positions:
    """Positions of every pack of a confirmed order."""
    result, data, labels = Positions(), case.data, case.labels
    drawn = drawn_hours(data)
    for line in data.rows("order_lines").values():
        order = data.order_of(line.id)
        if case.modes[line.id] is not Mode.PREPAID or order.state != "sale":
            continue
        sold = quantity(line.ordered)
        used = round_to(Decimal(drawn.get(line.id, 0)) / data.unit_hours(line.id), 2)
        counted = used if case.policies.billing.prepaid_overrun == "rebill" else min(used, sold)
        said = labels(
            "closing.prepaid",
            used=labels.quantity(used),
            sold=labels.quantity(sold),
            unit=data.name("units", line.unit_id),
            price=money_of(case, line, money(line.price_unit)),
        )
        result.found.append(position(case, line, amount(counted, line, data.digits(order)), said))
    return result
