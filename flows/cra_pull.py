"""What CRAs are decided on: the month's activity, the CRAs that stand, who signs, and the steps Odoo tracked."""

from dataclasses import dataclass

import pandas as pd

from flows.activity_pull import pull_activity
from flows.chunks import by_ids, joined
from flows.cra_stages import stage_steps, steps_of
from flows.workplace import Workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from rules.cra.evidence import Step
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
    cras = reader.read(ds.CRAS, [("company_id", "=", place.company_id), ("month", "=", period.since)])
    contacts = pd.concat([made.orders["cra_contact_id"], made.orders["partner_id"], cras["contact_id"]])
    partners = by_ids(reader, ds.PARTNERS, "id", contacts)
    deciders = [rows[who] for rows in (made.projects, cras) for who in ("manager_id", "deputy_id")]
    signers = pd.concat([made.employees["user_id"], made.orders["salesperson_id"], *deciders])
    stages = stage_steps(place.odoo)
    named = made.order_lines.loc[made.order_lines["consultant_id"] != 0, "id"]
    tasks = by_ids(reader, ds.TASKS, "order_line_id", named)
    opened = Opened(set(reader.read(ds.MISSION_PROJECTS)["key"]), set(tasks["order_line_id"]))
    data = ReportData(
        **{**vars(made), "partners": joined([made.partners, partners])},
        cras=cras,
        cra_projects=reader.read(ds.CRA_PROJECTS),
        reminders=by_ids(reader, ds.ACTIVITIES, "cra_id", cras["id"]),
        users=joined([
            by_ids(reader, ds.USERS, "id", signers),
            by_ids(reader, ds.USERS, "partner_id", contacts, [("portal", "=", True)]),
        ]),
        steps=stages,
    )  # fmt: skip
    return Pulled(data, steps_of(reader, cras, stages), opened)
