"""Contracts of the OCA addon `contract` that Regie invoices: one draft each of the periods due and not yet billed.

Owned by Regie means: flagged so in Odoo, and the addon's own daily job leaves it (no date of next invoice; provisioning sees
to that). The lines' own dates stay where the job left them: what Regie billed since is read from its drafts and invoices, so a
draft deleted or cancelled, or an invoice wholly reversed, is proposed again, and a quantity lowered or credited in part is a
concession. When a contract is given back, Odoo moves its dates past what Regie billed. What the job itself invoiced is its own.
Source: billing.md, "Recurring"; `contract_periods` for the dates.

Example: 100.00 a month in arrears since 1 August, given to Regie after September was invoiced: closed on 31 October, 100.00.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from mappings.vocabulary.dataset import each
from mappings.vocabulary.datasets import NEVER
from mappings.vocabulary.labels import Labels, language_of
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Line, Ref, Severity, Upsert
from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.records import MODULE
from mappings.vocabulary.units import money, quantity
from rules.billing.content import ContentLine, dump, parse
from rules.billing.contract_periods import day, periods_due
from rules.billing.data import BillingData, amount
from rules.billing.drafts import ordinals
from rules.billing.gates import wants
from rules.billing.history import History
from rules.billing.qualification import Reason

Span = tuple[date, date]
_MARKERS = ("#START#", "#END#", "#INVOICEMONTHNAME#")


@dataclass(slots=True)
class ContractBills:
    """The drafts of contracts, and findings about those that nobody bills or that two could bill."""

    upserts: list[Upsert] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Due:
    """One period of one line that is due."""

    line: Any
    span: Span
    amount: Decimal


def bill_contracts(data: BillingData, past: History, period: Period, policy: BillingPolicy, labels: Labels) -> ContractBills:
    """Drafts of the contracts that Regie owns; a finding for each that is due and whose owner is unclear."""
    billed, bills = _billed(data, past), ContractBills()
    for contract in each(data.contracts):
        due, cut = _due(data, contract, billed, period.until)
        if cut:
            worth = _total(cut)
            bills.findings.append(_finding(data, labels, contract, "contract_periods_cut", Severity.CRITICAL, worth))
        if not due:
            continue
        code = _unbilled(data, contract, policy)
        if code is None and _total(due) < 0:
            worth = -_total(due)
            bills.findings.append(_finding(data, labels, contract, Reason.NEGATIVE_DOCUMENT, Severity.CRITICAL, worth))
        elif code is None:
            bills.upserts.append(_draft(data, contract, due, period, policy, labels))
        elif code:
            severity = Severity.WARNING if code == "contract_unassigned" else Severity.CRITICAL
            bills.findings.append(_finding(data, labels, contract, code, severity, _total(due)))
    return bills


def left_by_odoo(contract: Any) -> bool:
    """Whether the addon's own job and wizard leave the contract: it has no date of next invoice, or one that never comes."""
    next_on = day(contract.next_on)
    return next_on is None or next_on >= NEVER


def _unbilled(data: BillingData, contract: Any, policy: BillingPolicy) -> str | None:
    """Why Regie does not bill what is due on a contract: a finding's code, empty where it is simply not Regie's; else None."""
    if not contract.owned_by_regie:
        if left_by_odoo(contract):
            return "contract_nobody"
        return "contract_unassigned" if policy.contracts == "regie" else ""
    if not left_by_odoo(contract):
        return "contract_unguarded"
    if wants(data, contract, "reference_required", policy.reference_required) and not contract.reference:
        return Reason.REFERENCE_MISSING
    return None


def _billed(data: BillingData, past: History) -> dict[int, list[Span]]:
    """By contract line, the periods on live invoices: Regie's own, and those a person made again from one of Regie's."""
    billed: dict[int, list[Span]] = {}
    for lines in past.contents.values():
        for line in lines:
            if line.since and line.until:
                billed.setdefault(line.contract_line_id, []).append((line.since, line.until))
    invoices = data.rows("invoices")
    remade: dict[int, list[int]] = {}
    for row in each(data.invoice_lines):
        invoice = invoices.get(row.invoice_id)
        if invoice is None or invoice.key or invoice.type != "out_invoice" or invoice.id in past.dead:
            continue
        if row.contract_line_id and row.quantity > 0:
            remade.setdefault(row.contract_line_id, []).append(invoice.id)
    for invoice in (invoices[number] for number in sorted(past.dead) if invoices[number].key):
        for line in parse(invoice.content):
            if line.since and line.until and any(other > invoice.id for other in remade.get(line.contract_line_id, ())):
                billed.setdefault(line.contract_line_id, []).append((line.since, line.until))
    return billed


def _due(data: BillingData, contract: Any, billed: dict[int, list[Span]], until: date) -> tuple[list[_Due], list[_Due]]:
    """The periods due and not billed, line by line; and those that a billed period covers in part (the rhythm was changed)."""
    due, cut = [], []
    for line in data.lines_of_contract.get(contract.id, ()):
        worth = amount(quantity(line.quantity), line, data.digits(contract))
        for span in periods_due(line, until, day(contract.ends_on)):
            done = [one for one in billed.get(line.id, ()) if one[0] <= span[1] and span[0] <= one[1]]
            if not done:
                due.append(_Due(line, span, worth))
            elif not any(since <= span[0] and span[1] <= to for since, to in done):
                cut.append(_Due(line, span, worth))
    return due, cut


def _draft(  # noqa: PLR0913, PLR0917 - every rule takes what it decides on
    data: BillingData, contract: Any, due: list[_Due], period: Period, policy: BillingPolicy, labels: Labels
) -> Upsert:
    group = f"k{contract.id}"
    name = f"inv_{group}_{period.month}_n{ordinals(data).get((group, period.month), 0) + 1}"
    partner = data.rows("partners").get(contract.invoice_partner_id)
    written = list(_lines(data, contract, due, Labels(language_of(partner.language if partner else ""))))
    values = {
        **_header(contract),
        **({"invoice_date": period.until} if policy.invoice_date == "period_end" else {}),
        "regie_key": name,
        "content": dump([content for _, _, content in written]),
        "timesheet_ids": (),
    }
    return Upsert(
        key=f"{MODULE}{name}",
        model="invoice",
        values=values,
        lines=tuple(
            Line(key=f"{MODULE}{name}_{suffix}", values={**cells, "sequence": place})
            for place, (suffix, cells, _) in enumerate(written)
        ),
        reasons=(_why(contract, due, labels),),
        amount_untaxed=_total(due),
    )


def _header(contract: Any) -> dict[str, Any]:
    """What the addon's `_prepare_invoice` makes of it; payment terms that it lacks are left to Odoo, as the addon does."""
    return {
        "type": "out_invoice",
        "company_id": contract.company_id,
        "partner_id": contract.invoice_partner_id,
        "currency_id": contract.currency_id,
        "journal_id": contract.journal_id,
        "fiscal_position_id": contract.fiscal_position_id,
        **({"payment_term_id": contract.payment_term_id} if contract.payment_term_id else {}),
        "salesperson_id": contract.salesperson_id,
        "reference": contract.reference,
        "origin": contract.name,
    }


def _lines(
    data: BillingData, contract: Any, due: list[_Due], labels: Labels
) -> Iterator[tuple[str, dict[str, Any], ContentLine]]:
    """Key's suffix, values and content of each invoice line: one a period, with the section and the notes of its line."""
    heading: list[Any] = []
    previous = False
    for row in data.lines_of_contract[contract.id]:
        if row.display == "line_section":
            heading = [row]
        elif row.display and row.note_goes == "with_next_line":
            heading = [*(one for one in heading if one.display == "line_section"), row]
        elif row.display:
            if previous and row.note_goes == "with_previous_line":
                yield _text(row)
        else:
            mine = [one for one in due if one.line.id == row.id]
            previous = bool(mine)
            if mine:
                yield from map(_text, heading)
                heading = []
            yield from (_product(one, labels) for one in mine)


def _product(due: _Due, labels: Labels) -> tuple[str, dict[str, Any], ContentLine]:
    line, (since, until) = due.line, due.span
    name, units = _printed(line.name, since, until, labels), quantity(line.quantity)
    price, discount = money(line.price_unit), quantity(line.discount)
    values: dict[str, Any] = {
        "display": "product",
        "contract_line_id": line.id,
        "product_id": line.product_id,
        "unit_id": line.unit_id,
        "name": name,
        "quantity": units,
        "price_unit": price,
        "discount": discount,
        **({"analytic_distribution": line.analytic_distribution} if line.analytic_distribution else {}),
    }
    content = ContentLine(
        0, name, units, price, discount, line.product_id, (), due.amount, {},
        contract_line_id=line.id, since=since, until=until,
    )  # fmt: skip
    return f"c{line.id}_{since:%Y%m%d}", values, content


def _text(row: Any) -> tuple[str, dict[str, Any], ContentLine]:
    content = ContentLine(0, row.name, Decimal(0), Decimal(0), Decimal(0), 0, (), Decimal(0), {})
    return f"c{row.id}", {"display": row.display, "name": row.name}, content


def _printed(name: str, since: date, until: date, labels: Labels) -> str:
    """The line's text with the period in the client's language: where its markers say, else below it."""
    if not any(marker in name for marker in _MARKERS):
        return f"{name}\n{labels('invoice_line.service', period=labels.period(since, until))}"
    month = format_date(since, "MMMM", locale=labels.language).capitalize()
    texts = (labels.day(since), labels.day(until), month)
    for marker, text in zip(_MARKERS, texts, strict=True):
        name = name.replace(marker, text)
    return name


def _why(contract: Any, due: list[_Due], labels: Labels) -> str:
    whole = labels.period(min(one.span[0] for one in due), max(one.span[1] for one in due))
    billed = dict.fromkeys("in_advance" if one.line.billed == "pre-paid" else "in_arrears" for one in due)
    return labels(
        "why.contract", contract=contract.name, period=whole, billed=", ".join(labels(f"why.{one}") for one in billed)
    )


def _total(due: list[_Due]) -> Decimal:
    return sum((one.amount for one in due), Decimal(0))


def _finding(  # noqa: PLR0913, PLR0917 - a finding has this many parts
    data: BillingData, labels: Labels, contract: Any, code: str, severity: Severity, worth: Decimal
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        record=Ref(dataset="contracts", id=contract.id, name=contract.name),
        language=labels.language,
        words={"order": contract.name, "client": data.name("partners", contract.partner_id)},
        amount=worth,
        currency=data.currency_code(contract),
    )
