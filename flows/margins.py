"""The flow "Marges du mois": what a month earned, cost and left, by mission, client and business manager. It only reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.odoo import Odoo, OdooSettings, connect
from flows.margins_pull import names_of, pull_margins
from flows.margins_xlsx import save
from flows.render_margins import pages, search_rows
from flows.shape import MARGINS, Report, Screen
from flows.workplace import Workplace, open_workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from rules.margin.books import MarginBooks
from rules.margin.margin import Kind, Margins, Row, margins


@dataclass(frozen=True)
class MarginMonth:
    """The margins of a company's month, and what people call what they are about."""

    labels: Labels
    currency: str
    period: Period
    margins: Margins
    sold: dict[int, str]
    projects: dict[int, str]
    employees: dict[int, str]
    partners: dict[int, str]
    users: dict[int, str]

    def title(self, row: Row) -> str:
        """`S00012 / Mission Data Engineer`, `Clientis (projet)`, `Camille Durand (intercontrat)`."""
        if row.kind is Kind.MISSION:
            return self.sold[row.record_id]
        if row.kind is Kind.BENCH:
            # Who works for no business manager is on no bench: a meeting of people without missions is time of the house.
            told = "bench_of" if row.manager_id else "off_mission"
            return self.labels(f"margins.{told}", name=self.employees.get(row.record_id, f"#{row.record_id}"))
        name = self.projects.get(row.record_id) or self.labels("margins.no_project")
        return self.labels("margins.project", name=name)

    def client(self, partner_id: int) -> str:
        """Its name, empty for none."""
        return self.partners.get(partner_id, f"#{partner_id}") if partner_id else ""

    def manager(self, user_id: int) -> str:
        """Whose margin it is."""
        return self.users.get(user_id, f"#{user_id}") if user_id else self.labels("margins.nobody")


def margins_of_month(
    company: str, period: Period, screen: Screen, odoo: Odoo | OdooSettings | None = None, xlsx: Path | None = None
) -> tuple[Report, MarginMonth]:
    """Show the margins of a whole month, and write them to an Excel file where one is named.

    Raises RunStopped, OdooError or FileError with what to do. Nothing is written in Odoo.
    """
    if not isinstance(odoo, Odoo):
        screen.progress("connect", 0, 0)
        odoo = connect(odoo or OdooSettings())
    place = open_workplace(company, odoo)
    screen.progress("read", 0, 0)
    books = pull_margins(place, period)
    screen.progress("decide", 0, 0)
    month = _named(place, period, books, margins(books, period, place.labels))
    report = Report(
        company=place.file.name,
        period=period,
        language=place.file.language,
        currency=month.currency,
        plan=Plan(findings=month.margins.findings),
        document=MARGINS,
        page=pages(month),
        rows=search_rows(month),
    )
    screen.preview(report)
    if xlsx is not None:
        save(month, xlsx)
    screen.finish(report)
    return report, month


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
