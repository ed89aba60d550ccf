"""What Regie leaves on a draft to know it again: its lines as written, and the hours of each.

With it a withdrawn hour can be told from a new one, and an untouched draft from an edited one, whoever wrote last.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class ContentLine:
    """One line as Regie wrote it; `hours` are the micro-hours it bills of each timesheet."""

    order_line_id: int
    name: str
    quantity: Decimal
    price_unit: Decimal
    discount: Decimal
    product_id: int
    tax_ids: tuple[int, ...]
    amount: Decimal
    hours: Mapping[int, int]


def dump(lines: list[ContentLine]) -> str:
    """The lines as JSON text: the same lines give the same text."""
    return json.dumps(
        {
            "lines": [
                {
                    "order_line": line.order_line_id,
                    "name": line.name,
                    "quantity": str(line.quantity),
                    "price": str(line.price_unit),
                    "discount": str(line.discount),
                    "product": line.product_id,
                    "taxes": sorted(line.tax_ids),
                    "amount": str(line.amount),
                    "hours": {str(key): int(line.hours[key]) for key in sorted(line.hours)},
                }
                for line in lines
            ]
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def parse(text: str) -> list[ContentLine]:
    """The lines of a draft's content; none where the text is not Regie's (somebody edited it)."""
    try:
        return [_line(entry) for entry in json.loads(text)["lines"]]
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return []


def _line(entry: dict[str, Any]) -> ContentLine:
    return ContentLine(
        order_line_id=int(entry["order_line"]),
        name=str(entry["name"]),
        quantity=Decimal(entry["quantity"]),
        price_unit=Decimal(entry["price"]),
        discount=Decimal(entry["discount"]),
        product_id=int(entry["product"]),
        tax_ids=tuple(entry["taxes"]),
        amount=Decimal(entry["amount"]),
        hours={int(key): int(value) for key, value in entry["hours"].items()},
    )
