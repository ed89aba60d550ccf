"""The CRAs that go with the invoices they justify: of each validated one, the PDF of its last signature."""

from base64 import b64decode
from collections.abc import Mapping

import pandas as pd

from connectors.odoo.errors import ConfigurationError
from flows.cra_stages import stage_steps
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
    """By the draft's key, the proofs of the CRAs behind its hours, by their keys, whether hours wait for their CRA or not."""
    wanted = {upsert.key: _reported(data, str(upsert.values["content"])) for upsert in plan.upserts}
    cras, steps = _standing(place, data, set[str]().union(*wanted.values()))
    validated = {row.key: row.id for row in each(cras) if row.active and steps.get(row.stage_id) == CRA_STAGES[-1]}
    wanted = {draft: names & validated.keys() for draft, names in wanted.items()}
    ids = sorted({validated[name] for names in wanted.values() for name in names})
    if not ids:
        return {}
    rows = each(place.reader.read(ds.PROOFS, [("cra_id", "in", ids)], columns=["cra_id"]))
    last = {row.cra_id: row.id for row in rows}  # by id: the last one made stands
    read = place.reader.read(ds.PROOFS, [("id", "in", sorted(last.values()))], columns=["cra_id", "name", "file"])
    files = {row.cra_id: Document(row.name, "application/pdf", b64decode(row.file)) for row in each(read)}
    return {
        draft: tuple(files[validated[name]] for name in sorted(names) if validated[name] in files)
        for draft, names in wanted.items()
    }


def _standing(place: Workplace, data: BillingData, names: set[str]) -> tuple[pd.DataFrame, Mapping[int, str]]:
    """The CRAs and the step of each stage: as the run has read them, else those of these keys.

    One request where hours are billed, none where none are; the stages are asked for only where there is a CRA.
    """
    if data.cra_steps or not names:
        return data.cras, data.cra_steps
    try:
        cras = place.reader.read(ds.CRAS, [("key", "in", sorted(names))])
    except ConfigurationError:  # an Odoo that was never prepared for CRAs has none
        return data.cras, {}
    return cras, stage_steps(place.odoo) if len(cras) else {}


def _reported(data: BillingData, content: str) -> set[str]:
    """Keys of the CRAs that the hours of a draft stand on, where they are a mission's."""
    lines = dict[int, int]()
    for line in parse(content):
        lines |= dict.fromkeys(line.hours, line.order_line_id)
    sheets = data.timesheets[data.timesheets["id"].isin(lines)]
    return {key(lines[row.id], row.employee_id, row.date) for row in each(sheets[["id", "employee_id", "date"]])}
