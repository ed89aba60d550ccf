"""What Odoo itself refuses, whoever asks and by whatever way: the guard of billed hours and the lock of validated time.

A record rule looks at the record before the write, so it cannot stop somebody validating their own hours; `groups` on a manual
field is not enforced, and `readonly` is only for the screen. Automations look after the write and hold on every way: form, API,
a task's list, a recomputation. The record rule stays beside them: it covers every column and the deletion of validated time.

Most conditions stand in the code, which runs only where one of its columns changed. As domains Odoo would evaluate them at
every write, the empty ones too that `load` makes for each hour it links: a tenth of what a draft costs.
"""

from mappings.odoo.provision.actions import APPROVERS
from mappings.odoo.provision.code import automation
from mappings.odoo.provision.fields import ENTERPRISE_VALIDATION, LINE, MOVE, field_ref
from mappings.odoo.provision.item import Item, Text

AUTOMATIONS = "base.automation"
GUARD = "guard_billed_hours"
LOCKS = (GUARD, "lock_decision_created", "lock_decision_written", "lock_work_written", "rule_validated")
"""Keys without which `bill --apply` must not run (the guard) and validated time is not safe (the others)."""

PAY_LOCKS = ("lock_pay_deleted",)
"""Keys without which what went out to payroll may be forgotten, and paid again."""

ACTIVE = (("active", "=", True),)
"""What must hold of an automation's record for it to stand."""

GUARD_ACTIVE = (*ACTIVE, ("trigger", "in", ("on_write", "on_create_or_write")))
"""What must hold of the guard's record for it to stand; the second is how earlier versions made it."""

MAY_BE_ARCHIVED = (AUTOMATIONS, "ir.rule")
"""Records a person can switch off without deleting them."""

_STAMPS = ("x_regie_validated", "x_regie_validated_by", "x_regie_validated_on")
_DECISIONS = (*_STAMPS, "x_regie_qualification", "x_regie_qualification_reason", "x_regie_released_on")
_WORK = {
    "date": "analytic", "unit_amount": "analytic", "name": "analytic",
    "employee_id": "hr_timesheet", "project_id": "hr_timesheet", "task_id": "hr_timesheet", "so_line": "sale",
}  # fmt: skip
"""Columns of the work itself, with the module whose external id names them."""

_INVOICE_READ = "[('timesheet_invoice_id.state', '!=', 'cancel')]"
"""Evaluated with every right before the write: Odoo's own check of billed hours then finds the state it may not read itself for
an approver without accounting rights, and releasing hours does not end in an access error."""

_GUARD_CODE = """
before = (env.context.get('old_values') or {}).get(record.id, {})
new = record.timesheet_invoice_id
old = before.get('timesheet_invoice_id', new).sudo()
if new and old and new != old and old.state != 'cancel' and old.payment_state != 'reversed':
    english = (env.user.lang or '').startswith('en')
    message = (
        "This time (%s, %s h) is already on the invoice %s: cancel or reverse it before billing the time again."
        if english else
        "Ces heures (%s, %s h) sont déjà sur la facture %s : annulez-la ou extournez-la avant de les facturer de nouveau."
    )
    raise UserError(message % (record.name, record.unit_amount, old.name or 'id %s' % old.id))
"""

_USER = f"""
user = env.user
english = (user.lang or '').startswith('en')
approver = user.has_group('{APPROVERS}')
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
refusal = (
    "Only a timesheet approver validates or qualifies time, and changes validated time."
    if english else
    "Seul un approbateur de feuilles de temps valide ou qualifie des heures, et modifie des heures validées."
)
"""

_DECISION_CODE = f"""
{_USER.strip()}
if not approver:
    raise UserError(refusal)
if before.get('x_regie_validated') and not record.x_regie_validated:
    invoice = record.timesheet_invoice_id.sudo()
    if invoice and invoice.state != 'cancel' and invoice.payment_state != 'reversed':
        raise UserError(
            ("This time is on the invoice %s: cancel or reverse it before taking the validation back."
             if english else
             "Ces heures sont sur la facture %s : annulez-la ou extournez-la avant de les invalider.")
            % (invoice.name or 'id %s' % invoice.id)
        )
if not before or any(name in before and before[name] != record[name] for name in {_STAMPS!r}):
    if record.x_regie_validated:
        now = datetime.datetime.now().replace(microsecond=0)
        record.write({{'x_regie_validated_by': user.id, 'x_regie_validated_on': now}})
    elif record.x_regie_validated_by or record.x_regie_validated_on:
        record.write({{'x_regie_validated_by': False, 'x_regie_validated_on': False}})
"""

_WORK_CODE = f"""
{_USER.strip()}
validated = before.get('x_regie_validated', record.x_regie_validated)
changed = [name for name in {(*_WORK, "x_regie_kind")!r} if name in before and before[name] != record[name]]
if user.share or user.has_group('sales_team.group_sale_salesman'):
    changed = [name for name in changed if name != 'so_line']
if validated and changed and not approver:
    raise UserError(refusal)
"""
"""An order line may move by a sale: a salesperson's, or a client's who signs."""

_PAY_DELETED_CODE = """
raise UserError(
    "By this entry Regie remembers what went out to payroll: deleted, it would be paid again. Cancel it instead."
    if (env.user.lang or '').startswith('en') else
    "Regie retient par cette pièce ce qui est parti en paie : supprimée, ce serait payé de nouveau. Annulez-la plutôt."
)
"""

_NEEDS = (f"{LINE[0]}/timesheet_invoice_id",)


def lock_items() -> tuple[Item, ...]:
    """The rule first, then the automations: the guard last, so that a provisioning cut short does not look complete."""
    unless = (ENTERPRISE_VALIDATION,)
    work = [f"{module}.field_account_analytic_line__{name}" for name, module in _WORK.items()]
    return (
        Item(
            key="rule_validated",
            model="ir.rule",
            label=Text("Verrou : le temps validé ne change plus", "Lock: validated time no longer changes"),
            columns={
                "name": "Regie : seul un approbateur modifie ou supprime du temps validé",
                "model_id/id": LINE[1],
                "domain_force": f"[(1, '=', 1)] if user.has_group('{APPROVERS}') else [('x_regie_validated', '=', False)]",
                "perm_read": "0",
                "perm_create": "0",
                "perm_write": "1",
                "perm_unlink": "1",
            },
            needs=(f"{LINE[0]}/project_id",),
            unless=unless,
        ),
        automation(
            "lock_pay_deleted",
            MOVE,
            Text("Verrou : un export de paie ne se supprime pas", "Lock: an export to payroll is not deleted"),
            "Regie : un export de paie ne se supprime pas",
            {"trigger": "on_unlink", "filter_domain": "[('x_regie_key', '=like', 'evp\\\\_%')]"},
            _PAY_DELETED_CODE,
            needs=(MOVE[0],),
        ),
        automation(
            "lock_decision_created",
            LINE,
            Text("Verrou : seul un approbateur valide (création)", "Lock: only an approver validates (creation)"),
            "Regie : temps validé ou qualifié à la création",
            {
                "trigger": "on_create",
                "filter_domain": "["
                + "'|', " * (len(_DECISIONS) - 1)
                + ", ".join(f"({n!r}, '!=', False)" for n in _DECISIONS)
                + "]",
            },
            _DECISION_CODE,
            needs=_NEEDS,
            unless=unless,
        ),
        automation(
            "lock_decision_written",
            LINE,
            Text("Verrou : seul un approbateur valide (modification)", "Lock: only an approver validates (change)"),
            "Regie : temps validé ou qualifié",
            {"trigger": "on_write", "trigger_field_ids/id": ",".join(field_ref(LINE[0], name) for name in _DECISIONS)},
            _DECISION_CODE,
            needs=_NEEDS,
            unless=unless,
        ),
        automation(
            "lock_work_written",
            LINE,
            Text("Verrou : le travail validé ne change plus", "Lock: validated work no longer changes"),
            "Regie : modification de temps validé",
            {
                "trigger": "on_write",
                "trigger_field_ids/id": ",".join([*work, field_ref(LINE[0], "x_regie_kind")]),
            },
            _WORK_CODE,
            needs=_NEEDS,
            unless=unless,
        ),
        automation(
            GUARD,
            LINE,
            Text("Garde : une heure sur une seule facture vivante", "Guard: an hour on one live invoice only"),
            "Regie : une heure, une seule facture",
            {
                "trigger": "on_write",
                "trigger_field_ids/id": "sale_timesheet.field_account_analytic_line__timesheet_invoice_id",
                "filter_pre_domain": _INVOICE_READ,
            },
            _GUARD_CODE,
            needs=_NEEDS,
        ),
    )
