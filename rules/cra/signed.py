"""What stands on a CRA: the days that are signed, as one canonical text, so that a later change can be seen.

Signed is what the client pays for and what excuses the rest: the work on the mission, absences and public holidays of each day.
Not the kind of a leave, other clients' work or time on the bench: colleagues of the client's contact read a CRA too. `missing`
are days still to be completed; they help the consultant and are not signed. Source: cra.md, "what leaks".
"""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mappings.vocabulary.model import Model
from mappings.vocabulary.units import quantity


class SignedDay(Model):
    """One day, in micro-hours."""

    day: date
    scheduled: int
    worked: int
    absent: int
    holiday: int

    def in_days(self, micro_hours: int) -> Decimal:
        """Hours as a share of the person's own day; 0 on a day off."""
        return Decimal(micro_hours) / self.scheduled if self.scheduled else Decimal(0)


class Content(Model):
    """The days of one CRA; `unit` is the length of what is sold, in micro-hours, `missing` what is not complete yet."""

    unit: int
    days: tuple[SignedDay, ...]
    missing: tuple[date, ...] = ()

    @property
    def worked(self) -> int:
        """Micro-hours on the mission."""
        return sum(day.worked for day in self.days)

    @property
    def worked_days(self) -> Decimal:
        """In units of what is sold."""
        return quantity(self.worked) * 1_000_000 / self.unit if self.unit else Decimal(0)

    def same_as(self, other: "Content") -> bool:
        """Whether a signature on one holds for the other."""
        return (self.unit, self.days) == (other.unit, other.days)

    def differing(self, other: "Content") -> Iterator[date]:
        """The days on which they differ."""
        here, there = ({day.day: day for day in one.days} for one in (self, other))
        return (day for day in sorted(here.keys() | there.keys()) if here.get(day) != there.get(day))


def key(line_id: int, consultant_id: int, month: date) -> str:
    """The key of a CRA, without its module: for which order line, whom and which month it is."""
    return f"cra_{line_id}_{consultant_id}_{month:%Y%m}"


def dump(made: Content) -> str:
    """As it is kept in Odoo: the same content is the same text."""
    days = [[day.day.isoformat(), day.scheduled, day.worked, day.absent, day.holiday] for day in made.days]
    missing = [day.isoformat() for day in made.missing]
    return json.dumps({"unit": made.unit, "days": days, "missing": missing}, separators=(",", ":"))


def parse(text: str) -> Content:
    """The content kept under a CRA. ValueError for a text that is none: somebody got past the lock."""
    kept = json.loads(text)
    names = ("day", "scheduled", "worked", "absent", "holiday")
    days = tuple(SignedDay.model_validate(dict(zip(names, row, strict=True))) for row in kept["days"])
    return Content(unit=kept["unit"], days=days, missing=tuple(date.fromisoformat(day) for day in kept["missing"]))
