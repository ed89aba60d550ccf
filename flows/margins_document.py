"""Margins as one JSON document, for machines: money and percentages as strings; a rate is null where there is no revenue."""

from typing import Any

from flows.document import document
from flows.margin_month import MarginMonth
from flows.render_margins import MONEY, tables
from flows.shape import Report
from rules.margin.margin import Figures


def margins_document(report: Report, month: MarginMonth) -> dict[str, Any]:
    """The document of any flow, and `margins`: by `missions`, `clients` and `managers`, and the `total`."""
    parts = {
        label: [{**dict(zip(head, names, strict=True)), **_figures(figures)} for names, figures in rows]
        for label, head, rows in tables(month)
    }
    return {**document(report), "margins": {**parts, "total": _figures(month.margins.total)}}


def _figures(figures: Figures) -> dict[str, str | None]:
    rate = None if figures.rate is None else str(figures.rate)
    return {**{name: str(getattr(figures, name)) for name in MONEY}, "rate": rate}
