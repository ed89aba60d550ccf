"""Hours drawn on a prepaid pack beyond what it sold: included by default, re-billed where the company file says so.

Example: 10 h sold at 95.00, 11.5 h drawn: 1.5 h beyond. "included": nothing is billed, a finding says 142.50; "rebill": a draft
of 142.50. Source: billing.md, "Prepaid".
"""

from decimal import Decimal

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData, amount, hours_by_line
from rules.billing.history import History
from rules.billing.item import Item, Outcome
from rules.billing.modes import Mode


def drawn_hours(data: BillingData) -> dict[int, int]:
    """Micro-hours drawn on each order line: all that nobody called non-billable."""
    counted = data.line_hours[data.line_hours["qualification"] != "non_billable"]
    return hours_by_line(counted)


def bill_overruns(data: BillingData, modes: dict[int, Mode], past: History, policy: BillingPolicy, labels: Labels) -> Outcome:
    """Items or findings of the packs that are overdrawn."""
    drawn = drawn_hours(data)
    outcome = Outcome()
    for line in data.rows("order_lines").values():
        if modes[line.id] is not Mode.PREPAID:
            continue
        sold, billed = quantity(line.ordered), past.of(line.id).kept_quantity
        used = Decimal(drawn.get(line.id, 0)) / data.unit_hours(line.id)
        beyond = used - sold - max(Decimal(0), billed - sold)
        units = round_to(beyond, 2).normalize() + 0
        if units <= 0:
            continue
        worth = amount(units, line, data.digits(data.order_of(line.id)))
        if policy.prepaid_overrun == "rebill":
            why = labels.later("why.overrun", **data.priced(line, units))
            outcome.items.append(Item(line.id, Mode.PREPAID, units, worth, why))
        else:
            hours = quantity(int(units * data.unit_hours(line.id)))
            outcome.findings.append(
                findings.about_line(data, labels, line.id, "prepaid_overrun", Severity.WARNING, hours=hours, worth=worth)
            )
    return outcome
