"""Which revision an export is: a month's files are made once, and another content is another revision, never the same name.

Example: October's first export has the key `evp_3_2026_10_r1`. The same content again: nothing. Another content:
`evp_3_2026_10_r2`.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Severity
from rules.variables.decide import Export
from rules.variables.findings import finding


@dataclass(frozen=True, slots=True)
class Revision:
    """One export that stands in Odoo: its month (2026-10), its number, and what it left (`rules.variables.memory`)."""

    month: str
    number: int
    content: str
    reference: str


def prefix(company_id: int) -> str:
    """How the keys of a company's exports begin, without the key's module."""
    return f"evp_{company_id}_"


def key_name(company_id: int, month: Period, number: int) -> str:
    """What an export is called, without the key's module."""
    return f"{prefix(company_id)}{month.until:%Y_%m}_r{number}"


def revisions(company_id: int, entries: Iterable[Any]) -> dict[str, Revision]:
    """The last revision of each month; `entries` are rows of the dataset of that name. A cancelled one counts: it went out."""
    found: dict[str, Revision] = {}
    form = re.compile(re.escape(prefix(company_id)) + r"([0-9]{4})_([0-9]{2})_r([1-9][0-9]*)")
    for entry in entries:
        if key := form.fullmatch(entry.key):
            one = Revision(f"{key[1]}-{key[2]}", int(key[3]), entry.content, entry.reference)
            if one.month not in found or found[one.month].number < one.number:
                found[one.month] = one
    return found


def number_of(before: Revision | None, digest: str) -> int:
    """The number of an export with this content: 1, that of the one that went out just so, or the next."""
    if before is None:
        return 1
    return before.number if json.loads(before.content)["sha256"] == digest else before.number + 1


def judged(export: Export, sent: Mapping[str, Revision], month: Period, number: int, labels: Labels) -> Export:
    """The export with what a person must know of those that went out: this month's own, and later ones.

    One that would change a month before one that went out is refused. The later month settled what was due up to then, late
    leaves and expenses included; handed in now, the same would be paid twice. It goes with the next month.
    """
    if export.refused:
        return export
    return replace(export, findings=(*export.findings, *_told(export, sent, month, number, labels)))


def _told(export: Export, sent: Mapping[str, Revision], month: Period, number: int, labels: Labels) -> Iterator[Finding]:
    before, later = sent.get(month.month), sorted(one for one in sent if one > month.month)
    if not len(export.records):
        yield finding(labels, month, "pay_nothing", Severity.WARNING)
    elif before and before.number == number:
        yield finding(labels, month, "pay_done", Severity.INFO, revision=number)
    elif later:
        yield finding(labels, month, "pay_later_sent", Severity.CRITICAL, months=", ".join(later))
    elif before:
        yield finding(labels, month, "pay_new_revision", Severity.WARNING, before=before.number, revision=number)
