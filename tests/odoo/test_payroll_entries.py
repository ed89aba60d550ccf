"""The payroll journal on a real Odoo: one balanced draft, once; whatever is wrong, nothing is written."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml
from trade import FILES, Desk, QuietScreen

from connectors.odoo import connect
from connectors.odoo.schema import detect
from connectors.odoo.writer import Writer
from flows.payroll_entries import payroll_entries, refused
from flows.shape import Mode, Report
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.written import Written
from tests.payroll_files import S14, declared, fec, quadratus

pytestmark = pytest.mark.sandbox

D = Decimal
KEY = "payroll_{company}_2026_10"
Take = Callable[..., Report]


@pytest.fixture
def take(stafforia: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Take]:
    """The flow over a text, as the integration user; what it made is gone after the test."""

    def over(text: str, mode: Mode = Mode.APPLY, name: str = "paie.txt", encoding: str = "cp1252", **policy: Any) -> Report:
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text()) | {"payroll": policy}
        (tmp_path / "companies").mkdir(exist_ok=True)
        (tmp_path / "companies" / "stafforia.yaml").write_text(yaml.safe_dump(content))
        monkeypatch.setenv("REGIE_COMPANIES", str(tmp_path / "companies"))
        (tmp_path / name).write_bytes(text.encode(encoding))
        return payroll_entries("stafforia", tmp_path / name, None, mode, QuietScreen(), stafforia.robot())

    yield over
    made = stafforia.rows("account.move", [("x_regie_key", "=like", "payroll%")], "state")
    posted = [move["id"] for move in made if move["state"] == "posted"]
    if posted:
        stafforia("account.move", "button_draft", posted)
    stafforia("account.move", "unlink", [move["id"] for move in made])


def entries(desk: Desk) -> list[dict[str, Any]]:
    """Every entry of the company that somebody made by hand or by Regie."""
    fields = ("move_type", "state", "journal_id", "date", "amount_total", "x_regie_key", "line_ids", "ref", "attachment_ids")
    return desk.rows("account.move", [("move_type", "=", "entry"), ("company_id", "=", desk.company_id)], *fields)


def lines(desk: Desk, entry: dict[str, Any]) -> list[tuple[str, str, Decimal, Decimal]]:
    codes = {row["id"]: row["code"] for row in desk.rows("account.account", [], "code")}
    found = desk.rows(
        "account.move.line", [("id", "in", entry["line_ids"])], "account_id", "name", "debit", "credit", "tax_ids"
    )
    assert not any(line["tax_ids"] for line in found)
    return [(codes[line["account_id"]], line["name"], D(str(line["debit"])), D(str(line["credit"]))) for line in found]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.plan.findings]


@pytest.mark.parametrize(
    "text",
    [fec(), fec(separator="|", signed=True), quadratus(), declared()],
    ids=["fec, tab", "fec, bar, Montant and Sens", "quadratus", "csv"],
)
def test_october_comes_back_as_one_draft_of_4900(stafforia: Desk, take: Take, text: str) -> None:
    before = entries(stafforia)
    report = take(text)
    assert report.written is not None and len(report.written.created) == 1 and not refused(report)
    (entry,) = [one for one in entries(stafforia) if one not in before]
    assert (entry["state"], entry["move_type"], entry["amount_total"], entry["date"]) == (
        "draft",
        "entry",
        4900.0,
        "2026-10-31",
    )
    assert entry["x_regie_key"] == KEY.format(company=stafforia.company_id)
    width = 20 if text == quadratus() else 99
    assert lines(stafforia, entry) == [(account, label[:width], D(debit), D(credit)) for account, label, debit, credit in S14]
    (file,) = stafforia.rows("ir.attachment", [("id", "in", entry["attachment_ids"])], "name", "datas")
    assert (file["name"], base64.b64decode(file["datas"])) == ("paie.txt", text.encode("cp1252"))


def test_a_preview_writes_nothing(stafforia: Desk, take: Take) -> None:
    before = entries(stafforia)
    report = take(fec(), Mode.PREVIEW)
    assert (len(report.plan.upserts), report.written) == (1, None)
    assert entries(stafforia) == before


def test_the_same_file_again_is_nothing_under_any_name(stafforia: Desk, take: Take) -> None:
    take(fec())
    after = entries(stafforia)
    again = take(fec(), name="copie.txt")
    assert (codes(again), again.written, refused(again)) == (["payroll_done"], Written(), False)
    assert entries(stafforia) == after


def test_another_file_for_the_month_stops(stafforia: Desk, take: Take) -> None:
    take(fec())
    after = entries(stafforia)
    other = take(fec([*S14[:-1], ("442100", "PAS", "0", "140.00"), ("428600", "Provision", "0", "10.00")]))
    assert codes(other) == ["payroll_other_file"]
    assert refused(other) and "OD-PAIE 2026-10" in other.plan.findings[0].message
    assert entries(stafforia) == after


def test_a_deleted_draft_makes_room_for_another_file(stafforia: Desk, take: Take) -> None:
    first = take(fec())
    assert first.written is not None
    stafforia("account.move", "unlink", list(first.written.ids.values()), by=stafforia.accountant)
    second = take(fec(journal="OD"))
    assert second.written is not None and second.written.created == first.written.created


def test_a_posted_entry_that_is_reversed_makes_room_under_another_key(stafforia: Desk, take: Take) -> None:
    first = take(fec())
    assert first.written is not None
    (move,) = first.written.ids.values()
    stafforia("account.move", "action_post", move, by=stafforia.accountant)
    assert codes(take(fec(journal="OD"))) == ["payroll_other_file"]
    back = stafforia.credit(move)
    if stafforia.row("account.move", back, "state")["state"] == "draft":
        stafforia("account.move", "action_post", back, by=stafforia.accountant)
    second = take(fec(journal="OD"))
    assert second.written is not None
    assert second.written.created == (f"__regie__.{KEY.format(company=stafforia.company_id)}_2",)
    stafforia("account.move", "button_draft", back)
    stafforia("account.move", "unlink", back)


@pytest.mark.parametrize("credit", ["149.99", "150.01"])
def test_out_by_a_cent_is_refused_with_the_entry_and_the_difference(stafforia: Desk, take: Take, credit: str) -> None:
    before = entries(stafforia)
    report = take(fec([*S14[:-1], ("442100", "PAS", "0", credit)]))
    (finding,) = report.plan.findings
    assert finding.code == "payroll_unbalanced"
    assert "OD10" in finding.message and "0,01" in finding.message
    assert refused(report) and entries(stafforia) == before


def test_every_wrong_line_is_told_at_once_and_nothing_is_written(stafforia: Desk, take: Take) -> None:
    before = entries(stafforia)
    wrong = [("641999", "?", "1", "0"), ("707000", "Ventes", "2", "0"), ("641999", "?", "3", "0"), ("421", "Net", "0", "6")]
    report = take(fec(wrong) + "PA\ttrop court\r\n")
    assert [(one.code, one.words["lines"]) for one in report.plan.findings] == [
        ("payroll_columns", "6"), ("payroll_unknown_account", "2, 4"), ("payroll_foreign_account", "3"),
    ]  # fmt: skip
    assert entries(stafforia) == before


def test_default_taxes_and_archived_accounts(stafforia: Desk, take: Take) -> None:
    [account] = stafforia.rows("account.account", [("code", "=", "641100")], "id", "tax_ids")
    [tax, *_] = stafforia.rows(
        "account.tax", [("type_tax_use", "=", "purchase"), ("company_id", "=", stafforia.company_id)], "id"
    )
    stafforia.write("account.account", account["id"], tax_ids=[(6, 0, [tax["id"]])])
    try:
        report = take(fec())
        assert report.written is not None and report.written.created
        assert len(lines(stafforia, entries(stafforia)[-1])) == 8
    finally:
        stafforia.write("account.account", account["id"], tax_ids=[(5,)])
    [premium] = stafforia.rows("account.account", [("code", "=", "641300")], "id")
    stafforia.write("account.account", premium["id"], active=False)
    try:
        assert codes(take(fec(journal="OD"))) == ["payroll_other_file", "payroll_unknown_account"]
    finally:
        stafforia.write("account.account", premium["id"], active=True)


def test_a_locked_month_is_refused(stafforia: Desk, take: Take) -> None:
    stafforia.write("res.company", stafforia.company_id, fiscalyear_lock_date="2026-10-31")
    try:
        assert codes(take(fec())) == ["payroll_locked"]
    finally:
        stafforia.write("res.company", stafforia.company_id, fiscalyear_lock_date=False)


def test_third_parties_stand_on_their_lines_where_the_company_wants_them(stafforia: Desk, take: Take) -> None:
    partner = stafforia.make("res.partner", name="Alice Durand", ref="DURAND", company_id=stafforia.company_id)
    try:
        report = take(fec(third_party="DURAND"), third_parties="reference")
        assert report.written is not None and report.written.created
        found = stafforia.rows("account.move.line", [("id", "in", entries(stafforia)[-1]["line_ids"])], "partner_id")
        assert {line["partner_id"] for line in found} == {partner}
    finally:
        stafforia.write("res.partner", partner, active=False)


def test_the_split_by_mission_stands_on_its_lines_where_the_company_wants_it(stafforia: Desk, take: Take) -> None:
    missions = stafforia.rows("account.analytic.account", [("name", "=like", "Kepler%")], "name")
    missions += stafforia.rows("account.analytic.account", [("name", "=like", "Clientis%")], "name")
    kepler, clientis = missions
    head, first, second, *rest = declared().splitlines()
    text = [f"{head};Section", f"{first};{kepler['name']}", f"{second};{kepler['name']}:40|{clientis['name']}:60"]
    report = take("\n".join([*text, *(f"{line};" for line in rest)]), analytic="section")
    assert report.written is not None and report.written.created
    found = stafforia.rows("account.move.line", [("id", "in", entries(stafforia)[-1]["line_ids"])], "analytic_distribution")
    assert [line["analytic_distribution"] for line in found] == [
        {str(kepler["id"]): 100}, {str(kepler["id"]): 40, str(clientis["id"]): 60}, *[False] * 6,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"journal_id": "sale"}, "n'est pas un journal d'opérations diverses"),
        ({"date": date(2020, 1, 31)}, "période verrouillée"),
        ({"account_id": 10**6}, "n'existe plus"),
        ({"partner_id": 10**6}, "Le tiers 1000000 n'existe plus"),
        ({"debit": D("3200.01")}, "écart 0,01"),
    ],
)
def test_the_writer_itself_refuses_what_odoo_would_accept(
    stafforia: Desk, take: Take, change: dict[str, Any], said: str
) -> None:
    (upsert,) = take(fec(), Mode.PREVIEW).plan.upserts
    if "journal_id" in change:
        [journal] = stafforia.rows("account.journal", [("type", "=", "sale"), ("company_id", "=", stafforia.company_id)], "id")
        change = {"journal_id": journal["id"]}
    stafforia.write("res.company", stafforia.company_id, fiscalyear_lock_date="2020-01-31")
    first, *rest = upsert.lines
    head = {name: value for name, value in change.items() if name in upsert.values}
    line = first._replace(values={**first.values, **{k: v for k, v in change.items() if k not in head}})
    changed = upsert._replace(values={**upsert.values, **head}, lines=(line, *rest))
    before = entries(stafforia)
    try:
        with connect(stafforia.robot()) as odoo:
            written = Writer(odoo, detect(odoo)).push(Plan(upserts=(changed,)))
    finally:
        stafforia.write("res.company", stafforia.company_id, fiscalyear_lock_date=False)
    assert said in written.rejected[0].message
    assert entries(stafforia) == before


@pytest.mark.parametrize("texts", [[fec()] * 4, [fec(), fec(journal="OD")] * 2], ids=["the same file", "two files"])
def test_four_at_once_make_one_entry(stafforia: Desk, take: Take, tmp_path: Path, texts: list[str]) -> None:
    before = len(entries(stafforia))
    take(texts[0], Mode.PREVIEW)  # the company's file stands
    start = Barrier(len(texts))
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_bytes(text.encode())

    class Together(QuietScreen):
        def preview(self, report: Report) -> None:
            start.wait(60)

    def one(number: int) -> Report:
        path = tmp_path / f"{number}.txt"
        return payroll_entries("stafforia", path, None, Mode.APPLY, Together(), stafforia.robot())

    with ThreadPoolExecutor(len(texts)) as pool:
        reports = list(pool.map(one, range(len(texts))))
    assert len(entries(stafforia)) == before + 1
    assert [refused(report) for report in reports].count(True) == (0 if len(set(texts)) == 1 else 2)


def test_the_command_line_tells_and_ends_with_1_where_it_refuses(stafforia: Desk, take: Take, tmp_path: Path) -> None:
    take(fec(), Mode.PREVIEW)
    told = {
        "REGIE_ODOO_URL": stafforia.access.url, "REGIE_ODOO_DATABASE": stafforia.access.database,
        "REGIE_ODOO_LOGIN": stafforia.access.bot_login, "REGIE_ODOO_KEY": stafforia.access.bot_key,
    }  # fmt: skip

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        arguments = ["run", "payroll-entries", str(tmp_path / "paie.txt"), "--company", "stafforia", *words]
        return subprocess.run(
            [sys.executable, "-c", "from regie.cli import main; main()", *arguments],
            env=os.environ | told, cwd=FILES.parents[1], capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = command("--apply", "--json")
    assert done.returncode == 0, done.stderr
    assert list(json.loads(done.stdout)["written"]["ids"]) == [f"__regie__.{KEY.format(company=stafforia.company_id)}"]
    shown = command()
    assert shown.returncode == 0 and "déjà repris" in shown.stdout
    other_month = command("--month", "2026-09")
    assert other_month.returncode == 1 and "n'est pas dans le mois" in other_month.stdout.replace("\n", " ")
    (tmp_path / "paie.txt").write_bytes(b"\x00")
    binary = command()
    assert binary.returncode == 1 and "ce n'est pas du texte" in binary.stderr and "Traceback" not in binary.stderr
