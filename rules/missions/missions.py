"""Which missions there are, and what each lacks: one consultant at one client, for an order line that sells their days.

A mission is a confirmed time-and-materials line sold by the day, or any such line that names its consultant. Who works on it
is, of the first that answers: whom the line names, whom the project's assignments send to it, whoever logged time on it; many
people on one line are one mission each. It begins on the line's first day, else the project's, else the order's, and ends on
the line's last day, with the project, or the day before a line with another rate begins, whichever is first.
Source: design.md, "Words"; billing.md, "Rates".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import Column, Dataset, each
from mappings.vocabulary.model import Model
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import quantity
from rules.billing.data import net_price
from rules.billing.gates import is_day
from rules.billing.modes import Mode, line_modes
from rules.billing.rates import superseded
from rules.billing.sold import Sold

NOBODY = 0
_DAY = pd.Timedelta(days=1)

WORKED = Dataset(
    "worked",
    (
        Column("order_line_id", "id", "order_lines"),
        Column("employee_id", "id", "employees"),
        Column("hours", "hours", "logged, of all times"),
    ),
)
"""Who logged time on each order line, summed by the server."""


@dataclass(frozen=True)
class MissionData(Sold):
    """What is sold, the projects it is worked on, and who works there.

    assignments  of employees to order lines, project by project
    worked       `WORKED`
    """

    projects: pd.DataFrame
    assignments: pd.DataFrame
    worked: pd.DataFrame
    employees: pd.DataFrame


class Lack(StrEnum):
    """What a mission may lack; each is a verdict of the doctor."""

    CONSULTANT = "no_consultant"
    RATE = "no_rate"
    BUSINESS_MANAGER = "no_business_manager"
    PROJECT = "no_project"
    ACCOUNT = "no_account"
    STARTS_BEFORE_ORDER = "starts_before_order"
    ENDS_BEFORE_START = "ends_before_start"


class Mission(Model):
    """One consultant at one client. Ids are 0 where nobody, or nothing, is named.

    rate   of one unit of the line, before tax and after discount
    unit   micro-hours in one unit
    sold   units ordered, shared by the consultants of one line
    until  None: no end is planned
    open   something of it is left to work or to bill
    """

    line_id: int
    order_id: int
    client_id: int
    consultant_id: int
    project_id: int
    account_id: int
    manager_id: int
    business_manager_id: int
    rate: Decimal
    unit: int
    sold: Decimal
    ordered_on: date
    since: date
    until: date | None
    open: bool

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What is missing of it or contradicts its order, in the order a person would mend it."""
        missing = {
            Lack.CONSULTANT: self.consultant_id == NOBODY,
            Lack.RATE: self.rate <= 0,
            Lack.BUSINESS_MANAGER: self.business_manager_id == NOBODY,
            Lack.PROJECT: not self.project_id,
            Lack.ACCOUNT: bool(self.project_id) and not self.account_id,
            Lack.STARTS_BEFORE_ORDER: self.since < self.ordered_on,
            Lack.ENDS_BEFORE_START: self.until is not None and self.until < self.since,
        }
        return tuple(lack for lack, true in missing.items() if true)

    def runs(self, since: date, until: date) -> bool:
        """Whether any day of it is in that stretch, both ends included."""
        return self.since <= until and (self.until is None or self.until >= since)


def missions(data: MissionData, policy: BillingPolicy) -> tuple[Mission, ...]:
    """Every mission sold, by order line and consultant. Pure: the same frames give the same missions."""
    modes = line_modes(data, policy)
    follows = superseded(data, modes)
    projects = _projects(data)
    people = _people(data)
    return tuple(
        _mission(data, line, consultant, projects.get(line.id), follows.get(line.id))
        for line in data.rows("order_lines").values()
        if modes[line.id] is Mode.TIME and data.order_of(line.id).state == "sale" and _is_mission(data, line, people)
        for consultant in people[line.id] or [NOBODY]
    )


def title(data: MissionData, mission: Mission) -> str:
    """What people call it: "S00012 / Mission Data Engineer (Camille Durand)"."""
    about = data.sold_as(mission.line_id)
    return f"{about} ({data.name('employees', mission.consultant_id)})" if mission.consultant_id else about


def _is_mission(data: MissionData, line: Any, people: "_People") -> bool:
    return is_day(data.unit_hours(line.id)) or line.id in people.named


@dataclass(frozen=True)
class _People:
    """Who works on each order line; `named`: the lines that say so themselves or by an assignment."""

    of_line: dict[int, list[int]]
    named: frozenset[int]

    def __getitem__(self, line_id: int) -> list[int]:
        return self.of_line.get(line_id, [])


def _people(data: MissionData) -> _People:
    lines = data.rows("order_lines").values()
    said = {line.id: [line.consultant_id] for line in lines if line.consultant_id}
    assigned = _grouped(data.assignments[["order_line_id", "employee_id"]])
    worked = _grouped(data.worked.loc[data.worked["hours"] != 0, ["order_line_id", "employee_id"]])
    return _People({**worked, **assigned, **said}, frozenset(said) | frozenset(assigned))


def _grouped(pairs: pd.DataFrame) -> dict[int, list[int]]:
    """The employees of each order line, each once, by id."""
    found: dict[int, set[int]] = defaultdict(set)
    for line_id, employee_id in pairs.itertuples(index=False):
        if line_id and employee_id:
            found[int(line_id)].add(int(employee_id))
    return {line_id: sorted(employees) for line_id, employees in found.items()}


def _projects(data: MissionData) -> dict[int, Any]:
    """The project each order line is worked on: made for it, else where people are assigned to it, else whose time it takes."""
    projects = data.rows("projects")
    found = {project.order_line_id: project for project in projects.values() if project.order_line_id}
    for row in each(data.assignments):
        if row.project_id in projects:
            found[row.order_line_id] = projects[row.project_id]
    for line in data.rows("order_lines").values():
        if line.project_id in projects:
            found[line.id] = projects[line.project_id]
    return found


def _mission(data: MissionData, line: Any, consultant: int, project: Any, follows: pd.Timestamp | None) -> Mission:
    order = data.order_of(line.id)
    starts = [line.starts_on, project.starts_on if project else pd.NaT, order.ordered_on]
    ends = [line.ends_on, project.ends_on if project else pd.NaT, pd.NaT if follows is None else follows - _DAY]
    return Mission(
        line_id=line.id,
        order_id=order.id,
        client_id=order.partner_id,
        consultant_id=consultant,
        project_id=project.id if project else 0,
        account_id=project.account_id if project else 0,
        manager_id=project.manager_id if project else 0,
        business_manager_id=order.salesperson_id,
        rate=net_price(line),
        unit=data.unit_hours(line.id),
        sold=quantity(line.ordered),
        ordered_on=order.ordered_on.date(),
        since=next(_days(starts)),
        until=min(_days(ends), default=None),
        open=line.invoiced < line.ordered or line.to_invoice != 0,
    )


def _days(days: Iterable[Any]) -> Iterator[date]:
    return (day.date() for day in days if not pd.isna(day))
