"""Which mission a line of an order, a project or an analytic account belongs to.

What is re-billed on an order stands there as a line of its own: it belongs to the one line whose project has its analytic
account, else to the one line of the order that has a project. Where several could, nothing is guessed: it stands alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.margin.books import MarginBooks
from rules.margin.loose import accounts_in
from rules.wip.progress import project_of

NOBODY = 0


@dataclass(frozen=True)
class Homes:
    """Looks up to whom money belongs."""

    books: MarginBooks

    def of_line(self, line_id: int) -> int:
        """The order line whose margin this one's revenue is part of."""
        line = self._lines[line_id]
        if not line.is_expense:
            return line_id
        same = [other for other in self.worked if self._lines[other].order_id == line.order_id]
        accounts = set(accounts_in(line.analytic_distribution))
        return _only(other for other in same if self._account(other) in accounts) or _only(same) or line_id

    def project_of_line(self, line_id: int) -> int:
        """The project an order line is worked on, else the one project of its order; 0 where none or several are."""
        order = self._lines[line_id].order_id
        mates = (at for other, at in self.worked.items() if self._lines[other].order_id == order)
        return self.worked.get(line_id) or _only(mates)

    def of_account(self, account_id: int) -> int:
        """The order line with this analytic account; 0 where none or several have it."""
        return _only(line_id for line_id in self.worked if self._account(line_id) == account_id)

    def project_of_account(self, account_id: int) -> int:
        """The first project with this analytic account, 0 for none."""
        return next((row.id for row in self.projects.values() if row.account_id == account_id), 0)

    def knows(self, line_id: int) -> bool:
        """Whether it is a line of one of this company's orders in question."""
        return line_id in self._lines

    def client(self, partner_id: int) -> int:
        """The company behind a contact."""
        partner = self.books.now.closing.data.rows("partners").get(partner_id)
        return int((partner.commercial_id if partner else 0) or partner_id)

    def manager_of_project(self, project_id: int) -> int:
        """The business manager of all orders worked on it; nobody where they differ."""
        data = self.books.now.closing.data
        return _only(data.order_of(line_id).salesperson_id for line_id, at in self.worked.items() if at == project_id)

    @cached_property
    def worked(self) -> dict[int, int]:
        """The project of each order line that has one, re-billed expenses left out."""
        missions = {one.line_id: one.project_id for one in self.books.missions if one.project_id}
        found = {**missions, **project_of(self.books.now.closing.data)}
        return {line_id: at for line_id, at in found.items() if line_id in self._lines and not self._lines[line_id].is_expense}

    @cached_property
    def projects(self) -> dict[int, Any]:
        """The projects by id."""
        return self.books.project_rows()

    def _account(self, line_id: int) -> int:
        project = self.projects.get(self.worked[line_id])
        return int(project.account_id) if project else 0

    @property
    def _lines(self) -> dict[int, Any]:
        return self.books.now.closing.data.rows("order_lines")


def _only(found: Iterable[int]) -> int:
    """The one there is; 0 for none or several."""
    several = set(found)
    return int(several.pop()) if len(several) == 1 else 0
