"""Whether an hour is billable, included or non-billable, and what keeps it from being any of them.

By default the order line says: time on a time-and-materials line is billable, on any other line it is included in what that
line sells, and without a line it is non-billable on an internal project. The manager's own word, given when validating, wins.
Travel on a time-and-materials line follows the company's policy. Source: billing.md, "Qualification" and "Buckets".
"""

from enum import StrEnum

import numpy as np
import pandas as pd

from mappings.vocabulary.policy import BillingPolicy
from rules.billing.data import BillingData
from rules.billing.modes import Mode


class Reason(StrEnum):
    """Why validated time is blocked; each is the code of a finding."""

    TIMER_RUNNING = "timer_running"
    NO_ORDER_LINE = "no_order_line"
    NOT_BILLABLE_LINE = "not_billable_line"
    OLD_RATE = "old_rate"
    OTHER_COMPANY = "other_company"
    ORDER_NOT_CONFIRMED = "order_not_confirmed"
    CONTRACT_UNSIGNED = "contract_unsigned"
    REFERENCE_MISSING = "reference_missing"
    UNIT_DISAGREES = "unit_disagrees"
    UNIT_NOT_TIME = "unit_not_time"
    WITHDRAWN = "withdrawn"
    ROUNDS_TO_NOTHING = "rounds_to_nothing"
    LINKS_DISAGREE = "links_disagree"
    CREDIT_DUE = "credit_due"
    NEGATIVE_DOCUMENT = "negative_document"


def by_line(mode: "pd.Series[str]", kind: "pd.Series[str]", said: "pd.Series[str]", policy: BillingPolicy) -> "pd.Series[str]":
    """The qualification of hours that have an order line: what the manager `said`, else what the line's mode says."""
    travel_covered = (kind == "travel") & (policy.travel != "hours")
    default = np.where((mode == Mode.TIME) & ~travel_covered, "billable", "included")
    return said.where(said != "", pd.Series(default, index=said.index, dtype=object))


def qualify(data: BillingData, modes: dict[int, Mode], policy: BillingPolicy) -> pd.DataFrame:
    """The validated timesheets with `mode`, `qualified` (billable | included | non_billable) and `reason` (of being blocked).

    Absences are no work and are left out; time that nobody validated is `unvalidated`'s.
    """
    sheet = data.timesheets[data.timesheets["validated"] & ~data.timesheets["is_absence"]].copy()
    sheet["mode"] = sheet["order_line_id"].map(modes).fillna("").astype(str)
    sheet["qualified"] = _qualified(sheet, data, policy)
    sheet["reason"] = _reason(sheet, data)
    return sheet


def _qualified(sheet: pd.DataFrame, data: BillingData, policy: BillingPolicy) -> "pd.Series[str]":
    with_line = by_line(sheet["mode"], sheet["kind"], sheet["qualification"], policy)
    billable_projects = set(data.projects.loc[data.projects["billable"], "id"])
    internal = ~sheet["project_id"].isin(billable_projects)
    default = pd.Series(np.where(internal, "non_billable", "billable"), index=sheet.index, dtype=object)
    without_line = sheet["qualification"].where(sheet["qualification"] != "", default)
    return with_line.where(sheet["order_line_id"] != 0, without_line)


def _reason(sheet: pd.DataFrame, data: BillingData) -> "pd.Series[str]":
    billable = sheet["qualified"] == "billable"
    no_line = sheet["order_line_id"] == 0
    # A line that was not read belongs to an order of another company.
    foreign = ~no_line & ((sheet["company_id"] != data.company.id) | (sheet["mode"] == ""))
    return pd.Series(
        np.select(
            [
                sheet["timer_started_at"].notna(),
                foreign,
                billable & no_line,
                billable & (sheet["mode"] != Mode.TIME),
            ],
            [Reason.TIMER_RUNNING, Reason.OTHER_COMPANY, Reason.NO_ORDER_LINE, Reason.NOT_BILLABLE_LINE],
            default="",
        ),
        index=sheet.index,
    )
