"""Which months' CRAs still need a run: somebody's step is missing, or the proof of the last one."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.records import CRA_STAGES
from rules.cra import evidence


def unfinished(cras: pd.DataFrame, stages: Mapping[int, str]) -> list[date]:
    """First days of the months, oldest first.

    cras    rows of that dataset
    stages  the step that each of Odoo's stages stands for

    An archived CRA is done with. One that was validated is until it keeps that validation among its steps.
    """

    def done(stage_id: int, steps: str) -> bool:
        last = evidence.parse(steps)[-1:]
        return stages.get(stage_id) == CRA_STAGES[-1] and bool(last) and last[0].now == CRA_STAGES[-1]

    return sorted({row.month.date() for row in each(cras) if row.active and not done(row.stage_id, row.evidence)})
