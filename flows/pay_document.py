"""Payroll variables as one JSON document, for machines: figures as strings, days in ISO."""

import hashlib
from typing import Any

from flows.document import document
from flows.pay_variables import PayReport
from flows.render_margins import MONEY
from mappings.vocabulary.dataset import each
from mappings.vocabulary.units import money, quantity
from rules.variables.managers import Statement

_TEXTS = ("number", "name", "kind", "code", "label", "unit", "half_from", "half_to", "regularises", "source")


def pay_document(report: PayReport) -> dict[str, Any]:
    """`{"company", "period", "refused", "revision", "files", "records", "statements", "findings", "written"}`."""
    plain = document(report)
    assert report.export is not None
    return {
        "company": plain["company"],
        "period": plain["period"],
        "refused": report.refused,
        "revision": report.revision,
        "files": [{"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()} for one in report.files],
        "records": [_record(row) for row in each(report.export.records)],
        "statements": [_statement(one) for one in report.export.statements],
        "findings": plain["findings"],
        "written": plain["written"],
    }


def _record(row: Any) -> dict[str, str]:
    figures = {"quantity": str(quantity(row.quantity)), "base": str(money(row.base)), "amount": str(money(row.amount))}
    days = {"date_from": row.date_from.date().isoformat(), "date_to": row.date_to.date().isoformat()}
    return {**{name: getattr(row, name) for name in _TEXTS}, **figures, **days}


def _statement(one: Statement) -> dict[str, Any]:
    return {
        "plan": one.plan.name,
        "employee": one.employee,
        "period": {"since": one.period.since.isoformat(), "until": one.period.until.isoformat()},
        "base": str(one.base),
        "figures": [
            {
                "month": f"{figure.month:%Y-%m}",
                "amount": str(figure.amount),
                "declared": figure.declared,
                "origins": list(figure.origins),
                "parts": [
                    {"name": part.name, **{name: str(getattr(part.figures, name)) for name in MONEY}} for part in figure.parts
                ],
            }
            for figure in one.figures
        ],
        "tiers": [
            {"percent": str(share.percent), "part": str(share.part), "amount": str(share.amount)} for share in one.shares
        ],
        "due": str(one.due),
        "paid": str(one.paid),
        "to_pay": str(one.to_pay),
    }
