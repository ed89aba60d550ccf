"""Which documents: items grouped into drafts, each with its key, joined to an untouched draft of its month or opened anew.

Keys are `__regie__.inv_<group>_<month>_n<k>` with database ids in the group; k is one more than the highest that exists for
that group and month, cancelled ones included. The month is the one that is closed or, where the company wants months apart, the
item's own. "Untouched" is judged by contents: draft, never posted, and every line as Regie wrote it. Source: billing.md,
"Keys", "Late hours", "Grouping".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import INVOICE_KEY, Period
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.units import money, quantity
from rules.billing.content import ContentLine
from rules.billing.data import BillingData
from rules.billing.grouping import GroupOf
from rules.billing.history import History
from rules.billing.item import Item

Place = tuple[str, str]
"""What drafts are told apart by: their group and their month."""


@dataclass(slots=True)
class Draft:
    """One document to be: its key, its items, and the draft it extends (the invoice's row), if any."""

    key: str
    items: list[Item]
    extends: Any = None


def make_drafts(
    data: BillingData, latest: Mapping[Place, Any], items: Iterable[Item], period: Period, group_of: GroupOf
) -> list[Draft]:
    """The drafts these items make, in the order of their oldest order and month; they may join `latest` (`extendable`)."""
    grouped: dict[Place, list[Item]] = defaultdict(list)
    closed = period.month
    for item in sorted(items, key=lambda item: (data.line(item.line_id).order_id, item.month or closed, item.line_id)):
        grouped[group_of(item.line_id), item.month or closed].append(item)
    taken = ordinals(data)
    drafts = []
    for place, members in grouped.items():
        if place in latest:
            drafts.append(Draft(f"{MODULE}{latest[place].key}", members, latest[place]))
        else:
            group, month = place
            drafts.append(Draft(f"{MODULE}inv_{group}_{month}_n{taken.get(place, 0) + 1}", members))
    return drafts


def standing(
    data: BillingData, past: History, latest: Mapping[Place, Any], group_of: GroupOf
) -> dict[int, dict[str, ContentLine]]:
    """What stands of each order line on the drafts that its next items would join, by their month."""
    lines, stands = data.rows("order_lines"), dict[int, dict[str, ContentLine]]()
    for (group, month), invoice in latest.items():
        for line in past.contents[invoice.id]:
            if line.order_line_id in lines and group_of(line.order_line_id) == group:
                stands.setdefault(line.order_line_id, {})[month] = line
    return stands


def ordinals(data: BillingData) -> dict[Place, int]:
    """The highest ordinal of each group and month, of every key that was read."""
    highest: dict[Place, int] = {}
    for key in data.used_keys | set(data.invoices["key"]):
        if found := INVOICE_KEY.fullmatch(key):
            place = found["group"], found["month"]
            highest[place] = max(highest.get(place, 0), int(found["k"]))
    return highest


def extendable(data: BillingData, past: History, period: Period, policy: BillingPolicy) -> dict[Place, Any]:
    """The drafts that may be extended: of each group the highest ordinal's, if nobody touched it.

    Those of the month that is closed; where months stand apart, those of earlier months too.
    """
    on_invoice: dict[int, list[Any]] = defaultdict(list)
    highest = ordinals(data)
    candidates = {}
    for invoice in data.rows("invoices").values():
        found = INVOICE_KEY.fullmatch(invoice.key)
        if not found or found["month"] > period.month or (policy.months == "together" and found["month"] != period.month):
            continue
        place = found["group"], found["month"]
        if int(found["k"]) == highest[place]:
            candidates[place] = invoice
    wanted = {invoice.id for invoice in candidates.values()}
    for row in each(data.invoice_lines[data.invoice_lines["invoice_id"].isin(wanted)]):
        on_invoice[row.invoice_id].append(row)
    contents = {place: past.contents.get(invoice.id, []) for place, invoice in candidates.items()}
    return {
        place: invoice
        for place, invoice in candidates.items()
        if untouched(invoice, on_invoice[invoice.id], contents[place]) and _all_known(data, contents[place])
    }


def _all_known(data: BillingData, content: list[ContentLine]) -> bool:
    """Whether every order line of a draft still stands: extending it would lose the lines of those that do not."""
    return {line.order_line_id for line in content} <= data.rows("order_lines").keys() | {0}


def untouched(invoice: Any, rows: list[Any], content: list[ContentLine]) -> bool:
    """Draft, never posted, and each line as Regie wrote it: order line, text, quantity, price, discount, product and taxes.

    Links to hours that the content does not name yet (another run put them there a moment ago) are no touch; a missing one is.
    """
    if invoice.state != "draft" or invoice.posted_before or not content:
        return False
    if {key for line in content for key in line.hours} - set(invoice.timesheet_ids):
        return False
    return sorted(map(_as_it_stands, rows)) == sorted(map(_as_written, content))


def _as_written(line: ContentLine) -> tuple[Any, ...]:
    return (
        line.order_line_id, line.name.strip(), line.quantity, line.price_unit, line.discount, line.product_id,
        tuple(sorted(line.tax_ids)),
    )  # fmt: skip


def _as_it_stands(row: Any) -> tuple[Any, ...]:
    order_line = row.order_line_ids[0] if len(row.order_line_ids) == 1 else 0
    return (
        order_line, row.name.strip(), quantity(row.quantity), money(row.price_unit), quantity(row.discount), row.product_id,
        tuple(sorted(row.tax_ids)),
    )  # fmt: skip
