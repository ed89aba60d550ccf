"""A month of payroll variables as Markdown: the files, every record, and the statement of each variable."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flows.markdown import escape, table
from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import money, quantity
from mappings.vocabulary.variable_plan import Share
from mappings.vocabulary.written import Document
from rules.variables.decide import Export
from rules.variables.managers import Statement

SHOWN = 300
"""So many records stand in the page; the control file has them all."""


def page(export: Export, files: Sequence[Document], labels: Labels, currency: str) -> str:
    """What is handed in, or would be if nothing refused it."""
    if not len(export.records):
        return "\n\n".join([labels("pay.none"), *_statements(export, labels, currency)])
    parts = [f"## {labels('pay.records')}", _records(export, labels, currency)]
    if files:
        listed = "\n".join(f"- `{file.name}`" for file in files)
        parts = [f"## {labels('pay.files')}", listed, *parts]
    return "\n\n".join([*parts, *_statements(export, labels, currency)])


def _records(export: Export, labels: Labels, currency: str) -> str:
    columns = ("number", "name", "code", "label", "quantity", "amount", "since", "until", "regularises")
    rows = [_record(row, labels, currency) for row in each(export.records.head(SHOWN))]
    more = len(export.records) - SHOWN
    if more > 0:
        rows.append([labels("pay.more", count=more), *[""] * (len(columns) - 1)])
    return table([labels(f"pay.{name}") for name in columns], rows, right=(4, 5))


def _record(row: Any, labels: Labels, currency: str) -> list[str]:
    in_money = row.unit == currency
    return [
        *(escape(text) for text in (row.number, row.name, row.code, row.label)),
        "" if in_money else f"{labels.quantity(quantity(row.quantity))} {labels(f'pay.units.{row.unit}')}",
        labels.money(money(row.amount), currency) if in_money else "",
        _day(row.date_from, row.half_from, labels),
        _day(row.date_to, row.half_to, labels),
        row.regularises,
    ]


def _day(day: Any, half: str, labels: Labels) -> str:
    return f"{labels.day(day.date())} {labels(f'pay.halves.{half}')}" if half else labels.day(day.date())


def _statements(export: Export, labels: Labels, currency: str) -> list[str]:
    return [_statement(export, one, labels, currency) for one in export.statements]


def _statement(export: Export, one: Statement, labels: Labels, currency: str) -> str:
    """How a variable came about: month by month, tier by tier, then due, paid and to pay."""
    name = next((row.name for row in each(export.records) if row.number == one.employee), one.employee)
    period = labels.period(one.period.since, one.period.until)
    heading = "### " + labels("pay.statement", plan=escape(one.plan.name), name=escape(name), period=period)
    months = [
        [f"{figure.month:%Y-%m}", escape(", ".join(figure.origins)), labels.money(figure.amount, currency)]
        for figure in one.figures
    ]
    basis = labels(f"pay.basis.{one.plan.basis}")
    months.append([f"**{labels('pay.base')}**", "", f"**{labels.money(one.base, currency)}**"])
    bases = table([labels("pay.month"), labels("pay.origins"), basis], months, right=(2,))
    tiers = [_tier(one, share, labels, currency) for share in one.shares]
    totals = {"cap": one.plan.cap, "due": one.due, "paid": one.paid, "to_pay": one.to_pay}
    tiers += [
        [f"**{labels(f'pay.{name}')}**", "", "", f"**{labels.money(amount, currency)}**"]
        for name, amount in totals.items()
        if amount is not None
    ]
    head = [labels(f"pay.{name}") for name in ("tier", "base", "rate", "amount")]
    return "\n\n".join([heading, bases, table(head, tiers, right=(1, 2, 3))])


def _tier(one: Statement, share: Share, labels: Labels, currency: str) -> list[str]:
    above = labels.money(share.above, currency)
    if one.plan.tiers == "whole":
        reach = labels("pay.whole")
    elif share.up_to is None:
        reach = labels("pay.above", above=above)
    else:
        reach = labels("pay.up_to", above=above, up_to=labels.money(share.up_to, currency))
    amounts = (labels.money(share.part, currency), labels.percent(Decimal(share.percent)), labels.money(share.amount, currency))
    return [reach, *amounts]
