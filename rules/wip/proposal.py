"""Which entries a closing proposes: none where it stands already, none in a locked period or without its accounts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity, Upsert
from rules.billing import findings
from rules.wip.case import Case, Policies
from rules.wip.earlier import Earlier, changes, earlier
from rules.wip.entries import Booking, Kind, Ledger, content, entry_name, pair

STOPS = frozenset({"closing_no_journal", "closing_no_account", "closing_locked", "closing_orphan"})
"""Findings that keep a whole entry from being written."""


def propose(case: Case, bookings: dict[Kind, list[Booking]]) -> Plan:
    """An entry of each kind with its reversal on the next day, and why not where there is none."""
    upserts: list[Upsert] = []
    found: list[Finding] = []
    day = case.period.until
    for kind, booked in bookings.items():
        before = earlier(case.books, entry_name(kind, int(case.data.company.id), day))
        differing = changes(before.entry.content, content(kind, day, booked)) if before.entry is not None else {}
        found += _standing(case, before, differing)
        missing = _missing(before, differing)
        if not booked or not missing:
            continue
        ledger, reasons = _ledger(case, kind)
        found += [reason for reason in reasons if reason not in found]
        if ledger is not None:
            both: tuple[Upsert, ...] = pair(kind, before.free, booked, ledger, case)
            upserts.extend(both[missing])
    return Plan(upserts=tuple(upserts), findings=tuple(found))


def _missing(before: Earlier, differing: dict[int, Any]) -> slice | None:
    """What of the pair is to be written: both, the reversal alone of an entry that still holds these figures, or neither."""
    if before.orphan or (before.entry is not None and (before.reversal is not None or differing)):
        return None
    return slice(0 if before.entry is None else 1, 2)


def _standing(case: Case, before: Earlier, differing: dict[int, tuple[Decimal, Decimal]]) -> list[Finding]:
    """What a person must know of the entries that stand."""
    entry, labels = before.entry, case.labels
    if entry is None:
        return [_about(before.reversal, "closing_orphan", Severity.CRITICAL, labels)] if before.orphan else []
    found = []
    if before.half_posted:
        found.append(_about(entry, "closing_half_posted", Severity.CRITICAL, labels))
    for line_id, (was, now) in differing.items():
        words: dict[str, Any] = {
            "entry": _called(entry, labels),
            "was": labels.money(was, case.books.currency),
            "now": labels.money(now, case.books.currency),
        }
        severity = Severity.WARNING if was != now else Severity.INFO
        if line_id in case.data.rows("order_lines"):
            worth = abs(now - was)
            found.append(findings.about_line(case.data, labels, line_id, "closing_changed", severity, worth=worth, **words))
        else:
            found.append(_about(entry, "closing_line_gone", Severity.WARNING, labels, **words))
    return found or [_about(entry, "closing_done", Severity.INFO, labels)]


def _ledger(case: Case, kind: Kind) -> tuple[Ledger | None, list[Finding]]:
    """Journal and accounts of the entry, or every reason why it cannot be written."""
    found: list[Finding] = []
    labels, policies, company = case.labels, case.policies, case.data.company

    def stops(code: str, **words: object) -> None:
        ref = Ref(dataset="companies", id=int(company.id), name=company.name)
        found.append(Finding(code=code, severity=Severity.CRITICAL, record=ref, language=labels.language, words=words))

    journal = next((row for row in each(case.books.journals) if row.code == policies.closing.journal), None)
    if journal is None or journal.type != "general":
        stops("closing_no_journal", journal=policies.closing.journal)
    wanted = _wanted(policies, kind)
    for setting, code in wanted.items():
        if code not in case.books.account_ids:
            stops("closing_no_account", setting=setting, account=code)
    lock = _lock(company)
    if lock is not None and case.period.until <= lock:
        stops("closing_locked", day=labels.day(case.period.until), lock=labels.day(lock))
    if found or journal is None:
        return None, found
    against, *vat = (case.books.account_ids[code] for code in wanted.values())
    return Ledger(int(journal.id), against, *vat), []


def _wanted(policies: Policies, kind: Kind) -> dict[str, str]:
    """The accounts beside revenue, by their setting: first the one against it."""
    if kind is Kind.DEFERRED:
        return {"deferred": policies.accounts.deferred}
    vat = {"vat_accrued": policies.accounts.vat_accrued} if policies.closing.accrue_vat else {}
    return {"accrued": policies.accounts.accrued, **vat}


def _lock(company: Any) -> date | None:
    """The last day on which nothing may be booked any more; None where no day is locked."""
    days = [lock.date() for lock in (company.fiscal_lock_date, company.hard_lock_date) if not pd.isna(lock)]
    return max(days, default=None)


def _about(entry: Any, code: str, severity: Severity, labels: Labels, **words: object) -> Finding:
    name = _called(entry, labels)
    ref = Ref(dataset="entries", id=int(entry.id), name=name)
    return Finding(code=code, severity=severity, record=ref, language=labels.language, words={"entry": name, **words})


def _called(entry: Any, labels: Labels) -> str:
    """What a person calls an entry that stands: its number, or its reference while it is a draft."""
    return str(entry.name) if entry.name not in ("", "/") else labels("payroll.draft", reference=entry.reference)
