"""Whether an hour is billable, included or non-billable, and what keeps it from being any of them.

By default the order line says: time on a time-and-materials line is billable, on any other line it is included in what that
line sells, and without a line it is non-billable on an internal project. The manager's own word, given when validating, wins.
Travel on a time-and-materials line follows the company's policy. Source: billing.md, "Qualification" and "Buckets".
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
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
    CRA_NOT_VALIDATED = "cra_not_validated"
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


QUALIFIED = ["billable", "included", "non_billable"]
_DECIDES = [
    "id", "date", "hours", "employee_id", "company_id", "project_id", "order_line_id", "invoice_id", "validated_by",
    "validated_on", "timer_started_at", "released_on",
]  # fmt: skip
"""The columns of a timesheet that billing decides on; its texts stay behind."""


def by_line(mode: Any, kind: "pd.Series[str]", said: "pd.Series[str]", policy: BillingPolicy) -> Any:
    """The qualification (a categorical) of hours with an order line: what the manager `said`, else what the line's mode says.

    mode  a categorical, or one mode for all
    """
    return _said_or(said.to_numpy(), _by_mode(mode, kind.to_numpy(), policy))


def qualify(data: BillingData, modes: dict[int, Mode], policy: BillingPolicy) -> pd.DataFrame:
    """The validated timesheets with `mode`, `qualified` (billable | included | non_billable) and `reason` (of being blocked).

    The three are categorical, since there may be a million rows. Absences are no work and are left out; time that nobody
    validated is `waiting.not_validated`'s.
    """
    sheets = data.timesheets
    kept = np.flatnonzero(sheets["validated"] & ~sheets["is_absence"])
    # Column by column: of the frame as a whole pandas would move the texts too.
    columns = {name: sheets[name].array.take(kept) for name in _DECIDES}
    kind, said = (sheets[name].to_numpy().take(kept) for name in ("kind", "qualification"))
    sheet = pd.DataFrame(columns, index=sheets.index[kept], copy=False)
    sheet["mode"] = _modes(sheet["order_line_id"], modes)
    sheet["qualified"] = _qualified(sheet, kind, said, data, policy)
    sheet["reason"] = _reason(sheet, data)
    return sheet


def _categorical(codes: "npt.NDArray[Any]", names: list[str]) -> Any:
    """The name at each code; none at -1."""
    made: Any = pd.Categorical
    return made.from_codes(codes, categories=names)


def _said_or(said: "npt.NDArray[Any]", default: "npt.NDArray[Any]") -> Any:
    """The manager's word, else the default (places in QUALIFIED)."""
    codes = np.broadcast_to(default, said.shape).copy()
    spoken = np.flatnonzero(said != "")
    words = pd.Index(QUALIFIED).get_indexer(pd.Index(said[spoken]))
    codes[spoken] = np.where(words >= 0, words, codes[spoken])
    return _categorical(codes, QUALIFIED)


def _modes(line_ids: "pd.Series[int]", modes: dict[int, Mode]) -> Any:
    """The mode of each row's order line, none for a row without a line that was read."""
    names = list(Mode)
    of_line = np.array([*(names.index(mode) for mode in modes.values()), -1], dtype="int8")
    return _categorical(of_line[pd.Index(modes).get_indexer(pd.Index(line_ids))], [mode.value for mode in names])


def _by_mode(mode: Any, kind: "npt.NDArray[Any]", policy: BillingPolicy) -> "npt.NDArray[Any]":
    """What the line's mode says of its hours, as places in QUALIFIED."""
    billable = np.asarray(mode == Mode.TIME)
    if policy.travel != "hours":
        billable = billable & (kind != "travel")
    return np.where(billable, QUALIFIED.index("billable"), QUALIFIED.index("included"))


def _qualified(
    sheet: pd.DataFrame, kind: "npt.NDArray[Any]", said: "npt.NDArray[Any]", data: BillingData, policy: BillingPolicy
) -> Any:
    default = _by_mode(sheet["mode"].array, kind, policy)
    without_line = np.flatnonzero(sheet["order_line_id"] == 0)
    billable = sheet["project_id"].iloc[without_line].isin(data.projects.loc[data.projects["billable"], "id"])
    default[without_line] = np.where(billable, QUALIFIED.index("billable"), QUALIFIED.index("non_billable"))
    return _said_or(said, default)


def _reason(sheet: pd.DataFrame, data: BillingData) -> Any:
    billable = sheet["qualified"] == "billable"
    no_line = sheet["order_line_id"] == 0
    # A line that was not read belongs to an order of another company.
    foreign = ~no_line & ((sheet["company_id"] != data.company.id) | sheet["mode"].isna())
    reasons = {
        Reason.TIMER_RUNNING: sheet["timer_started_at"].notna(),
        Reason.OTHER_COMPANY: foreign,
        Reason.NO_ORDER_LINE: billable & no_line,
        Reason.NOT_BILLABLE_LINE: billable & (sheet["mode"] != Mode.TIME),
    }
    names = ["", *(reason.value for reason in Reason)]
    codes = np.select(list(reasons.values()), [names.index(reason) for reason in reasons], default=0)
    return _categorical(codes, names)


def places_of(wanted: Any, ids: "pd.Series[int]") -> "npt.NDArray[np.intp]":
    """Where each of the `wanted` ids stands among `ids`, which differ; -1 for one that does not.

    By search among the sorted: a million rows are read in the order of their ids, and an index over them would be made anew
    each time.
    """
    wanted, there = np.asarray(wanted, dtype="int64"), ids.to_numpy()
    if not len(there):
        return np.full(len(wanted), -1)
    order = np.argsort(there, kind="stable")
    places = order[np.searchsorted(there, wanted, sorter=order).clip(max=len(there) - 1)]
    return np.where(there[places] == wanted, places, -1)


class Blocks:
    """Rows of a sheet to be blocked, noted one by one and blocked together: a write into a frame costs as much as a million."""

    def __init__(self) -> None:
        self._noted: dict[int, tuple[Reason, int]] = {}

    def add(self, reason: Reason, hours: "Mapping[int, int]") -> None:
        """Block these micro-hours by timesheet; a later word about a timesheet wins."""
        self._noted.update((key, (reason, value)) for key, value in hours.items())

    def apply(self, sheet: pd.DataFrame) -> None:
        """Set `reason` and `blocked_hours` of the noted rows."""
        if not self._noted:
            return
        places = places_of(np.fromiter(self._noted, dtype="int64", count=len(self._noted)), sheet["id"])
        reasons, blocked = sheet["reason"].cat.codes.to_numpy().copy(), sheet["blocked_hours"].to_numpy().copy()
        names = list(sheet["reason"].cat.categories)
        code_of = {name: code for code, name in enumerate(names)}
        reasons[places] = [code_of[reason] for reason, _ in self._noted.values()]
        blocked[places] = [hours for _, hours in self._noted.values()]
        sheet["reason"] = _categorical(reasons, names)
        sheet["blocked_hours"] = blocked
