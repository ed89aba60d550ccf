"""The entries of a closing: what is accrued (FAE) and what is deferred (PCA), each with its reversal on the next day.

FAE, per order line: debit 4181 with tax, credit the revenue account before tax, credit 44587 the tax. PCA: debit the revenue
account, credit 487, tax untouched. Each line carries the client and says its quantities, dates and documents.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Line, Upsert
from mappings.vocabulary.records import ENTRY, MODULE
from rules.billing.data import BillingData
from rules.wip.case import Case


class Kind(StrEnum):
    """What an entry of a closing is about."""

    ACCRUED = "fae"
    DEFERRED = "pca"


@dataclass(frozen=True, slots=True)
class Booking:
    """One order line in an entry, in the company's currency; `amount` (before tax) and `vat` are negative for a discount only.

    account   its revenue account
    text      what the line says for itself
    earned, invoiced   what the amount is the difference of, in the order's currency
    hours     micro-hours by timesheet that the amount is of
    """

    line_id: int
    partner_id: int
    account: int
    amount: Decimal
    vat: Decimal
    text: str
    earned: Decimal
    invoiced: Decimal
    hours: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where entries go: the journal, the account against revenue (4181 or 487), and that of the tax (44587)."""

    journal_id: int
    against: int
    vat: int = 0


def entry_name(kind: Kind, company_id: int, day: date) -> str:
    """What a closing's first entry of a kind is called, without the key's module: `fae_3_2026_10_31`."""
    return f"{kind.value}_{company_id}_{day:%Y_%m_%d}"


def back(name: str) -> str:
    """What the reversal of an entry is called."""
    return f"{name}_back"


def content(kind: Kind, day: date, bookings: list[Booking]) -> dict[str, Any]:
    """What the entry is made from: equal for equal figures, whenever the closing is run."""
    return {
        "closing": day.isoformat(),
        "kind": kind.value,
        "lines": {
            str(one.line_id): {
                "account": one.account,
                "amount": str(one.amount),
                "earned": str(one.earned),
                "hours": {str(sheet): hours for sheet, hours in sorted(one.hours.items())},
                "invoiced": str(one.invoiced),
                "vat": str(one.vat),
            }
            for one in bookings
        },
    }


def hours_in(contents: Iterable[str]) -> dict[int, int]:
    """Micro-hours by timesheet that accruals with these contents cover; a content that is no closing's covers nothing."""
    found: dict[int, int] = {}
    for text in contents:
        for line in lines_in(text).values():
            found |= {int(sheet): int(hours) for sheet, hours in line.get("hours", {}).items()}
    return found


def lines_in(text: str) -> dict[str, Any]:
    """The order lines of a content as it stands in Odoo, by their id."""
    try:
        lines = json.loads(text)["lines"]
    except (ValueError, KeyError, TypeError):
        return {}
    return lines if isinstance(lines, dict) else {}


def pair(kind: Kind, name: str, bookings: list[Booking], ledger: Ledger, case: Case) -> tuple[Upsert, Upsert]:
    """The entry of the closing date and its reversal on the next day, linked by the entry's key."""
    data, labels, day = case.data, case.labels, case.period.until
    total = sum((one.amount for one in bookings), Decimal(0))
    values = {
        "type": "entry",
        "company_id": int(data.company.id),
        "journal_id": ledger.journal_id,
        "date": day,
        "reference": labels(f"closing.reference.{kind}", day=labels.day(day)),
        "reverses_key": "",
        "content": content(kind, day, bookings),
    }
    key = MODULE + name
    why = labels(
        f"closing.why.{kind}", count=len(bookings), amount=labels.money(total, case.books.currency), day=labels.day(day)
    )
    entry = Upsert(
        key=key,
        model=ENTRY.name,
        values=values,
        lines=tuple(line for one in bookings for line in _lines(kind, key, one, ledger, data)),
        reasons=(why,),
        amount_untaxed=total,
    )
    return entry, _reversal(entry, back(key), day + timedelta(days=1), labels)


def _reversal(entry: Upsert, key: str, day: date, labels: Labels) -> Upsert:
    """The same lines the other way round."""
    reference = labels("closing.reference.back", reference=entry.values["reference"])
    values = {**entry.values, "date": day, "reference": reference, "reverses_key": entry.key}
    lines = tuple(
        Line(
            key=line.key.replace(entry.key, key),
            values={**line.values, "debit": line.values["credit"], "credit": line.values["debit"]},
        )
        for line in entry.lines
    )
    why = labels("closing.why.back", reference=entry.values["reference"], day=labels.day(day))
    return Upsert(key=key, model=ENTRY.name, values=values, lines=lines, reasons=(why,), amount_untaxed=entry.amount_untaxed)


def _lines(kind: Kind, key: str, one: Booking, ledger: Ledger, data: BillingData) -> Iterator[Line]:
    """Debits and credits of one order line; a deferral is the other way round."""
    sign = 1 if kind is Kind.ACCRUED else -1
    distribution = data.line(one.line_id).analytic_distribution
    sides = [
        ("against", ledger.against, sign * (one.amount + one.vat), None),
        ("revenue", one.account, -sign * one.amount, distribution),
        ("vat", ledger.vat, -sign * one.vat, None),
    ]
    for part, account, balance, analytic in sides:
        if balance:
            values = {
                "account_id": account,
                "partner_id": one.partner_id,
                "name": one.text,
                "debit": max(balance, Decimal(0)),
                "credit": max(-balance, Decimal(0)),
                "tax_ids": (),
            }
            yield Line(
                key=f"{key}_l{one.line_id}_{part}",
                values=values | ({"analytic_distribution": analytic} if analytic else {}),
            )
