"""The one shape of every flow: pull, decide, preview, (approve), push, report. What shows and what asks is passed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Upsert
from mappings.vocabulary.records import ACTIVITY, ENTRY, INVOICE, MARGIN_NOTE, PAY_EXPORT
from mappings.vocabulary.written import Written

MARGINS = "margins"
"""What a report is about that shows margins, whether their notes are written or not."""

FORECAST = "forecast"
"""What a report is about whose flow only reads."""


class RunStopped(Exception):
    """A run that cannot go on. Its text, in the company's language, says why and what to do; nothing was written by it."""

    remedy = ""


class Mode(StrEnum):
    """How far a run goes: show only; show, wait for a person, write what they approved; or write at once."""

    PREVIEW = "preview"
    APPROVE = "approve"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Balance:
    """Hours by bucket (`invoiced`, `accrued`, `included`, `non_billable`, `blocked`), and their total as the server sums it."""

    buckets: dict[str, Decimal]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Report:
    """What a run decided and did: shown as preview before, and as report after."""

    company: str
    period: Period
    language: str
    currency: str
    plan: Plan
    document: str = INVOICE.name
    """The record type that the flow proposes."""
    balance: Balance | None = None
    """Of a flow that closes hours."""
    earlier: Balance | None = None
    """Open hours of before the period, which such a run also decides about."""
    written: Written | None = None
    findings_after: tuple[Finding, ...] = ()
    """Findings of the writing itself: changed since the preview, left alone, rejected."""
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """What people call the records the plan refers to: ("partners", 12) -> "Atrium", ("units", 5) -> "Jour (7 h)"."""
    page: str = ""
    """Of a flow whose proposals follow from a page of its own, or that has nothing but it: that page, Markdown."""
    rows: Sequence[Mapping[str, str]] = ()
    """Of a flow that has nothing but a page: the rows of a table with a search field, Markdown."""


_CALLED = {
    INVOICE.name: "origin",
    ENTRY.name: "reference",
    PAY_EXPORT.name: "reference",
    ACTIVITY.name: "summary",
    MARGIN_NOTE.name: "subject",
}
"""The value that names a document, by record type."""


def called(upsert: Upsert) -> str:
    """What a person calls a proposed document: the order it is from, an entry's reference, else its name."""
    said = _CALLED.get(upsert.model, "name")
    return str(upsert.values.get(said) or "")


class Screen(Protocol):
    """What a flow shows and asks, whoever looks: a terminal, the Prefect UI, a test."""

    def progress(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is; `total` 0 means unknown."""

    def preview(self, report: Report) -> None:
        """Show what is about to be written and why, what is blocked, and the balance."""

    def approve(self, report: Report) -> Sequence[str] | None:
        """Wait for a person; answer the keys to leave out, or None to write nothing."""

    def finish(self, report: Report) -> None:
        """Show what was written."""
