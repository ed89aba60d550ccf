"""What CRAs are decided on: the month's activity, the CRAs that stand, who signs, and the steps Odoo tracked."""

from dataclasses import dataclass

import pandas as pd

from connectors.odoo.reader import Reader
from flows.activity_pull import pull_activity
from flows.chunks import by_ids, joined
from flows.cra_stages import stage_steps
from flows.workplace import Workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from rules.cra.evidence import Step, tracked
from rules.cra.reports import ReportData
from rules.missions.openings import Opened


@dataclass(frozen=True)
class Pulled:
    """What was read, the steps of each standing CRA by its id, and the missions that were opened before."""

    data: ReportData
    steps: dict[int, tuple[Step, ...]]
    opened: Opened


def pull_reports(place: Workplace, period: Period) -> Pulled:
    """Everything about the CRAs of one company's month."""
    reader = place.reader
    made = pull_activity(place, period)
    contacts = pd.concat([made.orders["cra_contact_id"], made.orders["partner_id"]])
    partners = by_ids(reader, ds.PARTNERS, "id", contacts)
    signers = pd.concat([made.employees["user_id"], made.projects["manager_id"], made.orders["salesperson_id"]])
    stages = stage_steps(place.odoo)
    named = made.order_lines.loc[made.order_lines["consultant_id"] != 0, "id"]
    tasks = by_ids(reader, ds.TASKS, "order_line_id", named)
    opened = Opened(set(reader.read(ds.MISSION_PROJECTS)["key"]), set(tasks["order_line_id"]))
    cras = reader.read(ds.CRAS, [("company_id", "=", place.company_id), ("month", "=", period.since)])
    data = ReportData(
        **{**vars(made), "partners": joined([made.partners, partners])},
        cras=cras,
        cra_projects=reader.read(ds.CRA_PROJECTS),
        users=joined([
            by_ids(reader, ds.USERS, "id", signers),
            by_ids(reader, ds.USERS, "partner_id", contacts, [("portal", "=", True)]),
        ]),
        steps=stages,
    )  # fmt: skip
    return Pulled(data, _steps(reader, cras, stages), opened)


def _steps(reader: Reader, cras: pd.DataFrame, stages: dict[int, str]) -> dict[int, tuple[Step, ...]]:
    messages = by_ids(reader, ds.MESSAGES, "record_id", cras["id"])
    steps = by_ids(reader, ds.CRA_STEPS, "message_id", messages["id"])
    moved = messages[messages["id"].isin(set(steps["message_id"]))]
    authors = by_ids(reader, ds.PARTNERS, "id", moved["author_id"], columns=["name"])
    return tracked(steps, moved, dict(zip(authors["id"].tolist(), authors["name"].tolist(), strict=True)), stages)
