"""The margins of months, with the names of what they are about: read, decided and named here for every flow that shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flows.margins_pull import names_of, pull_margins
from flows.workplace import Workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from rules.margin.books import MarginBooks
from rules.margin.margin import Kind, Margins, Row, margins


@dataclass(frozen=True)
class MarginNames:
    """What people call those whom margins are about, by database id; `sold` are order lines."""

    labels: Labels
    currency: str
    sold: dict[int, str]
    employees: dict[int, str]
    partners: dict[int, str]
    users: dict[int, str]

    def employee(self, employee_id: int) -> str:
        """Whose time it is."""
        return self.employees.get(employee_id, f"#{employee_id}")

    def client(self, partner_id: int) -> str:
        """Its name, empty for none."""
        return self.partners.get(partner_id, f"#{partner_id}") if partner_id else ""

    def manager(self, user_id: int) -> str:
        """Whose margin it is."""
        return self.users.get(user_id, f"#{user_id}") if user_id else self.labels("margins.nobody")


@dataclass(frozen=True)
class MarginMonth(MarginNames):
    """The margins of a company's month, and what people call what they are about."""

    period: Period
    margins: Margins
    projects: dict[int, str]

    def title(self, row: Row) -> str:
        """`S00012 / Mission Data Engineer`, `Clientis (projet)`, `Camille Durand (intercontrat)`."""
        if row.kind is Kind.MISSION:
            return self.sold[row.record_id]
        if row.kind is Kind.BENCH:
            # Who works for no business manager is on no bench: a meeting of people without missions is time of the house.
            told = "bench_of" if row.manager_id else "off_mission"
            return self.labels(f"margins.{told}", name=self.employee(row.record_id))
        name = self.projects.get(row.record_id) or self.labels("margins.no_project")
        return self.labels("margins.project", name=name)

    def named(self, row: Row) -> str:
        """Its title with the client's name."""
        client = self.client(row.client_id)
        return f"{self.title(row)} · {client}" if client else self.title(row)


def margin_months(place: Workplace, periods: Sequence[Period]) -> tuple[MarginMonth, ...]:
    """The margins of whole months, in that order; what they share is read once."""
    with place.reader.once():
        months = zip(periods, pull_margins(place, periods), strict=True)
        return tuple(_named(place, period, books, margins(books, period, place.labels)) for period, books in months)


def _named(place: Workplace, period: Period, books: MarginBooks, found: Margins) -> MarginMonth:
    reader, data = place.reader, books.now.closing.data

    def ids(kind: Kind) -> Iterable[int]:
        return (row.record_id for row in found.rows if row.kind is kind and row.record_id)

    return MarginMonth(
        labels=place.labels,
        currency=books.now.books.currency,
        period=period,
        margins=found,
        sold={line_id: data.sold_as(line_id) for line_id in ids(Kind.MISSION)},
        projects=names_of(reader, ds.PROJECTS, ids(Kind.PROJECT)),
        employees=names_of(reader, ds.EMPLOYEES, ids(Kind.BENCH)),
        partners=names_of(reader, ds.PARTNERS, (row.client_id for row in found.rows if row.client_id)),
        users=names_of(reader, ds.USERS, (row.manager_id for row in found.rows if row.manager_id)),
    )
