"""The proof of each step a CRA took: a PDF of the days as they were signed, and what the CRA keeps of its steps."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.odoo.writer import Writer
from flows.cra_pdf import Signed, proof
from flows.workplace import Workplace
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.records import CRA, MODULE, PROOF
from mappings.vocabulary.written import Rejection
from rules.cra import evidence
from rules.cra.evidence import Step
from rules.cra.signed import parse


@dataclass(frozen=True)
class Proved:
    """What CRAs keep of their steps, by their ids, and what Odoo refused: such a CRA is not among them."""

    steps: Mapping[int, tuple[Step, ...]]
    rejected: tuple[Rejection, ...]


def step_key(cra: Any, step: Step) -> str:
    """Key of the PDF that proves a step, without its module."""
    return f"{cra.key}_step_{step.tracking}"


def prove(place: Workplace, writer: Writer, cras: Sequence[Any], tracked: Mapping[int, Sequence[Step]]) -> Proved:
    """Make the PDFs that are missing, then note each step with its hash on the CRA, which no file that was refused is.

    Only a run changes the days of a CRA, and it proves them first, so all new steps were taken on the days that stand now.

    cras     rows of the dataset `cras`
    tracked  all steps of each by its id, oldest first, as Odoo has them
    """
    files, kept, steps = list[Upsert](), dict[int, Upsert](), dict[int, tuple[Step, ...]]()
    for row in cras:
        made, steps[row.id] = _proofs(place, row, tracked.get(row.id, ()))
        files += made
        if steps[row.id] != evidence.parse(row.evidence):
            values = {"company_id": place.company_id, "content": row.content, "evidence": evidence.dump(steps[row.id])}
            kept[row.id] = Upsert(key=MODULE + row.key, model=CRA.name, values=values, extends=True, replaces=row.content)
    rejected = writer.push(Plan(upserts=tuple(files))).rejected
    refused = {one.key for one in rejected}
    bad = {row.id for row in cras if any(MODULE + step_key(row, step) in refused for step in steps[row.id])}
    noted = writer.push(Plan(upserts=tuple(upsert for cra_id, upsert in kept.items() if cra_id not in bad)))
    refused |= {one.key for one in noted.rejected} | set(noted.left)
    bad |= {cra_id for cra_id, upsert in kept.items() if upsert.key in refused}
    return Proved({cra_id: of for cra_id, of in steps.items() if cra_id not in bad}, (*rejected, *noted.rejected))


def _proofs(place: Workplace, row: Any, tracked: Sequence[Step]) -> tuple[list[Upsert], tuple[Step, ...]]:
    """The PDFs to make of one CRA, and all its steps with their hashes."""
    steps, files = evidence.parse(row.evidence), list[Upsert]()
    known = {step.tracking for step in steps}
    for step in tracked:
        if step.tracking in known:
            continue
        digest = ""
        if step.signs:
            signed = Signed(
                row.name, place.file.name, row.month.date(), parse(row.content), (*steps, step), place.file.timezone
            )
            made = proof(signed, place.labels)
            digest = made.sha256
            values = {
                "company_id": place.company_id,
                "cra_id": row.id,
                "name": made.name,
                "note": made.note,
                "mimetype": "application/pdf",
                "file": b64encode(made.content).decode(),
            }
            files.append(Upsert(key=MODULE + step_key(row, step), model=PROOF.name, values=values))
        steps = (*steps, replace(step, sha256=digest))
    return files, steps
