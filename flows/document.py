"""A report as one JSON document, for machines: money and hours as strings, days as ISO dates."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from flows.shape import Balance, Report
from mappings.vocabulary.plan import Finding, Upsert


def document(report: Report) -> dict[str, Any]:
    """`{"company", "period", "upserts", "findings", "balance", "written"}`; `written` is empty after a preview."""
    return {
        "company": report.company,
        "period": {"since": report.period.since.isoformat(), "until": report.period.until.isoformat()},
        "upserts": [_upsert(upsert) for upsert in report.plan.upserts],
        "findings": [_finding(finding) for finding in (*report.findings_after, *report.plan.findings)],
        "balance": {**_balance(report.balance), "earlier": _balance(report.earlier)}
        if report.balance and report.earlier
        else {},
        "written": _plain(asdict(report.written)) if report.written else {},
    }


def _upsert(upsert: Upsert) -> dict[str, Any]:
    return {
        "key": upsert.key,
        "model": upsert.model,
        "why": upsert.why,
        "values": _plain(upsert.values),
        "lines": [{"key": line.key, "values": _plain(line.values)} for line in upsert.lines],
        "amount_untaxed": str(upsert.amount_untaxed),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "record": str(finding.record),
        "message": finding.message,
        "hours": str(finding.hours),
        "amount": str(finding.amount),
        "remedy": finding.remedy,
    }


def _balance(balance: Balance) -> dict[str, str]:
    return {**{bucket: str(hours) for bucket, hours in balance.buckets.items()}, "total": str(balance.total)}


def _plain(value: Any) -> Any:
    """Only what JSON knows, without a float."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
