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
from rules.variables.elements import parts_of


def memory(export: Export, month: str, digest: str) -> dict[str, Any]:
    """What to leave beside the files. `month` as 2026-10; `digest`: SHA-256 over all files."""
    return {
        "sha256": digest,
        "month": month,
        "records": [[row.source, figure(row._asdict())] for row in each(export.records)],
        "paid": [
            [one.name, one.employee, f"{one.period.since:%Y-%m}", str(one.to_pay), f"{one.period.until:%Y-%m-%d}"]
            for one in export.statements
            if one.to_pay
        ],
    }


def recalled(contents: Iterable[str], policy: PayPolicy) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frames SENT and PAID from what the last revision of each month left; PAID with what the company file declares.

    Both under the names and numbers of now: a plan that was renamed, a number that was corrected pays nothing twice.
    """
    left: list[Mapping[str, Any]] = [json.loads(content) for content in contents]
    plan_name = {was: one.name for one in policy.plans for was in one.was}
    sent = [
        {"month": _first(one["month"]), "source": _renumbered(source, policy), "figure": said}
        for one in left
        for source, said in one["records"]
    ]
    paid = [
        (plan, employee, period, one["month"], amount, *until)
        for one in left
        for plan, employee, period, amount, *until in one["paid"]
    ]
    paid += [(one.plan, one.employee, one.period, one.month, str(one.amount)) for one in policy.paid]
    rows = [
        {
            "plan": plan_name.get(plan, plan), "employee": policy.number_now(employee), "period": _first(period),
            "month": _first(month), "amount": to_money(amount), "until": pd.Timestamp(*until) if until else None,
        }
        for plan, employee, period, month, amount, *until in paid
    ]  # fmt: skip
    return frame(SENT, sent), frame(PAID, rows)


def _renumbered(source: str, policy: PayPolicy) -> str:
    """A source with the number of now, where it holds one: `elements:PRX:00012:1:2026-10`."""
    if not source.startswith("elements:"):
        return source
    code, number, place, month = parts_of(source)
    return f"elements:{code}:{policy.number_now(number)}:{place}:{month}"


def _first(month: str) -> pd.Timestamp:
    return pd.Timestamp(f"{month}-01")
