"""Margins as they are shown: pages, the JSON document, the Excel file, and the flow in Prefect."""

import stat
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from prefect.artifacts import Artifact

from flows import margins as plain
from flows.margin_month import MarginMonth
from flows.margins_document import margins_document
from flows.margins_xlsx import save, workbook
from flows.prefect_flows import month_margins
from flows.render_margins import pages, proposals, search_rows
from flows.shape import MARGINS, Report, RunStopped
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.datasets import MARGIN_NOTES
from mappings.vocabulary.labels import LANGUAGES, Labels
from mappings.vocabulary.plan import Plan
from rules.margin.margin import Figures, Kind, Margins, Row
from rules.margin.notes import notes
from tests.rules.billing.books import OCTOBER

D = Decimal
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
ROWS = (
    Row(Kind.MISSION, 5, 2, 70, Figures(D(8220), D(4320), D("206.40"), invoiced=D(600))),
    Row(Kind.MISSION, 6, 3, 0, Figures(cost=D(600))),
    Row(Kind.PROJECT, 9, 3, 70, Figures(cost=D(10))),
    Row(Kind.BENCH, 1, 0, 70, Figures(bench=D(2240))),
)
FORMULA = '=HYPERLINK("http://example.com";"Kepler")'


def month(language: str = "fr", rows: tuple[Row, ...] = ROWS) -> MarginMonth:
    return MarginMonth(
        labels=Labels(language), currency="EUR", period=OCTOBER, margins=Margins(rows, ()),
        sold={5: "S00006 / Data Engineer", 6: "S00009 / Assistance"}, projects={9: "+Interne"}, employees={1: "@Camille"},
        partners={2: "Clientis Group", 3: FORMULA}, users={70: "Sophie | Bernard"},
    )  # fmt: skip


def report(made: MarginMonth) -> Report:
    return Report(
        company="Stafforia", period=OCTOBER, language="fr", currency="EUR", plan=Plan(), document=MARGINS,
        page=pages(made), rows=search_rows(made),
    )  # fmt: skip


def xml(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode() for name in parts.namelist())


def test_the_page_says_each_margin_in_euros_and_percent_and_no_percent_without_revenue() -> None:
    page = pages(month()).translate(SPACES)
    assert "| 600,00 € | 7 620,00 € | 8 220,00 € | 4 320,00 € | 206,40 € | 0,00 € | 3 693,60 € | 44,9 % |" in page
    assert "| 0,00 € | 600,00 € | 0,00 € | 0,00 € | -600,00 € |  |" in page
    assert "Sophie \\| Bernard" in page and "Personne" in page and "**843,60 €** | **10,3 %**" in page


def test_notes_are_named_beside_who_will_read_them_and_names_are_text() -> None:
    made = month(rows=(replace(ROWS[1], project_id=4),))
    plan = notes(made.margins.rows, frame(MARGIN_NOTES), OCTOBER, 1, "EUR", Labels("fr"), made.named)
    shown = proposals(replace(report(made), plan=plan))
    assert "aucun client ne la lit" in shown and "première note" in shown and "](http" not in shown
    assert proposals(report(made)) == ""


def test_who_works_for_no_business_manager_is_on_no_bench() -> None:
    made = month()
    bench = ROWS[3]
    assert made.title(bench) == "@Camille (intercontrat)"
    assert made.title(replace(bench, manager_id=0)) == "@Camille (hors mission)"


def test_a_month_without_anything_says_so() -> None:
    assert pages(month(rows=())) == Labels("fr")("margins.none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_excel_file_holds_every_figure_and_runs_no_text(language: str) -> None:
    content = xml(workbook(month(language)))
    assert "<v>3693.6</v>" in content and "<v>44.9</v>" in content and "<v>-2240</v>" in content
    assert "HYPERLINK" in content and "<f>" not in content and "hyperlink" not in content
    assert Labels(language)("margins.managers") in content.replace("&#39;", "'")


def test_the_excel_file_is_its_owners_alone_and_takes_the_place_of_one_that_was_not(tmp_path) -> None:
    path = tmp_path / "marges.xlsx"
    path.write_text("before")
    path.chmod(0o644)
    save(month(), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and path.read_bytes() == workbook(month())
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["missing/marges.xlsx", "folder"])
def test_a_file_that_cannot_be_written_stops_the_run_and_leaves_nothing(tmp_path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(RunStopped, match="ne peut pas être écrit"):
        save(month(), tmp_path / name)
    assert [one.name for one in tmp_path.rglob("*")] == ["folder"]


def test_the_document_has_exact_figures() -> None:
    made = month()
    found = margins_document(report(made), made)["margins"]
    assert found["missions"][0] == {
        "mission": "S00006 / Data Engineer", "client": "Clientis Group", "manager": "Sophie | Bernard", "invoiced": "600",
        "accrued": "7620", "revenue": "8220", "cost": "4320", "expenses": "206.40", "bench": "0", "margin": "3693.60",
        "rate": "44.9",
    }  # fmt: skip
    assert found["total"]["margin"] == "843.60"
    assert {one["manager"]: one["rate"] for one in found["managers"]} == {"Sophie | Bernard": "17.6", "Personne": None}


@pytest.mark.prefect
def test_in_prefect_the_margins_are_a_page_and_a_table(prefect_server, monkeypatch) -> None:
    made = month()
    monkeypatch.setattr(plain, "margins_of_month", lambda company, period, screen, *_: screen.preview(report(made)))
    monkeypatch.setenv("REGIE_COMPANIES", "sandbox/companies")
    for name, value in {"URL": "http://localhost:1", "DATABASE": "d", "LOGIN": "l", "KEY": "k"}.items():
        monkeypatch.setenv(f"REGIE_ODOO_{name}", value)
    state = month_margins("stafforia", "2026-10", return_state=True)
    assert state.is_completed()
    page = Artifact.get("stafforia-services-sas-marges").data.translate(SPACES)
    assert "3 693,60 €" in page and "Brouillons" not in page
    assert "Data Engineer" in Artifact.get("stafforia-services-sas-lignes").data
