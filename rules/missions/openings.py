"""Missions to open: a confirmed line that names its consultant, and nowhere to log their time yet.

The project that is missing is made once: its time goes to the line, and it brings the analytic account that margins stand on. A
line that Odoo itself, or a person, gave a project, an assignment, a task or time is open already and left as it is; so is one
whose project was opened once, whatever became of it. Source: design.md, "Words"; issue "Consulting".

Example: line "Mission Data Engineer, 60 days" of S00012 names Camille Durand; its product makes no project. Opened: the project
"Clientis Group · Camille Durand (S00012)".
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert
from mappings.vocabulary.records import MISSION, MODULE
from rules.missions.missions import Mission, MissionData


@dataclass(frozen=True)
class Opened:
    """What was opened before. `keys`: of the projects Regie made, without their module; `line_ids`: of lines with a task."""

    keys: Collection[str]
    line_ids: Collection[int]


def openings(data: MissionData, found: Iterable[Mission], opened: Opened, labels: Labels) -> Iterator[Upsert]:
    """A project for each of these missions whose order line names its consultant and that has none."""
    worked = set(data.worked.loc[data.worked["hours"] != 0, "order_line_id"])
    lines = data.rows("order_lines")
    for mission in found:
        named = lines[mission.line_id].consultant_id == mission.consultant_id and bool(mission.consultant_id)
        elsewhere = mission.project_id or mission.line_id in opened.line_ids or mission.line_id in worked
        if named and mission.open and not elsewhere:
            upsert = _project(data, mission, labels)
            if upsert.key.removeprefix(MODULE) not in opened.keys:
                yield upsert


def _project(data: MissionData, mission: Mission, labels: Labels) -> Upsert:
    told = {
        "client": data.name("partners", mission.client_id),
        "consultant": data.name("employees", mission.consultant_id),
        "order": data.order_of(mission.line_id).name,
    }
    return Upsert(
        key=f"{MODULE}mission_{mission.line_id}",
        model=MISSION.name,
        values={
            "company_id": data.company.id,
            "owner_id": data.company.id,
            "name": labels("mission.project", **told),
            "leader_id": 0,
            "order_line_id": mission.line_id,
        },
        reasons=(labels("why.mission", line=data.line_title(mission.line_id), **told),),
    )
