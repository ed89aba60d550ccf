"""A draft as the record to write: the header Odoo would make, sections and notes, one keyed line per order line, the content.

Regie sends quantities, prices, discounts, taxes and texts; Odoo computes the rest. Order and sections are those of Odoo's own
`_get_invoiceable_lines`: a section or a note before the first line to bill below it, down payments last, below their own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from mappings.vocabulary.labels import Labels, language_of
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.units import money, quantity, round_to
from rules.billing.content import ContentLine, dump
from rules.billing.data import BillingData, amount
from rules.billing.deductions import deduction_account
from rules.billing.drafts import Draft
from rules.billing.findings import NOTHING
from rules.billing.history import History
from rules.billing.item import Item
from rules.billing.modes import Mode


class _Written(NamedTuple):
    """One invoice line in the making, and what the draft's content remembers of it."""

    suffix: str
    values: dict[str, Any]
    content: ContentLine


def invoice(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData, draft: Draft, modes: dict[int, Mode], past: History, period: Period, policy: BillingPolicy
) -> Upsert:
    """The upsert of a draft; when it extends one, with all its lines, the old ones included."""
    items = _with_old(data, draft, modes, past)
    orders = [data.order(order_id) for order_id in dict.fromkeys([data.line(item.line_id).order_id for item in items])]
    partner = data.rows("partners").get(orders[0].invoice_partner_id)
    labels = Labels(language_of(partner.language if partner else ""))
    due = {item.line_id: item for item in items}
    lines = [line for order in orders for line in _lines(data, order, due, modes, labels)]
    values = _header(orders)
    if policy.invoice_date == "period_end":
        values["invoice_date"] = period.until
    values["regie_key"] = draft.key.removeprefix(MODULE)
    values["content"] = dump([line.content for line in lines])
    values["timesheet_ids"] = _to_link(data, draft, past, lines)
    return Upsert(
        key=draft.key,
        model="invoice",
        values=values,
        lines=tuple(
            [Line(f"{draft.key}_{line.suffix}", {**line.values, "sequence": place}) for place, line in enumerate(lines)]
        ),
        reasons=tuple([item.why for item in draft.items]),
        amount_untaxed=round_to(sum([line.content.amount for line in lines], NOTHING), data.digits(orders[0])),
        extends=draft.extends is not None,
        replaces=draft.extends.content if draft.extends is not None else "",
        stood=_stood(draft, past),
    )


def _stood(draft: Draft, past: History) -> tuple[Line, ...]:
    """What a person may not have changed until the draft is extended; texts and headings have no amounts to lose."""
    if draft.extends is None:
        return ()
    return tuple(
        Line(
            key=f"{draft.key}_l{line.order_line_id}",
            values={"quantity": line.quantity, "price_unit": line.price_unit, "discount": line.discount, "name": line.name},
        )
        for line in past.contents[draft.extends.id]
        if line.quantity
    )


def _to_link(data: BillingData, draft: Draft, past: History, lines: list[_Written]) -> tuple[int, ...]:
    """The hours to link to the draft, in order.

    Those withdrawn from a line that a person lowered stay linked there: only this draft's content claims them.
    """
    hours = list(chain.from_iterable([line.content.hours for line in lines]))
    if not data.linked.keys().isdisjoint(hours):  # most drafts bill hours that no invoice has seen
        mine = draft.extends.id if draft.extends is not None else 0
        hours = [hour for hour in hours if (linked := data.linked.get(hour, mine)) == mine or linked in past.dead]
    if draft.extends is not None:
        hours = list({*hours, *draft.extends.timesheet_ids})
    return tuple(sorted(hours))


def _with_old(data: BillingData, draft: Draft, modes: dict[int, Mode], past: History) -> list[Item]:
    """The draft's items; when it extends one, added to what already stands on it."""
    if draft.extends is None:
        return draft.items
    items = {item.line_id: item for item in draft.items}
    for line in past.contents[draft.extends.id]:
        if modes.get(line.order_line_id, Mode.TEXT) is Mode.TEXT:
            continue
        old = Item(
            line.order_line_id, modes[line.order_line_id], line.quantity, line.amount, "", hours=dict(line.hours),
            price_unit=line.price_unit if line.quantity < 0 else None, text=line.name,
        )  # fmt: skip
        new = items.get(line.order_line_id)
        items[line.order_line_id] = _sum(data, old, new) if new else old
    return sorted(items.values(), key=lambda item: (data.line(item.line_id).order_id, item.line_id))


def _sum(data: BillingData, old: Item, new: Item) -> Item:
    row, digits = data.line(new.line_id), data.digits(data.order_of(new.line_id))
    if new.mode is Mode.DOWN_PAYMENT:
        price = (old.price_unit or Decimal(0)) + (new.price_unit or Decimal(0))
        return replace(new, price_unit=price, amount=-price)
    units = old.quantity + new.quantity
    total = replace(new, quantity=units, amount=amount(units, row, digits), hours={**old.hours, **new.hours})
    return replace(total, service=_days(data, total) or new.service)


def _days(data: BillingData, item: Item) -> tuple[Any, Any] | None:
    """First and last day of the hours an item bills, as far as they were read."""
    if not item.hours:
        return None
    places = data.places(item.hours)
    days = data.timesheets["date"].iloc[places[places >= 0]]
    return (days.min().date(), days.max().date()) if len(days) else None


def _header(orders: list[Any]) -> dict[str, Any]:
    """What Odoo's `_prepare_invoice` takes from the order; of several orders, what they share and all their names."""
    first = orders[0]
    return {
        "type": "out_invoice",
        "company_id": first.company_id,
        "partner_id": first.invoice_partner_id,
        "delivery_partner_id": first.delivery_partner_id,
        "currency_id": first.currency_id,
        "journal_id": first.journal_id,
        "fiscal_position_id": first.fiscal_position_id,
        "payment_term_id": first.payment_term_id,
        "salesperson_id": first.salesperson_id,
        "team_id": first.team_id,
        "reference": ", ".join(dict.fromkeys([order.client_reference or order.name for order in orders])),
        "origin": ", ".join([order.name for order in orders]),
        "terms": first.terms,
        "payment_reference": first.payment_reference if len({order.payment_reference for order in orders}) == 1 else "",
        "campaign_id": first.campaign_id,
        "medium_id": first.medium_id,
        "source_id": first.source_id,
    }


def _lines(
    data: BillingData, order: Any, due: Mapping[int, Item], modes: dict[int, Mode], labels: Labels
) -> Iterator[_Written]:
    section: list[Any] = []
    last = []
    for row in data.lines_of[order.id]:
        if row.display in ("line_section", "line_subsection"):
            section = [row] if row.display == "line_section" else [*[r for r in section if r.display == "line_section"], row]
        elif row.display and section:
            section.append(row)
        elif row.display:
            yield _text(row)
        elif row.id in due and modes[row.id] is Mode.DOWN_PAYMENT:
            last.append(row)
        elif row.id in due:
            yield from (_text(heading) for heading in section)
            section = []
            yield _product(data, row, due[row.id], labels)
    if last:
        yield _heading(f"dp{order.id}", labels("invoice_line.down_payments"))
        yield from (_product(data, row, due[row.id], labels) for row in last)


def _product(data: BillingData, row: Any, item: Item, labels: Labels) -> _Written:
    product = data.rows("products").get(row.product_id)
    name = row.name if product is None or product.name in row.name else f"{product.name}\n{row.name}"
    if item.text:
        name = item.text
    elif item.service is not None:
        name += _of_period(labels.language, *item.service)
    price = money(row.price_unit) if item.price_unit is None else item.price_unit
    discount = quantity(row.discount) if item.price_unit is None else NOTHING
    taxes = tuple(row.tax_ids)
    content = ContentLine(row.id, name, item.quantity, price, discount, row.product_id, taxes, item.amount, item.hours)
    values: dict[str, Any] = {
        "display": "product",
        "order_line_ids": (row.id,),
        "product_id": row.product_id,
        "unit_id": row.unit_id,
        "name": name,
        "quantity": item.quantity,
        "price_unit": price,
        "discount": discount,
        "tax_ids": taxes,
    }
    if item.mode is Mode.DOWN_PAYMENT:
        values |= {"is_downpayment": True, "account_id": deduction_account(data, row.id)}
    elif row.analytic_distribution:
        values["analytic_distribution"] = row.analytic_distribution
    return _Written(f"l{row.id}", values, content)


@lru_cache(maxsize=10_000)
def _of_period(language: str, since: date, until: date) -> str:
    labels = Labels(language)
    return "\n" + labels("invoice_line.service", period=labels.period(since, until))


def _text(row: Any) -> _Written:
    content = ContentLine(row.id, row.name, NOTHING, NOTHING, NOTHING, 0, (), NOTHING, {})
    values: dict[str, Any] = {"display": row.display, "order_line_ids": (row.id,), "name": row.name}
    hidden = {name: True for name in ("hides_prices", "hides_lines") if getattr(row, name)}
    return _Written(f"l{row.id}", values | hidden, content)


def _heading(suffix: str, name: str) -> _Written:
    content = ContentLine(0, name, NOTHING, NOTHING, NOTHING, 0, (), NOTHING, {})
    return _Written(suffix, {"display": "line_section", "name": name}, content)
