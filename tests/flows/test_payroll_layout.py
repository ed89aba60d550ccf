"""By which layout a payroll file is read: the one of its own month, whatever a company file says of months before and after."""

from datetime import date
from pathlib import Path

import pytest

from connectors.openpaie import JournalFileError
from flows.payroll_entries import journal_in
from mappings.company import CompanyFile, load
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period

OLD, NEW = "Date;Compte;Debit;Credit\n", "Jour;Compte;Debit;Credit\n"
BOTH = "Date;Jour;Compte;Debit;Credit\n"
TODAY = date(2026, 12, 31)
DECEMBER = Period(date(2026, 12, 1), TODAY)
FRENCH = Labels("fr")


@pytest.fixture
def company(tmp_path: Path) -> CompanyFile:
    """From January 2027 on, the day stands under another heading."""
    path = tmp_path / "acme.yaml"
    dated = "[{from: 2020-01-01, value: {}}, {from: 2027-01-01, value: {date: Jour}}]"
    path.write_text(f"company: Acme\npayroll:\n  csv: {dated}\n")
    return load(path)


def day(tmp_path: Path, company: CompanyFile, text: str, month: Period | None = None, today: date = TODAY) -> str:
    path = tmp_path / "paie.csv"
    path.write_text(text)
    return journal_in(path, company, month, today, FRENCH).rows[0].day.isoformat()


@pytest.mark.parametrize("today", [TODAY, date(2027, 1, 1)])
@pytest.mark.parametrize(("text", "expected"), [
    (OLD + "31/12/2026;641;1;\n", "2026-12-31"),
    (NEW + "01/01/2027;641;1;\n", "2027-01-01"),
    (BOTH + "31/12/2026;15/12/2026;641;1;\n", "2026-12-31"),
    (BOTH + "31/12/2026;31/01/2027;641;1;\n", "2027-01-31"),  # each layout tells a month of its own: the newer one's
])  # fmt: skip
def test_a_file_is_read_by_the_layout_of_its_own_month(
    tmp_path: Path, company: CompanyFile, text: str, expected: str, today: date
) -> None:
    assert day(tmp_path, company, text, today=today) == expected


def test_the_month_that_is_asked_for_says_the_layout(tmp_path: Path, company: CompanyFile) -> None:
    assert day(tmp_path, company, BOTH + "31/12/2026;31/01/2027;641;1;\n", DECEMBER) == "2026-12-31"


@pytest.mark.parametrize(("today", "expected"), [(TODAY, "2027-01-04"), (date(2027, 1, 1), "2026-12-30")])
def test_where_no_layout_tells_the_month_todays_reads_it(
    tmp_path: Path, company: CompanyFile, today: date, expected: str
) -> None:
    """Under each layout the file is of a month in which the other one holds."""
    assert day(tmp_path, company, BOTH + "04/01/2027;30/12/2026;641;1;\n", today=today) == expected


def test_what_no_layout_reads_is_told(tmp_path: Path, company: CompanyFile) -> None:
    with pytest.raises(JournalFileError, match=r"paie\.csv"):
        day(tmp_path, company, "Quand;Compte;Debit;Credit\n31/12/2026;641;1;\n")
