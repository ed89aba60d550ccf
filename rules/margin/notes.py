"""A note with a mission's margin on its project, one for each mission and month: an internal note that no client reads.

What stands is never rewritten: where the figures changed since the last note, a further revision says so and the earlier ones
stay as the trace of what people read and answered then. The figures' checksum is part of the key: the same figures again write
nothing, and two runs at once write the same note.

Example: 8,220.00 - 4,320.00 - 206.40 of October, order line 7: `margin_7_2026_10_r1_<checksum>`; with meals of 86.40 more a
month later: `margin_7_2026_10_r2_<checksum>`. Source: the issue, section 5.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from html import escape

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity, Upsert
from mappings.vocabulary.records import MARGIN_NOTE, MODULE
from rules.margin.margin import Figures, Kind, Row

_FIGURES = ("revenue", "cost", "expenses", "margin")
_FORM = re.compile(r"margin_([0-9]+)_([0-9]{4}_[0-9]{2})_r([1-9][0-9]*)_([0-9a-f]{12})")

Named = Callable[[Row], str]
"""What people call a row."""


def notes(  # noqa: PLR0913, PLR0917 - what a note is made of
    rows: Iterable[Row], standing: pd.DataFrame, period: Period, company_id: int, currency: str, labels: Labels, named: Named
) -> Plan:
    """The notes that are missing, and a finding for each mission that has no project to note it on.

    standing  dataset `margin_notes`
    """
    last = _last(standing, period)
    missions = [row for row in rows if row.kind is Kind.MISSION]
    return Plan(
        upserts=tuple(
            _note(row, last.get(row.record_id, (0, ""))[0] + 1, period, company_id, currency, labels, named(row))
            for row in missions
            if row.project_id and last.get(row.record_id, (0, NOTHING))[1] != _checksum(row.figures)
        ),
        findings=tuple(_homeless(row, labels, named(row)) for row in missions if not row.project_id),
    )


def _last(standing: pd.DataFrame, period: Period) -> dict[int, tuple[int, str]]:
    """The number and the checksum of each mission's last note of that month."""
    found: dict[int, tuple[int, str]] = {}
    for row in each(standing):
        told = _FORM.fullmatch(row.key)
        if told and told[2] == f"{period.since:%Y_%m}":
            found[int(told[1])] = max(found.get(int(told[1]), (0, "")), (int(told[3]), told[4]))
    return found


def _checksum(figures: Figures) -> str:
    told = " ".join(f"{Decimal(getattr(figures, name)).normalize() + 0:f}" for name in _FIGURES)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


NOTHING = _checksum(Figures())
"""Of a mission without figures, such as one whose earlier work was invoiced in the month: it has no note unless it had one."""


def _note(  # noqa: PLR0913, PLR0917 - see `notes`
    row: Row, revision: int, period: Period, company_id: int, currency: str, labels: Labels, name: str
) -> Upsert:
    month, amount = labels.month(period.since), labels.money(row.figures.margin, currency)
    rate = "" if row.figures.rate is None else f" ({labels.percent(row.figures.rate)})"
    subject = labels("margins.note.subject", month=month, mission=name, margin=f"{amount}{rate}")
    said = "new" if revision == 1 else "again"
    return Upsert(
        key=f"{MODULE}margin_{row.record_id}_{period.since:%Y_%m}_r{revision}_{_checksum(row.figures)}",
        model=MARGIN_NOTE.name,
        values={
            "company_id": company_id,
            "project_id": row.project_id,
            "subject": subject,
            "body": "".join(_body(row.figures, subject, revision, currency, labels)),
        },
        reasons=(labels(f"margins.note.{said}", revision=revision),),
        amount_untaxed=row.figures.margin,
    )


def _body(figures: Figures, subject: str, revision: int, currency: str, labels: Labels) -> Iterator[str]:
    """HTML; every text is escaped."""
    yield f"<p><b>{escape(subject)}</b></p><ul>"
    for name in _FIGURES:
        told = f"{labels(f'margins.{name}')} : {labels.money(getattr(figures, name), currency)}"
        yield f"<li>{escape(told)}</li>"
    yield "</ul>"
    if revision > 1:
        yield f"<p>{escape(labels('margins.note.again', revision=revision))}</p>"


def _homeless(row: Row, labels: Labels, name: str) -> Finding:
    ref = Ref(dataset="order_lines", id=row.record_id, name=name)
    words = {"mission": name}
    return Finding(code="margin_no_project", severity=Severity.INFO, record=ref, language=labels.language, words=words)
