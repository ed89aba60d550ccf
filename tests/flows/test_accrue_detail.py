"""The CSV that goes with a closing entry, and the flow's form in Prefect."""

import csv
import io

import pytest
from prefect.utilities.callables import parameter_schema

from connectors.odoo.rows import batches, item
from flows.accrue_detail import details
from flows.prefect_flows import close_revenue
from flows.shape import Report
from mappings.odoo.records import RECORDS
from tests.rules.billing.books import HOUR, OCTOBER
from tests.rules.wip.closings import Closings


def closed(books: Closings) -> list[list[str]]:
    closing = books.close()
    report = Report(company="Stafforia", period=OCTOBER, language="fr", currency="EUR", plan=closing.plan)
    document, of_reversal = details(closing, report, closing.plan).values()
    assert (document.name, of_reversal.name) == ("FAE au 31-10-2026.csv", "Extourne FAE au 31-10-2026.csv")
    assert document.content == of_reversal.content
    return list(csv.reader(io.StringIO(document.content.decode("utf-8-sig")), delimiter=";"))


def test_each_order_line_has_its_figures_then_its_days() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours("1.5", line, "2026-10-20", description="Audit")
    head, figures, day = closed(books)
    assert head == ["Client", "Commande", "Ligne", "Jour", "Personne", "Heures", "Produit", "Facturé", "Écart", "Explication"]
    assert figures[:9] == ["Kepler", "S00001", "Produit time", "", "", "", "120,00", "0", "120,00"]
    assert day == ["Kepler", "S00001", "Produit time", "2026-10-20", "Camille", "1,5", "", "", "", "Audit"]


def test_an_entry_and_its_reversal_go_in_one_call() -> None:
    """In two calls Odoo would not find what the reversal takes back: however small a call is wanted."""
    books = Closings()
    books.hours(1, books.line(books.order(), "time", 10, 80, HOUR, analytic_distribution={"7": 100.0}))
    closing = books.close()
    report = Report(company="Stafforia", period=OCTOBER, language="fr", currency="EUR", plan=closing.plan)
    documents = details(closing, report, closing.plan)
    items = [item(RECORDS["entry"], upsert, 19, [documents[upsert.key]]) for upsert in closing.plan.upserts]
    [call] = batches(RECORDS["entry"], items, 1)
    columns, rows = call.matrix()
    linked = [row[columns.index("reversed_entry_id/id")] for row in rows if row[columns.index("id")]]
    assert linked == ["", closing.plan.upserts[0].key]


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+33 1", "-x"])
def test_a_text_that_a_spreadsheet_would_compute_stays_text(text: str) -> None:
    books = Closings()
    books.hours(1, books.line(books.order(), "time", 10, 80, HOUR), description=text)
    assert closed(books)[2][-1] == f"'{text}"


def test_the_form_names_and_explains_every_parameter() -> None:
    properties = parameter_schema(close_revenue).model_dump()["properties"]
    titles = {name: field["title"] for name, field in properties.items()}
    assert titles == {
        "company": "Société",
        "month": "Mois",
        "until": "Date d'arrêté",
        "known_on": "Validé au plus tard le",
        "mode": "Mode",
    }
    assert all(field["description"] for field in properties.values()) and properties["mode"]["default"] == "preview"
