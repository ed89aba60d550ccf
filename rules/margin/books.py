"""What the rule of margins reads: the closings of the month's end and of the end of the month before, and the month's costs."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import Column, Dataset, each
from rules.missions.missions import Mission
from rules.wip.books import ClosingBooks
from rules.wip.decide import Closing

WORK_COSTS = Dataset(
    "work_costs",
    (
        Column("order_line_id", "id", "order_lines, 0 for none"),
        Column("project_id", "id", "projects"),
        Column("employee_id", "id", "employees"),
        Column("cost", "money", "of the month's time, negative, in the company's currency"),
    ),
)
"""What the month's time cost, validated or not, without absences: the timesheets' own amounts, summed by the server."""


@dataclass(frozen=True)
class Closed:
    """A day's closing and the books it was decided on."""

    books: ClosingBooks
    closing: Closing


@dataclass(frozen=True)
class MarginBooks:
    """One company's month. `projects` are those of the order lines, the missions, the month's time and of `loose`; `loose` is
    dataset `loose_sales` of the month, posted."""

    now: Closed
    before: Closed
    missions: tuple[Mission, ...]
    work_costs: pd.DataFrame
    spendings: pd.DataFrame
    projects: pd.DataFrame
    loose: pd.DataFrame

    def project_rows(self) -> dict[int, Any]:
        """The projects by id."""
        return {row.id: row for row in each(self.projects)}
