"""What Odoo's `load` would wrongly accept, looked up before writing in a few bulk reads: reasons to refuse, by key."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from connectors.odoo.reader import Reader
from mappings.odoo.checked import ACCOUNTS, ACTIVE_CURRENCIES, JOURNALS, LOCKS
from mappings.vocabulary.dataset import Dataset, each
from mappings.vocabulary.datasets import PARTNERS, PRODUCTS
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert

_NOT_REVENUE = ("asset_receivable", "liability_payable")


def refusals(reader: Reader, upserts: Sequence[Upsert], labels: Labels) -> dict[str, str]:
    """The first reason against each record that has one, by key, in words for people."""
    known = _Known(reader, upserts)
    found = {}
    for upsert in upserts:
        reason = next((one for check in _CHECKS for one in check(known, upsert, labels)), None)
        if reason is not None:
            found[upsert.key] = reason
    return found


class _Known:
    """The records that the plan's values refer to, each kind read at once."""

    def __init__(self, reader: Reader, upserts: Sequence[Upsert]) -> None:
        lines = [line.values for upsert in upserts for line in upsert.lines]
        heads = [upsert.values for upsert in upserts]
        self.partners = _read(reader, PARTNERS, heads, "partner_id", ["name", "active"])
        self.products = _read(reader, PRODUCTS, lines, "product_id", ["name", "active"])
        self.accounts = _read(reader, ACCOUNTS, lines, "account_id")
        self.currencies = _read(reader, ACTIVE_CURRENCIES, heads, "currency_id")
        self.journals = _read(reader, JOURNALS, heads, "journal_id")
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
    if journal_id and journal is None:
        yield labels("write.other_company_journal", name=journal_id)
    elif journal is not None:
        if journal.company_id not in [one.id for one in known.line_of_companies(upsert.values["company_id"])]:
            yield labels("write.other_company_journal", name=journal.name)
        elif journal.type != "sale":
            yield labels("write.not_a_sale_journal", name=journal.name)


def _currency(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    currency_id = upsert.values.get("currency_id") or 0
    currency = known.currencies.get(currency_id)
    if currency_id and (currency is None or not currency.active):
        yield labels("write.inactive_currency", name=currency.name if currency else currency_id)


def _locked(known: _Known, upsert: Upsert, labels: Labels) -> Iterable[str]:
    """Odoo does not refuse a locked date: on posting it moves the date to the first open day."""
    day: date | None = upsert.values.get("invoice_date")
    locks = [
        lock
        for company in known.line_of_companies(upsert.values["company_id"])
        for lock in (company.fiscal, company.tax, company.sale, company.hard, company.period)
        if not pd.isna(lock)
    ]
    if day is not None and locks and pd.Timestamp(day) <= max(locks):
        yield labels("write.locked_period", day=labels.day(day), lock=labels.day(max(locks).date()))


_CHECKS: Sequence[Callable[[_Known, Upsert, Labels], Iterable[str]]] = (
    _partner, _products, _accounts, _journal, _currency, _locked,
)  # fmt: skip


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
