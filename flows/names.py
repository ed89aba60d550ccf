"""What people call the records that a plan refers to, for previews."""

from collections.abc import Mapping

from mappings.vocabulary.plan import Plan
from rules.billing.data import BillingData

_LOOKED_UP = {"partner_id": "partners", "currency_id": "currencies", "unit_id": "units", "product_id": "products"}
"""The values that a preview shows by name, and the dataset each is from."""


def names(data: BillingData, plan: Plan) -> Mapping[tuple[str, int], str]:
    """By dataset and id: ("partners", 12) -> "Atrium"."""
    found: dict[tuple[str, int], str] = {}
    for upsert in plan.upserts:
        for values in (upsert.values, *(line.values for line in upsert.lines)):
            for value, dataset in _LOOKED_UP.items():
                if values.get(value):
                    found[dataset, values[value]] = data.name(dataset, values[value])
            for line_id in values.get("order_line_ids", ()):
                found["order_lines", line_id] = data.order_of(line_id).name
    return found
