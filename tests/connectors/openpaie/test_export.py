"""The files of a payroll export: byte for byte, harmless to a spreadsheet, and a second product is a YAML file."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.openpaie import Sending, digest, export_files
from connectors.openpaie.export import harmless
from mappings.dated import FileError
from mappings.payroll import load, profile
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.pay_frames import RECORDS
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import to_micro, to_money
from mappings.vocabulary.written import Document

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOWHERE = Path("/nonexistent")


def record(kind: str, code: str, label: str, since: str = "2026-10-01", until: str = "2026-10-31", **values: Any) -> Any:
    told = {"number": "00012", "name": "DURAND Alice", "kind": kind, "code": code, "label": label}
    return {**told, "date_from": pd.Timestamp(since), "date_to": pd.Timestamp(until), **values}


ALICE = [
    record("PRIME", "VARBM", "Variable marge", unit="EUR", base=to_money(30000), amount=to_money(1200), regularises="2026-09"),
    record("ABSENCE", "CP", "Congés payés", "2026-10-23", "2026-10-26", unit="D", quantity=to_micro("1.5"), half_from="AM",
           half_to="AM"),
    record("MEAL", "TR", "Titres-restaurant", number="00015", name="PETIT Luc", unit="U", quantity=to_micro(16)),
    record("PRIME", "VARBM", "Reprise", unit="EUR", amount=to_money("-240.5")),
]  # fmt: skip


def files(name: str = "openpaie", rows: Any = ALICE, revision: int = 1) -> dict[str, bytes]:
    made = export_files(Sending(profile(name, NOWHERE), "acme", OCTOBER, revision), frame(RECORDS, rows))
    return {one.name: one.content for one in made}


def test_the_control_file_holds_every_record() -> None:
    made = files()
    assert list(made) == [
        "EVP_acme_2026-10_r1.csv", "ABS_acme_2026-10_r1.csv", "PRIMES_acme_2026-10_r1.csv", "MANIFEST_acme_2026-10_r1.json",
    ]  # fmt: skip
    head, *lines, end = made["EVP_acme_2026-10_r1.csv"].decode("utf-8-sig").split("\r\n")
    assert head == (
        "matricule;nom;nature;code_rubrique;libelle;quantite;unite;base;montant;date_debut;date_fin;demi_debut;demi_fin;periode;"
        "regularise"
    )
    assert lines == [
        "00012;DURAND Alice;PRIME;VARBM;Variable marge;;EUR;30000,00;1200,00;01/10/2026;31/10/2026;;;10/2026;09/2026",
        "00012;DURAND Alice;ABSENCE;CP;Congés payés;1,50;D;;;23/10/2026;26/10/2026;AM;AM;10/2026;",
        "00015;PETIT Luc;MEAL;TR;Titres-restaurant;16,00;U;;;01/10/2026;31/10/2026;;;10/2026;",
        "00012;DURAND Alice;PRIME;VARBM;Reprise;;EUR;;-240,50;01/10/2026;31/10/2026;;;10/2026;",
    ]
    assert end == ""


def test_absences_have_five_columns_and_bonuses_a_line_an_employee() -> None:
    made = files()
    assert made["ABS_acme_2026-10_r1.csv"].decode("utf-8-sig") == (
        "Matricule;Code;Valeur;Date debut;Date fin\r\n00012;CP;1,50;23/10/2026;26/10/2026\r\n"
    )
    assert made["PRIMES_acme_2026-10_r1.csv"].decode("utf-8-sig") == ("Matricule;TR;VARBM\r\n00012;;959,50\r\n00015;16,00;\r\n")


def test_silae_is_a_yaml_file() -> None:
    made = files("silae")
    assert made["IMPORTSILAE_acme_2026-10_r1.csv"] == (
        b"Matricule;Code;Valeur;Date debut;Date fin\r\n"
        b"00012;EV-VARBM;1200.00;01/10/2026;31/10/2026\r\n"
        b"00012;AB-CP;1.50;23/10/2026;26/10/2026\r\n"
        b"00015;EV-TR;16.00;01/10/2026;31/10/2026\r\n"
        b"00012;EV-VARBM;-240.50;01/10/2026;31/10/2026\r\n"
    )


def test_the_manifest_has_a_hash_of_each_file_and_the_total_of_each_code() -> None:
    content = json.loads(files()["MANIFEST_acme_2026-10_r1.json"])
    assert content["totals"] == {"CP": "1.5", "TR": "16", "VARBM": "959.5"}
    assert (content["records"], [len(one["sha256"]) for one in content["files"]]) == (4, [64, 64, 64])


def test_the_same_records_make_the_same_bytes_and_a_revision_changes_no_content() -> None:
    assert files() == files()
    first, second = (list(files(revision=revision).values()) for revision in (1, 2))
    assert first[:-1] == second[:-1] and first[-1] != second[-1]
    made = [Document(name, "", content) for name, content in files().items()]
    assert digest(made) == digest([Document("other", "", one.content) for one in made])
    assert digest(made) != digest([Document(name, "", content) for name, content in files(rows=ALICE[1:]).items()])


def test_a_file_without_a_record_is_not_made() -> None:
    assert list(files(rows=ALICE[2:3])) == [
        "EVP_acme_2026-10_r1.csv", "PRIMES_acme_2026-10_r1.csv", "MANIFEST_acme_2026-10_r1.json",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("+33 1", "'+33 1"), ("@SUM(A1)", "'@SUM(A1)"), ("-cmd", "'-cmd"), ("-1,5", "-1,5"),
        ("-1.5", "-1.5"),
        ("-1-1", "'-1-1"), ("\t=1", "'=1"), ("\r=1", "'=1"), ("\n@x", "'@x"), ("  =1", "'=1"), ("\x00=1", "'=1"),
        ("＝1+1", "'＝1+1"), ("\u200b=1", "'\u200b=1"), ("a=1", "a=1"), ("00012", "00012"), ("a\r\nb\tc", "a b c"), ("", ""),
        ("'=1", "'=1"), ("-", "'-"),
    ],
)  # fmt: skip
def test_a_cell_that_a_spreadsheet_would_run_is_harmless(text: str, cell: str) -> None:
    assert harmless(text) == cell


@pytest.mark.parametrize(
    ("encoding", "cell"),
    [("utf-8", "Zoë Œuvrard €"), ("cp1252", "Zoë Œuvrard €"), ("iso8859-15", "Zoë Œuvrard €"), ("ascii", "Zoe ?uvrard ?")],
)
def test_what_an_encoding_cannot_write_loses_its_accent(tmp_path: Path, encoding: str, cell: str) -> None:
    made = files_of(tmp_path, f"format: {{encoding: {encoding}}}", [record("PRIME", "P", "Zoë Œuvrard €", unit="EUR")])
    assert made.decode(encoding).split("\r\n")[1] == cell


def files_of(directory: Path, form: str, rows: Any) -> bytes:
    """The one file of a profile with the label alone."""
    path = directory / "own.yaml"
    path.write_text(f"product: Own\n{form}\nfiles: [{{name: X, columns: [{{title: T, value: label}}]}}]\n")
    return export_files(Sending(load(path), "acme", OCTOBER, 1), frame(RECORDS, rows))[0].content


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.text(max_size=30), st.sampled_from([";", ",", "|", "\t"]), st.sampled_from(["utf-8", "cp1252", "ascii"]))
def test_whatever_a_text_holds_it_stays_one_cell_of_one_line_that_begins_no_formula(
    tmp_path: Path, text: str, separator: str, encoding: str
) -> None:
    form = f"format: {{encoding: {encoding}, separator: {json.dumps(separator)}}}"
    content = files_of(tmp_path, form, [record("PRIME", "P", text, unit="EUR")]).decode(encoding)
    header, *lines = csv.reader(io.StringIO(content, newline=""), delimiter=separator)
    assert header == ["T"] and len(lines) == 1 and len(lines[0]) <= 1
    cell = lines[0][0] if lines[0] else ""
    assert "\n" not in cell and "\r" not in cell
    assert not cell.startswith(("=", "+", "@", "\t", "\r")) or cell.lstrip("+").replace(",", "").replace(".", "").isdigit()
    assert not cell.startswith("-") or Decimal(cell.replace(",", ".")) is not None


# Profiles


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty; it needs at least `product:`"),
        ("product: X", "files: is required"),
        (
            "product: X\nfiles: [{name: A, columns: [{title: NIR, value: nir}]}]",
            "line 2: files[1].columns[1].value: nir is not",
        ),
        ("product: X\nfiles: [{name: A, columns: [{title: T, value: iban}]}]", "iban is not allowed"),
        ("product: X\nfiles: [{name: ../A, columns: [{title: T, value: code}]}]", "files[1].name"),
        ("product: X\nfiles: [{name: A, kinds: [FOO], columns: [{title: T, value: code}]}]", "files[1].kinds[1]"),
        ("product: X\nprefixes: {FOO: A}\nfiles: [{name: A, columns: [{title: T, value: code}]}]", "prefixes"),
        ("product: X\nfiles: [{name: A, kinds: [MEAL], columns: [{title: T, value: code}]}]", "no file holds ABSENCE, PRIME"),
        ("product: X\nfiles: [{name: A, layout: wide, columns: [{title: T, value: code}]}]", "has no column `code`"),
        ("product: X\nformat: {separator: x}\nfiles: []", "format.separator: x is not allowed"),
        ("product: X\nformat: {date: '%H'}\nfiles: []", "format.date"),
        ("product: X\nformat: {colour: red}\nfiles: []", "format.colour: is unknown"),
    ],
)
def test_what_is_wrong_with_a_profile_is_told_with_file_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(FileError) as raised:
        load(path)
    assert any(line.startswith("own.yaml: ") and said in line for line in str(raised.value).splitlines()), raised.value


def test_a_companys_own_profile_stands_before_regies(tmp_path: Path) -> None:
    (tmp_path / "payroll").mkdir()
    (tmp_path / "payroll" / "silae.yaml").write_text(
        "product: Ours\nfiles: [{name: X, extension: txt, columns: [{title: T, value: code}]}]\n"
    )
    assert (profile("silae", tmp_path).product, profile("openpaie", tmp_path).product) == ("Ours", "OpenPaie")
    with pytest.raises(FileError, match="there are: openpaie, silae"):
        profile("other", tmp_path)
