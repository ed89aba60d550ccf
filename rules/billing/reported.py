"""Where the company wants it, a mission's hours are billed once the CRA of their month is validated, and as far as it says.

A CRA covers a day whose hours are at most those that were signed; where a day has more, the whole month waits until it is
signed again. An order that waits for its contract waits for that alone: its finding names all it holds back. Source: cra.md.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.records import CRA_STAGES
from rules.billing.data import BillingData
from rules.billing.gates import contract_missing, is_day
from rules.billing.modes import Mode
from rules.billing.qualification import Reason
from rules.cra.signed import key, parse


def hold_unreported(data: BillingData, modes: dict[int, Mode], sheet: pd.DataFrame, policy: BillingPolicy) -> None:
    """Block the open billable rows on missions whose CRA is not validated, or says less."""
    if not policy.cra_required:
        return
    lines = [line_id for line_id in data.rows("order_lines") if _reports(data, line_id, modes, policy)]
    of_missions = sheet["order_line_id"].isin(lines) & (sheet["qualified"] == "billable")
    may_bill = of_missions & sheet["open"] & (sheet["reason"] == "")
    waiting = set(_waiting(data, sheet[of_missions]))
    held = may_bill & _keys(sheet, may_bill).isin(waiting)
    sheet.loc[held, "reason"] = Reason.CRA_NOT_VALIDATED


def turns(data: BillingData, held: pd.DataFrame, labels: Labels) -> str:
    """Which CRAs these rows wait for, and whose turn it is: "octobre 2026, Camille : au tour du client"."""
    standing = {row.key: row for row in data.rows("cras").values()}
    told = dict[str, None]()
    for row in each(held[["order_line_id", "employee_id", "date"]].sort_values(["date", "employee_id"])):
        first = row.date.date().replace(day=1)
        there = standing.get(key(row.order_line_id, row.employee_id, first))
        step = data.cra_steps.get(there.stage_id, "none") if there and there.active else "none"
        said = labels(f"cra.turn.{'changed' if step == CRA_STAGES[-1] else step}")
        month = labels.period(first, first.replace(day=monthrange(first.year, first.month)[1]))
        told[f"{month}, {data.name('employees', row.employee_id)} : {said}"] = None
    return " ; ".join(told)


def _reports(data: BillingData, line_id: int, modes: dict[int, Mode], policy: BillingPolicy) -> bool:
    line = data.line(line_id)
    mission = modes[line_id] is Mode.TIME and (is_day(data.unit_hours(line_id)) or bool(line.consultant_id))
    return mission and not contract_missing(data, data.order_of(line_id), policy)


def _waiting(data: BillingData, rows: pd.DataFrame) -> Iterator[str]:
    """Keys of the CRAs that do not cover the hours of these rows."""
    days: dict[str, dict[date, int]] = defaultdict(dict)
    for row in each(rows.groupby(["order_line_id", "employee_id", "date"])["hours"].sum().reset_index()):
        days[key(row.order_line_id, row.employee_id, row.date)][row.date.date()] = int(row.hours)
    signed = {row.key: _signed_days(row) for row in each(data.cras) if _validated(data, row)}
    for name, worked in days.items():
        covered = signed.get(name)
        if covered is None or any(hours > covered.get(day, 0) for day, hours in worked.items()):
            yield name


def _validated(data: BillingData, row: Any) -> bool:
    return bool(row.active) and data.cra_steps.get(row.stage_id) == CRA_STAGES[-1]


def _signed_days(row: Any) -> dict[date, int]:
    return {day.day: day.worked for day in parse(row.content).days}


def _keys(sheet: pd.DataFrame, wanted: "pd.Series[bool]") -> "pd.Series[str]":
    """The key of the CRA that each wanted row belongs on; empty for the others."""
    columns = (sheet.loc[wanted, name] for name in ("order_line_id", "employee_id", "date"))
    made = [key(line_id, employee_id, day) for line_id, employee_id, day in zip(*columns, strict=True)]
    return pd.Series(made, index=sheet.index[wanted], dtype=object).reindex(sheet.index, fill_value="")
