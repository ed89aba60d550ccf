"""The CRAs that go with the invoices they justify: of each validated one, the PDF of its last signature."""

from base64 import b64decode

from flows.workplace import Workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.records import CRA_STAGES
from mappings.vocabulary.written import Document
from rules.billing.content import parse
from rules.billing.data import BillingData
from rules.cra.signed import key


def proofs_of(place: Workplace, data: BillingData, plan: Plan) -> dict[str, tuple[Document, ...]]:
    """By the draft's key, the proofs of the CRAs behind its hours, by their keys; none where the company asks for no CRA."""
    validated = {row.key: row.id for row in each(data.cras) if data.cra_steps.get(row.stage_id) == CRA_STAGES[-1]}
    if not validated:
        return {}
    wanted = {upsert.key: _reported(data, str(upsert.values["content"])) & validated.keys() for upsert in plan.upserts}
    ids = sorted({validated[name] for names in wanted.values() for name in names})
    rows = each(place.reader.read(ds.PROOFS, [("cra_id", "in", ids)], columns=["cra_id"]))
    last = {row.cra_id: row.id for row in rows}  # by id: the last one made stands
    read = place.reader.read(ds.PROOFS, [("id", "in", sorted(last.values()))], columns=["cra_id", "name", "file"])
    files = {row.cra_id: Document(row.name, "application/pdf", b64decode(row.file)) for row in each(read)}
    return {
        draft: tuple(files[validated[name]] for name in sorted(names) if validated[name] in files)
        for draft, names in wanted.items()
    }


def _reported(data: BillingData, content: str) -> set[str]:
    """Keys of the CRAs that the hours of a draft stand on."""
    lines = dict[int, int]()
    for line in parse(content):
        lines |= dict.fromkeys(line.hours, line.order_line_id)
    sheets = data.timesheets[data.timesheets["id"].isin(lines)]
    return {key(lines[row.id], row.employee_id, row.date) for row in each(sheets[["id", "employee_id", "date"]])}
