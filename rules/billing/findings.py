"""Findings about orders and their lines: the record named, the hours and the money, the texts from the catalogue."""

from decimal import Decimal

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Ref, Severity
from rules.billing.sold import Sold

NOTHING = Decimal(0)
_RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


def urgency(finding: Finding) -> tuple[int, Decimal, str, int]:
    """By what findings are sorted: the most serious first, then the most money."""
    return _RANK[finding.severity], -finding.amount, finding.code, finding.record.id


def about_line(  # noqa: PLR0913 - a finding has this many parts
    data: Sold,
    labels: Labels,
    line_id: int,
    code: str,
    severity: Severity,
    *,
    hours: Decimal = NOTHING,
    worth: Decimal = NOTHING,
    **values: object,
) -> Finding:
    """A finding about an order line; its texts may name `order`, `client`, `line`, `hours`, `amount` and `values`."""
    told, title = data.told(data.line(line_id).order_id), data.line_title(line_id)
    record = Ref("order_lines", line_id, f"{told.ref.name} / {title}")
    words = {**told.words, "line": title, **values}
    return Finding(code, severity, record, labels.language, words, hours, worth, told.currency)


def about_order(  # noqa: PLR0913 - a finding has this many parts
    data: Sold,
    labels: Labels,
    order_id: int,
    code: str,
    severity: Severity,
    *,
    hours: Decimal = NOTHING,
    worth: Decimal = NOTHING,
    **values: object,
) -> Finding:
    """A finding about an order; its texts may name `order`, `client`, `hours`, `amount` and `values`."""
    told = data.told(order_id)
    return Finding(code, severity, told.ref, labels.language, {**told.words, **values}, hours, worth, told.currency)
