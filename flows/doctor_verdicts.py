"""What `regie doctor` answers: verdicts, each with what to do about it, and what each flow can do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How good a finding is: `ok`, `note` (know it), `warning` (something is missed), `block` (a flow cannot do its work)."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    BLOCK = "block"


class Hinders(StrEnum):
    """What a blocking verdict stops: seeing what would be billed (and so writing it), or only writing it."""

    NOTHING = ""
    PREVIEW = "preview"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing looked at: its area, how it is, and what to do about it (empty where nothing is to be done)."""

    area: str
    level: Level
    message: str
    remedy: str = ""
    hinders: Hinders = Hinders.NOTHING


@dataclass(frozen=True, slots=True)
class Ability:
    """What a flow can do on this Odoo; `hindered_by` are the areas of what stops the rest."""

    flow: str
    preview: bool
    apply: bool
    hindered_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every verdict, in the order a person should read them, and what each flow can do."""

    verdicts: tuple[Verdict, ...]

    @property
    def blocked(self) -> bool:
        return any(verdict.level is Level.BLOCK for verdict in self.verdicts)

    @property
    def abilities(self) -> tuple[Ability, ...]:
        stops = [verdict for verdict in self.verdicts if verdict.hinders]
        unseen = any(verdict.hinders is Hinders.PREVIEW for verdict in stops)
        areas = dict.fromkeys(verdict.area for verdict in stops)
        return (Ability("bill", not unseen, not stops, tuple(areas)),)
