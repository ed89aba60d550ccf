"""The CRAs that go with the invoices they justify: of each validated one, the PDF of its validation."""

from base64 import b64decode
from collections.abc import Mapping

import pandas as pd

from connectors.odoo.errors import ConfigurationError
from connectors.odoo.writer import Writer
from flows.cra_proofs import prove, step_key
from flows.cra_stages import stage_steps, steps_of
from flows.shape import RunStopped
from flows.workplace import Workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.records import CRA_STAGES
from mappings.vocabulary.written import Document
from rules.billing.content import parse
from rules.billing.data import BillingData
from rules.cra.signed import key


def proofs_of(place: Workplace, writer: Writer, data: BillingData, plan: Plan) -> dict[str, tuple[Document, ...]]:
    """By the draft's key, the proofs of the CRAs behind its hours, by their keys, whether hours wait for their CRA or not.

    What no run proved yet is proved first. Raises RunStopped where a CRA has no proof of its validation: nothing is written.
    """
    wanted = _reported(data, plan)
    names = set[str]().union(*wanted.values())
    cras, stages = _standing(place, data, names)
    validated = cras[cras["key"].isin(names) & cras["active"] & (cras["stage_id"].map(stages) == CRA_STAGES[-1])]
    if validated.empty:
        return {}
    files = _validations(place, writer, validated, stages)
    return {draft: tuple(files[name] for name in sorted(of & files.keys())) for draft, of in wanted.items()}


def _validations(
    place: Workplace, writer: Writer, validated: pd.DataFrame, stages: Mapping[int, str]
) -> Mapping[str, Document]:
    """The PDF of each CRA's validation, by the CRA's key."""
    rows = list(each(validated))
    proved = prove(place, writer, rows, steps_of(place.reader, validated, stages)).steps
    ends = [(row, step) for row in rows for step in proved.get(row.id, ())[-1:] if step.now == CRA_STAGES[-1]]
    of_cra = {step_key(row, step): row.key for row, step in ends}
    read = place.reader.read(ds.PROOFS, [("key", "in", sorted(of_cra))], columns=["key", "name", "file"])
    files = {of_cra[row.key]: Document(row.name, "application/pdf", b64decode(row.file)) for row in each(read)}
    if missing := [row.name for row in rows if row.key not in files]:
        raise RunStopped(place.labels("run.cra_not_proved", names=", ".join(missing)))
    return files


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


def _reported(data: BillingData, plan: Plan) -> dict[str, set[str]]:
    """By the draft's key, the keys of the CRAs that its hours stand on, where they are a mission's."""
    drafts = {
        upsert.key: [(hour, line.order_line_id) for line in parse(str(upsert.values["content"])) for hour in line.hours]
        for upsert in plan.upserts
    }
    # Looked up together: there may be thousands of drafts.
    logged = data.logged({hour for hours in drafts.values() for hour, _ in hours})
    return {
        draft: {key(line_id, logged[hour].employee_id, logged[hour].date) for hour, line_id in hours if hour in logged}
        for draft, hours in drafts.items()
    }
