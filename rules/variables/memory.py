"""What stays in Odoo of each export, so that nothing goes out twice: its records' sources and figures, and what was paid.

Odoo is the only memory: the text stands on the record that carries the files, and is read back before a later month is decided.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.pay_frames import PAID, SENT
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.units import to_money
from rules.variables.data import figure
from rules.variables.decide import Export


def memory(export: Export, month: str, digest: str) -> dict[str, Any]:
    """What to leave beside the files. `month` as 2026-10; `digest`: SHA-256 over all files."""
    return {
        "sha256": digest,
        "month": month,
        "records": [[row.source, figure(row._asdict())] for row in each(export.records)],
        "paid": [
            [one.plan.name, one.employee, f"{one.period.since:%Y-%m}", str(one.to_pay)]
            for one in export.statements
            if one.to_pay
        ],
    }


def recalled(contents: Iterable[str], policy: PayPolicy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames SENT and PAID from what the last revision of each month left; PAID with what the company file declares."""
    left: list[Mapping[str, Any]] = [json.loads(content) for content in contents]
    sent = [
        {"month": _first(one["month"]), "source": source, "figure": said} for one in left for source, said in one["records"]
    ]
    paid = [
        {
            "plan": plan,
            "employee": employee,
            "period": _first(period),
            "month": _first(one["month"]),
            "amount": to_money(amount),
        }
        for one in left
        for plan, employee, period, amount in one["paid"]
    ]
    paid += [
        {
            "plan": one.plan, "employee": one.employee, "period": _first(one.period), "month": _first(one.month),
            "amount": to_money(one.amount),
        }
        for one in policy.paid
    ]  # fmt: skip
    return frame(SENT, sent), frame(PAID, paid)


def _first(month: str) -> pd.Timestamp:
    return pd.Timestamp(f"{month}-01")
