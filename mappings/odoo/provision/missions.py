"""Opening a mission in Odoo: what a project needs whose time one order line bills, held by Odoo in the same transaction.

The robot makes the project and names the line; that alone it may. The link to the line writes on the order too, and takes an
analytic account: a rule of Odoo's own does both, for a confirmed line that names its consultant and has no project, and refuses
everything else. So whatever is asked of it, the robot opens what an order says and nothing more.

Odoo lets everybody with the access write on each project that employees see (measured, 19). No rule may take that from the
robot: a note on a project asks for the same right. So an automation keeps the projects as they are.
"""

from mappings.odoo.provision.code import automation
from mappings.odoo.provision.fields import PROJECT, field_ref
from mappings.odoo.provision.groups import ROBOT_GROUP
from mappings.odoo.provision.item import Item, Text

_OPEN_CODE = f"""
line = record.x_regie_order_line_id
taken = env['project.project'].with_context(active_test=False).search_count([('sale_line_id', '=', line.id)])
named = line.state in ('sale', 'done') and line.x_regie_consultant_id
if not env.user.has_group('{ROBOT_GROUP}') or not named or taken:
    raise UserError(
        "Only Regie opens a mission, for a confirmed order line that names its consultant and has no project."
        if (env.user.lang or '').startswith('en') else
        "Seul Regie ouvre une mission, pour une ligne de commande confirmée qui nomme son consultant et n'a pas de projet."
    )
record.write({{
    'partner_id': line.order_id.partner_id.id, 'allow_timesheets': True, 'allow_billable': True, 'sale_line_id': line.id,
}})
"""

_KEPT = ("name", "active", "description", "user_id", "partner_id", "privacy_visibility", "date", "date_start", "company_id")
"""Columns of a project that are its people's."""

_KEEP_CODE = f"""
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
key = before.get('x_regie_key', record.x_regie_key) or ''
opening = key.startswith('mission_') and not before.get('sale_line_id', record.sale_line_id)
if env.user.has_group('{ROBOT_GROUP}') and not key.startswith('cra_') and not opening:
    raise UserError(
        "Regie changes no project but those of its CRAs." if (env.user.lang or '').startswith('en') else
        "Regie ne modifie aucun projet, sauf ceux de ses CRA."
    )
"""

MISSIONS: tuple[Item, ...] = (
    automation(
        "keep_projects",
        PROJECT,
        Text("Verrou : le robot ne touche à aucun autre projet", "Lock: the robot touches no other project"),
        "Regie : le robot ne touche à aucun autre projet",
        {
            "trigger": "on_write",
            "trigger_field_ids/id": ",".join(
                [
                    *(f"project.field_project_project__{name}" for name in _KEPT),
                    "sale_project.field_project_project__sale_line_id",
                    *(field_ref(PROJECT[0], name) for name in ("x_regie_key", "x_regie_order_line_id")),
                ]
            ),
        },
        _KEEP_CODE,
        needs=("project.project/sale_line_id",),
    ),
    automation(
        "open_mission",
        PROJECT,
        Text("Règle : le projet d'une mission ouverte par Regie", "Rule: the project of a mission opened by Regie"),
        "Regie : le projet d'une mission",
        {"trigger": "on_create", "filter_domain": "[('x_regie_key', '=like', 'mission_%')]"},
        _OPEN_CODE,
        needs=("project.project/sale_line_id",),
    ),
)
"""Made after the fields and the robot's group, which it names."""
