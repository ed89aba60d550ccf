"""What Regie leaves on a draft to know it again: its lines as written, and the hours of each.

With it a withdrawn hour can be told from a new one, and an untouched draft from an edited one, whoever wrote last.
"""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import orjson


class ContentLine(NamedTuple):
    """One line as Regie wrote it; `hours` are the micro-hours it bills of each timesheet.

    contract_line_id, since, until   of a contract's line: which, and the first and last day of the period it bills
    """

    order_line_id: int
    name: str
    quantity: Decimal
    price_unit: Decimal
    discount: Decimal
    product_id: int
    tax_ids: tuple[int, ...]
    amount: Decimal
    hours: Mapping[int, int]
    contract_line_id: int = 0
    since: date | None = None
    until: date | None = None


def dump(lines: list[ContentLine]) -> str:
    """The lines as JSON text: the same lines give the same text."""
    entries = [
        {
            **_of_contract(line),
            "order_line": line.order_line_id,
            "name": line.name,
            "quantity": str(line.quantity),
            "price": str(line.price_unit),
            "discount": str(line.discount),
            "product": line.product_id,
            "taxes": sorted(line.tax_ids),
            "amount": str(line.amount),
            "hours": _in_order(line.hours),
        }
        for line in lines
    ]
    return orjson.dumps({"lines": entries}, option=orjson.OPT_NON_STR_KEYS).decode()


def _in_order(hours: Mapping[int, int]) -> Mapping[int, int]:
    """By id, as they mostly stand already."""
    ids = sorted(hours)
    return hours if ids == list(hours) else {key: hours[key] for key in ids}


def _of_contract(line: ContentLine) -> dict[str, Any]:
    """First in the entry: the server's own rule finds `"contract_line":7,"since":"` in the text without parsing it."""
    if line.since is None or line.until is None:
        return {}
    return {"contract_line": line.contract_line_id, "since": line.since.isoformat(), "until": line.until.isoformat()}


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
        contract_line_id=int(entry.get("contract_line", 0)),
        since=date.fromisoformat(entry["since"]) if "since" in entry else None,
        until=date.fromisoformat(entry["until"]) if "until" in entry else None,
    )
