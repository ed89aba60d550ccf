"""Which stage of Odoo's stands for which step of a CRA, and the steps that CRAs took."""

from collections.abc import Mapping

import pandas as pd

from connectors.odoo.client import Odoo
from connectors.odoo.reader import Reader
from flows.chunks import by_ids
from mappings.odoo.provision import MODULE, stage_key
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.records import CRA_STAGES
from rules.cra.evidence import Step, tracked


def stage_steps(odoo: Odoo) -> dict[int, str]:
    """The step that each provisioned stage stands for, by the stage's id."""
    found = {}
    for step in CRA_STAGES:
        model_id = odoo.call("ir.model.data", "check_object_reference", module=MODULE, xml_id=stage_key(step), safe=True)
        found[int(model_id[1])] = step
    return found


def steps_of(reader: Reader, cras: pd.DataFrame, stages: Mapping[int, str]) -> dict[int, tuple[Step, ...]]:
    """The steps of each CRA by its id, oldest first, as Odoo tracked them."""
    messages = by_ids(reader, ds.MESSAGES, "record_id", cras["id"])
    steps = by_ids(reader, ds.CRA_STEPS, "message_id", messages["id"])
    moved = messages[messages["id"].isin(set(steps["message_id"]))]
    authors = by_ids(reader, ds.PARTNERS, "id", moved["author_id"], columns=["name"])
    return tracked(steps, moved, dict(zip(authors["id"].tolist(), authors["name"].tolist(), strict=True)), stages)
