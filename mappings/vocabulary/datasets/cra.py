"""Activity reports and what Regie tells people in Odoo: CRAs, their steps and proofs, messages, notes, activities."""

from mappings.vocabulary.dataset import identified

CRA_PROJECTS = identified(
    "cra_projects",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
)

CRAS = identified(
    "cras",
    ("name", "text", "title"),
    ("key", "text", "Regie's key without its module"),
    ("content", "text", "the days as they were last written (JSON)"),
    ("evidence", "text", "the steps taken that are proved by a PDF (JSON)"),
    ("company_id", "id", "companies"),
    ("stage_id", "id", "the step it is at"),
    ("month", "day", "first day of its month"),
    ("order_line_id", "id", "order_lines: the mission"),
    ("consultant_id", "id", "users: who signs it"),
    ("manager_id", "id", "users: who validates it"),
    ("deputy_id", "id", "users: who may in the manager's place, 0 for nobody"),
    ("contact_id", "id", "partners: who approves it at the client's"),
    ("client_signs", "flag", "whether it goes by the client"),
    ("active", "flag", "not archived"),
)
"""Activity reports as they stand in Odoo: tasks with a key of Regie's."""

CRA_STEPS = identified(
    "cra_steps",
    ("message_id", "id", "messages"),
    ("was_id", "id", "the stage before"),
    ("stage_id", "id", "the stage after"),
)
"""Every change of a task's stage, as Odoo tracked it."""

MESSAGES = identified(
    "messages",
    ("record_id", "id", "cras: what it stands on"),
    ("author_id", "id", "partners: who did it"),
    ("written_at", "moment", "when"),
)

MARGIN_NOTES = identified(
    "margin_notes",
    ("key", "text", "Regie's key without its module"),
    ("project_id", "id", "projects: what it stands on"),
    ("subject", "text", "the mission, the month and its margin"),
)
"""The notes of margins on missions' projects."""

PROOFS = identified(
    "proofs",
    ("key", "text", "Regie's key without its module"),
    ("cra_id", "id", "cras"),
    ("name", "text", "the file's name"),
    ("note", "text", "its checksums"),
    ("file", "text", "its bytes, in base64"),
)

ACTIVITIES = identified(
    "activities",
    ("name", "text", "what is to be done"),
    ("key", "text", "Regie's key without its module"),
    ("cra_id", "id", "cras: what it is about"),
    ("user_id", "id", "users: who is to do it"),
    ("due_on", "day", "until when"),
)
