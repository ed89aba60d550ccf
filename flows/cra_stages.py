"""Which stage of Odoo's stands for which step of a CRA."""

from connectors.odoo.client import Odoo
from mappings.odoo.provision import MODULE, stage_key
from mappings.vocabulary.records import CRA_STAGES


def stage_steps(odoo: Odoo) -> dict[int, str]:
    """The step that each provisioned stage stands for, by the stage's id."""
    found = {}
    for step in CRA_STAGES:
        model_id = odoo.call("ir.model.data", "check_object_reference", module=MODULE, xml_id=stage_key(step), safe=True)
        found[int(model_id[1])] = step
    return found
