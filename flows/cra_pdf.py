"""A signed CRA as a PDF: its days as they were signed, and who took which step when. No rate and no cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha1, sha256
from typing import Any
from zoneinfo import ZoneInfo

from flows.typeset import printable, typeset
from mappings.vocabulary.labels import Labels
from rules.cra import grid
from rules.cra.evidence import Step
from rules.cra.signed import Content


@dataclass(frozen=True, slots=True)
class Signed:
    """A CRA as it was signed. `steps`: all so far, the proved one last; `zone`: the company's timezone, for their moments."""

    title: str
    company: str
    month: date
    content: Content
    steps: Sequence[Step]
    zone: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A PDF of a CRA once its last step is taken."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    @property
    def note(self) -> str:
        """Its checksums; the second is the one Odoo keeps of every file, by which the lock sees another file in its place."""
        return f"sha256:{self.sha256} sha1:{sha1(self.content, usedforsecurity=False).hexdigest()}"


def proof(signed: Signed, labels: Labels) -> Proof:
    """The file that proves the last step. The same CRA and steps give the same bytes."""
    name = f"CRA {signed.month:%Y-%m} {len(signed.steps)} {_step(signed.steps[-1], labels)}.pdf".replace("/", "-")
    return Proof(name, typeset("cra.typ", layout(signed, labels)))


def layout(signed: Signed, labels: Labels) -> dict[str, Any]:
    """What the template lays out: texts only."""
    made, clock = signed.content, ZoneInfo(signed.zone)
    return {
        "language": labels.language,
        "company": printable(signed.company),
        "title": printable(signed.title, 60),
        "facts": [
            [labels("detail.company"), printable(signed.company)],
            [labels("cra.worked_days"), labels.quantity(made.worked_days)],
        ],
        "head": [labels(f"cra.{name}") for name in grid.COLUMNS],
        "rows": grid.rows(made, labels),
        "totals": grid.totals(made, labels),
        "steps_title": labels("cra.steps"),
        "steps": [[_step(step, labels), printable(step.by), _moment(step, clock, labels)] for step in signed.steps],
        "source": labels("cra.source", zone=clock.key),
    }


def _step(step: Step, labels: Labels) -> str:
    return labels(f"cra.step.{'forward' if step.signs else 'back'}.{step.now}")


def _moment(step: Step, clock: ZoneInfo, labels: Labels) -> str:
    there = step.at.astimezone(clock)
    return f"{labels.day(there.date())} {there:%H:%M:%S}"
