"""The integration user's rights, found right by right on Odoo 19 Community.

Billing reads every order, invoice and contract and drafts invoices; timesheet approver links timesheets to them. No sales
group: it would hide the orders and invoices of other salespersons. What these two do not see, and Odoo does not say so:
projects open to their followers only with their tasks and hours, other people's expenses, and whether the guard stands. The
group of `robot_items` adds that, for reading only but for the hours, whose link to their invoice is a write; and it implies the
two: it is the one group to give to the integration user.
"""

from mappings.odoo.provision.fields import PROJECT, TASK
from mappings.odoo.provision.item import MODULE, Columns, Item, Text

INTEGRATION_GROUPS = ("account.group_account_invoice", "hr_timesheet.group_hr_timesheet_approver")
"""Odoo's own groups that the integration user needs."""

ROBOT_GROUP = f"{MODULE}.group_robot"
"""The provisioned group that implies them and adds what they do not see."""

_SEES = {
    "timesheet": (
        Text("toutes les heures", "every timesheet"),
        "analytic.model_account_analytic_line",
        "account.analytic.line",
        "[('project_id', '!=', False)]",
    ),
    "project": (Text("tous les projets", "every project"), "project.model_project_project", "project.project", "[(1, '=', 1)]"),
    "update": (
        Text("tous les points d'avancement", "every project update"),
        "project.model_project_update",
        "project.update",
        "[(1, '=', 1)]",
    ),
    "task": (
        Text("toutes les tâches", "every task"),
        "project.model_project_task",
        "project.task",
        "[('project_id', '!=', False)]",
    ),
    "expense": (
        Text("toutes les notes de frais", "every expense"),
        "hr_expense.model_hr_expense",
        "hr.expense",
        "[(1, '=', 1)]",
    ),
    "leave": (Text("tous les congés", "every leave"), "hr_holidays.model_hr_leave", "hr.leave", "[(1, '=', 1)]"),
    "automation": (
        Text("les verrous de Regie", "Regie's locks"),
        "base_automation.model_base_automation",
        "base.automation",
        "[('model_name', 'in', ('account.analytic.line', 'project.task', 'ir.attachment'))]",
    ),
    "more_automation": (  # beside the one before, which stays as it was made
        Text("les autres verrous de Regie", "Regie's other locks"),
        "base_automation.model_base_automation",
        "base.automation",
        "[('model_name', 'in', ('account.move', 'mail.message'))]",
    ),
}


_MAKES = {
    "cra_project": (Text("les projets de CRA", "projects of CRAs"), PROJECT, "cra_%", "0110"),
    "cra": (Text("les CRA", "CRAs"), TASK, "cra_%", "0110"),
    "mission": (Text("les projets de mission, une fois", "projects of missions, once"), PROJECT, "mission_%", "0010"),
}
"""What the robot makes, and of these writes, as far as it has such a key of Regie's."""

ROBOT_RULES = tuple(f"rule_robot_{name}" for name in _SEES)
"""Keys of the rules without which Odoo leaves something out and does not say so."""


_OWN_PROJECTS = "['|', ('x_regie_key', '=like', 'cra_%'), ('x_regie_key', '=like', 'mission_%')]"

ROBOT_LIMITS = tuple(f"rule_robot_makes_{name}" for name in _MAKES)
"""Keys of the rules that keep what the robot writes to records of Regie's."""

_TRACKING = {"tracking": "mail.model_mail_tracking_value", "fields": "base.model_ir_model_fields"}
"""What Odoo's tracking of a CRA's steps is read by."""

ROBOT_ACCESS = tuple(f"access_robot_{name}" for name in ("automation", "cra_project", *_TRACKING))
"""Keys of what the robot may do beyond the groups that its own implies."""

LEAVE_RULE = "rule_robot_leave"
"""Without it the robot sees no leave but its own."""


def robot_items() -> tuple[Item, ...]:
    """The robot's group, the rules that let it read what it would miss in silence, and its access to the guard."""
    group = Item(
        key="group_robot",
        model="res.groups",
        label=Text(
            "Groupe « Regie : robot » pour l'utilisateur d'intégration", "Group “Regie: robot” for the integration user"
        ),
        columns={
            "name": Text("Regie : robot", "Regie: robot"),
            "implied_ids/id": ",".join(INTEGRATION_GROUPS),
        },
        needs=("account.analytic.line/project_id", "account.move"),
    )
    access = Item(
        key="access_robot_automation",
        model="ir.model.access",
        label=Text("Le robot peut vérifier la garde", "The robot may check the guard"),
        columns=_rights("regie.robot.base.automation", "base_automation.model_base_automation", "1000"),
        needs=("base.automation",),
    )
    tracking = tuple(
        Item(
            key=f"access_robot_{key}",
            model="ir.model.access",
            label=Text("Le robot lit qui a signé un CRA, et quand", "The robot reads who signed a CRA, and when"),
            columns=_rights(f"regie.robot.{key}", model_id, "1000"),
            needs=("project.task",),
        )
        for key, model_id in _TRACKING.items()
    )
    makes = Item(
        key="access_robot_cra_project",
        model="ir.model.access",
        label=Text("Le robot crée les projets de CRA et de mission", "The robot makes projects of CRAs and of missions"),
        columns=_rights("regie.robot.project.project", PROJECT[1], "1110"),
        needs=(PROJECT[0],),
    )
    only = tuple(
        Item(
            key=f"rule_robot_makes_{name}",
            model="ir.rule",
            label=Text(f"Le robot n'écrit que {what.fr}", f"The robot writes only {what.en}"),
            columns={
                "name": f"Regie : le robot n'écrit que {what.fr}",
                "model_id/id": of[1],
                "domain_force": f"[('x_regie_key', '=like', '{keys}')]",
                "groups/id": ROBOT_GROUP,
                **_perms(perms),
            },
            needs=(of[0],),
        )
        for name, (what, of, keys, perms) in _MAKES.items()
    )
    rules = tuple(
        Item(
            key=f"rule_robot_{name}",
            model="ir.rule",
            label=Text(f"Le robot lit {what.fr}", f"The robot reads {what.en}"),
            columns={
                "name": f"Regie : le robot lit {what.fr}",
                "model_id/id": model_id,
                "domain_force": domain,
                "groups/id": ROBOT_GROUP,
                **_perms("1100" if name == "timesheet" else "1000"),
            },
            needs=(model,),
        )
        for name, (what, model_id, model, domain) in _SEES.items()
    )
    held = Item(
        key="rule_robot_projects_made",
        model="ir.rule",
        label=Text("Le robot ne crée aucun autre projet", "The robot makes no other project"),
        columns={  # of no group: Odoo lets everybody with the access make projects that employees see (measured, 19)
            "name": "Regie : le robot ne crée aucun autre projet",
            "model_id/id": PROJECT[1],
            "domain_force": f"{_OWN_PROJECTS} if user.has_group('{ROBOT_GROUP}') else [(1, '=', 1)]",
            **_perms("0010"),
        },
        needs=(PROJECT[0],),
    )
    return (group, access, *rules, *tracking, makes, *only, held)


def _rights(name: str, model_id: str, perms: str) -> Columns:
    return {"name": name, "model_id/id": model_id, "group_id/id": ROBOT_GROUP, **_perms(perms)}


def _perms(digits: str) -> Columns:
    """Read, write, create and delete, each 1 or 0."""
    return dict(zip(("perm_read", "perm_write", "perm_create", "perm_unlink"), digits, strict=True))
