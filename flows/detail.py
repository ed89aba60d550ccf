"""The detail a client receives with a draft invoice: who did what on which day, as a PDF in the client's language.

It shows hours and quantities, no price and no cost. The same detail gives the same bytes, so a replay writes the same document.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flows.typeset import printable, typeset
from mappings.vocabulary.labels import Labels, language_of
from mappings.vocabulary.units import round_to

_LONG = 600  # characters: a longer row may continue on the next page, others stay whole


@dataclass(frozen=True, slots=True)
class DetailRow:
    """One timesheet: `hours` billed of it; `quantity` the same in its section's unit, shown to a thousandth, None for hours."""

    date: date
    person: str
    task: str
    description: str
    hours: Decimal
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DetailSection:
    """One line of the invoice: its text, what is billed in its unit, and the time behind it (none for materials, a forfait)."""

    title: str
    unit: str
    quantity: Decimal
    rows: tuple[DetailRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything a client may read about one draft. `language` is the client's locale as Odoo has it (`fr_BE`)."""

    client: str
    language: str
    company: str
    orders: tuple[str, ...]
    since: date
    until: date
    sections: tuple[DetailSection, ...]


def detail_pdf(detail: Detail) -> bytes:
    """The detail as a PDF: A4, paged, with fonts of its own; French where the client's language has no catalogue."""
    labels = Labels(language_of(detail.language))
    return typeset("detail.typ", _content(detail, labels))


def _content(detail: Detail, labels: Labels) -> dict[str, Any]:
    """What the template lays out: texts only, numbers and days already as the client's language writes them."""
    names = ("title", "date", "person", "task", "description", "hours", "quantity", "subtotal", "total_hours")
    orders = labels("detail.order" if len(detail.orders) == 1 else "detail.orders")
    period = labels.period(detail.since, detail.until)
    with_rows = [section for section in detail.sections if section.rows]
    facts = [
        (labels("detail.client"), detail.client),
        (labels("detail.company"), detail.company),
        *([(orders, ", ".join(detail.orders))] if detail.orders else []),
        (labels("detail.period"), period),
    ]
    return {
        "language": labels.language,
        "labels": {
            **{name: labels(f"detail.{name}") for name in names},
            "page": labels("detail.page", page="<page>", pages="<pages>"),
        },
        "company": printable(detail.company),
        "client": printable(detail.client),
        "heading": f"{labels('detail.title')} · {period}",
        "facts": [(name, printable(value)) for name, value in facts],
        "sections": [_section(section, labels) for section in detail.sections],
        "total": labels.hours(_hours(detail.sections)) if len(with_rows) > 1 else "",
    }


def _section(section: DetailSection, labels: Labels) -> dict[str, Any]:
    return {
        "title": printable(section.title),
        "quantity": printable(f"{labels.quantity(section.quantity)} {section.unit}"),
        "billed": labels.quantity(section.quantity),
        "hours": labels.hours(_hours((section,))),
        "rows": [
            {
                "date": labels.day(row.date),
                "person": printable(row.person, 14),
                "task": printable(row.task, 18),
                "description": printable(row.description),
                "hours": labels.hours(row.hours),
                "quantity": "" if row.quantity is None else labels.quantity(round_to(row.quantity, 3)),
                "long": len(row.task) + len(row.description) > _LONG,
            }
            for row in section.rows
        ],
    }


def _hours(sections: tuple[DetailSection, ...]) -> Decimal:
    return sum((row.hours for section in sections for row in section.rows), Decimal(0))
