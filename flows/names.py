"""What people call the records that a plan refers to, for previews."""

from collections.abc import Mapping

import pandas as pd

from mappings.vocabulary.period import mission_line
from mappings.vocabulary.plan import Plan
from rules.billing.data import BillingData

_LOOKED_UP = {"partner_id": "partners", "currency_id": "currencies", "unit_id": "units", "product_id": "products"}
"""The values that a preview shows by name, and the dataset each is from."""


def names(data: BillingData, plan: Plan) -> Mapping[tuple[str, int], str]:
    """By dataset and id: ("partners", 12) -> "Atrium"; a mission is its consultant's."""
    found: dict[tuple[str, int], str] = {}
    for upsert in plan.upserts:
        if line_id := mission_line(upsert.key):
            found["missions", line_id] = data.name("employees", data.line(line_id).consultant_id)
        for values in (upsert.values, *(line.values for line in upsert.lines)):
            for value, dataset in _LOOKED_UP.items():
                if values.get(value):
                    found[dataset, values[value]] = data.name(dataset, values[value])
            for line_id in values.get("order_line_ids", ()):
                found["order_lines", line_id] = data.order_of(line_id).name
    return found


def account_names(accounts: pd.DataFrame) -> dict[tuple[str, int], str]:
    """Accounts as a preview shows them: ("accounts", 12) -> "418100 Clients - Factures à établir"."""
    return {
        ("accounts", int(number)): f"{code} {name}"
        for number, code, name in zip(accounts["id"], accounts["code"], accounts["name"], strict=True)
    }
