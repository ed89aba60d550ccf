"""Margins as tables: Markdown pages, rows to search, and the cells that the Excel file and the JSON document share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flows.markdown import escape, table
from flows.shape import Report, called
from mappings.vocabulary.labels import Labels

if TYPE_CHECKING:
    from flows.margin_month import MarginMonth
    from rules.margin.margin import Figures

Part = tuple[tuple[str, ...], "Figures"]
"""The names of a part of the whole, and its figures."""

MONEY = ("invoiced", "accrued", "revenue", "cost", "expenses", "bench", "margin")
"""Figures in the company's currency, in the order they are shown; the rate stands last."""


def tables(month: "MarginMonth") -> Iterator[tuple[str, tuple[str, ...], list[Part]]]:
    """Each table: its label, what names its parts, and the parts, the greatest margin first."""
    found = month.margins
    rows: list[Part] = [
        ((month.title(row), month.client(row.client_id), month.manager(row.manager_id)), row.figures) for row in found.rows
    ]
    yield "missions", ("mission", "client", "manager"), _ranked(rows)
    yield "clients", ("client",), _ranked([((month.client(one),), figures) for one, figures in found.clients.items()])
    yield "managers", ("manager",), _ranked([((month.manager(one),), figures) for one, figures in found.managers.items()])


def pages(month: "MarginMonth") -> str:
    """The whole month: by mission, by client and by business manager, and the company's total."""
    labels = month.labels
    if not month.margins.rows:
        return labels("margins.none")
    shown = [f"## {labels(f'margins.{name}')}\n\n{_table(month, head, parts)}" for name, head, parts in tables(month)]
    return "\n\n".join([labels("margins.explained"), *shown])


def proposals(report: Report) -> str:
    """The notes that would be written; nothing where all stand."""
    if not report.plan.upserts:
        return ""
    labels = Labels(report.language)
    listed = "\n".join(f"- {escape(called(note))} — {escape(note.why)}" for note in report.plan.upserts)
    return f"## {labels('margins.note.to_write')}\n\n{labels('margins.note.read_by')}\n\n{listed}"


def search_rows(month: "MarginMonth") -> list[dict[str, str]]:
    """A row for each mission, for a table with a search field."""
    _, head, parts = next(tables(month))
    titles = [month.labels(f"margins.{name}") for name in (*head, *MONEY, "rate")]
    return [dict(zip(titles, [*map(escape, names), *_figures(month, figures)], strict=True)) for names, figures in parts]


def _ranked(parts: list[Part]) -> list[Part]:
    return sorted(parts, key=lambda part: (-part[1].margin, part[0]))


def _table(month: "MarginMonth", head: tuple[str, ...], parts: list[Part]) -> str:
    labels = month.labels
    titles = [labels(f"margins.{name}") for name in (*head, *MONEY, "rate")]
    rows = [[*map(escape, names), *_figures(month, figures)] for names, figures in parts]
    if head[0] != "client":  # bench is no client's: their sum is not the company's
        whole = [f"**{labels('preview.total')}**", *[""] * (len(head) - 1)]
        rows.append([*whole, *(f"**{cell}**" if cell else "" for cell in _figures(month, month.margins.total))])
    return table(titles, rows, right=range(len(head), len(titles)))


def _figures(month: "MarginMonth", figures: "Figures") -> list[str]:
    money = [month.labels.money(getattr(figures, name), month.currency) for name in MONEY]
    return [*money, "" if figures.rate is None else month.labels.percent(figures.rate)]
