"""Stafforia's closings on a real Odoo: the figures of the scenarios in linked draft entries, once, whatever comes after."""

import base64
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from closings import balances, entries, entry, of_client, opposite
from trade import FILES, NOVEMBER, OCTOBER, Desk, Order, QuietScreen

from flows.accrue import accrue, refused
from flows.render import invoices
from flows.shape import Mode, Report
from mappings.vocabulary.period import Period

pytestmark = pytest.mark.sandbox

D = Decimal
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
CAMILLE = "camille@stafforia.example"
FAE, PCA = "fae_{company}_2026_10_31", "pca_{company}_2026_10_31"
S3 = {"418100": D("9864.00"), "706000": D("-8100.00"), "708500": D("-120.00"), "445870": D("-1644.00")}
S15 = {"706000": D("2600.00"), "487000": D("-2600.00")}
S16 = {"706000": D("237.50"), "487000": D("-237.50")}
S15_S16 = {"706000": D("2837.50"), "487000": D("-2837.50")}
Close = Callable[..., Report]


@pytest.fixture(scope="module")
def october(stafforia: Desk) -> Desk:
    """October as its accountant closes it: everything that can be billed is posted on the 31st."""
    report = stafforia.bill()
    assert report.written is not None
    for key in report.written.created:
        stafforia.post(report.written.ids[key])
    return stafforia


@pytest.fixture
def close(october: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Close]:
    """The flow as the integration user; what it made is gone after the test."""

    def run(period: Period = OCTOBER, mode: Mode = Mode.APPLY, **policy: Any) -> Report:
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text())
        content["closing"] |= policy
        (tmp_path / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        monkeypatch.setenv("REGIE_COMPANIES", str(tmp_path))
        return accrue("stafforia", period, mode, QuietScreen(), october.robot())

    yield run
    made = entries(october)
    if posted := [entry["id"] for entry in made if entry["state"] == "posted"]:
        october("account.move", "button_draft", posted)
    october("account.move", "unlink", [entry["id"] for entry in made])


def proposed(report: Report, kind: str) -> Decimal:
    """Before tax, of an accrual or a deferral that would be written."""
    found = [u for u in report.plan.upserts if f".{kind}_" in u.key and not u.values["reverses_key"]]
    return sum((upsert.amount_untaxed for upsert in found), D(0))


def hours(report: Report) -> dict[str, Decimal]:
    """The balance's buckets that hold anything."""
    return {name: value for name, value in report.balance.buckets.items() if value} if report.balance else {}


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.plan.findings}


def clientis(desk: Desk) -> Order:
    [row] = desk.rows("sale.order", [("partner_id.name", "=", "Clientis Group")], "name", "partner_id")
    lines = desk.rows("sale.order.line", [("order_id", "=", row["id"])], "id")
    return Order(desk, row["id"], row["partner_id"], tuple(line["id"] for line in lines), row["name"])


def test_s3_s15_s16_october_is_closed_to_the_cent_and_taken_back_on_the_next_day(october: Desk, close: Close) -> None:
    report = close()
    assert report.written is not None and len(report.written.created) == 4 and not refused(report)
    for key, expected in ((FAE, S3), (PCA, S15_S16)):
        made, back = entry(october, key), entry(october, f"{key}_back")
        assert (made["state"], made["date"], back["state"], back["date"]) == ("draft", "2026-10-31", "draft", "2026-11-01")
        assert back["reversed_entry_id"] == made["id"]
        assert balances(october, made) == expected and balances(october, back) == opposite(expected)
    for client, expected in (("Orion", S15), ("Néo", S16)):
        assert of_client(october, entry(october, PCA), client) == expected
        assert of_client(october, entry(october, f"{PCA}_back"), client) == opposite(expected)
    assert hours(report) == {"invoiced": 12, "accrued": D("94.5"), "included": D("70.5"), "non_billable": 49}
    assert report.balance is not None and report.balance.total == 226
    assert {(f.record.name.split(" / ")[1], f.hours) for f in report.plan.findings if f.code == "not_validated"} == {
        ("Assistance technique, en régie", 3)
    }


def test_every_line_names_its_client_and_says_its_quantities_dates_and_documents(october: Desk, close: Close) -> None:
    close()
    names = {row["id"]: row["name"] for row in october.rows("res.partner", [], "name")}
    [orion] = october.rows("account.move", [("partner_id.name", "=", "Orion"), ("amount_untaxed", "=", 5200)], "name")
    lines = {
        key: october.rows("account.move.line", [("id", "in", entry(october, key)["line_ids"])], "name", "partner_id")
        for key in (FAE, PCA)
    }
    assert {names[line["partner_id"]] for line in lines[FAE]} == {"Clientis Group"}
    assert {names[line["partner_id"]] for line in lines[PCA]} == {"Néo", "Orion"}
    said = [line["name"] for key in (FAE, PCA) for line in lines[key]]
    assert any("13,5 Jour (7 h)" in text and "du 12/10/2026 au 30/10/2026" in text for text in said)
    [train] = october.rows("hr.expense", [("sale_order_id", "!=", False), ("name", "like", "rain")], "name", "date")
    day = f"{date.fromisoformat(train['date']):%d/%m/%Y}"
    assert any(f"{train['name']} du {day} (Camille Durand)" in text for text in said)
    assert any("50\u00a0%" in text and orion["name"] in text for text in said)
    assert any("7,5" in text and "10" in text for text in said)


def test_a_billing_run_counts_its_blocked_hours_as_accrued_once_the_closing_stands(october: Desk, close: Close) -> None:
    others = {"invoiced": 12, "included": D("70.5"), "non_billable": 49}
    assert hours(october.bill(mode=Mode.PREVIEW)) == {**others, "blocked": D("94.5")}
    close()
    assert hours(october.bill(mode=Mode.PREVIEW)) == {**others, "accrued": D("94.5")}


def test_the_detail_lists_the_days_behind_the_figures(october: Desk, close: Close) -> None:
    close()
    [file] = october.rows("ir.attachment", [("id", "in", entry(october, FAE)["attachment_ids"])], "name", "datas")
    rows = base64.b64decode(file["datas"]).decode("utf-8-sig").splitlines()
    assert file["name"].endswith(".csv") and rows[0].startswith("Client;Commande;Ligne;Jour")
    assert sum(";Camille Durand;" in row for row in rows) == 14


def test_a_preview_writes_nothing(october: Desk, close: Close) -> None:
    report = close(mode=Mode.PREVIEW)
    assert (len(report.plan.upserts), report.written, entries(october)) == (4, None, [])


def test_the_command_answers_one_document_and_its_exit_code_says_whether_all_can_be_booked(october: Desk) -> None:
    """`regie run accrue` in a process of its own: S3, S15 and S16 with their reversals, and nothing written by a preview."""

    def command(*words: str) -> "subprocess.CompletedProcess[str]":
        told = october.access.environment() | {"REGIE_COMPANIES": str(FILES), "COLUMNS": "200"}
        return subprocess.run(
            [sys.executable, "-c", "from regie.cli import main; main()", "run", "accrue", "--company", "stafforia", *words],
            env=os.environ | told, cwd=FILES.parents[1], capture_output=True, text=True, check=False,
        )  # fmt: skip

    done = command("--month", "2026-10", "--preview", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document = json.loads(done.stdout)
    assert list(document) == ["company", "period", "upserts", "findings", "balance", "written"]
    assert (document["company"], document["written"], entries(october)) == ("Stafforia Services SAS", {}, [])
    assert document["period"] == {"since": "2026-10-01", "until": "2026-10-31"}
    assert [(one["key"], one["values"]["date"], one["amount_untaxed"]) for one in document["upserts"]] == [
        (f"__regie__.{key.format(company=october.company_id)}", day, amount)
        for key, day, amount in (
            (FAE, "2026-10-31", "8220.00"),
            (f"{FAE}_back", "2026-11-01", "8220.00"),
            (PCA, "2026-10-31", "2837.50"),
            (f"{PCA}_back", "2026-11-01", "2837.50"),
        )
    ]
    codes_ = {row["id"]: row["code"] for row in october.rows("account.account", [], "code")}
    for upsert, expected in zip(document["upserts"], (S3, opposite(S3), S15_S16, opposite(S15_S16)), strict=True):
        found: dict[str, Decimal] = defaultdict(Decimal)
        for line in upsert["lines"]:
            found[codes_[line["values"]["account_id"]]] += D(line["values"]["debit"]) - D(line["values"]["credit"])
        assert found == expected
    balance = {bucket: D(said) for bucket, said in document["balance"].items() if bucket != "earlier"}
    assert (balance["accrued"], balance["invoiced"], balance["included"], balance["total"]) == (D("94.5"), 12, D("70.5"), 226)
    [waiting] = [one for one in document["findings"] if one["code"] == "not_validated"]
    assert (waiting["severity"], D(waiting["hours"]), D(waiting["amount"])) == ("warning", 3, 240)

    october.write("res.company", october.company_id, fiscalyear_lock_date="2026-10-31")
    try:
        locked = command("--month", "2026-10", "--json")
    finally:
        october.write("res.company", october.company_id, fiscalyear_lock_date=False)
    refusal = json.loads(locked.stdout)
    assert (locked.returncode, refusal["upserts"], "closing_locked" in {one["code"] for one in refusal["findings"]}) == (
        1, [], True,
    )  # fmt: skip
    wrong = command("--month", "2026-13")
    assert wrong.returncode == 1 and "2026-13" in wrong.stderr and "Traceback" not in wrong.stderr


def test_again_and_later_as_of_the_same_day_changes_nothing(october: Desk, close: Close) -> None:
    close()
    before = entries(october)
    order = clientis(october)
    later = order.work(7.0, "2026-11-02", by=CAMILLE)
    again = close()
    assert again.plan.upserts == () and entries(october) == before
    assert [f.code for f in again.plan.findings if f.record.dataset == "entries"] == ["closing_done", "closing_done"]
    october("account.analytic.line", "unlink", later)


def test_what_changed_since_is_shown_and_the_entry_left(october: Desk, close: Close) -> None:
    close()
    before = entries(october)
    [late] = october.rows("account.analytic.line", [("date", "=", "2026-10-28"), ("unit_amount", "=", 3.0)], "id")
    october.action("validate", "account.analytic.line", [late["id"]])
    try:
        again = close()
        assert again.plan.upserts == () and entries(october) == before
        [found] = [f for f in again.plan.findings if f.code == "closing_changed"]
        assert found.amount == 240 and "Kepler" in found.message
    finally:
        october.write("account.analytic.line", late["id"], october.manager, x_regie_validated=False)


def test_a_locked_period_is_refused_before_anything_is_written(october: Desk, close: Close) -> None:
    october.write("res.company", october.company_id, fiscalyear_lock_date="2026-10-31")
    try:
        report = close()
    finally:
        october.write("res.company", october.company_id, fiscalyear_lock_date=False)
    assert refused(report) and "closing_locked" in codes(report) and entries(october) == []


def test_a_reversal_a_person_deleted_comes_back_alone_and_linked(october: Desk, close: Close) -> None:
    close()
    gone, made = entry(october, f"{FAE}_back"), entry(october, FAE)
    october("account.move", "unlink", gone["id"])
    report = close()
    assert report.written is not None and len(report.written.created) == 1
    assert entry(october, f"{FAE}_back")["reversed_entry_id"] == made["id"]


def test_posted_only_where_the_company_says_so_and_then_reconciled(october: Desk, close: Close) -> None:
    report = close(post=True)
    assert not refused(report) and {one["state"] for one in entries(october)} == {"posted"}
    codes_ = {row["id"]: row["code"] for row in october.rows("account.account", [], "code")}
    lines = october.rows(
        "account.move.line", [("id", "in", entry(october, FAE)["line_ids"])], "account_id", "reconciled", "amount_residual"
    )
    for account in ("418100", "445870"):
        of_account = [line for line in lines if codes_[line["account_id"]] == account]
        assert of_account and all(line["reconciled"] and not line["amount_residual"] for line in of_account)


def states(desk: Desk) -> dict[str, str]:
    """Of closing entries, by key without the company: `fae`, `fae_back`, ..."""
    keys = {one["x_regie_key"]: one["state"] for one in entries(desk)}
    return {key.replace(f"_{desk.company_id}_2026_10_31", ""): state for key, state in sorted(keys.items())}


def test_an_accrual_cancelled_alone_stops_until_its_reversal_is_too(october: Desk, close: Close) -> None:
    close(post=True)
    made, back = entry(october, FAE), entry(october, f"{FAE}_back")
    october("account.move", "button_draft", made["id"])
    october("account.move", "button_cancel", made["id"])
    again = close(post=True)
    assert refused(again) and again.plan.upserts == () and len(entries(october)) == 4
    [found] = [one for one in again.plan.findings if one.code == "closing_cancelled_alone"]
    assert (found.severity, found.record.id) == ("critical", back["id"])
    october("account.move", "button_draft", back["id"])
    october("account.move", "button_cancel", back["id"])
    assert not refused(close(post=True))
    assert states(october) == {
        "fae": "cancel", "fae_2": "posted", "fae_2_back": "posted", "fae_back": "cancel", "pca": "posted", "pca_back": "posted",
    }  # fmt: skip


def test_a_pair_posted_by_half_is_told_by_later_closings_too(october: Desk, close: Close) -> None:
    close()
    october("account.move", "action_post", entry(october, FAE)["id"])
    assert "closing_half_posted" in codes(close(NOVEMBER, Mode.PREVIEW))
    october("account.move", "action_post", entry(october, f"{FAE}_back")["id"])
    assert "closing_half_posted" not in codes(close(NOVEMBER, Mode.PREVIEW))
    october("account.move", "action_post", entry(october, f"{PCA}_back")["id"])
    assert "closing_back_alone" in codes(close(NOVEMBER, Mode.PREVIEW))


@pytest.mark.parametrize("lost", [False, True])
def test_what_a_run_left_unposted_is_posted_by_the_next_in_whole_pairs(october: Desk, close: Close, lost: bool) -> None:
    """It ended between writing and posting; a person may have deleted a reversal meanwhile."""
    close()
    if lost:
        october("account.move", "unlink", entry(october, f"{FAE}_back")["id"])
    report = close(post=True)
    assert not refused(report) and "closing_to_post" in codes(report)
    assert states(october) == dict.fromkeys(("fae", "fae_back", "pca", "pca_back"), "posted")
    assert entry(october, f"{FAE}_back")["reversed_entry_id"] == entry(october, FAE)["id"]
    again = close(post=True)
    assert again.plan.upserts == () and "closing_done" in codes(again)


def test_a_draft_that_a_person_edited_is_not_posted_nor_what_takes_it_back(october: Desk, close: Close) -> None:
    close()
    made = entry(october, FAE)
    lines = october.rows("account.move.line", [("id", "in", made["line_ids"])], "debit", "credit")
    debit = next(line for line in lines if line["debit"])
    credit = next(line for line in lines if line["credit"] > 10)
    october.write(
        "account.move",
        made["id"],
        line_ids=[(1, debit["id"], {"debit": debit["debit"] - 1}), (1, credit["id"], {"credit": credit["credit"] - 1})],
    )
    report = close(post=True)
    assert refused(report)
    assert states(october) == {"fae": "draft", "fae_back": "draft", "pca": "posted", "pca_back": "posted"}


def test_a_persons_own_reversal_is_seen_beside_regies(october: Desk, close: Close) -> None:
    close(post=True)
    made = entry(october, FAE)
    wizard = october.make(
        "account.move.reversal", move_ids=[(6, 0, [made["id"]])], date="2026-11-03", journal_id=made["journal_id"]
    )
    october("account.move.reversal", "reverse_moves", wizard)
    [own] = october.rows("account.move", [("reversed_entry_id", "=", made["id"]), ("x_regie_key", "=", False)], "state")
    try:
        if own["state"] == "draft":
            october("account.move", "action_post", own["id"])
        assert "closing_back_twice" in codes(close())
    finally:
        october("account.move", "button_draft", own["id"])
        october("account.move", "unlink", own["id"])


def test_before_anything_is_posted_the_drafts_are_accrued(october: Desk, close: Close) -> None:
    """On the 30th nothing is invoiced but the first milestone of Orion, and the train, whose entry Odoo dates the 31st, is not
    in the books."""
    report = close(Period(date(2026, 10, 1), date(2026, 10, 30)), Mode.PREVIEW)
    assert proposed(report, "fae") == D("8100.00") + D("960.00") + D("2600.00") + D("712.50")


def test_s4_s5_november_then_signed_and_posted_in_december(october: Desk, close: Close) -> None:
    order = clientis(october)
    days = [day for day in range(2, 31) if date(2026, 11, day).weekday() < 5 and day != 11]
    order.validate(*[order.work(7.0, f"2026-11-{day:02}", by=CAMILLE, validate=False) for day in days])
    assert close(NOVEMBER).written is not None
    key = "fae_{company}_2026_11_30"
    assert balances(october, entry(october, key)) == {
        "418100": D("24264.00"), "706000": D("-20100.00"), "708500": D("-120.00"), "445870": D("-4044.00"),
    }  # fmt: skip
    october.write("sale.order", order.id, x_regie_contract_signed_on="2026-12-03")
    report = october.bill(DECEMBER)
    drafts = order.drafts()
    assert [(one.key, D(str(one.untaxed)), D(str(one.tax)), one.products) for one in drafts] == [
        (f"inv_o{order.id}_2026-10_n1", D("8220.00"), D("1644.00"), [(13.5, 600.0), (1.0, 120.0)]),
        (f"inv_o{order.id}_2026-11_n1", D("12000.00"), D("2400.00"), [(20.0, 600.0)]),
    ]
    days_of = {row["id"]: row["date"] for row in october.rows("account.analytic.line", [("so_line", "=", order.line)], "date")}
    assert [{days_of[sheet][:7] for sheet in one.hours} for one in drafts] == [{"2026-10"}, {"2026-11"}]
    files = october.rows("ir.attachment", [("res_id", "in", [one.id for one in drafts])], "res_id", "res_model", "name")
    assert [[f["name"] for f in files if (f["res_model"], f["res_id"]) == ("account.move", one.id)] for one in drafts] == [
        [f"Détail des prestations {month} {order.name}.pdf"] for month in ("2026-10", "2026-11")
    ]
    shown = invoices(report)
    assert "octobre 2026" in shown and "novembre 2026" in shown
    again = october.bill(DECEMBER)
    assert again.plan.upserts == () and order.drafts() == drafts
    december = [order.work(7.0, f"2026-12-0{day}", by=CAMILLE) for day in (1, 2)]
    still_drafts = close(DECEMBER, Mode.PREVIEW)
    assert proposed(still_drafts, "fae") == D("21420.00"), "as in S4, and two days of December at 600.00"
    [accrued] = [u for u in still_drafts.plan.upserts if ".fae_" in u.key and not u.values["reverses_key"]]
    vat = [line.values["credit"] for line in accrued.lines if line.key.endswith("_vat")]
    assert sum(vat) == D("4284.00"), "20 % of 21,420.00"
    october.bill(DECEMBER)
    *first_two, third = order.drafts()
    assert first_two == drafts, "December's days are on a draft of their own"
    assert (third.key, D(str(third.untaxed)), third.hours) == (
        f"inv_o{order.id}_2026-12_n1", D("1200.00"), tuple(december),
    )  # fmt: skip
    for draft in drafts:
        october.post(draft.id, "2026-12-03")
    assert proposed(close(DECEMBER, Mode.PREVIEW), "fae") == D("1200.00"), "nothing for the two; December's is still a draft"
    assert codes(close(NOVEMBER)) >= {"closing_done"} and balances(october, entry(october, key))["418100"] == D("24264.00")
