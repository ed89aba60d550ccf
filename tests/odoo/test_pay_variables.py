"""A month of payroll variables from a real Odoo: the demo's October, once a content, for its owner's eyes alone."""

import base64
import csv
import io
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml
from pay_desk import Run, refusals
from trade import FILES, NOVEMBER, OCTOBER, Desk, QuietScreen

from connectors.odoo import OdooSettings
from flows.margins import margins_of_month
from flows.pay_variables import PayReport, pay_variables
from flows.shape import Mode, Report, RunStopped
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period

pytestmark = pytest.mark.sandbox

NAMES = ["EVP", "ABS", "PRIMES", "MANIFEST", "RELEVE"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out" / "stafforia-2026-10"


def exports(desk: Desk) -> list[dict[str, Any]]:
    fields = ("x_regie_key", "ref", "state", "move_type", "line_ids", "attachment_ids", "journal_id", "date", "write_date")
    return desk.rows("account.move", [("x_regie_key", "=like", "evp%")], *fields)


def attached(desk: Desk, export: dict[str, Any]) -> dict[str, bytes]:
    rows = desk.rows(
        "ir.attachment", [("id", "in", export["attachment_ids"])], "name", "datas", "res_model", "res_id", "public"
    )
    assert {(row["res_model"], row["res_id"], row["public"]) for row in rows} == {("account.move", export["id"], False)}
    return {row["name"]: base64.b64decode(row["datas"]) for row in rows}


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_camilles_october_has_a_day_and_a_half_of_paid_leave(pay: Run, folder: Path) -> None:
    assert not pay().refused
    assert lines((folder / "ABS_stafforia_2026-10_r1.csv").read_bytes()) == [
        {"Matricule": "00012", "Code": "CP", "Valeur": "1,00", "Date debut": "23/10/2026", "Date fin": "23/10/2026"},
        {"Matricule": "00012", "Code": "CP", "Valeur": "0,50", "Date debut": "30/10/2026", "Date fin": "30/10/2026"},
    ]


def test_the_control_file_read_back_holds_leave_vouchers_and_the_variable_of_s8(pay: Run, folder: Path) -> None:
    report = pay()
    control = lines((folder / "EVP_stafforia_2026-10_r1.csv").read_bytes())
    halves = [(row["quantite"], row["demi_debut"], row["demi_fin"]) for row in control if row["code_rubrique"] == "CP"]
    assert halves == [("1,00", "AM", "PM"), ("0,50", "PM", "PM")]
    vouchers = {row["matricule"]: row["quantite"] for row in control if row["code_rubrique"] == "TR"}
    assert vouchers == {"00001": "22,00", "00002": "22,00", "00012": "20,00", "00015": "22,00"}
    [variable] = [row for row in control if row["nature"] == "PRIME"]
    assert (variable["matricule"], variable["nom"], variable["base"], variable["montant"], variable["regularise"]) == (
        "00002", "Sophie Bernard", "18000,00", "740,00", "09/2026",
    )  # fmt: skip
    [statement] = [one for one in report.export.statements if one.to_pay] if report.export else []
    assert (statement.due, statement.paid, statement.to_pay) == (1140, 400, 740)


def test_silae_gets_the_same_month_in_its_own_words(pay: Run, folder: Path) -> None:
    """Leave of a day and of the afternoon of the 30th; a voucher for each of 22 whole days worked, Camille 20; S8's 740.00."""
    assert not pay(profile="silae").refused
    read = lines((folder / "IMPORTSILAE_stafforia_2026-10_r1.csv").read_bytes())
    assert {file.name.split("_")[0] for file in folder.iterdir()} == {"IMPORTSILAE", "MANIFEST", "RELEVE"}
    assert [(row["Matricule"], row["Code"], row["Valeur"]) for row in read] == [
        ("00001", "EV-TR", "22.00"),
        ("00002", "EV-TR", "22.00"),
        ("00002", "EV-VARBM", "740.00"),
        ("00012", "AB-CP", "1.00"),
        ("00012", "AB-CP", "0.50"),
        ("00012", "EV-TR", "20.00"),
        ("00015", "EV-TR", "22.00"),
    ]
    leaves = [(row["Date debut"], row["Date fin"]) for row in read if row["Code"] == "AB-CP"]
    assert leaves == [("23/10/2026", "23/10/2026"), ("30/10/2026", "30/10/2026")]


def test_the_files_are_for_their_owner_alone_and_attached_where_accounting_sees_them(
    stafforia: Desk, pay: Run, folder: Path
) -> None:
    report = pay()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    [export] = exports(stafforia)
    assert (export["state"], export["move_type"], export["line_ids"], export["ref"]) == ("draft", "entry", [], "EVP 2026-10 r1")
    written = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert attached(stafforia, export) == written == {one.name: one.content for one in report.files}
    assert sorted(name.split("_")[0] for name in written) == sorted(NAMES)
    [seen] = stafforia(
        "account.move", "search_read", by=stafforia.accountant, domain=[("ref", "=", "EVP 2026-10 r1")], fields=["id"]
    )
    assert seen["id"] == export["id"]
    for person in (stafforia.worker, stafforia.seller):
        with pytest.raises(Exception, match=r"(?i)access|accès|autoris"):
            stafforia("ir.attachment", "read", export["attachment_ids"], by=person, fields=["datas"])


def test_a_replay_changes_nothing(stafforia: Desk, pay: Run, folder: Path) -> None:
    pay()
    before, files = exports(stafforia), {file.name: file.read_bytes() for file in folder.iterdir()}
    again = pay()
    assert (exports(stafforia), again.written.ids if again.written else None) == (before, {})
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == files
    assert "pay_done" in [one.code for one in again.plan.findings]


def test_a_replay_leaves_the_statements_that_were_handed_in(pay: Run, folder: Path) -> None:
    """Its records are the same; what its statements say may have changed since, and no digest covers it."""
    pay()
    [statement] = folder.glob("RELEVE_*")
    made = statement.read_bytes()
    statement.write_bytes(b"as it was handed in")
    pay()
    assert statement.read_bytes() == b"as it was handed in"
    statement.unlink()
    pay()
    assert statement.read_bytes() == made


def test_a_preview_writes_nothing(stafforia: Desk, pay: Run, folder: Path) -> None:
    report = pay(Mode.PREVIEW)
    assert (len(report.files), report.written, exports(stafforia), folder.exists()) == (5, None, [], False)
    assert "740" in report.page and "Camille Durand" in report.page


def test_another_content_is_another_revision_and_the_first_stays(stafforia: Desk, pay: Run, folder: Path) -> None:
    pay()
    [first] = exports(stafforia)
    bonus = {"employee": "00015", "month": "2026-10", "code": "PEXC", "label": "=1+1", "amount": 500}
    report = pay(elements=[bonus])
    assert (report.revision, "pay_new_revision" in [one.code for one in report.plan.findings]) == (2, True)
    assert [row["x_regie_key"][-2:] for row in exports(stafforia)] == ["r1", "r2"] and exports(stafforia)[0] == first
    control = lines((folder / "EVP_stafforia_2026-10_r2.csv").read_bytes())
    assert [row["libelle"] for row in control if row["code_rubrique"] == "PEXC"] == ["'=1+1"]
    assert (folder / "EVP_stafforia_2026-10_r1.csv").exists()
    stafforia("account.move", "button_cancel", [row["id"] for row in exports(stafforia)], by=stafforia.accountant)
    again = pay(elements=[bonus])
    assert again.written is not None and again.written.ids == {}, "a cancelled export went out nevertheless"


def test_the_next_month_pays_the_variable_no_second_time(pay: Run) -> None:
    pay()
    november = pay(Mode.PREVIEW, NOVEMBER)
    assert november.export is not None
    kinds = set(november.export.records["kind"])
    assert "PRIME" not in kinds and "ABSENCE" not in kinds and "MEAL" in kinds


def test_a_missing_number_or_code_refuses_all_files_and_each_is_listed(stafforia: Desk, pay: Run, folder: Path) -> None:
    payees = stafforia.rows("hr.employee", [("name", "in", ["Camille Durand", "Julien Roussel"])], "work_contact_id")
    contacts = [row["work_contact_id"] for row in payees]
    numbers = {row["id"]: row["ref"] for row in stafforia.rows("res.partner", [("id", "in", contacts)], "ref")}
    try:
        stafforia.write("res.partner", contacts, ref=False)
        report = pay(leaves=[])
    finally:
        for contact, number in numbers.items():
            stafforia.write("res.partner", contact, ref=number)
    assert report.refused and refusals(report) == ["pay_no_number", "pay_no_number", "pay_no_code"]
    said = " ".join(one.message for one in report.plan.findings)
    assert all(name in said for name in ("Camille Durand", "Julien Roussel", "Congés payés"))
    assert (report.files, exports(stafforia), folder.exists()) == ((), [], False)


REVENUE = {
    "name": "CA", "employees": ["00002"], "basis": "revenue_invoiced", "every": "month", "since": "2026-10-01",
    "tiers": "marginal", "rates": [{"percent": 10}], "code": "VARCA", "example": {"base": 100, "due": 10},
}  # fmt: skip
COLLECTED = REVENUE | {"basis": "revenue_collected"}


def invoiced(desk: Desk) -> int:
    """An invoice of 1,000.00 before tax and 1,200.00 with it, of October, sold by Sophie and posted."""
    invoice = desk.wizard(desk.order(desk.sold("PACK-H", 10, 100.0)).id)
    desk.post(invoice)
    return invoice


def base_of(report: PayReport) -> Any:
    """Of the first period of the first plan."""
    assert report.export is not None
    return report.export.statements[0].base


def test_s8_a_tier_on_the_whole_pays_its_rate_on_all_of_the_margin(pay: Run) -> None:
    """5 % up to and including 10,000, 8 % up to and including 25,000, 10 % beyond; a bound belongs to the tier below it.

    8 % of 18,000 is 1,440, and 1,040 once 400 are paid; 5 % of 10,000 is 500, 8 % of a cent more is 800, of 25,000 it is 2,000.
    """
    [plan] = yaml.safe_load((FILES / "stafforia.yaml").read_text())["pay_variables"]["plans"]
    others = {"00001": 10_000, "00012": 10_000.01, "00015": 25_000}
    whole = plan | {"tiers": "whole", "employees": ["00002", *others], "example": {"base": 18000, "paid": 400, "due": 1040}}
    quarter = [{"employee": number, "month": f"2026-0{month}", "amount": 0} for number in others for month in (7, 8)]
    quarter += [{"employee": number, "month": "2026-09", "amount": amount} for number, amount in others.items()]
    sophies = [{"employee": "00002", "month": f"2026-0{month}", "amount": 6000} for month in (7, 8, 9)]
    export = pay(Mode.PREVIEW, plans=[whole], margins=[*quarter, *sophies]).export
    assert export is not None
    assert {one.employee: (one.base, one.due, one.to_pay) for one in export.statements} == {
        "00002": (18_000, 1440, 1040),
        "00001": (10_000, 500, 500),
        "00012": (Decimal("10000.01"), 800, 800),
        "00015": (25_000, 2000, 2000),
    }


def on_margin(**values: Any) -> dict[str, Any]:
    """A plan on the margin from October, nothing declared."""
    plan = REVENUE | {"name": "Marge", "basis": "margin", **values}
    return {"plans": [plan], "margins": [], "paid": []}


def test_a_margin_is_what_the_margins_of_each_month_show_of_the_manager(stafforia: Desk, pay: Run) -> None:
    """Each month has its own: November 7 h and December 3 h, sold at 80.00 and at a cost of 40.00."""
    order = stafforia.order(stafforia.sold("REGIE-H", 100, 80.00))
    order.work(7, "2026-11-12")
    order.work(3, "2026-12-03")
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    report = pay(Mode.PREVIEW, december, **on_margin(every="quarter"))
    [statement] = report.export.statements if report.export else ()
    months = [OCTOBER, NOVEMBER, december]
    shown = [margins_of_month("stafforia", month, QuietScreen(), stafforia.robot())[1] for month in months]
    sophies = [{one.manager(user): figures.margin for user, figures in one.margins.managers.items()} for one in shown]
    expected = [margins.get("Sophie Bernard", 0) for margins in sophies]
    assert [figure.amount for figure in statement.figures] == expected and statement.base == sum(expected)
    assert expected[1:] == [280, 120]
    october = {part.name: part.figures.margin for part in statement.figures[0].parts}
    assert october["Camille Durand (intercontrat)"] == -2240
    [clientis] = [margin for name, margin in october.items() if name.endswith("· Clientis Group")]
    assert clientis == Decimal("3693.60") and "3\xa0693,60" in report.page.replace("\u202f", "\xa0")


def test_a_declared_month_counts_in_place_of_what_odoo_holds_and_says_so(pay: Run) -> None:
    declared = [{"employee": "00002", "month": "2026-10", "amount": 18000}]
    report = pay(Mode.PREVIEW, **on_margin() | {"margins": declared})
    [statement] = report.export.statements if report.export else ()
    assert (statement.base, statement.figures[0].declared) == (18000, True)
    worked_out = base_of(pay(Mode.PREVIEW, **on_margin()))
    assert Labels("fr").money(worked_out, "EUR") in statement.figures[0].origins[0]


@pytest.mark.parametrize("journal", ["NOPE", "BNK1"])
def test_without_a_payroll_journal_to_hang_them_on_there_are_no_files(
    stafforia: Desk, pay: Run, folder: Path, journal: str
) -> None:
    report = pay(journal=journal)
    assert report.refused and (exports(stafforia), folder.exists()) == ([], False)


def test_invoiced_revenue_is_that_of_posted_invoices_and_a_credit_note_takes_it_back(stafforia: Desk, pay: Run) -> None:
    plan, invoice = REVENUE, invoiced(stafforia)
    assert base_of(pay(Mode.PREVIEW, plans=[plan])) == 1000
    pay(plans=[plan])
    credit = stafforia.credit(invoice)
    if stafforia.row("account.move", credit, "state")["state"] == "draft":
        stafforia.post(credit, "2026-11-05")
    november = pay(Mode.PREVIEW, NOVEMBER, plans=[plan])
    october, _ = november.export.statements if november.export else ()
    assert (october.base, october.due, october.paid, october.to_pay) == (0, 0, 100, -100)


def test_collected_revenue_is_the_part_that_was_paid_by_the_months_end(stafforia: Desk, pay: Run) -> None:
    invoice = invoiced(stafforia)
    before = base_of(pay(Mode.PREVIEW, plans=[COLLECTED]))
    for amount, day in ((600.0, "2026-10-20"), (300.0, "2026-11-02")):
        context = {"active_model": "account.move", "active_ids": [invoice]}
        values = {"amount": amount, "payment_date": day, "payment_difference_handling": "open"}
        [wizard] = stafforia("account.payment.register", "create", by=stafforia.accountant, context=context, vals_list=[values])
        stafforia("account.payment.register", "action_create_payments", wizard, stafforia.accountant, context=context)
    assert base_of(pay(Mode.PREVIEW, plans=[COLLECTED])) - before == 500
    assert base_of(pay(Mode.PREVIEW, NOVEMBER, plans=[COLLECTED])) - before == 750


def test_what_is_written_off_was_collected_by_nobody(stafforia: Desk, pay: Run) -> None:
    """A bad debt: a miscellaneous entry, reconciled with what is left of the invoice."""
    invoice = invoiced(stafforia)
    before = base_of(pay(Mode.PREVIEW, plans=[COLLECTED]))
    owed = ("move_id", "=", invoice), ("display_type", "=", "payment_term")
    [term] = stafforia.rows("account.move.line", [*owed], "account_id", "partner_id", "amount_residual")
    [journal] = stafforia.rows("account.journal", [("code", "=", "OD"), ("company_id", "=", stafforia.company_id)], "id")
    loss = stafforia.rows("account.account", [("account_type", "=", "expense")], "id")[0]["id"]
    values = {
        "move_type": "entry", "journal_id": journal["id"], "date": "2026-10-28",
        "line_ids": [
            (0, 0, {"account_id": loss, "debit": term["amount_residual"], "tax_ids": []}),
            (0, 0, {"account_id": term["account_id"], "partner_id": term["partner_id"], "credit": term["amount_residual"]}),
        ],
    }  # fmt: skip
    entry = stafforia.make("account.move", by=stafforia.accountant, **values)
    stafforia("account.move", "action_post", entry, stafforia.accountant)
    [credit] = stafforia.rows("account.move.line", [("move_id", "=", entry), ("credit", ">", 0)], "id")
    stafforia("account.move", "js_assign_outstanding_line", invoice, stafforia.accountant, line_id=credit["id"])
    assert stafforia.rows("account.move.line", [*owed], "amount_residual")[0]["amount_residual"] == 0
    assert base_of(pay(Mode.PREVIEW, plans=[COLLECTED])) == before


def test_expenses_that_payroll_pays_go_out_with_their_tax_once(pay: Run) -> None:
    policy = {"expense_code": "NDF", "expenses_since": "2026-10"}
    report = pay(**policy)
    assert report.export is not None
    spent = report.export.records[report.export.records["kind"] == "EXPENSE"]
    assert sorted(spent["amount"].tolist()) == [864_000, 1_200_000]
    november = pay(Mode.PREVIEW, NOVEMBER, **policy)
    assert november.export is not None and "EXPENSE" not in set(november.export.records["kind"])


def test_an_expense_that_went_out_and_that_odoo_paid_too_is_named(stafforia: Desk, pay: Run) -> None:
    """Both stand on one receipt. The accountant sees no expenses: their state stays posted, with nothing due."""
    policy = {"expense_code": "NDF", "expenses_since": "2026-10"}
    pay(**policy)
    expenses = stafforia.rows("hr.expense", [("state", "=", "posted")], "name", "account_move_id")
    context = {"active_model": "account.move", "active_ids": list({one["account_move_id"] for one in expenses})}
    values = [{"payment_date": "2026-11-03"}]
    [wizard] = stafforia("account.payment.register", "create", by=stafforia.accountant, context=context, vals_list=values)
    stafforia("account.payment.register", "action_create_payments", wizard, stafforia.accountant, context=context)
    november = pay(Mode.PREVIEW, NOVEMBER, **policy)
    said = [one.message for one in november.plan.findings if one.code == "pay_expense_paid"]
    assert len(said) == 2 and all(one["name"] in "".join(said) for one in expenses)
    october = pay(Mode.PREVIEW, **policy)
    kinds = set(october.export.records["kind"]) if october.export else set()
    assert october.revision == 2 and kinds and "EXPENSE" not in kinds, "what Odoo paid is not owed"


def test_two_at_once_make_one_export(stafforia: Desk, pay: Run, tmp_path: Path) -> None:
    start = Barrier(2)
    pay(Mode.PREVIEW)  # the company's file stands

    class Together(QuietScreen):
        def preview(self, report: Report) -> None:
            start.wait(60)

    with ThreadPoolExecutor(2) as pool:
        one = partial(pay_variables, "stafforia", OCTOBER, Mode.APPLY, Together(), tmp_path / "out", stafforia.robot())
        reports = [run.result() for run in [pool.submit(one), pool.submit(one)]]
    assert len(exports(stafforia)) == 1 and not any(report.refused for report in reports)


def test_a_user_who_does_not_see_every_leave_is_stopped(stafforia: Desk, pay: Run) -> None:
    pay(Mode.PREVIEW)
    admin = OdooSettings(
        url=stafforia.access.url, database=stafforia.access.database, login="admin", key=stafforia.access.admin_key
    )
    with pytest.raises(RunStopped, match="congés"):
        pay_variables("stafforia", OCTOBER, Mode.PREVIEW, QuietScreen(), Path("out"), admin)


def test_the_command_line(stafforia: Desk, pay: Run, tmp_path: Path) -> None:
    pay(Mode.PREVIEW)

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        arguments = [
            "run",
            "pay-variables",
            "--company",
            "stafforia",
            "--month",
            "2026-10",
            "--to",
            str(tmp_path / "cli"),
            *words,
        ]
        return subprocess.run(
            [sys.executable, "-c", "from regie.cli import main; main()", *arguments],
            env=os.environ | stafforia.access.environment() | {"COLUMNS": "200"},
            cwd=FILES.parents[1], capture_output=True, text=True, check=False,
        )  # fmt: skip

    shown = command()
    assert shown.returncode == 0 and "Camille Durand" in shown.stdout and not (tmp_path / "cli").exists(), shown.stderr
    done = command("--apply", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["refused"], document["revision"], len(document["files"])) == (False, 1, 5)
    assert [row["quantity"] for row in document["records"] if row["code"] == "CP"] == ["1", "0.5"]
    assert {file.name for file in (tmp_path / "cli" / "stafforia-2026-10").iterdir()} == {
        one["name"] for one in document["files"]
    }
    pay(Mode.PREVIEW, leaves=[])
    refused = command("--apply")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "n'a pas de code de paie" in refused.stdout.replace("\n", " ")
