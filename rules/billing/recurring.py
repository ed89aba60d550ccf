"""Subscriptions: an order line that sells a number of periods, billed one period at a time.

The ordered quantity is the number of periods sold, so Odoo's own count of what is invoiced stays right. Periods run from the
order's day; in advance a period is due on its first day, in arrears once its last day is over. With proration, periods are
those of the calendar and the first one is billed by its days. Source: billing.md, "Recurring".

Example: 12 months at 180.00 from 1 October in arrears, closed on 31 October: one period, 180.00; on 30 October: nothing.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.policy import BillingPolicy, Recurring
from mappings.vocabulary.units import quantity, round_to
from rules.billing import findings
from rules.billing.data import BillingData
from rules.billing.history import History
from rules.billing.item import Outcome
from rules.billing.modes import Mode
from rules.billing.quantities import due_item

_STEP = {
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "half_year": relativedelta(months=6),
    "year": relativedelta(years=1),
}


def bill_recurring(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData, modes: dict[int, Mode], past: History, period: Period, policy: BillingPolicy, labels: Labels
) -> Outcome:
    """Items of every subscription line."""
    rules = {rule.product: rule for rule in policy.recurring}
    outcome = Outcome()
    for line in data.rows("order_lines").values():
        if modes[line.id] is not Mode.RECURRING:
            continue
        rule = rules[data.rows("products")[line.product_id].code]
        start = data.order_of(line.id).ordered_on.date()
        ordered, billed = quantity(line.ordered), past.of(line.id).kept_quantity
        spans = list(due_periods(rule, start, period.until, ordered))
        due = min(ordered, sum((share for _, _, share in spans), Decimal(0))) - billed
        service = _service(spans, billed)
        why = labels.later(
            "why.recurring",
            period=labels.period(*service) if service else "",
            billed=labels(f"why.{rule.billed}"),
            **data.priced(line, due),
        )
        outcome.add(due_item(data, line, Mode.RECURRING, due, why, past, labels, service))
        if spans and spans[-1][1] < period.until and sum(share for _, _, share in spans) >= ordered:
            outcome.findings.append(findings.about_line(data, labels, line.id, "recurring_over", Severity.INFO))
    return outcome


def due_periods(rule: Recurring, start: date, until: date, most: Decimal) -> Iterator[tuple[date, date, Decimal]]:
    """First day, last day and share (1, or less where it is prorated) of each period due up to `until`, `most` in all."""
    step, first = _STEP[rule.every] * rule.count, _calendar_start(rule, start) if rule.prorate else start
    number, sold = 0, Decimal(0)
    while sold < most:
        # Always from the first day: month by month, 31 January would end on the 28th for ever.
        begins, ends = first + step * number, first + step * (number + 1) - timedelta(days=1)
        if (begins if rule.billed == "in_advance" else ends) > until:
            return
        share = Decimal(1)
        if begins < start:
            share = Decimal((ends - start).days + 1) / ((ends - begins).days + 1)
            begins = start
        share = min(round_to(share, 2), most - sold)
        yield begins, ends, share
        number, sold = number + 1, sold + share


def _calendar_start(rule: Recurring, start: date) -> date:
    """First day of the calendar's period that `start` lies in."""
    if rule.every == "week":
        return start - timedelta(days=start.weekday())
    months = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}[rule.every]
    return date(start.year, (start.month - 1) // months * months + 1, 1)


def _service(spans: list[tuple[date, date, Decimal]], billed: Decimal) -> tuple[date, date] | None:
    """From the first period not yet billed to the last one due."""
    passed = Decimal(0)
    for begins, _, share in spans:
        if passed >= billed:
            return begins, spans[-1][1]
        passed += share
    return None
