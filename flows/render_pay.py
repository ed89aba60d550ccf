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

_DATED = ("ABSENCE", "EXPENSE")
"""Kinds whose days are their own; the others are the month's."""


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
    columns = ("number", "name", "code", "label", "figure", "days", "regularises")
    rows = [_record(row, labels, currency) for row in each(export.records.head(SHOWN))]
    more = len(export.records) - SHOWN
    if more > 0:
        rows.append([labels("pay.more", count=more), *[""] * (len(columns) - 1)])
    return table([labels(f"pay.{name}") for name in columns], rows, right=(4,))


def _record(row: Any, labels: Labels, currency: str) -> list[str]:
    in_units = f"{labels.quantity(quantity(row.quantity))} {labels(f'pay.units.{row.unit}')}" if row.unit != currency else ""
    return [
        *(escape(text) for text in (row.number, row.name, row.code, row.label)),
        in_units or labels.money(money(row.amount), currency),
        _days(row, labels) if row.kind in _DATED else "",
        row.regularises,
    ]


def _days(row: Any, labels: Labels) -> str:
    """`30/10/2026 après-midi`, `29/10/2026 après-midi → 31/10/2026`; a whole day needs no halves."""
    first, last = labels.day(row.date_from.date()), labels.day(row.date_to.date())
    afternoon, morning = row.half_from == "PM", row.half_to == "AM"
    since = f"{first} {labels('pay.halves.PM')}" if afternoon else first
    if first == last:
        return f"{first} {labels('pay.halves.AM')}" if morning else since
    return f"{since} → {last} {labels('pay.halves.AM')}" if morning else f"{since} → {last}"


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
