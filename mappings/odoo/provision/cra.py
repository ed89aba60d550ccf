"""The CRA in Odoo: its stages, what a CRA and its project carry, and the steps that Odoo itself holds.

A CRA is a task in a project of its own. It goes from the consultant to the client, to the manager and is then validated; each
step is one person's, client and manager may send it back with a reason, and nobody else moves, changes or deletes it: an
automation looks after every write, whatever way it came. Only the robot makes CRAs and writes their days, and it can move one
nowhere but back to the consultant; until a CRA is validated it says who is to decide on it, since a manager may leave. What a
step or another person brings with it (access, the client's e-mail, the next person's activity) happens in the same transaction,
so exactly once. Source: cra.md.
"""

from textwrap import indent

from mappings.odoo.provision.code import automation
from mappings.odoo.provision.fields import ATTACHMENT, MESSAGE, TASK, field_ref
from mappings.odoo.provision.groups import ROBOT_GROUP
from mappings.odoo.provision.item import MODULE, Item, Text
from mappings.vocabulary.records import CRA_STAGES

STAGE_MODEL = "project.task.type"
STAGE_USED_BY = (("project.task", "stage_id"),)
"""Where a stage may be in use: such a stage is not removed."""

CRA_LOCKS = (
    "lock_cra_made", "lock_cra_written", "lock_cra_deleted", "lock_evidence_made", "lock_evidence_written",
    "lock_evidence_deleted", "lock_trail_written", "lock_trail_deleted", "cra_step",
)  # fmt: skip
"""Keys without which a CRA's signatures prove nothing, or nobody is told that it is their turn."""

_NAMES = (
    Text("Consultant", "Consultant"),
    Text("Client", "Client"),
    Text("Manager", "Manager"),
    Text("Validé", "Validated"),
)


def stage_key(step: str) -> str:
    """Key of the stage that stands for a step, without its module."""
    return f"cra_stage_{step}"


_STAGE_OF = {step: f"{MODULE}.{stage_key(step)}" for step in CRA_STAGES}

_OWN = (
    "x_regie_key", "x_regie_content", "x_regie_evidence", "x_regie_month", "x_regie_order_line_id", "x_regie_consultant_id",
    "x_regie_manager_id", "x_regie_deputy_id", "x_regie_contact_id", "x_regie_client_signs",
)  # fmt: skip
_LOCKED = ("name", "description", "project_id", "parent_id", "partner_id", "user_ids", "stage_id", "state", "active")
_DECIDE = ("x_regie_manager_id", "x_regie_deputy_id", "x_regie_contact_id")
_SAID = ("body", "author_id", "email_from", "date", "model", "res_id")
_ATTACHED = ("name", "description", "res_model", "res_id", "type", "url", "mimetype", "x_regie_key")

_MOVES = """
env['mail.tracking.value'].search([
    ('field_id.name', '=', 'stage_id'), ('mail_message_id.model', '=', 'project.task'),
    ('mail_message_id.res_id', '=', record.id),
], order='id desc')
"""
"""The moves of a CRA as Odoo tracked them, the last one first."""

_WRITTEN_CODE = f"""
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
changed = [name for name in {(*_LOCKED, *_OWN)!r} if name in before and before[name] != record[name]]
if changed and (record.x_regie_key or before.get('x_regie_key')):
    user = env.user
    english = (user.lang or '').startswith('en')
    steps = {{env.ref(key).id: step for step, key in {_STAGE_OF!r}.items()}}
    step = steps.get(record.stage_id.id)
    was = steps.get(before['stage_id'].id) if 'stage_id' in changed else step
    deciders = record.x_regie_manager_id | record.x_regie_deputy_id
    refusal = (
        "This CRA is at the step “%s”: only %s may decide on it, and only by its next step."
        if english else
        "Ce CRA est à l'étape « %s » : c'est à %s de se prononcer, et seulement en le passant à l'étape suivante."
    ) % (
        before['stage_id'].name if 'stage_id' in changed else record.stage_id.name,
        {{'consultant': record.x_regie_consultant_id.name, 'client': record.x_regie_contact_id.name}}.get(was)
        or ', '.join(deciders.mapped('name')) or '?',
    )
    moves = {indent(_MOVES.strip(), " " * 4).strip()}
    if 'stage_id' in changed and (env.context.get('tracking_disable') or env.context.get('mail_notrack')):
        raise UserError(
            "A CRA moves only where it leaves a trace." if english else "Un CRA ne bouge pas sans laisser de trace."
        )
    if user.has_group('{ROBOT_GROUP}'):
        if 'x_regie_content' in changed and len(moves) != (record.x_regie_evidence or '').count('"tracking":'):
            raise UserError(
                "This CRA moved meanwhile: run again, so that what was signed is kept first." if english else
                "Ce CRA a changé d'étape entre-temps : relancez, pour que ce qui a été signé soit d'abord conservé."
            )
        may = ['x_regie_evidence'] + {list(_DECIDE)!r} * (step in ('client', 'manager'))
        if step != 'consultant' and [name for name in changed if name not in may]:
            raise UserError(refusal)
    elif changed == ['active']:
        if step != 'consultant' or user not in deciders:
            raise UserError(refusal)
    elif changed != ['stage_id']:
        raise UserError(refusal)
    else:
        partner = user.partner_id
        contact = (
            user.share and partner in record.project_id.collaborator_ids.partner_id
            and partner.commercial_partner_id == record.x_regie_contact_id.commercial_partner_id
        )
        allowed = {{
            ('consultant', 'client' if record.x_regie_client_signs else 'manager'): user == record.x_regie_consultant_id,
            ('client', 'manager'): contact,
            ('client', 'consultant'): contact,
            ('manager', 'validated'): user in deciders,
            ('manager', 'consultant'): user in deciders,
            ('validated', 'consultant'): user in deciders,
        }}
        if not allowed.get((was, step)):
            raise UserError(refusal)
        if step == 'consultant':
            comments = env['mail.message'].search([
                ('model', '=', 'project.task'), ('res_id', '=', record.id), ('author_id', '=', partner.id),
                ('message_type', '=', 'comment'), ('id', '>', moves[:1].mail_message_id.id or 0),
            ])
            if not any(comment.body and comment.body.striptags().strip() for comment in comments):
                raise UserError(
                    "First write in a message why you send this CRA back." if english else
                    "Écrivez d'abord dans un message pourquoi vous renvoyez ce CRA."
                )
"""

_LET_IN_CODE = """
english = (contact.lang or '').startswith('en')
project.message_subscribe(partner_ids=contact.ids)
if contact not in project.collaborator_ids.partner_id:
    values = {'partner_id': contact.id}
    if 'limited_access' in env['project.collaborator']._fields:
        values['limited_access'] = True
    project.write({'collaborator_ids': [Command.create(values)]})
record.message_subscribe(partner_ids=contact.ids)
text = (
    "<p>Hello,</p><p>%s signed this activity report; it waits for your approval:</p><p><a href='%s'>%s</a></p>"
    "<p>Move it to “%s” to approve it. To refuse it, write why in a message, then move it back to “%s”.</p>"
) if english else (
    "<p>Bonjour,</p><p>%s a signé ce compte rendu d'activité ; il attend votre accord :</p>"
    "<p><a href='%s'>%s</a></p><p>Passez-le à l'étape « %s » pour l'approuver. Pour le refuser, écrivez pourquoi dans "
    "un message, puis renvoyez-le à l'étape « %s ».</p>"
)
link = '%s/my/projects/%s/project_sharing/%s' % (record.get_base_url(), project.id, record.id)
names = [
    name.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace("'", '&#39;').replace('"', '&quot;')
    for name in (consultant.name, record.name, last.name, first.name)
]
record.message_post(
    body=text % (names[0], link, names[1], names[2], names[3]), body_is_html=True,
    partner_ids=contact.ids, subtype_xmlid='mail.mt_note',
    subject=("%s: to approve" if english else "%s : à approuver") % record.name,
)
"""

_LEAVES_CODE = """
others = [('project_id', '=', project.id), ('x_regie_contact_id', '=', left.id), ('stage_id', '=', client.id)]
if not env['project.task'].search_count(others):
    project.collaborator_ids.filtered(lambda one: one.partner_id == left).unlink()
    project.message_unsubscribe(partner_ids=left.ids)
    record.message_unsubscribe(partner_ids=left.ids)
"""
"""The contact before keeps access only as long as another CRA of the mission waits for them."""

_STEP_CODE = f"""
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
turned = before.get('stage_id', record.stage_id) != record.stage_id
signers = ('x_regie_consultant_id', 'x_regie_manager_id', 'x_regie_deputy_id')
replaced = [name for name in {("x_regie_consultant_id", *_DECIDE)!r} if name in before and before[name] != record[name]]
if record.x_regie_key and (turned or replaced):
    project, contact = record.project_id, record.x_regie_contact_id
    consultant, manager, deputy = [record[name] for name in signers]
    first, client, last = [env.ref(key) for key in {tuple(_STAGE_OF.values())[:3]!r}]
    english = (consultant.lang or '').startswith('en')
    for name in replaced:
        if name in signers:
            project.message_subscribe(partner_ids=record[name].partner_id.ids)
            record.message_subscribe(partner_ids=record[name].partner_id.ids)
            for activity in record.activity_ids:
                if before[name] and activity.user_id == before[name] and record[name]:
                    activity.write({{'user_id': record[name].id}})
        elif before[name]:
            left = before[name]
{indent(_LEAVES_CODE.strip(), " " * 12)}
    if turned:
        record.activity_ids.filtered(lambda one: one.user_id in consultant | manager | deputy).action_feedback()
    if record.stage_id == client and (turned or 'x_regie_contact_id' in replaced):
{indent(_LET_IN_CODE.strip(), " " * 8)}
    elif turned and record.stage_id == last and manager:
        record.activity_schedule(
            'mail.mail_activity_data_todo', user_id=manager.id, summary="CRA to validate" if english else "CRA à valider",
        )
    elif turned and record.stage_id == first:
        record.activity_schedule(
            'mail.mail_activity_data_todo', user_id=consultant.id,
            summary="CRA sent back: to read and to sign again" if english else "CRA renvoyé : à relire et à signer de nouveau",
        )
"""

_MADE_CODE = f"""
english = (env.user.lang or '').startswith('en')
first = env.ref('{MODULE}.cra_stage_consultant')
if not env.user.has_group('{ROBOT_GROUP}') or record.stage_id != first:
    raise UserError("Only Regie makes a CRA." if english else "Seul Regie crée un CRA.")
people = record.x_regie_consultant_id | record.x_regie_manager_id | record.x_regie_deputy_id
record.project_id.message_subscribe(partner_ids=people.partner_id.ids)
record.message_subscribe(partner_ids=people.partner_id.ids)
record.message_unsubscribe(partner_ids=record.message_partner_ids.filtered('partner_share').ids)
"""
"""Followers of a project join its new tasks: the client must not, before it is their turn."""

_DELETED_CODE = """
raise UserError(
    "A CRA is never deleted; its manager may archive it while it is at its first step."
    if (env.user.lang or '').startswith('en') else
    "Un CRA ne se supprime pas ; son manager peut l'archiver tant qu'il est à sa première étape."
)
"""

_PROOF_CODE = """
raise UserError(
    "A signed CRA is evidence: it is neither changed nor deleted."
    if (env.user.lang or '').startswith('en') else
    "Un CRA signé est une preuve : il ne se modifie ni ne se supprime."
)
"""

_PROOF_WRITTEN_CODE = f"""
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
changed = [name for name in {_ATTACHED!r} if name in before and before[name] != record[name]]
if changed or record.checksum not in (record.description or ''):
    {_PROOF_CODE.strip().replace(chr(10), chr(10) + "    ")}
"""
"""The file itself is written past every automation; but its checksum is in the description, which stays."""

_PROOF_MADE_CODE = f"""
if not env.user.has_group('{ROBOT_GROUP}'):
    raise UserError(
        "Only Regie proves a CRA." if (env.user.lang or '').startswith('en') else "Seul Regie fait la preuve d'un CRA."
    )
"""

_TRAIL_CODE = f"""
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
changed = [name for name in {_SAID!r} if name in before and before[name] != record[name]]
told_of = [before.get('res_id', record.res_id), record.res_id]
of_cra = [('id', 'in', told_of), ('x_regie_key', '!=', False)]
if (changed or not before) and env['project.task'].with_context(active_test=False).search_count(of_cra):
    raise UserError(
        "What was said and done on a CRA is evidence: it is neither changed nor deleted."
        if (env.user.lang or '').startswith('en') else
        "Ce qui a été dit et fait sur un CRA est une preuve : cela ne se modifie ni ne se supprime."
    )
"""
"""Odoo tracks each step in a message and deletes the one with the other; a reason is a message too."""

_KEYED = "[('x_regie_key', '!=', False)]"
_OF_TASK = "[('model', '=', 'project.task')]"


def _stage(order: int, step: str, name: Text) -> Item:
    return Item(
        key=stage_key(step),
        model=STAGE_MODEL,
        label=Text(f"Étape de CRA « {name.fr} »", f"CRA step “{name.en}”"),
        columns={"name": name, "sequence": str(order), "user_id": ""},
        needs=(STAGE_MODEL,),
    )


def _lock(key: str, label: Text, of: tuple[str, str], columns: dict[str, str], code: str) -> Item:
    return automation(key, of, label, f"Regie : {label.fr.partition(' : ')[2]}", columns, code, needs=(TASK[0],))


def _fields(model: str, module: str, names: tuple[str, ...]) -> list[str]:
    return [f"{module}.field_{model.replace('.', '_')}__{name}" for name in names]


STEPS: tuple[Item, ...] = (
    *(_stage(order, step, name) for order, (step, name) in enumerate(zip(CRA_STAGES, _NAMES, strict=True), 1)),
    _lock(
        "lock_trail_deleted",
        Text("Verrou : l'historique d'un CRA ne se supprime pas", "Lock: what happened to a CRA is not deleted"),
        MESSAGE, {"trigger": "on_unlink", "filter_domain": _OF_TASK}, _TRAIL_CODE,
    ),
    _lock(
        "lock_trail_written",
        Text("Verrou : l'historique d'un CRA ne se modifie pas", "Lock: what happened to a CRA is not changed"),
        MESSAGE,
        {
            "trigger": "on_write",
            "trigger_field_ids/id": ",".join(_fields(MESSAGE[0], "mail", _SAID)),
            "filter_pre_domain": _OF_TASK,
        },
        _TRAIL_CODE,
    ),
    _lock(
        "lock_evidence_made",
        Text("Verrou : seul Regie fait la preuve d'un CRA", "Lock: only Regie proves a CRA"),
        ATTACHMENT,
        {
            "trigger": "on_create_or_write",
            "trigger_field_ids/id": field_ref(ATTACHMENT[0], "x_regie_key"),
            "filter_pre_domain": "[('x_regie_key', '=', False)]",
            "filter_domain": _KEYED,
        },
        _PROOF_MADE_CODE,
    ),
    _lock(
        "lock_evidence_deleted",
        Text("Verrou : un CRA signé ne se supprime pas", "Lock: a signed CRA is not deleted"),
        ATTACHMENT, {"trigger": "on_unlink", "filter_domain": _KEYED}, _PROOF_CODE,
    ),
    _lock(
        "lock_evidence_written",
        Text("Verrou : un CRA signé ne se modifie pas", "Lock: a signed CRA is not changed"),
        ATTACHMENT,
        {"trigger": "on_write", "filter_pre_domain": _KEYED}, _PROOF_WRITTEN_CODE,
    ),
    _lock(
        "lock_cra_deleted",
        Text("Verrou : un CRA ne se supprime pas", "Lock: a CRA is not deleted"),
        TASK, {"trigger": "on_unlink", "filter_domain": _KEYED}, _DELETED_CODE,
    ),
    _lock(
        "lock_cra_made",
        Text("Verrou : seul Regie crée un CRA", "Lock: only Regie makes a CRA"),
        TASK, {"trigger": "on_create", "filter_domain": _KEYED}, _MADE_CODE,
    ),
    _lock(
        "cra_step",
        Text("Règle : ce qu'une étape de CRA entraîne", "Rule: what a step of a CRA brings with it"),
        TASK,
        {
            "trigger": "on_write",
            "trigger_field_ids/id": ",".join(
                [
                    "project.field_project_task__stage_id",
                    *(field_ref(TASK[0], name) for name in ("x_regie_consultant_id", *_DECIDE)),
                ]
            ),
        },
        _STEP_CODE,
    ),
    _lock(
        "lock_cra_written",
        Text("Verrou : les étapes d'un CRA", "Lock: the steps of a CRA"),
        TASK,
        {
            "trigger": "on_write",
            "trigger_field_ids/id": ",".join(
                [*_fields(TASK[0], "project", _LOCKED), *(field_ref(TASK[0], name) for name in _OWN)]
            ),
        },
        _WRITTEN_CODE,
    ),
)  # fmt: skip
"""Made after the fields and the robot's group, which they name."""
