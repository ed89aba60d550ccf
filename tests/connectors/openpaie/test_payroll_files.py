"""Payroll files: layouts and encodings read alike, a fault is told with its line, any bytes are rows or a clear error."""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connectors.openpaie import JournalFileError, file, read_journal
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.payroll import Fault, JournalFile
from mappings.vocabulary.payroll_policy import CsvProfile
from tests.payroll_files import S14, Movement, declared, fec, quadratus

D = Decimal
FRENCH, ENGLISH = Labels("fr"), Labels("en")
PROFILE = CsvProfile()
TABLE = [(account, D(debit), D(credit)) for account, _, debit, credit in S14]
Read = Callable[..., JournalFile]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What stands in a file of this text."""

    def read_text(text: str | bytes, encoding: str = "utf-8", profile: CsvProfile = PROFILE) -> JournalFile:
        path = tmp_path / "paie.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_journal(path, profile, ENGLISH)

    return read_text


def figures(journal: JournalFile) -> list[tuple[str, Decimal, Decimal]]:
    return [(row.account, row.debit, row.credit) for row in journal.rows]


def told(journal: JournalFile) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in journal.faults]


LAYOUTS = {
    "fec, tab": ("fec", fec()),
    "fec, bar": ("fec", fec(separator="|")),
    "fec, semicolon": ("fec", fec(separator=";")),
    "fec, tab, Montant and Sens": ("fec", fec(signed=True)),
    "fec, bar, Montant and Sens": ("fec", fec(separator="|", signed=True)),
    "fec, unix lines": ("fec", fec(end="\n")),
    "fec, old mac lines": ("fec", fec(end="\r")),
    "quadratus": ("quadratus", quadratus()),
    "csv, semicolon": ("csv", declared()),
    "csv, comma": ("csv", declared(separator=",")),
    "csv, tab": ("csv", declared(separator="\t")),
    "csv, bar": ("csv", declared(separator="|")),
    "csv, iso day": ("csv", declared(day="2026-10-31")),
    "csv, bare day": ("csv", declared(day="20261031")),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_reads_alike(read: Read, name: str) -> None:
    form, text = LAYOUTS[name]
    journal = read(text)
    assert (journal.form, journal.faults, journal.ignored) == (form, (), ())
    assert figures(journal) == TABLE
    assert {(row.day, row.journal) for row in journal.rows} == {(date(2026, 10, 31), "PA")}
    assert journal.rows[7].label == ("Prélèvement à la sou" if form == "quadratus" else "Prélèvement à la source")
    assert [row.line for row in journal.rows] == list(range(1, 9) if form == "quadratus" else range(2, 10))


def test_the_demo_s_journal_is_october_s() -> None:
    journal = read_journal(Path(__file__).parents[3] / "sandbox" / "paie-2026-10.txt", PROFILE, FRENCH)
    assert (journal.form, figures(journal), journal.faults) == ("fec", TABLE, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso8859-15"])
@pytest.mark.parametrize("text", [fec(), quadratus(), declared()], ids=["fec", "quadratus", "csv"])
def test_the_encoding_is_told_by_the_bytes(read: Read, text: str, encoding: str) -> None:
    assert read(text, encoding).rows == read(text).rows


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("cp1252", "Prime d’été 10 €"),
        ("iso8859-15", "Prime 10 €, Œuvres"),
        ("cp1252", "Mise à pied"),
        ("utf-8", "Prime d’été 10 €"),
    ],
)
def test_signs_that_encodings_write_differently(read: Read, encoding: str, label: str) -> None:
    assert read(fec([("641100", label, "1", "0")]), encoding).rows[0].label == label


def test_the_same_bytes_have_the_same_digest_whatever_the_name(tmp_path: Path) -> None:
    digests = set()
    for name in ("a.txt", "b.csv"):
        (tmp_path / name).write_text(fec())
        digests.add(read_journal(tmp_path / name, PROFILE, FRENCH).digest)
    assert len(digests) == 1


def test_a_company_declares_the_headings_of_its_csv(read: Read) -> None:
    profile = CsvProfile(date="Jour", account="Cpte Général", amount="Valeur", sign="D/C", label="Texte")
    journal = read('JOUR,cpte general,Valeur,D/C,Texte\n01/10/2026,641100,"1 200,50",D,"Salaires, octobre"\n', profile=profile)
    assert journal.form == "csv"
    assert figures(journal) == [("641100", D("1200.50"), D(0))]
    assert journal.rows[0].label == "Salaires, octobre"


def test_a_fec_without_label_has_the_account_s_and_quotes_are_text_in_it(read: Read) -> None:
    journal = read('EcritureDate|CompteNum|CompteLib|Debit|Credit\n20261031|421|"Net" à payer|0|1\n')
    assert journal.rows[0].label == '"Net" à payer'


def test_a_journal_of_payfit_reads_as_a_fec_with_its_sections(read: Read) -> None:
    (row,) = read(
        "JournalCode;JournalLib;EcritureDate;CompteNum;CompteLib;Debit;Credit;AxeLib;AxeReference\n"
        "PA;Paie;31/10/2026;641100;Salaires;3200,00;;Mission;CLIENTIS\n"
    ).rows
    assert (row.label, row.debit, row.section) == ("Salaires", D(3200), "CLIENTIS")


def test_formulas_are_text(read: Read) -> None:
    (row,) = read(fec([("641100", "=1+1", "1", "0")])).rows
    assert row.label == "=1+1"


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("3200", "3200"), ("3200,00", "3200"), ("3200.5", "3200.5"), ("3 200,00", "3200"), ("3\u00a0200,00", "3200"),
        ("3\u202f200,00", "3200"), ("3.200,00", "3200"), ("3,200.00", "3200"), ("1.234.567,89", "1234567.89"),
        ("-12,30", "-12.30"),
        ("+12", "12"), ("0", "0"), ("0,00", "0"), ("0,01", "0.01"), ("999999999999,99", "999999999999.99"),
    ],
)  # fmt: skip
def test_an_amount_as_people_write_it(read: Read, cell: str, amount: str) -> None:
    (row,) = read(f"EcritureDate|CompteNum|Debit|Credit\n20261031|641|{cell}|\n").rows
    assert (row.debit, row.credit) == (D(amount), D(0))


@pytest.mark.parametrize(("debit", "credit", "said"), [
    ("", "", [(3, "payroll_neither_side")]), (" ", "\u00a0", [(3, "payroll_neither_side")]),
    ("", "0,00", []), ("0", "", []), ("", "5", []), ("5", "", []),
])  # fmt: skip
def test_a_line_without_an_amount_is_told_and_one_of_nil_is_not(read: Read, debit: str, credit: str, said: Any) -> None:
    text = f"EcritureDate|CompteNum|Debit|Credit\n20261031|641|1|\n20261031|641|{debit}|{credit}\n"
    assert told(read(text)) == said


@pytest.mark.parametrize(("amount", "said"), [("", [(3, "payroll_neither_side")]), ("0,00", [])])
def test_a_side_without_its_amount_is_told(read: Read, amount: str, said: Any) -> None:
    assert told(read(f"EcritureDate|CompteNum|Montant|Sens\n20261031|641|1|D\n20261031|641|{amount}|C\n")) == said


@pytest.mark.parametrize(
    "cell",
    ["3.200", "3,200", "1,234,5", "12,345", "1e3", "12 €", "abc", "=1", "--1", "1-", ",5", "5,", "NaN", "Infinity", "0x10",
     "١٢", "1_0", "1000000000000", "1.23.456,00"],
)  # fmt: skip
def test_an_amount_that_may_mean_two_things_is_told(read: Read, cell: str) -> None:
    journal = read(f"EcritureDate|CompteNum|Debit|Credit\n20261031|641|1|\n20261031|641|{cell}|\n")
    assert journal.faults == (Fault(3, "payroll_amount", {"value": cell}),)


@pytest.mark.parametrize(
    "cell", ["", "31/13/2026", "32/10/2026", "2026-10-32", "31.10.2026", "20261301", "00000101", "31/10/26", "٣١/10/2026"]
)
def test_a_day_that_is_none_is_told(read: Read, cell: str) -> None:
    journal = read(f"EcritureDate|CompteNum|Debit|Credit\n20261031|641|1|\n{cell}|641|1|\n")
    assert told(journal) == [(3, "payroll_date")]


def test_every_fault_is_told_at_once_with_its_line(read: Read) -> None:
    lines = fec(end="\n").split("\n")
    lines[2] = lines[2].replace("300,00", "trois cents")
    lines[3] = lines[3].replace("20261031", "31 octobre", 1)
    lines[4] = lines[4].replace("645300", "", 1)
    lines[5] += "\tde trop"
    lines[6] = lines[6].replace("\t0,00\t", "\t1,00\t", 1)
    journal = read("\n".join(lines))
    assert told(journal) == [
        (3, "payroll_amount"), (4, "payroll_date"), (5, "payroll_no_account"), (6, "payroll_columns"),
        (7, "payroll_both_sides"),
    ]  # fmt: skip
    assert [row.line for row in journal.rows] == [2, 8, 9]


def test_a_side_that_is_none_is_told(read: Read) -> None:
    assert told(read(fec(signed=True).replace("\tC\t", "\tX\t", 1))) == [(6, "payroll_side")]


def test_a_quote_without_an_end_is_told_with_its_line(read: Read) -> None:
    assert told(read(declared().replace("Primes", '"Primes'))) == [(3, "payroll_quotes")]


def test_faults_of_quadratus(read: Read) -> None:
    lines = quadratus().split("\r\n")
    lines[0] = lines[0].replace("641100", "      ")
    lines[1] = lines[1].replace("311026", "321026")
    lines[2] = lines[2].replace("D+", "X+")
    lines[3] = lines[3].replace("+000000045000", "+00000004500A")
    lines[4] = lines[4][:54]
    lines[5] = "Z" + lines[5][1:]
    journal = read("\r\n".join(lines))
    assert told(journal) == [
        (1, "payroll_no_account"), (2, "payroll_date"), (3, "payroll_side"), (4, "payroll_amount"), (5, "payroll_columns"),
        (6, "payroll_columns"),
    ]  # fmt: skip


def test_lines_of_quadratus_without_an_amount_are_left_out_and_named(read: Read) -> None:
    journal = read("C641100  Salaires\r\n" + quadratus() + "I00100+000000320000\r\n")
    assert journal.ignored == (1, 10)
    assert figures(journal) == TABLE


def test_a_negative_amount_of_quadratus_keeps_its_sign(read: Read) -> None:
    (row,) = read(quadratus([("641100", "Reprise", "0", "-99.00")])).rows
    assert (row.debit, row.credit) == (D(0), D(-99))


def test_empty_lines_and_the_end_of_a_dos_file_are_nothing(read: Read) -> None:
    assert figures(read("\r\n" + fec() + "\r\n\r\n\x1a")) == TABLE


@pytest.mark.parametrize(("bad", "told_of"), [(100, 100), (101, 101)])
def test_a_hundred_faults_are_told_one_by_one_and_then_how_many_more(read: Read, bad: int, told_of: int) -> None:
    head, good, *_ = fec(end="\n").split("\n")
    faults = read("\n".join([head, good, *["x"] * bad])).faults
    assert len(faults) == told_of
    assert (faults[-1].code, faults[-1].line) == (("payroll_more_faults", 103) if bad > 100 else ("payroll_columns", 102))


UNUSABLE = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \r\n\t\r\n", "the file is empty"),
    "byte order mark alone": (b"\xef\xbb\xbf", "the file is empty"),
    "spreadsheet": (b"PK\x03\x04\x14\x00\x06\x00", "line 1: this is no text"),
    "second line binary": (b"JournalCode\r\n\x00\x01", "line 2: this is no text"),
    "utf-16": (fec().encode("utf-16"), "UTF-16"),
    "utf-32": (fec().encode("utf-32"), "UTF-16"),
    "utf-16 without mark": (fec().encode("utf-16-le"), "line 1: this is no text"),
    "no encoding": (b"Date;Compte\r\n\x81\x8d", "line 2: unknown encoding"),
    "fec by commas": (fec(separator=",").encode(), "line 1: columns of a FEC, but no separator"),
    "fec by spaces": (fec(separator=" ").encode(), "line 1: columns of a FEC, but no separator"),
    "fec without amounts": (b"EcritureDate\tCompteNum\tDebit\n", "columns that are missing"),
    "heading twice": (b"EcritureDate\tCompteNum\tDebit\tDebit\tCredit\n", "columns that are missing"),
    "a letter": (b"Bonjour,\n\nvoici la paie.\n", "line 1: neither FEC, nor Quadratus, nor the CSV declared"),
    "open quote in the headings": (b'"Date;Compte;Montant;Sens\n', "line 1: neither FEC"),
    "headings alone": (fec(()).encode(), "headings, but not a single line"),
    "no good line": (fec().replace("20261031", "hier").encode(), "Line 3: “hier” is no date"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_file_that_cannot_be_used_says_why(read: Read, name: str) -> None:
    content, why = UNUSABLE[name]
    with pytest.raises(JournalFileError) as refused:
        read(content)
    assert str(refused.value).startswith("paie.txt : ")
    assert why in str(refused.value)


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fec().encode()
    monkeypatch.setattr(file, "LARGEST", len(text))
    assert read(text).rows
    with pytest.raises(JournalFileError, match="larger"):
        read(text + b"\n")


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")
    for path, why in [
        (tmp_path / "rien.txt", "n'existe pas"),
        (tmp_path, "pas un fichier"),
        (tmp_path / "tube", "pas un fichier"),
        (tmp_path / ("a" * 300), "ne peut pas être lu"),
        (Path("a\0b"), "ne peut pas être lu"),
    ]:
        with pytest.raises(JournalFileError, match=why):
            read_journal(path, PROFILE, FRENCH)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))))
@example(b'Date;Compte;Debit;Credit\n"')
@example(b"M")
def test_any_bytes_are_rows_or_a_clear_error(read: Read, content: bytes) -> None:
    for headed in (
        content,
        fec(()).encode() + content,
        b"Date;Compte;Montant;Sens\n" + content,
        quadratus().encode() + content,
    ):
        try:
            journal = read(headed)
        except JournalFileError as error:
            assert str(error).startswith("paie.txt : ")
        else:
            assert all(row.line > 0 and isinstance(row.debit, Decimal) for row in journal.rows)


LABELS = st.text(st.characters(codec="cp1252", exclude_categories=["C", "Z"], exclude_characters='";|,'), max_size=20)
AMOUNTS = st.decimals(D("0.01"), D("9999999.99"), places=2).map(str)
MOVEMENTS = st.lists(
    st.builds(
        lambda account, label, amount, debit: (account, label, amount if debit else "0", "0" if debit else amount),
        st.from_regex(r"[1-9][0-9]{2,7}", fullmatch=True),
        LABELS,
        AMOUNTS,
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(MOVEMENTS, st.sampled_from([fec, quadratus, declared]))
def test_a_written_file_reads_back(read: Read, movements: list[Movement], write: Callable[[list[Movement]], str]) -> None:
    journal = read(write(movements))
    assert not journal.faults
    assert figures(journal) == [(account, D(debit), D(credit)) for account, _, debit, credit in movements]
    assert [row.label for row in journal.rows] == [label for _, label, _, _ in movements]
