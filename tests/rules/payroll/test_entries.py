"""The payroll journal as one draft entry: it balances, loses nothing, and every reason against it is told with its lines."""

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import Dataset, frame
from mappings.vocabulary.labels import LANGUAGES, Labels
from mappings.vocabulary.payroll import Fault, JournalFile, JournalRow
from mappings.vocabulary.payroll_policy import AccountName, PayrollPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Severity, Upsert
from rules.payroll.books import PayrollBooks
from rules.payroll.entries import decide
from tests.payroll_files import S14

D = Decimal
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
CODES = ("421000", "431000", "437000", "442100", "641100", "641300", "645100", "645300", "707000")
IDS = {code: number for number, code in enumerate(CODES, 100)}
DAY = date(2026, 10, 31)
SAME, OTHER = "a" * 64, "b" * 64


def row(line: int, account: str, debit: str = "0", credit: str = "0", **values: Any) -> JournalRow:
    return JournalRow(line, values.pop("day", DAY), account, D(debit), D(credit), **{"journal": "PA", "entry": "1", **values})


def s14(**values: Any) -> list[JournalRow]:
    return [
        row(line, account, debit, credit, label=label, **values) for line, (account, label, debit, credit) in enumerate(S14, 2)
    ]


def journal(rows: list[JournalRow], **values: Any) -> JournalFile:
    return JournalFile("paie.txt", b"", SAME, "fec", tuple(rows), **values)


def books(**frames: Any) -> PayrollBooks:
    def made(dataset: Dataset, *rows: dict[str, Any]) -> pd.DataFrame:
        return frame(dataset, frames.get(dataset.name, rows))

    accounts = [{"id": number, "code": code, "name": code} for code, number in IDS.items()]
    return PayrollBooks(
        companies=made(ds.COMPANIES, {"id": 3, "name": "Stafforia", "currency_id": 1, **frames.get("company", {})}),
        currencies=made(ds.CURRENCIES, {"id": 1, "name": "EUR", "digits": 2}),
        accounts=made(ds.ACCOUNTS, *accounts),
        journals=made(ds.JOURNALS, {"id": 15, "code": "OD", "type": "general"}, {"id": 13, "code": "FAC", "type": "sale"}),
        partners=made(ds.PARTNERS),
        analytic_accounts=made(ds.ANALYTIC_ACCOUNTS),
        entries=made(ds.ENTRIES),
    )


def plan(rows: list[JournalRow], known: PayrollBooks | None = None, **policy: Any) -> Plan:
    return decide(journal(rows), known or books(), OCTOBER, PayrollPolicy(**policy), Labels("en"))


def entry(made: Plan) -> Upsert:
    (upsert,) = made.upserts
    return upsert


def only(made: Plan) -> Finding:
    """The one finding of a plan that writes nothing."""
    assert not made.upserts
    (finding,) = made.findings
    assert finding.message and finding.remedy
    return finding


def moved(upsert: Upsert) -> list[tuple[int, Decimal, Decimal]]:
    return [(line.values["account_id"], line.values["debit"], line.values["credit"]) for line in upsert.lines]


def test_october_is_one_entry_of_4900() -> None:
    upsert = entry(plan(s14()))
    assert upsert.key == "__regie__.payroll_3_2026_10"
    assert upsert.amount_untaxed == D(4900)
    assert upsert.values == {
        "type": "entry", "company_id": 3, "journal_id": 15, "date": DAY, "content": {"sha256": SAME},
        "reference": "OD-PAIE 2026-10 aaaaaaaaaaaa",
    }  # fmt: skip
    assert moved(upsert) == [(IDS[account], D(debit), D(credit)) for account, _, debit, credit in S14]
    assert {line.values["tax_ids"] for line in upsert.lines} == {()}
    assert len({line.key for line in upsert.lines}) == 8
    assert "8 lines" in upsert.why and "€4,900.00" in upsert.why


@pytest.mark.parametrize(("credit", "difference"), [("149.99", "0.01"), ("150.01", "0.01"), ("150.00", None)])
def test_an_entry_that_is_out_by_a_cent_is_refused(credit: str, difference: str | None) -> None:
    made = plan([*s14()[:-1], row(9, "442100", credit=credit, entry="1")])
    if difference is None:
        assert not made.findings
    else:
        finding = only(made)
        assert (finding.code, finding.amount) == ("payroll_unbalanced", D(difference))
        assert (
            "Entry PA 1 does not balance" in finding.message and "€0.01" in finding.message and "lines 2-9" in finding.message
        )


def test_each_entry_of_the_file_balances_by_itself() -> None:
    rows = [row(2, "641100", "10", entry="1"), row(3, "421000", credit="11", entry="1"),
            row(4, "641100", "11", entry="2"), row(5, "421000", credit="10", entry="2")]  # fmt: skip
    made = plan(rows)
    assert [(one.code, one.words["entry"], one.words["lines"]) for one in made.findings] == [
        ("payroll_unbalanced", "PA 1", "2-3"), ("payroll_unbalanced", "PA 2", "4-5"),
    ]  # fmt: skip
    balanced = entry(plan([replace(one, entry="") for one in rows]))
    assert balanced.amount_untaxed == D(21)


def test_entries_of_two_journals_with_one_number_are_two() -> None:
    rows = [row(2, "641100", "5"), row(3, "421000", credit="5", journal="OD")]
    assert [one.words["entry"] for one in plan(rows, journals=("PA", "OD")).findings] == ["PA 1", "OD 1"]


def test_a_negative_debit_is_a_credit() -> None:
    upsert = entry(plan([row(2, "641100", "-5"), row(3, "421000", credit="-5")]))
    assert moved(upsert) == [(IDS["641100"], D(0), D(5)), (IDS["421000"], D(5), D(0))]


def test_an_unknown_account_is_named_with_all_its_lines_and_what_they_move() -> None:
    rows = [row(2, "641999", "1"), row(3, "641100", "5"), row(4, "641999", "2"), row(5, "437111", credit="8")]
    made = plan(rows)
    assert [(one.code, one.words["odoo"], one.words["lines"], one.amount) for one in made.findings] == [
        ("payroll_unknown_account", "641999", "2, 4", D(3)), ("payroll_unknown_account", "437111", "5", D(8)),
    ]  # fmt: skip


def test_an_account_is_padded_or_renamed_and_never_guessed() -> None:
    rows = [row(2, "6411", "5"), row(3, "4210", credit="5")]
    assert moved(entry(plan(rows))) == [(IDS["641100"], D(5), D(0)), (IDS["421000"], D(0), D(5))]
    assert [one.code for one in plan(rows, account_length=0).findings] == ["payroll_unknown_account"] * 2
    assert [one.code for one in plan([row(2, "64110", "5"), row(3, "42", credit="5")]).findings] == ["payroll_foreign_account"]
    named = AccountName(file="PAS", odoo="442100")
    assert moved(entry(plan([row(2, "6411", "5"), row(3, "PAS", credit="5")], accounts=(named,))))[1][0] == IDS["442100"]


def test_an_account_is_not_found_by_its_beginning() -> None:
    finding = only(plan([row(2, "64110001", "5"), row(3, "421000", credit="5")]))
    assert (finding.code, finding.words["account"]) == ("payroll_unknown_account", "64110001")


def test_an_account_that_is_no_payroll_is_refused_unless_the_company_says_so() -> None:
    rows = [row(2, "641100", "5"), row(3, "707000", credit="5")]
    assert only(plan(rows)).code == "payroll_foreign_account"
    assert entry(plan(rows, prefixes=("64", "70")))


def test_an_account_that_is_deprecated_is_as_none() -> None:
    accounts = [{"id": 1, "code": "641100", "deprecated": True}, {"id": 2, "code": "421000"}]
    assert (
        only(plan([row(2, "6411", "5"), row(3, "421", credit="5")], books(accounts=accounts))).code == "payroll_unknown_account"
    )


@pytest.mark.parametrize(("day", "inside"), [
    (date(2026, 9, 30), False), (date(2026, 10, 1), True), (date(2026, 10, 31), True), (date(2026, 11, 1), False),
])  # fmt: skip
def test_every_date_is_in_the_month(day: date, inside: bool) -> None:
    made = plan([row(2, "641100", "5"), row(3, "421000", credit="5", day=day)])
    assert bool(made.upserts) is inside
    assert [one.code for one in made.findings] == ([] if inside else ["payroll_outside_month"])


def test_the_entry_is_of_the_last_day_in_the_file() -> None:
    rows = [row(2, "641100", "5", day=date(2026, 10, 5)), row(3, "421000", credit="5", day=date(2026, 10, 7))]
    assert entry(plan(rows)).values["date"] == date(2026, 10, 7)


@pytest.mark.parametrize("lock", ["fiscal_lock_date", "hard_lock_date"])
@pytest.mark.parametrize(("until", "open_"), [("2026-10-30", True), ("2026-10-31", False)])
def test_a_locked_month_is_refused(lock: str, until: str, open_: bool) -> None:
    made = plan(s14(), books(company={lock: pd.Timestamp(until)}))
    assert bool(made.upserts) is open_
    assert [one.code for one in made.findings] == ([] if open_ else ["payroll_locked"])


def test_journals_of_the_file() -> None:
    payroll = [row(2, "641100", "5"), row(3, "421000", credit="5")]
    mixed = [*payroll, row(4, "641100", "1", journal="VT"), row(5, "421000", credit="1", journal="VT")]
    several = only(plan(mixed))
    assert (several.code, several.words["lines"], several.words["journals"]) == ("payroll_several_journals", "2, 4", "PA, VT")
    assert entry(plan(mixed, journals=("PA", "VT"))).amount_untaxed == D(6)
    foreign = only(plan(mixed, journals=("PA",)))
    assert (foreign.code, foreign.words["lines"], foreign.amount) == ("payroll_foreign_journal", "4-5", D(2))


def test_the_journal_of_odoo() -> None:
    assert only(plan(s14(), journal="PAIE")).code == "payroll_no_journal"
    assert only(plan(s14(), journal="FAC")).code == "payroll_wrong_journal"


def test_third_parties() -> None:
    rows = [row(2, "641100", "5"), row(3, "421000", credit="5", third_party="DURAND")]
    ignored = plan(rows)
    assert [(one.code, one.severity) for one in ignored.findings] == [("payroll_third_parties_ignored", Severity.INFO)]
    assert {line.values["partner_id"] for line in entry(ignored).lines} == {0}
    assert only(plan(rows, third_parties="reference")).code == "payroll_unknown_third_party"
    twice = [{"id": 7, "reference": "DURAND"}, {"id": 8, "reference": "DURAND"}]
    assert only(plan(rows, books(partners=twice), third_parties="reference")).words["count"] == 2
    made = plan(rows, books(partners=twice[:1]), third_parties="reference")
    assert [line.values["partner_id"] for line in entry(made).lines] == [0, 7]


MISSIONS = [
    {"id": 9, "name": "Clientis : mission", "code": "CLI"},
    {"id": 12, "name": "Kepler"},
    {"id": 13, "name": "Kepler 2", "code": "K"},
]


def split(section: str, **policy: Any) -> Plan:
    rows = [row(2, "641100", "5", section=section), row(3, "421000", credit="5")]
    return plan(rows, books(analytic_accounts=MISSIONS), **{"analytic": "section", **policy})


@pytest.mark.parametrize(
    ("section", "distribution"),
    [
        ("CLI", '{"9":100}'), ("Kepler", '{"12":100}'), ("Clientis : mission", '{"9":100}'),
        ("CLI:40|Kepler:60", '{"9":40,"12":60}'),
        ("CLI : 33,33 % | K:66.67", '{"9":33.33,"13":66.67}'), ("CLI:100", '{"9":100}'),
    ],
)  # fmt: skip
def test_a_section_is_a_mission_or_several_with_their_shares(section: str, distribution: str) -> None:
    first, second = entry(split(section)).lines
    assert first.values["analytic_distribution"] == distribution
    assert "analytic_distribution" not in second.values


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("CLI:40|K:59.99", "payroll_shares"), ("CLI:40|K:60.01", "payroll_shares"), ("CLI|K", "payroll_shares"),
        ("CLI:50|CLI:50", "payroll_shares"), ("CLI:100|K:0", "payroll_shares"), ("|", "payroll_shares"),
        ("ORION", "payroll_unknown_section"),
    ],
)  # fmt: skip
def test_a_section_that_is_no_mission_is_refused(section: str, code: str) -> None:
    finding = only(split(section))
    assert (finding.code, finding.words["lines"], finding.amount) == (code, "2", D(5))


def test_sections_are_left_out_unless_the_company_wants_them() -> None:
    made = split("ORION", analytic="ignore")
    assert [one.code for one in made.findings] == ["payroll_sections_ignored"]
    assert "analytic_distribution" not in entry(made).lines[0].values


@pytest.mark.parametrize(("form", "code"), [
    ("quadratus", "payroll_split_unread"), ("fec", "payroll_no_sections"), ("csv", "payroll_no_sections"),
])  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_without_the_split_that_is_asked_for_says_why(form: str, code: str, language: str) -> None:
    file = replace(journal(s14()), form=form)
    made = decide(file, books(analytic_accounts=MISSIONS), OCTOBER, PayrollPolicy(analytic="section"), Labels(language))
    (finding,) = made.findings
    assert (finding.code, finding.severity, len(made.upserts)) == (code, Severity.WARNING, 1)
    assert "payroll.csv" in finding.remedy and "{" not in finding.message + finding.remedy
    assert decide(file, books(), OCTOBER, PayrollPolicy(), Labels(language)).findings == ()


def test_two_missions_of_one_name_are_refused() -> None:
    rows = [row(2, "641100", "5", section="K"), row(3, "421000", credit="5")]
    twice = [{"id": 1, "name": "a", "code": "K"}, {"id": 2, "name": "b", "code": "K"}]
    assert only(plan(rows, books(analytic_accounts=twice), analytic="section")).words["count"] == 2


def standing(**values: Any) -> dict[str, Any]:
    return {
        "id": 50, "key": "payroll_3_2026_10", "content": f'{{"sha256":"{OTHER}"}}', "type": "entry", "state": "draft",
        "name": "/", "reference": "OD-PAIE 2026-10 bbbbbbbbbbbb", **values,
    }  # fmt: skip


@pytest.mark.parametrize("state", ["draft", "posted"])
def test_the_same_file_again_is_nothing(state: str) -> None:
    before = standing(content=f'{{"sha256":"{SAME}"}}', state=state)
    finding = only(plan([row(2, "999", "1")], books(entries=[before])))
    assert (finding.code, finding.severity) == ("payroll_done", Severity.INFO)


def test_another_file_for_the_month_stops_and_names_the_entry() -> None:
    finding = only(plan(s14(), books(entries=[standing()])))
    assert finding.code == "payroll_other_file"
    assert "OD-PAIE 2026-10 bbbbbbbbbbbb" in finding.message and "delete the draft" in finding.remedy
    posted = only(plan(s14(), books(entries=[standing(state="posted", name="OD/2026/10/0004")])))
    assert "OD/2026/10/0004" in posted.message


def test_what_was_cancelled_or_taken_back_counts_no_more_and_keeps_its_key() -> None:
    cancelled = standing(state="cancel")
    assert entry(plan(s14(), books(entries=[cancelled]))).key == "__regie__.payroll_3_2026_10_2"
    posted = standing(state="posted", name="OD/1")
    back = {"id": 51, "type": "entry", "state": "posted", "reverses_id": 50}
    assert entry(plan(s14(), books(entries=[posted, back]))).key == "__regie__.payroll_3_2026_10_2"
    assert only(plan(s14(), books(entries=[posted, {**back, "state": "draft"}]))).code == "payroll_other_file"
    third = [cancelled, standing(id=52, key="payroll_3_2026_10_2", state="cancel")]
    assert entry(plan(s14(), books(entries=third))).key == "__regie__.payroll_3_2026_10_3"


def test_a_reversed_entry_of_the_same_file_may_come_again() -> None:
    before = standing(content=f'{{"sha256":"{SAME}"}}', state="cancel")
    assert entry(plan(s14(), books(entries=[before]))).key == "__regie__.payroll_3_2026_10_2"


def test_everything_is_told_at_once() -> None:
    rows = [row(2, "641999", "1"), row(4, "707000", "2", day=date(2026, 11, 2), journal="VT"), row(5, "421000", credit="9")]
    faulty = journal(rows, faults=(Fault(3, "payroll_amount", {"value": "x"}),), ignored=(1,))
    made = decide(faulty, books(), OCTOBER, PayrollPolicy(journal="PAIE"), Labels("fr"))
    assert [one.code for one in made.findings] == [
        "payroll_amount", "payroll_several_journals", "payroll_no_journal", "payroll_unknown_account",
        "payroll_foreign_account", "payroll_outside_month", "payroll_ignored",
    ]  # fmt: skip
    assert all(one.message and one.remedy for one in made.findings)
    assert not made.upserts


AMOUNT = st.integers(-500_000, 500_000).map(lambda cents: D(cents) / 100)
ROWS = st.lists(st.tuples(st.sampled_from(CODES[:-1]), AMOUNT, st.booleans(), st.sampled_from(["1", "2"])), max_size=12)


@given(ROWS)
def test_debit_equals_credit_and_nothing_is_lost(drawn: list[tuple[str, Decimal, bool, str]]) -> None:
    rows = [
        JournalRow(line, DAY, account, amount if debit else D(0), D(0) if debit else amount, entry=number, journal="PA")
        for line, (account, amount, debit, number) in enumerate(drawn, 2)
    ]
    for line, number in ((90, "1"), (91, "2")):
        rest = sum((one.debit - one.credit for one in rows if one.entry == number), D(0))
        rows.append(JournalRow(line, DAY, "421000", D(0), rest, entry=number, journal="PA"))
    made = entry(plan(rows))
    sums: Counter[int] = Counter()
    for one in rows:
        sums[IDS[one.account]] += one.debit - one.credit  # type: ignore[assignment]
    for account, debit, credit in moved(made):
        assert debit >= 0 and credit >= 0 and not (debit and credit)
        sums[account] -= debit - credit  # type: ignore[assignment]
    assert not any(sums.values())
    assert sum(debit for _, debit, _ in moved(made)) == sum(credit for _, _, credit in moved(made)) == made.amount_untaxed


@given(ROWS)
def test_what_does_not_balance_is_never_written(drawn: list[tuple[str, Decimal, bool, str]]) -> None:
    rows = [
        JournalRow(line, DAY, account, amount if debit else D(0), D(0) if debit else amount, entry=number, journal="PA")
        for line, (account, amount, debit, number) in enumerate(drawn, 2)
    ]
    rows.append(row(90, "421000", credit="0"))
    out = {f"PA {number}" for number in "12" if sum((one.debit - one.credit for one in rows if one.entry == number), D(0))}
    made = plan(rows)
    assert bool(made.upserts) is not bool(out)
    assert {one.words["entry"] for one in made.findings} == out
