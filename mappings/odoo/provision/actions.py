"""Actions on the selected timesheets, for approvers, in Odoo's own lists and forms."""

from mappings.odoo.provision.code import action
from mappings.odoo.provision.fields import ENTERPRISE_VALIDATION, LINE
from mappings.odoo.provision.item import Item, Text

APPROVERS = "hr_timesheet.group_hr_timesheet_approver"


def _action(key: str, name: Text, code: str, unless: tuple[str, ...] = ()) -> Item:
    return action(key, LINE, name, code, APPROVERS, needs=(f"{LINE[0]}/project_id",), unless=unless)


def _qualify(value: str, name: Text) -> Item:
    return _action(
        f"qualify_{value}",
        name,
        f"records.filtered('project_id').write({{'x_regie_qualification': '{value}'}})",
    )


ACTIONS: tuple[Item, ...] = (
    _action(
        "validate",
        Text("Valider les heures", "Validate the hours"),
        "records.filtered(lambda line: line.project_id and not line.x_regie_validated).write({'x_regie_validated': True})",
        unless=(ENTERPRISE_VALIDATION,),
    ),
    _action(
        "invalidate",
        Text("Invalider les heures", "Take the validation back"),
        "records.filtered('x_regie_validated').write({'x_regie_validated': False})",
        unless=(ENTERPRISE_VALIDATION,),
    ),
    _action(
        "release",
        Text("Remettre à facturer", "Release for billing"),
        "records.filtered('project_id').write({'x_regie_released_on': datetime.datetime.now()})",
    ),
    _qualify("billable", Text("Qualifier : facturable", "Qualify: billable")),
    _qualify("included", Text("Qualifier : incluse", "Qualify: included")),
    _qualify("non_billable", Text("Qualifier : non facturable", "Qualify: non-billable")),
)
