"""The payroll journal (OD de paie) becomes one balanced draft entry, or it is said line by line why not. Never half of it.

Example, October: D 641100 3 200.00, 641300 300.00, 645100 950.00, 645300 450.00; C 421000 2 580.00, 431000 1 450.00,
437000 720.00, 442100 150.00: one draft of 4 900.00. The same file again: nothing. Out by 0.01: refused, with the entry and the
difference.

An account is the one that the company file names for the file's code, else the code itself, with zeros at its end. It is never
guessed from its beginning and never created. A negative debit is a credit.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.payroll import JournalFile, JournalRow
from mappings.vocabulary.payroll_policy import PayrollPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Line, Plan, Severity, Upsert
from mappings.vocabulary.records import ENTRY, MODULE
from rules.payroll import sections
from rules.payroll.books import PayrollBooks
from rules.payroll.earlier import earlier
from rules.payroll.findings import Findings


def decide(file: JournalFile, books: PayrollBooks, period: Period, policy: PayrollPolicy, labels: Labels) -> Plan:
    """One entry, or every reason against it at once; nothing where this very file was taken over before.

    `period` is the payroll's whole month.
    """
    case = _Case(file, books, period, policy, labels, Findings(file, labels, books.currency))
    before = earlier(books, period)
    if before.standing is not None and _digest(before.standing.content, file.digest):
        case.findings.add("payroll_done", (), {"entry": _named(before.standing, labels)}, severity=Severity.INFO)
        return Plan(findings=tuple(case.findings.found))
    if before.standing is not None:
        case.findings.add("payroll_other_file", (), {"entry": _named(before.standing, labels), "month": case.month})
    for fault in file.faults:
        case.findings.add(fault.code, [fault.line], fault.words)
    journal_id = _journal(case)
    accounts, third_parties = _accounts(case), _third_parties(case)
    split = _sections(case)
    _dates(case)
    _balance(case)
    if file.ignored:
        case.findings.add("payroll_ignored", file.ignored, severity=Severity.INFO)
    if case.findings.stops:
        return Plan(findings=tuple(case.findings.found))
    return Plan(
        upserts=(_entry(case, before.free, _Found(journal_id, accounts, third_parties, split)),),
        findings=tuple(case.findings.found),
    )


@dataclass(frozen=True)
class _Case:
    """What every step of a decision looks at, and what it finds."""

    file: JournalFile
    books: PayrollBooks
    period: Period
    policy: PayrollPolicy
    labels: Labels
    findings: Findings

    @property
    def month(self) -> str:
        return self.labels.period(self.period.since, self.period.until)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the file's texts are in Odoo: ids of the journal, of accounts and partners by code, distributions by section."""

    journal_id: int
    accounts: dict[str, int]
    third_parties: dict[str, int]
    sections: dict[str, str]


def odoo_code(code: str, policy: PayrollPolicy) -> str:
    """Odoo's code for an account of the file: as declared, else with zeros at its end up to the chart's length."""
    declared = {account.file: account.odoo for account in policy.accounts}
    return declared.get(code) or (code.ljust(policy.account_length, "0") if code.isdecimal() else code)


def sides(row: JournalRow) -> tuple[Decimal, Decimal]:
    """Debit and credit of a row, neither negative: a negative debit is a credit."""
    balance = row.debit - row.credit
    return max(balance, Decimal(0)), max(-balance, Decimal(0))


def _journal(case: _Case) -> int:
    """The Odoo journal that receives the entry, 0 where there is none; the file's own journals are looked at too."""
    of_code = _by(case.file.rows, lambda row: row.journal)
    accepted = case.policy.journals
    for code, rows in of_code.items():
        if accepted and code not in accepted:
            case.findings.about("payroll_foreign_journal", rows, {"journal": code or "-", "accepted": ", ".join(accepted)})
    if not accepted and len(of_code) > 1:
        case.findings.add(
            "payroll_several_journals",
            [rows[0].line for rows in of_code.values()],
            {"journals": ", ".join(code or "-" for code in of_code)},
        )
    named = [row for row in each(case.books.journals) if row.code == case.policy.journal]
    if not named:
        case.findings.add("payroll_no_journal", (), {"journal": case.policy.journal})
    elif named[0].type != "general":
        case.findings.add("payroll_wrong_journal", (), {"journal": case.policy.journal})
    return int(named[0].id) if named else 0


def _accounts(case: _Case) -> dict[str, int]:
    """Odoo's account for each code of the file; a code without one is named with all its lines."""
    usable = {row.code: int(row.id) for row in each(case.books.accounts) if row.code and not row.deprecated}
    found = {}
    for code, rows in _by(case.file.rows, lambda row: row.account).items():
        meant = odoo_code(code, case.policy)
        if not meant.startswith(case.policy.prefixes):
            case.findings.about("payroll_foreign_account", rows, {"account": code, "odoo": meant})
        elif meant not in usable:
            case.findings.about("payroll_unknown_account", rows, {"account": code, "odoo": meant})
        else:
            found[code] = usable[meant]
    return found


def _third_parties(case: _Case) -> dict[str, int]:
    """The partner of each auxiliary account, where the company wants them."""
    of_code = _by((row for row in case.file.rows if row.third_party), lambda row: row.third_party)
    if case.policy.third_parties == "ignore":
        if of_code:
            lines = sorted(row.line for rows in of_code.values() for row in rows)
            case.findings.add("payroll_third_parties_ignored", lines, severity=Severity.INFO)
        return {}
    known: dict[str, list[int]] = defaultdict(list)
    for partner in each(case.books.partners):
        known[partner.reference].append(int(partner.id))
    for code, rows in of_code.items():
        if len(known.get(code, ())) != 1:
            case.findings.about("payroll_unknown_third_party", rows, {"code": code, "count": len(known.get(code, ()))})
    return {code: known[code][0] for code in of_code if len(known.get(code, ())) == 1}


def _sections(case: _Case) -> dict[str, str]:
    """The analytic distribution of each section, where the company splits by them."""
    of_section = _by((row for row in case.file.rows if row.section), lambda row: row.section)
    if case.policy.analytic == "ignore":
        if of_section:
            lines = [row.line for rows in of_section.values() for row in rows]
            case.findings.add("payroll_sections_ignored", lines, severity=Severity.INFO)
        return {}
    if not of_section:
        unread = case.file.form == "quadratus"  # its lines "I" split a movement; they are left out
        case.findings.add("payroll_split_unread" if unread else "payroll_no_sections", (), severity=Severity.WARNING)
    known = sections.by_name(case.books.analytic_accounts)
    found = {}
    for section, rows in of_section.items():
        try:
            parts = sections.shares(section)
        except ValueError:
            case.findings.about("payroll_shares", rows, {"section": section})
            continue
        unknown = [name for name in parts if len(known.get(name, ())) != 1]
        for name in unknown:
            case.findings.about("payroll_unknown_section", rows, {"section": name, "count": len(known.get(name, ()))})
        if not unknown:
            found[section] = sections.distribution(parts, known)
    return found


def _dates(case: _Case) -> None:
    """Every date is in the month, and the month is open."""
    outside = _by(
        (row for row in case.file.rows if not case.period.since <= row.day <= case.period.until),
        lambda row: row.day.isoformat(),
    )
    for rows in outside.values():
        case.findings.about("payroll_outside_month", rows, {"day": case.labels.day(rows[0].day), "month": case.month})
    company = case.books.company
    locks = [lock.date() for lock in (company.fiscal_lock_date, company.hard_lock_date) if not pd.isna(lock)]
    if locks and _day(case) <= max(locks):
        day, lock = case.labels.day(_day(case)), case.labels.day(max(locks))
        case.findings.add("payroll_locked", (), {"day": day, "lock": lock})


def _balance(case: _Case) -> None:
    """To the cent, entry by entry. Not while lines are missing: they may be what it lacks."""
    if case.file.faults:
        return
    for entry, rows in _by(case.file.rows, lambda row: f"{row.journal} {row.entry}".strip()).items():
        debit, credit = (sum(side, Decimal(0)) for side in zip(*map(sides, rows), strict=True))
        if debit != credit:
            said = {
                "entry": entry or case.file.name,
                "debit": case.labels.money(debit, case.books.currency),
                "credit": case.labels.money(credit, case.books.currency),
            }
            case.findings.add("payroll_unbalanced", [row.line for row in rows], said, abs(debit - credit))


def _entry(case: _Case, name: str, found: _Found) -> Upsert:
    key, rows = f"{MODULE}{name}", case.file.rows
    total = sum((sides(row)[0] for row in rows), Decimal(0))
    values = {
        "type": "entry",
        "company_id": int(case.books.company.id),
        "journal_id": found.journal_id,
        "date": _day(case),
        "reference": case.labels("payroll.reference", month=case.period.month, digest=case.file.digest[:12]),
        "content": {"sha256": case.file.digest},
    }
    money = case.labels.money(total, case.books.currency)
    why = case.labels(f"payroll.why.{case.file.form}", file=case.file.name, count=len(rows), amount=money)
    lines = tuple(Line(key=f"{key}_l{number}", values=_values(case, row, found)) for number, row in enumerate(rows, 1))
    return Upsert(key=key, model=ENTRY.name, values=values, lines=lines, reasons=(why,), amount_untaxed=total)


def _values(case: _Case, row: JournalRow, found: _Found) -> dict[str, object]:
    debit, credit = sides(row)
    values: dict[str, object] = {
        "account_id": found.accounts[row.account],
        "partner_id": found.third_parties.get(row.third_party, 0),
        "name": row.label or case.labels("payroll.label", month=case.month),
        "debit": debit,
        "credit": credit,
        "tax_ids": (),
    }
    return values | {"analytic_distribution": found.sections[row.section]} if row.section in found.sections else values


def _day(case: _Case) -> date:
    """The entry's date: the last of the file's."""
    return max(row.day for row in case.file.rows)


def _digest(content: str, digest: str) -> bool:
    return f'"{digest}"' in content


def _named(entry: Any, labels: Labels) -> str:
    """What a person calls an entry that stands: its number, or its reference while it is a draft."""
    return str(entry.name) if entry.name not in ("", "/") else labels("payroll.draft", reference=entry.reference)


def _by(rows: Iterable[JournalRow], what: Callable[[JournalRow], str]) -> dict[str, list[JournalRow]]:
    """The rows by one of their texts, in the file's order."""
    groups: dict[str, list[JournalRow]] = defaultdict(list)
    for row in rows:
        groups[what(row)].append(row)
    return dict(groups)
