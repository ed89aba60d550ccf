"""The page of a month's payroll variables, and files that their owner alone may read."""

import stat
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from flows.pay_statement import sheet, statement_pdfs
from flows.private_files import save
from flows.render_pay import page
from flows.shape import RunStopped
from mappings.vocabulary.labels import LANGUAGES, Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.written import Document
from rules.margin.margin import Figures
from tests.rules.variables.office import CP, Office

D = Decimal
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
BENCH = Figures(bench=D(2240))
PLAN = {
    "name": "Marge", "employees": ["00015"], "basis": "margin", "since": "2026-10-01", "every": "quarter", "advances": True,
    "tiers": "marginal", "rates": [{"up_to": 10000, "percent": 5}, {"up_to": 25000, "percent": 8}, {"percent": 10}],
    "code": "VARBM", "example": {"base": 18000, "due": 1140},
}  # fmt: skip


@pytest.fixture
def office() -> Office:
    office = Office()
    office.takes("2026-10-30", in_halves=True, since_part="pm", until_part="pm")
    return office


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_records_and_how_each_variable_came_about(office: Office, language: str) -> None:
    margins = [{"employee": "00015", "month": "2026-10", "amount": 18000}]
    paid = [{"plan": "Marge", "employee": "00015", "period": "2026-10", "month": "2026-09", "amount": 400}]
    made = office.export(**CP, plans=[PLAN], margins=margins, paid=paid)
    shown = (
        page(made, [Document("ABS.csv", "text/csv", b"")], Labels(language), "EUR").replace("\u202f", " ").replace("\xa0", " ")
    )
    expected = {
        "fr": ("après-midi", "1 140,00 €", "740,00 €", "400,00 €", "500,00 €", "640,00 €", "8 %", "Julien Roussel", "0,5 j"),
        "en": ("afternoon", "€1,140.00", "€740.00", "€400.00", "€500.00", "€640.00", "8%", "Julien Roussel", "0.5 d"),
    }
    assert [text for text in (*expected[language], "`ABS.csv`", "00012") if text not in shown] == []


def test_nothing_to_export_is_said() -> None:
    assert page(Office().export(), (), Labels("fr"), "EUR") == "Rien à exporter."


def test_names_are_text_never_markup(office: Office) -> None:
    office.staff[0]["name"] = "<b>|[x](http://y)"
    shown = page(office.export(**CP), (), Labels("fr"), "EUR")
    assert "<b>" not in shown and "](http" not in shown


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_files_are_for_their_owner_alone_even_in_a_folder_that_was_open(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "acme-2026-10"
    folder.mkdir(parents=True, mode=0o755)
    (folder / "ABS.csv").write_text("old")
    (folder / "ABS.csv").chmod(0o644)
    save(folder, [Document("ABS.csv", "text/csv", b"new"), Document("B.csv", "text/csv", b"b")], Labels("fr"))
    assert (mode(folder), {file.name: mode(file) for file in folder.iterdir()}) == (0o700, {"ABS.csv": 0o600, "B.csv": 0o600})
    assert (folder / "ABS.csv").read_bytes() == b"new"


def test_a_file_to_keep_is_written_only_where_it_is_missing(tmp_path: Path) -> None:
    (tmp_path / "A.pdf").write_bytes(b"handed in")
    (tmp_path / "C.csv").write_bytes(b"old")
    documents = [Document(name, "text/plain", b"new") for name in ("A.pdf", "B.pdf", "C.csv")]
    save(tmp_path, documents, Labels("fr"), kept=["A.pdf", "B.pdf"])
    assert [(tmp_path / one.name).read_bytes() for one in documents] == [b"handed in", b"new", b"new"]


def test_a_link_in_the_place_of_a_file_is_replaced_and_never_followed(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("untouched")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "A.csv").symlink_to(tmp_path / "other")
    save(tmp_path / "out", [Document("A.csv", "text/csv", b"new")], Labels("fr"))
    assert (tmp_path / "other").read_text() == "untouched" and not (tmp_path / "out" / "A.csv").is_symlink()


def test_a_folder_that_cannot_be_written_stops_the_run_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RunStopped, match="--to"):
        save(tmp_path / "file" / "below", [], Labels("fr"))


def test_a_business_manager_gets_a_statement_as_a_pdf_with_the_same_bytes_again(office: Office) -> None:
    margins = [{"employee": "00015", "month": "2026-10", "amount": 18000}]
    made = office.export(**CP, plans=[PLAN], margins=margins)
    first, again = (list(statement_pdfs(made, Labels("fr"), "EUR", "acme_2026-10_r1")) for _ in range(2))
    assert [one.name for one in first] == ["RELEVE_00015_acme_2026-10_r1.pdf"]
    assert first[0].content.startswith(b"%PDF") and first == again


def test_a_sheet_says_how_s8_came_about(office: Office) -> None:
    margins = [{"employee": "00015", "month": "2026-10", "amount": 18000}]
    (statement,) = office.export(
        plans=[PLAN | {"cap": 1100, "example": {"base": 18000, "due": 1100}}], margins=margins, keep=False, language="en"
    ).statements
    shown = sheet(statement, "Julien Roussel", Labels("en"), "EUR")
    assert shown.months == (("October 2026", "Margin declared in the company file", "€18,000.00"),)
    assert shown.tiers == (
        ("more than €0.00, up to and including €10,000.00", "€10,000.00", "5%", "€500.00"),
        ("more than €10,000.00, up to and including €25,000.00", "€8,000.00", "8%", "€640.00"),
    )
    assert shown.sums == (
        ("Cap", "€1,100.00"), ("Due for the period", "€1,100.00"), ("Paid already", "€0.00"), ("To pay", "€1,100.00"),
    )  # fmt: skip


def test_a_sheet_says_mission_by_mission_how_a_margin_came_about(office: Office) -> None:
    office.earns("2026-10", ("Data Engineer · Clientis", Figures(D(8220), D(4320), D("206.40"))), ("Camille (bench)", BENCH))
    office.earns("2026-11", ("Data Engineer · Clientis", Figures(D(12000), D(6400))))
    office.earns("2026-12")
    (statement,) = office.export(DECEMBER, plans=[PLAN], keep=False).statements
    assert sheet(statement, "Julien Roussel", Labels("en"), "EUR").months == (
        (
            "October 2026",
            "Data Engineer · Clientis: revenue €8,220.00, cost of time €4,320.00, expenses €206.40",
            "€3,693.60",
        ),
        ("October 2026", "Camille (bench): bench €2,240.00", "-€2,240.00"),
        ("October 2026", "Total October 2026", "€1,453.60"),
        ("November 2026", "Data Engineer · Clientis: revenue €12,000.00, cost of time €6,400.00", "€5,600.00"),
        ("December 2026", "", "€0.00"),
    )


def test_a_mission_is_text_in_the_page_and_in_the_pdf(office: Office) -> None:
    office.earns("2026-10", ("<b>|#panic()[x](http://y)", Figures(D(8220))))
    made = office.export(plans=[PLAN])
    shown = page(made, (), Labels("fr"), "EUR")
    assert "<b>" not in shown and "](http" not in shown
    assert next(statement_pdfs(made, Labels("fr"), "EUR", "x")).content.startswith(b"%PDF")


def test_a_name_is_laid_out_and_never_run(office: Office) -> None:
    office.staff[1]["name"] = '#panic() $x$ #import "/etc/passwd"'
    made = office.export(plans=[PLAN], margins=[{"employee": "00015", "month": "2026-10", "amount": 1}])
    assert next(statement_pdfs(made, Labels("fr"), "EUR", "x")).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("since", "until", "first", "last", "shown"),
    [
        ("2026-10-05", "2026-10-05", "am", "pm", "| 05/10/2026 |"),
        ("2026-10-05", "2026-10-05", "am", "am", "| 05/10/2026 matin |"),
        ("2026-10-05", "2026-10-05", "pm", "pm", "| 05/10/2026 après-midi |"),
        ("2026-10-05", "2026-10-06", "am", "pm", "| 05/10/2026 → 06/10/2026 |"),
        ("2026-10-05", "2026-10-06", "pm", "am", "| 05/10/2026 après-midi → 06/10/2026 matin |"),
    ],
)
def test_days_are_told_with_their_halves(since: str, until: str, first: str, last: str, shown: str) -> None:
    office = Office()
    office.takes(since, until, in_halves=True, since_part=first, until_part=last)
    assert shown in page(office.export(**CP), (), Labels("fr"), "EUR")
