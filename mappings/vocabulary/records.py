"""The record types Regie writes: the names and kinds of their values. Where Odoo keeps them: `mappings.odoo.records`."""

from dataclasses import dataclass
from typing import Literal

MODULE = "__regie__."
"""Module of every key; never the name of an addon, whose upgrade would delete the records."""

ValueKind = Literal["id", "ids", "text", "day", "quantity", "money", "json", "choice"]
"""Kinds of a value: ids are int / tuple of int, quantities and money `Decimal`, days `date`, json any JSON value."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """A record type: its values, the values of its lines, and what a document of it is attached to."""

    name: str
    values: dict[str, ValueKind]
    lines: dict[str, ValueKind]


INVOICE = RecordType(
    "invoice",
    values={
        "type": "choice",
        "company_id": "id",
        "partner_id": "id",
        "delivery_partner_id": "id",
        "currency_id": "id",
        "journal_id": "id",
        "fiscal_position_id": "id",
        "payment_term_id": "id",
        "salesperson_id": "id",
        "team_id": "id",
        "reference": "text",
        "origin": "text",
        "terms": "text",
        "payment_reference": "text",
        "campaign_id": "id",
        "medium_id": "id",
        "source_id": "id",
        "invoice_date": "day",
        "regie_key": "text",
        "content": "json",
        "timesheet_ids": "ids",
    },
    lines={
        "display": "choice",
        "sequence": "id",
        "order_line_ids": "ids",
        "contract_line_id": "id",
        "product_id": "id",
        "account_id": "id",
        "name": "text",
        "quantity": "quantity",
        "unit_id": "id",
        "price_unit": "money",
        "discount": "quantity",
        "tax_ids": "ids",
        "analytic_distribution": "json",
        "is_downpayment": "choice",
        "hides_prices": "choice",
        "hides_lines": "choice",
    },
)

ENTRY = RecordType(
    "entry",
    values={
        "type": "choice",
        "company_id": "id",
        "journal_id": "id",
        "date": "day",
        "reference": "text",
        "reverses_key": "text",
        "regie_key": "text",
        "content": "json",
    },
    lines={
        "account_id": "id",
        "partner_id": "id",
        "name": "text",
        "debit": "money",
        "credit": "money",
        "tax_ids": "ids",
        "analytic_distribution": "json",
    },
)
"""A journal entry, always a draft: debits and credits of the company's currency that balance.

`reverses_key` is the key of the entry it takes back, empty for none: both go in one call.
"""

PAY_EXPORT = RecordType(
    "pay_export",
    values={
        "type": "choice",
        "company_id": "id",
        "journal_id": "id",
        "date": "day",
        "reference": "text",
        "regie_key": "text",
        "content": "json",
    },
    lines={},
)
"""The files of a month's payroll variables: a draft entry without a line, in the payroll journal, that carries them.

Accountants find it there and nobody else reads it; it can never be posted, so it moves no account."""

CRA_PROJECT = RecordType(
    "cra_project",
    values={"company_id": "id", "owner_id": "id", "name": "text", "stages": "text", "leader_id": "id", "regie_key": "text"},
    lines={},
)
"""Where the activity reports of one mission stand: shared with the client's contact, and nothing else in it."""

MISSION = RecordType(
    "mission",
    values={
        "company_id": "id",
        "owner_id": "id",
        "name": "text",
        "leader_id": "id",
        "order_line_id": "id",
        "regie_key": "text",
    },
    lines={},
)
"""Where the time of one mission is logged: its project, made for an order line."""

CRA_STAGES = ("consultant", "client", "manager", "validated")
"""The steps of a CRA in their order: whose turn it is, and the end."""

CRA = RecordType(
    "cra",
    values={
        "company_id": "id",
        "project": "text",
        "stage": "text",
        "name": "text",
        "month": "day",
        "order_line_id": "id",
        "consultant_id": "id",
        "assignee_ids": "ids",
        "manager_id": "id",
        "deputy_id": "id",
        "contact_id": "id",
        "client_signs": "choice",
        "description": "text",
        "content": "json",
        "evidence": "json",
        "regie_key": "text",
    },
    lines={},
)
"""A consultant's month on one mission. `project` and `stage` are keys."""

PROOF = RecordType(
    "proof",
    values={"company_id": "id", "cra_id": "id", "name": "text", "note": "text", "mimetype": "text", "file": "text",
            "regie_key": "text"},
    lines={},
)  # fmt: skip
"""A file that proves a step of a CRA: `file` in base64, its checksums in `note`."""

MARGIN_NOTE = RecordType(
    "margin_note",
    values={"company_id": "id", "project_id": "id", "subject": "text", "body": "text", "regie_key": "text"},
    lines={},
)
"""An internal note on a mission's project: `body` in HTML. Nobody is sent it, and no client reads it."""

ACTIVITY = RecordType(
    "activity",
    values={"company_id": "id", "cra_id": "id", "summary": "text", "user_id": "id", "due_on": "day", "regie_key": "text"},
    lines={},
)
"""Something a person is to do about a CRA."""
