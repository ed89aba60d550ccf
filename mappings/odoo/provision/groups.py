"""The integration user's rights, found right by right on Odoo 19 Community.

Billing reads every order, invoice and contract and drafts invoices; timesheet approver links timesheets to them. No sales
group: it would hide the orders and invoices of other salespersons. What these two do not see, and Odoo does not say so:
projects open to their followers only with their tasks and hours, other people's expenses, and whether the guard stands. The
group of `robot_items` adds that, for reading only but for the hours, whose link to their invoice is a write; and it implies the
two: it is the one group to give to the integration user.
"""

from mappings.odoo.provision.item import MODULE, Item, Text

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
        Text("les règles posées sur le temps", "the rules on timesheets"),
        "base_automation.model_base_automation",
        "base.automation",
        "[('model_name', '=', 'account.analytic.line')]",
    ),
}


ROBOT_RULES = tuple(f"rule_robot_{name}" for name in _SEES)
"""Keys of the rules without which Odoo leaves something out and does not say so."""


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
        columns={
            "name": "regie.robot.base.automation",
            "model_id/id": "base_automation.model_base_automation",
            "group_id/id": ROBOT_GROUP,
            "perm_read": "1",
            "perm_write": "0",
            "perm_create": "0",
            "perm_unlink": "0",
        },
        needs=("base.automation",),
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
                "perm_read": "1",
                "perm_write": "1" if name == "timesheet" else "0",
                "perm_create": "0",
                "perm_unlink": "0",
            },
            needs=(model,),
        )
        for name, (what, model_id, model, domain) in _SEES.items()
    )
    return (group, access, *rules)
