"""Journal entries of a `Report` as Markdown: their reason, and their lines with debit and credit."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flows.markdown import escape, table
from flows.shape import Report, called
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert

SHOWN = 200
"""So many lines of an entry stand in the page; the totals are of all."""

LONG = 60
"""A longer label is cut off in the table and stands whole below it: Prefect's UI never breaks a line inside a cell."""


def proposals(report: Report) -> str:
    """Each entry with its reason and its lines."""
    if not report.plan.upserts:
        return Labels(report.language)("preview.entry.nothing")
    return "\n\n".join(_entry(report, draft) for draft in report.plan.upserts)


def line_rows(report: Report) -> list[dict[str, str]]:
    """Every line of every entry as a row, for a table with a search field; the longest column stands last."""
    head = _head(report)
    return [
        {head[0]: account, head[2]: debit, head[3]: credit, head[1]: label}
        for draft in report.plan.upserts
        for account, label, debit, credit in _rows(report, draft)
    ]


def _entry(report: Report, draft: Upsert) -> str:
    labels = Labels(report.language)
    heading = f"### {escape(called(draft))} · {labels.day(draft.values['date'])}"
    if draft.values.get("reverses_key"):  # its lines are those of the entry it takes back
        return f"{heading}\n\n{escape(draft.why)}"
    rows: list[list[str]] = list(_rows(report, draft, LONG))
    more = len(rows) - SHOWN
    if more > 0:
        rows = [*rows[:SHOWN], [labels("preview.entry.more", count=more), "", "", ""]]
    totals = [
        f"**{_money(report, sum((line.values[side] for line in draft.lines), Decimal(0)))}**" for side in ("debit", "credit")
    ]
    rows.append([f"**{labels('preview.total')}**", "", *totals])
    parts = [heading, escape(draft.why), table(_head(report), rows, right=(2, 3)), _long_labels(draft)]
    return "\n\n".join(filter(None, parts))


def _long_labels(draft: Upsert) -> str:
    """Those that the table cuts off, each once."""
    texts = dict.fromkeys(line.values["name"] for line in draft.lines if len(line.values["name"]) > LONG)
    return "\n".join(f"- {escape(text)}" for text in list(texts)[:SHOWN])


def _rows(report: Report, draft: Upsert, most: int | None = None) -> Iterator[list[str]]:
    """Account, label (of at most so many characters), debit and credit of each line."""
    for line in draft.lines:
        values = line.values
        account = report.names.get(("accounts", values["account_id"]), f"#{values['account_id']}")
        label = values["name"] if most is None or len(values["name"]) <= most else values["name"][: most - 1] + "…"
        yield [escape(account), escape(label), _money(report, values["debit"]), _money(report, values["credit"])]


def _head(report: Report) -> list[str]:
    labels = Labels(report.language)
    return [labels(f"preview.entry.{name}") for name in ("account", "label", "debit", "credit")]


def _money(report: Report, value: Any) -> str:
    return Labels(report.language).money(value, report.currency) if value else ""
