"""What all flows share: propose, show, ask, decide again, write, report. A flow says how it proposes and how it writes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from flows.shape import Mode, Report, Screen, called
from mappings.odoo.records import RECORDS
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity, Upsert
from mappings.vocabulary.records import PROOF
from mappings.vocabulary.written import Written

Propose = Callable[[], Report]
"""Reads and decides; called again after an approval, so it must read afresh."""

Write = Callable[[Report, Plan], Written]
"""Makes a plan (part of the report's) true."""


def run(mode: Mode, screen: Screen, labels: Labels, propose: Propose, write: Write) -> Report:
    """The one shape: preview shows, approve writes what a person left in and what is still the same, apply writes."""
    report = propose()
    screen.preview(report)
    if mode is Mode.PREVIEW:
        screen.finish(report)
        return report
    plan, missed = report.plan, tuple[Finding, ...]()
    if mode is Mode.APPROVE:
        left_out = screen.approve(report)
        if left_out is None:
            screen.finish(report)
            return report
        shown, report = report, propose()
        plan, missed = _still_approved(shown.plan, report.plan, left_out, labels)
    written = write(report, plan)
    report = replace(report, written=written, findings_after=(*missed, *_mishaps(plan, written, labels)))
    screen.finish(report)
    return report


def _still_approved(shown: Plan, now: Plan, left_out: Sequence[str], labels: Labels) -> tuple[Plan, tuple[Finding, ...]]:
    """Only documents identical to the approved ones are written; what changed, came or went meanwhile is named."""
    approved = {upsert.key: upsert for upsert in shown.upserts if upsert.key not in left_out}
    same = tuple(upsert for upsert in now.upserts if upsert == approved.get(upsert.key))
    kept = {upsert.key for upsert in same}
    gone = [upsert for key, upsert in approved.items() if key not in kept]
    new = [
        upsert for upsert in now.upserts if upsert.key not in kept and upsert.key not in approved and upsert.key not in left_out
    ]
    findings = [_about(upsert, "changed_since_preview", labels) for upsert in (*gone, *new)]
    return Plan(upserts=same, findings=now.findings), tuple(findings)


def _mishaps(plan: Plan, written: Written, labels: Labels) -> tuple[Finding, ...]:
    """A finding for each record that a person changed meanwhile or that Odoo refused."""
    planned = {upsert.key: upsert for upsert in plan.upserts}
    left = [_about(planned[key], "left_alone", labels) for key in written.left]
    # The proofs of CRAs are made before a plan and stand in none.
    upserts = [(planned.get(r.key) or Upsert(key=r.key, model=PROOF.name), r) for r in written.rejected]
    refused = [_about(upsert, "rejected", labels, said=r.message) for upsert, r in upserts]
    return (*left, *refused)


def _about(upsert: Upsert, code: str, labels: Labels, **values: object) -> Finding:
    origin = called(upsert)
    return Finding(
        code=code,
        severity=Severity.CRITICAL if code == "rejected" else Severity.WARNING,
        record=Ref(dataset=RECORDS[upsert.model].dataset.name, id=0, name=f"{origin} {upsert.key}"),
        language=labels.language,
        words={"key": upsert.key, "origin": origin, **values},
        amount=upsert.amount_untaxed,
    )
