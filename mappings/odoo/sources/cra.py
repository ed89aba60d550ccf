"""Where Odoo keeps the datasets of `mappings.vocabulary.datasets.cra`."""

from collections.abc import Mapping

from mappings.odoo.place import columns
from mappings.odoo.source import Source

SOURCES: Mapping[str, Source] = {
    "cra_projects": Source(
        "project.project", columns(name="name", key="x_regie_key"), domain=[("x_regie_key", "=like", "cra_%")], shared=True
    ),
    "cras": Source(
        "project.task",
        columns(
            name="name",
            key="x_regie_key",
            content="x_regie_content",
            evidence="x_regie_evidence",
            company_id="company_id",
            stage_id="stage_id",
            month="x_regie_month",
            order_line_id="x_regie_order_line_id",
            consultant_id="x_regie_consultant_id",
            manager_id="x_regie_manager_id",
            deputy_id="x_regie_deputy_id",
            contact_id="x_regie_contact_id",
            client_signs="x_regie_client_signs",
            active="active",
        ),
        domain=[("x_regie_key", "=like", "cra_%")],
    ),
    "cra_steps": Source(
        "mail.tracking.value",
        columns(message_id="mail_message_id", was_id="old_value_integer", stage_id="new_value_integer"),
        domain=[("field_id.name", "=", "stage_id"), ("mail_message_id.model", "=", "project.task")],  # 16: `field`
    ),
    "messages": Source(
        "mail.message",
        columns(record_id="res_id", author_id="author_id", written_at="date"),
        domain=[("model", "=", "project.task")],
    ),
    "margin_notes": Source(
        "mail.message",
        columns(key="message_id", project_id="res_id", subject="subject"),
        domain=[("model", "=", "project.project"), ("message_id", "=like", "margin\\_%")],
    ),
    "proofs": Source(
        "ir.attachment",
        columns(key="x_regie_key", cra_id="res_id", name="name", note="description", file="datas"),
        domain=[("res_model", "=", "project.task"), ("x_regie_key", "=like", "cra_%")],
    ),
    "activities": Source(
        "mail.activity",
        columns(name="summary", key="x_regie_key", cra_id="res_id", user_id="user_id", due_on="date_deadline"),
        domain=[("res_model", "=", "project.task"), ("x_regie_key", "=like", "cra_%")],
    ),
}
