"""A consulting company with one order of one mission, to try the rules of missions and activity reports on."""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.policy import BillingPolicy
from rules.missions.missions import WORKED, Mission, MissionData, missions
from tests.rules.billing.books import DAY_7, Books

CAMILLE, JULIEN = 1, 2


@dataclass
class Firm:
    """A company with one order of one mission; each test changes what it is about."""

    books: Books = field(default_factory=Books)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    worked: list[dict[str, Any]] = field(default_factory=list)

    def sold(self, unit: int = DAY_7, price: Any = 600, mode: str = "time", **values: Any) -> int:
        order = values.pop("order", 0) or self.order()
        return self.books.line(order, mode, 60, price, unit, **{"consultant_id": CAMILLE, "project_id": 3, **values})

    def order(self, **values: Any) -> int:
        return self.books.order(**{"salesperson_id": 90, "ordered_on": pd.Timestamp("2026-10-05"), **values})

    def found(self, **project: Any) -> tuple[Mission, ...]:
        return missions(self.data(**project), BillingPolicy())

    def data(self, **project: Any) -> MissionData:
        return MissionData(**self.frames(**project))

    def frames(self, **project: Any) -> dict[str, pd.DataFrame]:
        """What missions are read from; `project` changes theirs."""
        mission = {"id": 3, "name": "Clientis", "account_id": 8, "manager_id": 91, **project}
        names = ("companies", "currencies", "calendars", "partners", "products", "units", "orders", "order_lines")
        return {
            **{name: frame(ds.DATASETS[name], self.books.rows[name]) for name in names},
            "projects": frame(ds.PROJECTS, [mission]),
            "assignments": frame(ds.ASSIGNMENTS, [{"id": place, **row} for place, row in enumerate(self.assignments, 1)]),
            "worked": frame(WORKED, self.worked),
            "employees": frame(
                ds.EMPLOYEES, [{"id": CAMILLE, "name": "Camille", "user_id": 70}, {"id": JULIEN, "name": "Julien"}]
            ),
        }
