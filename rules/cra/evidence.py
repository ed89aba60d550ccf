"""Who moved a CRA from which step to which, and when, as Odoo tracked it; and which of those moves a PDF already proves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.records import CRA_STAGES


@dataclass(frozen=True, slots=True)
class Step:
    """One move. `tracking`: id of Odoo's own record of it; `by`: the name of who did it; `at`: an aware moment in UTC.

    sha256  of the PDF that proves it, empty where none was made yet and for a step backward
    """

    tracking: int
    was: str
    now: str
    by: str
    at: datetime
    sha256: str = ""

    @property
    def signs(self) -> bool:
        """Forward: a signature, an approval or a validation; backward it is a refusal or a reopening."""
        return self.now in CRA_STAGES and (
            self.was not in CRA_STAGES or CRA_STAGES.index(self.was) < CRA_STAGES.index(self.now)
        )


def tracked(
    steps: pd.DataFrame, messages: pd.DataFrame, partners: Mapping[int, str], stages: Mapping[int, str]
) -> dict[int, tuple[Step, ...]]:
    """The moves of each task by its id, oldest first. `stages`: the step each stage stands for."""
    told = {row.id: row for row in each(messages)}
    found: dict[int, tuple[Step, ...]] = {}
    for row in each(steps.sort_values("id")):
        message = told.get(row.message_id)
        if message is None or row.stage_id not in stages:
            continue
        by = partners.get(message.author_id, f"#{message.author_id}")
        made = Step(row.id, stages.get(row.was_id, ""), stages[row.stage_id], by, message.written_at.to_pydatetime())
        found[message.record_id] = (*found.get(message.record_id, ()), made)
    return found


def dump(steps: tuple[Step, ...]) -> str:
    """As it is kept with the CRA."""
    return json.dumps(
        [
            {
                "tracking": one.tracking,
                "was": one.was,
                "now": one.now,
                "by": one.by,
                "at": one.at.isoformat(),
                "sha256": one.sha256,
            }
            for one in steps
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def parse(text: str) -> tuple[Step, ...]:
    """The moves kept with a CRA."""
    return tuple(Step(**{**one, "at": datetime.fromisoformat(one["at"])}) for one in json.loads(text or "[]"))
