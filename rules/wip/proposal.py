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
from rules.wip.pairs import STOPPING, Standing, called, torn

STOPS = frozenset({"closing_no_journal", "closing_no_account", "closing_locked", "closing_twice", *STOPPING})
"""Findings that keep a whole entry from being written."""


def propose(case: Case, bookings: dict[Kind, list[Booking]]) -> Plan:
    """An entry of each kind with its reversal on the next day, and why not where there is none.

    Where the company posts, what stands as a draft with the same figures is proposed too: a run that ended between writing and
    posting left it, and it is posted by the next.
    """
    upserts: list[Upsert] = []
    found: list[Finding] = torn(Standing(case.books.all_entries).pairs(), case.labels)
    day = case.period.until
    for kind, booked in bookings.items():
        before = earlier(case.books, entry_name(kind, int(case.data.company.id), day))
        differing = changes(before.content, content(kind, day, booked)) if before.entry is not None else {}
        found += _standing(case, before, differing, torn([before.pair], case.labels))
        wanted = _wanted(case, before, differing)
        if not booked or not any(wanted):
            continue
        ledger, reasons = _ledger(case, kind)
        found += [reason for reason in reasons if reason not in found]
        if ledger is not None:
            both = pair(kind, before.pair.name, booked, ledger, case)
            chosen = zip(both, wanted, before.drafts, strict=True)
            upserts.extend(_said(one, stands, case.labels) for one, wants, stands in chosen if wants)
    return Plan(upserts=tuple(upserts), findings=tuple(found))


def _wanted(case: Case, before: Earlier, differing: dict[int, Any]) -> tuple[bool, bool]:
    """What of the pair is to be written or posted: both, the reversal alone of an entry that still holds these figures, or
    neither; where the company posts, never one of two drafts alone."""
    if before.stopped or differing:
        return False, False
    if not case.policies.closing.post:
        return before.missing
    entry, reversal = (a or b for a, b in zip(before.missing, before.drafts, strict=True))
    return entry, reversal


def _said(upsert: Upsert, stands: bool, labels: Labels) -> Upsert:
    """Why it is proposed, where it is written already."""
    said = labels("closing.why.post", reference=upsert.values["reference"])
    return upsert._replace(reasons=(said,)) if stands else upsert


def _standing(
    case: Case, before: Earlier, differing: dict[int, tuple[Decimal, Decimal]], wrong: list[Finding]
) -> list[Finding]:
    """What a person must know of the entries that stand; `wrong`: what is named of this pair already."""
    entry, labels = before.entry, case.labels
    if entry is None:
        return []
    found = [
        _about(one.entry, "closing_twice", Severity.CRITICAL, labels, other=called(entry, labels)) for one in before.others
    ]
    for line_id, (was, now) in differing.items():
        words: dict[str, Any] = {
            "entry": called(entry, labels),
            "was": labels.money(was, case.books.currency),
            "now": labels.money(now, case.books.currency),
        }
        severity = Severity.WARNING if was != now else Severity.INFO
        if line_id in case.data.rows("order_lines"):
            worth = abs(now - was)
            found.append(findings.about_line(case.data, labels, line_id, "closing_changed", severity, worth=worth, **words))
        else:
            found.append(_about(entry, "closing_line_gone", Severity.WARNING, labels, **words))
    if found:
        return found
    if case.policies.closing.post and not before.stopped:
        drafts = [one for one, draft in zip((entry, before.pair.reversal), before.drafts, strict=True) if draft]
        if drafts:
            return [_about(one, "closing_to_post", Severity.WARNING, labels) for one in drafts]
    return [] if wrong else [_about(entry, "closing_done", Severity.INFO, labels)]


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
    wanted = _accounts(policies, kind)
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


def _accounts(policies: Policies, kind: Kind) -> dict[str, str]:
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
    name = called(entry, labels)
    ref = Ref(dataset="entries", id=int(entry.id), name=name)
    return Finding(code=code, severity=severity, record=ref, language=labels.language, words={"entry": name, **words})
