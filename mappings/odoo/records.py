"""The record types of `mappings.vocabulary.records` as columns of Odoo's `load`, 16 to 19 (only 19 was run)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from mappings.vocabulary.dataset import Dataset
from mappings.vocabulary.datasets import (
    ACTIVITIES,
    CRA_PROJECTS,
    CRAS,
    ENTRIES,
    ENTRY_LINES,
    INVOICE_LINES,
    INVOICES,
    MARGIN_NOTES,
    MISSION_PROJECTS,
    PROOFS,
)
from mappings.vocabulary.records import (
    ACTIVITY,
    CRA,
    CRA_PROJECT,
    ENTRY,
    INVOICE,
    MARGIN_NOTE,
    MISSION,
    PAY_EXPORT,
    PROOF,
    RecordType,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of `load`.

    empty     what becomes of an empty value: it is sent (it means none), or left out so that Odoo finds its own
    computed  without the column Odoo finds the value; with an empty cell it does not
    until     the last major version to which the value is sent for a line that has an order line; later ones copy it themselves
    """

    column: str
    empty: Literal["send", "leave"] = "send"
    computed: bool = False
    until: int = 99


@dataclass(frozen=True, slots=True)
class RecordSource:
    """How a record type is written and read back.

    key        column for the key without its module, on the record itself: searchable by any user
    families   one-to-many fields onto the same lines. A cell left empty in `load` means "none", so lines that leave different
               columns to Odoo go by different fields
    document   columns of the file that goes with the record, and their parent field
    dataset, line_dataset, parent   where it is read back; `parent` is the line's column for its record
    always     columns that every new record of the type has the same
    compared, compared_lines        what must stand there as it was sent
    """

    record: RecordType
    model: str
    key: str
    values: Mapping[str, Cell]
    dataset: Dataset
    compared: tuple[str, ...]
    always: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, Cell] = field(default_factory=dict)
    families: tuple[str, ...] = ()
    document: str = ""
    line_model: str = ""
    line_dataset: Dataset | None = None
    parent: str = ""
    compared_lines: tuple[str, ...] = ()

    @property
    def drafts(self) -> bool:
        """Whether its records are drafts that somebody posts, with lines."""
        return self.line_dataset is not None


_ENTRY_VALUES = {
    "type": Cell("move_type"),
    "journal_id": Cell("journal_id/.id"),
    "date": Cell("date"),
    "reference": Cell("ref"),
    "regie_key": Cell("x_regie_key"),
    "content": Cell("x_regie_content"),
}

RECORDS: Mapping[str, RecordSource] = {
    INVOICE.name: RecordSource(
        record=INVOICE,
        model="account.move",
        line_model="account.move.line",
        key="regie_key",
        values={
            "type": Cell("move_type"),
            "partner_id": Cell("partner_id/.id"),
            "delivery_partner_id": Cell("partner_shipping_id/.id", "leave"),
            "currency_id": Cell("currency_id/.id", "leave"),
            "journal_id": Cell("journal_id/.id", "leave"),
            "fiscal_position_id": Cell("fiscal_position_id/.id", "leave"),
            "payment_term_id": Cell("invoice_payment_term_id/.id"),
            "salesperson_id": Cell("invoice_user_id/.id"),
            "team_id": Cell("team_id/.id"),
            "reference": Cell("ref"),
            "origin": Cell("invoice_origin"),
            "terms": Cell("narration"),
            "payment_reference": Cell("payment_reference", "leave"),
            "campaign_id": Cell("campaign_id/.id", "leave"),
            "medium_id": Cell("medium_id/.id", "leave"),
            "source_id": Cell("source_id/.id", "leave"),
            "invoice_date": Cell("invoice_date", "leave"),
            "regie_key": Cell("x_regie_key"),
            "content": Cell("x_regie_content"),
            "timesheet_ids": Cell("timesheet_ids/.id", "leave"),
        },
        lines={
            "display": Cell("display_type"),
            "sequence": Cell("sequence"),
            "order_line_ids": Cell("sale_line_ids/.id"),
            "contract_line_id": Cell("contract_line_id/.id", "leave"),
            "product_id": Cell("product_id/.id"),
            "account_id": Cell("account_id/.id", "leave", computed=True),
            "name": Cell("name", "leave", computed=True),
            "quantity": Cell("quantity"),
            "unit_id": Cell("product_uom_id/.id", computed=True),
            "price_unit": Cell("price_unit", computed=True),
            "discount": Cell("discount"),
            "tax_ids": Cell("tax_ids/.id", computed=True),
            "analytic_distribution": Cell("analytic_distribution", "leave", until=18),
            "is_downpayment": Cell("is_downpayment"),
            "hides_prices": Cell("collapse_prices", "leave"),
            "hides_lines": Cell("collapse_composition", "leave"),
        },
        families=("invoice_line_ids", "line_ids"),
        document="attachment_ids",
        dataset=INVOICES,
        line_dataset=INVOICE_LINES,
        parent="invoice_id",
        compared=("type", "company_id", "partner_id", "timesheet_ids", "content"),
        compared_lines=("order_line_ids", "contract_line_id", "product_id", "quantity", "price_unit", "discount"),
    ),
    ENTRY.name: RecordSource(
        record=ENTRY,
        model="account.move",
        line_model="account.move.line",
        key="regie_key",
        values={**_ENTRY_VALUES, "reverses_key": Cell("reversed_entry_id/id")},
        lines={
            "account_id": Cell("account_id/.id"),
            "partner_id": Cell("partner_id/.id"),
            "name": Cell("name"),
            "debit": Cell("debit"),
            "credit": Cell("credit"),
            "tax_ids": Cell("tax_ids/.id"),  # sent empty: else Odoo puts the account's default taxes
            "analytic_distribution": Cell("analytic_distribution", "leave"),
        },
        families=("line_ids",),
        document="attachment_ids",
        dataset=ENTRIES,
        line_dataset=ENTRY_LINES,
        parent="entry_id",
        compared=("type", "company_id", "journal_id", "date", "reference", "content"),
        compared_lines=("account_id", "partner_id", "name", "debit", "credit", "tax_ids"),
    ),
    PAY_EXPORT.name: RecordSource(
        record=PAY_EXPORT,
        model="account.move",
        line_model="account.move.line",
        key="regie_key",
        values=_ENTRY_VALUES,
        document="attachment_ids",
        dataset=ENTRIES,
        line_dataset=ENTRY_LINES,
        parent="entry_id",
        compared=("type", "company_id", "journal_id", "date", "reference", "content"),
    ),
    CRA_PROJECT.name: RecordSource(
        record=CRA_PROJECT,
        model="project.project",
        key="regie_key",
        values={
            "owner_id": Cell("company_id/.id"),
            "name": Cell("name"),
            "stages": Cell("type_ids/id"),
            "leader_id": Cell("user_id/.id"),
            "regie_key": Cell("x_regie_key"),
        },
        always={"privacy_visibility": "invited_users", "allow_timesheets": "0", "allow_billable": "0"},
        dataset=CRA_PROJECTS,
        compared=("name",),
    ),
    MISSION.name: RecordSource(
        record=MISSION,
        model="project.project",
        key="regie_key",
        values={
            "owner_id": Cell("company_id/.id"),
            "name": Cell("name"),
            "leader_id": Cell("user_id/.id"),
            "order_line_id": Cell("x_regie_order_line_id/.id"),
            "regie_key": Cell("x_regie_key"),
        },
        # Without timesheets yet: they, the account and the link to the line are made by the rule "open_mission" in Odoo.
        always={"privacy_visibility": "employees", "allow_timesheets": "0", "allow_billable": "1"},
        dataset=MISSION_PROJECTS,
        compared=("name", "order_line_id"),
    ),
    CRA.name: RecordSource(
        record=CRA,
        model="project.task",
        key="regie_key",
        values={
            "project": Cell("project_id/id"),
            "stage": Cell("stage_id/id"),
            "name": Cell("name"),
            "month": Cell("x_regie_month"),
            "order_line_id": Cell("x_regie_order_line_id/.id"),
            "consultant_id": Cell("x_regie_consultant_id/.id"),
            "assignee_ids": Cell("user_ids/.id"),
            "manager_id": Cell("x_regie_manager_id/.id"),
            "deputy_id": Cell("x_regie_deputy_id/.id"),
            "contact_id": Cell("x_regie_contact_id/.id"),
            "client_signs": Cell("x_regie_client_signs"),
            "description": Cell("description"),
            "content": Cell("x_regie_content"),
            "evidence": Cell("x_regie_evidence"),
            "regie_key": Cell("x_regie_key"),
        },
        dataset=CRAS,
        compared=("content", "evidence", "month", "consultant_id", "manager_id", "deputy_id", "contact_id"),
    ),
    PROOF.name: RecordSource(
        record=PROOF,
        model="ir.attachment",
        key="regie_key",
        values={
            "cra_id": Cell("res_id"),
            "name": Cell("name"),
            "note": Cell("description"),
            "mimetype": Cell("mimetype"),
            "file": Cell("datas"),
            "regie_key": Cell("x_regie_key"),
        },
        always={"res_model": "project.task"},
        dataset=PROOFS,
        compared=("cra_id", "note"),
    ),
    MARGIN_NOTE.name: RecordSource(
        record=MARGIN_NOTE,
        model="mail.message",
        key="regie_key",
        values={
            "project_id": Cell("res_id"),
            "subject": Cell("subject"),
            "body": Cell("body"),
            "regie_key": Cell("message_id"),  # Odoo's own key of a message: searchable, and no field on its largest table
        },
        # A comment that is a note is what Odoo hides from portal users; made here and not posted, it is sent to nobody.
        always={
            "model": "project.project",
            "message_type": "comment",
            "subtype_id/id": "mail.mt_note",
            "is_internal": "1",
        },
        dataset=MARGIN_NOTES,
        compared=("project_id", "subject"),
    ),
    ACTIVITY.name: RecordSource(
        record=ACTIVITY,
        model="mail.activity",
        key="regie_key",
        values={
            "cra_id": Cell("res_id"),
            "summary": Cell("summary"),
            "user_id": Cell("user_id/.id"),
            "due_on": Cell("date_deadline"),
            "regie_key": Cell("x_regie_key"),
        },
        always={"res_model_id/id": "project.model_project_task", "activity_type_id/id": "mail.mail_activity_data_todo"},
        dataset=ACTIVITIES,
        compared=("user_id",),
    ),
}
"""By the vocabulary's name of the record type. `company_id` is no column: the call is made in that company."""
