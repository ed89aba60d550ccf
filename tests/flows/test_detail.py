"""The detail for the client: what it shows, in which language, the same bytes again, and texts that stay texts."""

import json
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.detail import Detail, DetailRow, DetailSection, _content, detail_pdf
from mappings.vocabulary.labels import Labels, language_of
from tests.flows.laid_out import laid_out, table_texts

NASTY = '#import "x": * $a^2$ *gras* _i_ <b>html</b> <script>alert(1)</script> \\ @ref `code` // c /* #panic() */ [l](u) https://x.test'

MISSION = DetailSection(
    "Mission Data Engineer",
    "Jour (7 h)",
    Decimal("13.5"),
    tuple(
        DetailRow(date(2026, 10, day), "Camille Martin", "Pipeline", "Conception", Decimal(hours), Decimal(quantity))
        for day, hours, quantity in ((12, "7", "1"), (30, "3.5", "0.5"))
    ),
)
SUPPORT = DetailSection(
    "Support", "Heures", Decimal("2.25"), (DetailRow(date(2026, 10, 20), "Steve", "Visite", "Taille", Decimal("2.25")),)
)
TRAIN = DetailSection("Train Paris–Lyon", "Unité(s)", Decimal(1))
DETAIL = Detail(
    "Clientis Group",
    "fr_FR",
    "Stafforia Services SAS",
    ("S00012",),
    date(2026, 10, 1),
    date(2026, 10, 31),
    (MISSION, SUPPORT, TRAIN),
)


def compiled(detail: Detail) -> typst.Compiler:
    return laid_out("detail.typ", _content(detail, Labels(language_of(detail.language))))


def tables(detail: Detail) -> list[list[str]]:
    """The texts of each table of the document."""
    return table_texts(compiled(detail))


def streams(pdf: bytes) -> list[bytes]:
    """The compressed parts of a PDF: each page's drawing among them."""
    return [zlib.decompress(part) for part in re.findall(rb"/FlateDecode.*?stream\r?\n(.*?)\r?\nendstream", pdf, re.S)]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_it_is_a_pdf_and_the_same_bytes_again() -> None:
    first = detail_pdf(DETAIL)
    assert first.startswith(b"%PDF-")
    assert pages(first) == 1
    assert detail_pdf(replace(DETAIL, client="Somebody else")) != first
    assert detail_pdf(DETAIL) == first


def test_drafts_made_at_the_same_time_in_several_threads_do_not_disturb_each_other() -> None:
    details = [replace(DETAIL, client=f"Client {number}") for number in range(6)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(detail_pdf, details)) == [detail_pdf(detail) for detail in details]


def test_each_row_and_the_subtotal_in_the_lines_unit() -> None:
    mission, support = tables(DETAIL)
    assert mission == [
        *("Date", "Intervenant", "Tâche", "Description", "Heures", "Quantité"),
        *("12/10/2026", "Camille Martin", "Pipeline", "Conception", "7\u00a0h", "1"),
        *("30/10/2026", "Camille Martin", "Pipeline", "Conception", "3,5\u00a0h", "0,5"),
        *("Sous-total", "10,5\u00a0h", "13,5"),
    ]
    # no column of quantities beside hours billed as hours
    assert support[:5] == ["Date", "Intervenant", "Tâche", "Description", "Heures"], (
        "no quantities beside hours billed as hours"
    )
    assert support[-2:] == ["Sous-total", "2,25\u00a0h"]


def test_a_line_without_time_is_listed_with_its_quantity() -> None:
    content = _content(DETAIL, Labels("fr"))
    assert [(section["title"], section["quantity"]) for section in content["sections"]] == [
        ("Mission Data Engineer", "13,5 Jour (7 h)"),
        ("Support", "2,25 Heures"),
        ("Train Paris–Lyon", "1 Unité(s)"),
    ]
    assert content["total"] == "12,75\u00a0h"
    assert pages(detail_pdf(replace(DETAIL, sections=(TRAIN,)))) == 1
    assert pages(detail_pdf(replace(DETAIL, sections=()))) == 1


@pytest.mark.parametrize(
    ("language", "title", "period"),
    [
        ("fr_BE", "Détail des prestations", "octobre 2026"),
        ("en_US", "Details of services", "October 2026"),
        ("nl_BE", "Détail des prestations", "octobre 2026"),
    ],
)
def test_it_speaks_the_clients_language_french_where_there_is_none(language: str, title: str, period: str) -> None:
    content = _content(replace(DETAIL, language=language), Labels(language_of(language)))
    assert content["labels"]["title"] == title
    assert content["facts"][-1][1] == period
    assert detail_pdf(replace(DETAIL, language=language)).startswith(b"%PDF-")


def test_a_share_of_a_day_is_shown_to_a_thousandth() -> None:
    row = DetailRow(date(2026, 10, 20), "A", "T", "D", Decimal("2.25"), Decimal("0.296053"))
    content = _content(replace(DETAIL, sections=(replace(MISSION, rows=(row,)),)), Labels("fr"))
    assert content["sections"][0]["rows"][0]["quantity"] == "0,296"


def test_several_orders_are_named() -> None:
    facts = _content(replace(DETAIL, orders=("S00012", "S00015")), Labels("fr"))["facts"]
    assert ("Commandes", "S00012, S00015") in facts
    assert [name for name, _ in _content(replace(DETAIL, orders=()), Labels("fr"))["facts"]] == [
        "Client",
        "Prestataire",
        "Période",
    ]


def test_markup_in_a_name_is_shown_and_never_read() -> None:
    row = DetailRow(date(2026, 10, 1), NASTY, NASTY, NASTY, Decimal(1))
    nasty = replace(
        DETAIL, client=NASTY, company=NASTY, orders=(NASTY,), sections=(DetailSection(NASTY, NASTY, Decimal(1), (row,)),)
    )
    [table] = tables(nasty)
    assert table.count(NASTY) == 3
    for element in ("link", "raw", "heading", "image", "math.equation", "list", "ref"):
        assert json.loads(compiled(nasty).query(element)) == [], element
    assert detail_pdf(nasty).startswith(b"%PDF-")


def test_line_breaks_in_a_text_are_kept() -> None:
    row = DetailRow(date(2026, 10, 1), "A", "T", "Ligne 1\r\nLigne 2", Decimal(1))
    [table] = tables(replace(DETAIL, sections=(replace(SUPPORT, rows=(row,)),)))
    assert table[8:10] == ["Ligne 1", "Ligne 2"]


def test_a_word_longer_than_its_column_may_break() -> None:
    row = DetailRow(date(2026, 10, 1), "A", "T", "x" * 60, Decimal(1))
    content = _content(replace(DETAIL, sections=(replace(SUPPORT, rows=(row,)),)), Labels("fr"))
    parts = content["sections"][0]["rows"][0]["description"].split("\u200b")
    assert [len(part) for part in parts] == [26, 26, 8]


def test_hundreds_of_rows_fill_pages_under_a_repeated_head() -> None:
    rows = tuple(DetailRow(date(2026, 10, 1), f"P{n}", f"T{n}", f"D{n}", Decimal(n)) for n in range(1000, 1500))
    long = replace(DETAIL, sections=(DetailSection("Régie", "Heures", Decimal(500), rows),))
    [found] = tables(long)
    assert [text for text in found if text.startswith("D1")] == [f"D{n}" for n in range(1000, 1500)]
    drawn = [set(re.findall(rb"\[(.*?)\]TJ", page, re.S)) for page in streams(detail_pdf(long)) if b"TJ" in page]
    assert len(drawn) >= 8
    on_every_page = set.intersection(*drawn)
    assert len(on_every_page) >= 7, "the five heads of the table, the date all rows share, the company below"


def test_a_row_longer_than_a_page_goes_on_on_the_next() -> None:
    row = DetailRow(date(2026, 10, 1), "A", "T", "Un texte qui ne finit pas. " * 400, Decimal(1))
    assert pages(detail_pdf(replace(DETAIL, sections=(replace(SUPPORT, rows=(row,)),)))) > 1


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_text_makes_a_document(text: str) -> None:
    row = DetailRow(date(2026, 10, 1), text, text, text, Decimal(1), Decimal(1))
    section = DetailSection(text, text, Decimal(1), (row,))
    detail = replace(DETAIL, client=text, company=text, orders=(text,), sections=(section,))
    assert detail_pdf(detail).startswith(b"%PDF-")
