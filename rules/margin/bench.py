"""Whose bench a consultant's time without a mission is: that of the business manager of their mission.

The mission is the one that runs in the month, the last begun of several; else the last that ran before, else the next to begin.
Who has no mission at all belongs to nobody. Source: scenario S7: Camille on the bench from 1 to 9 October, before her mission.
"""

from collections.abc import Iterable

from mappings.vocabulary.period import Period
from rules.missions.missions import NOBODY, Mission


def bench_managers(missions: Iterable[Mission], period: Period) -> dict[int, int]:
    """The business manager (user) of each consultant (employee) who has a mission."""
    found: dict[int, Mission] = {}
    for mission in sorted(missions, key=lambda one: _nearness(one, period)):
        if mission.consultant_id != NOBODY:
            found[mission.consultant_id] = mission
    return {consultant: mission.business_manager_id for consultant, mission in found.items()}


def _nearness(mission: Mission, period: Period) -> tuple[int, int, int]:
    """Greater is nearer."""
    begins = mission.since.toordinal()
    if mission.runs(period.since, period.until):
        return (2, begins, mission.line_id)
    return (1, begins, mission.line_id) if mission.since < period.since else (0, -begins, mission.line_id)
