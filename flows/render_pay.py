"""A month of payroll variables as Markdown: the files, every record, and the statement of each variable."""

from collections.abc import Sequence
from typing import Any

from flows.markdown import escape, table
from flows.pay_statement import Sheet, sheet
from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.units import money, quantity
from mappings.vocabulary.written import Document
from rules.variables.decide import Export

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
    return [_statement(sheet(one, export.name_of(one.employee), labels, currency), labels) for one in export.statements]


def _statement(shown: Sheet, labels: Labels) -> str:
    """How a variable came about: month by month, tier by tier, then due, paid and to pay."""
    base = (f"**{labels('pay.base')}**", "", f"**{shown.base}**")
    months = [*(_escaped(row) for row in shown.months), base]
    sums = [[f"**{what}**", "", "", f"**{amount}**"] for what, amount in shown.sums]
    head = [labels(f"pay.{name}") for name in ("tier", "base", "rate", "amount")]
    bases = table([labels("pay.month"), labels("pay.origins"), shown.basis], months, right=(2,))
    return "\n\n".join([f"### {escape(shown.title)}", bases, table(head, [*shown.tiers, *sums], right=(1, 2, 3))])


def _escaped(row: Sequence[str]) -> list[str]:
    return [escape(cell) for cell in row]
