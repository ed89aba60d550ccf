"""What Odoo's `load` would wrongly accept, looked up before writing in a few bulk reads: reasons to refuse, by key."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from connectors.odoo.reader import Reader
from mappings.odoo.checked import ACTIVE_CURRENCIES, LOCKS
from mappings.vocabulary.dataset import Dataset, each
from mappings.vocabulary.datasets import ACCOUNTS, JOURNALS, PARTNERS, PRODUCTS
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert
from mappings.vocabulary.records import ENTRY, INVOICE

_NOT_REVENUE = ("asset_receivable", "liability_payable")


def refusals(reader: Reader, upserts: Sequence[Upsert], labels: Labels) -> dict[str, str]:
    """The first reason against each record that has one, by key, in words for people."""
    known = _Known(reader, upserts)
    found = {}
    for upsert in upserts:
        reason = next((one for check in _CHECKS.get(upsert.model, ()) for one in check(known, upsert, labels)), None)
        if reason is not None:
            found[upsert.key] = reason
    return found


class _Known:
    """The records that the plan's values refer to, each kind read at once."""

    def __init__(self, reader: Reader, upserts: Sequence[Upsert]) -> None:
        lines = [line.values for upsert in upserts for line in upsert.lines]
        heads = [upsert.values for upsert in upserts]
        self.partners = _read(reader, PARTNERS, [*heads, *lines], "partner_id", ["name", "active"])
        self.products = _read(reader, PRODUCTS, lines, "product_id", ["name", "active"])
        self.accounts = _read(reader, ACCOUNTS, lines, "account_id", ["type"])
        self.currencies = _read(reader, ACTIVE_CURRENCIES, heads, "currency_id")
        self.journals = _read(reader, JOURNALS, heads, "journal_id", ["name", "company_id", "type"])
        self.companies = _rows(reader.read(LOCKS))

    def line_of_companies(self, company_id: int) -> list[Any]:
        """The company and those it is a branch of."""
        line: list[Any] = []
        while company_id in self.companies and len(line) < len(self.companies):
            line.append(self.companies[company_id])
            company_id = line[-1].parent_id
        return line


def _partner(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    partner = known.partners.get(upsert.values.get("partner_id") or 0)
    if partner is None:
        yield labels("write.no_partner")
    elif not partner.active:
        yield labels("write.archived_partner", name=partner.name)


def _products(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    for line in upsert.lines:
        product_id = line.values.get("product_id") or 0
        product = known.products.get(product_id)
        if product is None and product_id:
            yield labels("write.no_product", id=product_id)
        elif product is not None and not product.active:
            yield labels("write.archived_product", name=product.name)


def _accounts(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    for line in upsert.lines:
        account_id = line.values.get("account_id") or 0
        account = known.accounts.get(account_id)
        if account is None and account_id:
            yield labels("write.no_account", id=account_id)
        elif account is not None and account.type in _NOT_REVENUE:
            yield labels("write.third_party_account", line=_first_line(line.values.get("name")))


def _journal(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    journal_id = upsert.values.get("journal_id") or 0
    journal = known.journals.get(journal_id)
    kind, otherwise = _JOURNALS[upsert.model]
    if journal_id and journal is None:
        yield labels("write.other_company_journal", name=journal_id)
    elif journal is not None:
        if journal.company_id not in [one.id for one in known.line_of_companies(upsert.values["company_id"])]:
            yield labels("write.other_company_journal", name=journal.name)
        elif journal.type != kind:
            yield labels(otherwise, name=journal.name)


def _currency(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    currency_id = upsert.values.get("currency_id") or 0
    currency = known.currencies.get(currency_id)
    if currency_id and (currency is None or not currency.active):
        yield labels("write.inactive_currency", name=currency.name if currency else currency_id)


def _locked(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    """Odoo does not refuse a locked date: on posting it moves the date to the first open day."""
    name, said, kinds = _LOCKING[upsert.model]
    day: date | None = upsert.values.get(name)
    locks = [
        lock
        for company in known.line_of_companies(upsert.values["company_id"])
        for lock in (getattr(company, kind) for kind in kinds)
        if not pd.isna(lock)
    ]
    if day is not None and locks and pd.Timestamp(day) <= max(locks):
        yield labels(said, day=labels.day(day), lock=labels.day(max(locks).date()))


def _line_partners(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    for line in upsert.lines:
        partner_id = line.values.get("partner_id") or 0
        partner = known.partners.get(partner_id)
        if partner is None and partner_id:
            yield labels("write.no_third_party", id=partner_id)
        elif partner is not None and not partner.active:
            yield labels("write.archived_partner", name=partner.name)


def _line_accounts(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    for line in upsert.lines:
        account_id = line.values.get("account_id") or 0
        if account_id not in known.accounts:
            yield labels("write.no_account", id=account_id)


def _balanced(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    """Odoo refuses it too, without the difference."""
    difference = sum((line.values["debit"] - line.values["credit"] for line in upsert.lines), Decimal(0))
    if difference:
        yield labels("write.not_balanced", difference=labels.quantity(difference))


_JOURNALS = {INVOICE.name: ("sale", "write.not_a_sale_journal"), ENTRY.name: ("general", "write.not_a_general_journal")}
"""By record type: the type of its journal, and what is said of another."""

_LOCKING = {
    INVOICE.name: ("invoice_date", "write.locked_period", ("fiscal", "tax", "sale", "hard", "period")),
    ENTRY.name: ("date", "write.locked_entry", ("fiscal", "hard", "period")),
}
"""By record type: the value that a lock date stops, what is said then, and the locks that stop it; an entry has no taxes."""

_Check = Callable[[_Known, Upsert, Labels], Iterable[str]]
_CHECKS: Mapping[str, Sequence[_Check]] = {
    INVOICE.name: (_partner, _products, _accounts, _journal, _currency, _locked),
    ENTRY.name: (_journal, _line_accounts, _line_partners, _balanced, _locked),
}


def _read(
    reader: Reader, dataset: Dataset, values: Iterable[Mapping[str, Any]], name: str, columns: Collection[str] | None = None
) -> dict[int, Any]:
    """The records of `dataset` that the values refer to under `name`; what does not exist is missing."""
    ids = sorted({int(one[name]) for one in values if one.get(name)})
    return _rows(reader.read(dataset, [("id", "in", ids)], columns)) if ids else {}


def _rows(frame: pd.DataFrame) -> dict[int, Any]:
    return {row.id: row for row in each(frame)}


def _first_line(text: Any) -> str:
    return str(text or "").split("\n")[0]
