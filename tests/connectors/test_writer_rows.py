"""Records as the rows and columns of `load`: what is sent, what is left to Odoo, what goes in one call."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.odoo.rows import Batch, Unsendable, batches, item, text
from connectors.odoo.writer import room
from mappings.odoo.records import RECORDS
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.written import Document

INVOICE = RECORDS["invoice"]
WORK: dict[str, Any] = {
    "display": "product", "order_line_ids": (7,), "product_id": 3, "unit_id": 4, "name": "Régie", "quantity": Decimal("13.50"),
    "price_unit": Decimal(600), "discount": Decimal(0), "tax_ids": (1, 2),
}  # fmt: skip
DEDUCTION = WORK | {"account_id": 44, "is_downpayment": True, "quantity": Decimal(-1), "price_unit": Decimal("7200.00")}
SECTION: dict[str, Any] = {"display": "line_section", "name": "Octobre"}


def upsert(name: str = "inv_o1_2026-10_n1", lines: tuple[dict[str, Any], ...] = (WORK,), **values: Any) -> Upsert:
    key = f"__regie__.{name}"
    head = {"type": "out_invoice", "company_id": 2, "partner_id": 9, **values}
    keyed = tuple(Line(key=f"{key}_l{place}", values=line) for place, line in enumerate(lines))
    return Upsert(key=key, model="invoice", values=head, lines=keyed)


def matrix(one: Upsert, **how: Any) -> list[dict[str, str]]:
    sent = item(INVOICE, one, how.pop("major", 19), **how)
    columns, rows = Batch(INVOICE, 2, (sent,)).matrix()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_a_record_is_one_row_per_line_with_its_own_cells_in_the_first() -> None:
    first, second = matrix(upsert(lines=(WORK, WORK), timesheet_ids=(5, 6)))
    assert (first["id"], second["id"]) == ("__regie__.inv_o1_2026-10_n1", "")
    assert (first["timesheet_ids/.id"], second["timesheet_ids/.id"]) == ("5,6", "")
    assert second["invoice_line_ids/id"] == "__regie__.inv_o1_2026-10_n1_l1"
    assert second["invoice_line_ids/quantity"] == "13.50"


def test_the_key_stands_on_the_record_without_its_module() -> None:
    assert matrix(upsert())[0]["x_regie_key"] == "inv_o1_2026-10_n1"


def test_an_empty_value_means_none_except_where_odoo_must_find_its_own() -> None:
    (row,) = matrix(upsert(payment_term_id=0, journal_id=0, fiscal_position_id=0, invoice_date=None, terms=""))
    assert row["invoice_payment_term_id/.id"] == row["narration"] == ""
    assert not {"journal_id/.id", "fiscal_position_id/.id", "invoice_date"} & set(row)


def test_a_value_that_is_not_given_is_no_column() -> None:
    assert "invoice_payment_term_id/.id" not in matrix(upsert())[0]


def test_lines_that_leave_different_columns_to_odoo_go_by_different_fields() -> None:
    rows = matrix(upsert(lines=(SECTION, WORK, DEDUCTION)))
    assert [row["invoice_line_ids/name"] for row in rows] == ["Octobre", "Régie", ""]
    assert [row["line_ids/account_id/.id"] for row in rows] == ["", "", "44"]
    assert "invoice_line_ids/account_id/.id" not in rows[0]


def test_a_third_set_of_columns_cannot_be_sent() -> None:
    without_taxes = {name: value for name, value in WORK.items() if name != "tax_ids"}
    with pytest.raises(Unsendable) as error:
        item(INVOICE, upsert(lines=(WORK, DEDUCTION, without_taxes)), 19)
    assert error.value.key == "__regie__.inv_o1_2026-10_n1"


def test_the_analytic_distribution_is_sent_only_where_odoo_does_not_copy_it() -> None:
    ordered = upsert(lines=(WORK | {"analytic_distribution": {"36": 100}},))
    recurring = upsert(lines=(WORK | {"analytic_distribution": {"36": 100}, "order_line_ids": ()},))
    column = "invoice_line_ids/analytic_distribution"
    assert matrix(ordered, major=18)[0][column] == '{"36":100}'
    assert column not in matrix(ordered, major=19)[0]
    assert matrix(recurring, major=19)[0][column] == '{"36":100}'


def test_an_extension_is_written_by_its_database_id_and_a_new_record_by_its_key() -> None:
    extended = matrix(upsert(), record_id=88)[0]
    assert extended[".id"] == "88"
    assert "id" not in extended


def test_a_document_goes_with_its_record_under_a_key_of_its_own() -> None:
    row = matrix(upsert(), documents=[Document("detail.pdf", "application/pdf", b"%PDF")])[0]
    assert row["attachment_ids/id"] == "__regie__.inv_o1_2026-10_n1_document"
    assert (row["attachment_ids/res_model"], row["attachment_ids/datas"]) == ("account.move", "JVBERg==")


@pytest.mark.parametrize("lines", [(), (WORK,), (WORK, WORK, WORK)])
def test_several_documents_stand_below_each_other(lines: tuple[dict[str, Any], ...]) -> None:
    files = [Document(f"{name}.csv", "text/csv", b"1") for name in "ab"]
    rows = matrix(upsert(lines=lines), documents=files)
    assert [row["attachment_ids/name"] for row in rows][:2] == ["a.csv", "b.csv"]
    assert [row["attachment_ids/id"].removeprefix("__regie__.inv_o1_2026-10_n1") for row in rows][:2] == [
        "_document", "_document_2",
    ]  # fmt: skip
    assert [row["id"] for row in rows] == ["__regie__.inv_o1_2026-10_n1", *[""] * (max(2, len(lines)) - 1)]


def test_an_unknown_value_is_named() -> None:
    with pytest.raises(KeyError, match="colour"):
        item(INVOICE, upsert(colour="red"), 19)


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("quantity", Decimal(0), "0"),
        ("quantity", Decimal("1E+2"), "100"),
        ("money", Decimal("0.0000001"), "0.0000001"),
        ("id", 0, ""),
        ("ids", (), ""),
        ("json", {}, ""),
        ("json", '{"lines":[]}', '{"lines":[]}'),
        ("json", {"b": "é", "a": 1}, '{"a":1,"b":"é"}'),
        ("day", date(2026, 10, 31), "2026-10-31"),
        ("choice", True, "1"),
        ("choice", False, ""),
        ("text", None, ""),
    ],
)
def test_values_as_load_reads_them(kind: str, value: Any, sent: str) -> None:
    assert text(kind, value) == sent


def test_one_call_has_one_company_one_way_of_writing_and_one_set_of_columns() -> None:
    plain = [upsert(f"inv_o{n}_2026-10_n1") for n in range(5)]
    other = upsert("inv_o9_2026-10_n1", company_id=3)
    extended = upsert("inv_o8_2026-10_n1")._replace(extends=True)
    dated = upsert("inv_o7_2026-10_n1", invoice_date=date(2026, 10, 31))
    items = [item(INVOICE, one, 19, record_id=1 if one.extends else 0) for one in (*plain, other, extended, dated)]
    calls = list(batches(INVOICE, items, 6))
    orders = [[one.key.removeprefix("__regie__.inv_")[:2] for one in call.items] for call in calls]
    assert orders == [["o0", "o1", "o2"], ["o3", "o4"], ["o9"], ["o8"], ["o7"]]
    assert [call.company_id for call in calls] == [2, 2, 3, 2, 2]
    assert calls[0].context == {"mode": "update", "noupdate": True, "tz": "UTC", "allowed_company_ids": [2]}
    assert calls[3].context["skip_is_manually_modified"] is True


@pytest.mark.parametrize(
    ("hours", "files", "parts", "sizes"),
    [
        (0, 0, 4, [2, 2, 1]),
        (0, 0, 5, [3, 2]),
        (0, 0, 6, [3, 2]),
        (1, 0, 6, [2, 2, 1]),
        (0, 1, 6, [2, 2, 1]),
        (0, 0, 10, [5]),
        (40, 2, 10, [1, 1, 1, 1, 1]),
    ],
)
def test_a_call_is_full_by_its_records_lines_files_and_hours(hours: int, files: int, parts: int, sizes: list[int]) -> None:
    """A record of one line has two parts; one that is larger than a call goes alone."""
    made = [upsert(f"inv_o{n}_2026-10_n1", timesheet_ids=tuple(range(hours))) for n in range(5)]
    pdf = Document("Détail.pdf", "application/pdf", b"x")
    items = [item(INVOICE, one, 19, [pdf] * files) for one in made]
    calls = list(batches(INVOICE, items, parts))
    assert [len(call.items) for call in calls] == sizes
    assert [one.key for call in calls for one in call.items] == [one.key for one in made]


@pytest.mark.parametrize(
    ("drafts", "expected"), [(0, 100), (100, 100), (101, 101), (500, 500), (501, 401), (750, 500), (751, 430)]
)
def test_the_room_of_a_call_grows_with_the_work_between_two_bounds(drafts: int, expected: int) -> None:
    """Eight parts a draft here; two connections with as many calls each, four or more."""
    items = [item(INVOICE, upsert(f"inv_o{n}_2026-10_n1", timesheet_ids=(1, 2, 3, 4, 5, 6)), 19) for n in range(drafts)]
    assert room(items, 2) == expected


@pytest.mark.parametrize("drafts", [100, 101, 500, 750])
def test_every_connection_makes_as_many_calls(drafts: int) -> None:
    items = [item(INVOICE, upsert(f"inv_o{n}_2026-10_n1", timesheet_ids=tuple(range(7))), 19) for n in range(drafts)]
    calls = list(batches(INVOICE, items, room(items, 2)))
    sizes = [len(call.items) for call in calls]
    assert len(calls) % 2 == 0 and sum(sizes) == drafts and sizes[0] - sizes[-1] <= len(calls)


def test_a_journal_entry_sends_both_sides_of_each_line_and_no_tax() -> None:
    line = {
        "account_id": 44,
        "partner_id": 0,
        "name": "Salaires",
        "debit": Decimal("3200.00"),
        "credit": Decimal(0),
        "tax_ids": (),
    }
    head = {"type": "entry", "company_id": 2, "journal_id": 15, "date": date(2026, 10, 31), "content": {"sha256": "a"}}
    split = line | {"analytic_distribution": '{"9":100}'}
    lines = tuple(Line(key=f"__regie__.k_l{number}", values=values) for number, values in enumerate((line, split)))
    sent = item(RECORDS["entry"], Upsert(key="__regie__.k", model="entry", values=head, lines=lines), 19)
    columns, rows = Batch(RECORDS["entry"], 2, (sent,)).matrix()
    first, second = (dict(zip(columns, row, strict=True)) for row in rows)
    assert {name: value for name, value in first.items() if name.startswith("line_ids/")} == {
        "line_ids/id": "__regie__.k_l0", "line_ids/account_id/.id": "44", "line_ids/partner_id/.id": "",
        "line_ids/name": "Salaires", "line_ids/debit": "3200.00", "line_ids/credit": "0",
        "line_ids/tax_ids/.id": "", "line_ids/analytic_distribution": "",
    }  # fmt: skip
    assert (first["move_type"], first["date"], first["x_regie_content"]) == ("entry", "2026-10-31", '{"sha256":"a"}')
    assert second["line_ids/analytic_distribution"] == '{"9":100}'
