"""One owner for each contract of the OCA addon `contract`: the addon's own daily job and buttons, or Regie, never both.

The addon invoices the contracts whose date of next invoice has come: the daily job, the wizard for all of them and the button
on one. A contract given to Regie therefore gets a date that never comes (an empty one would keep people from adding lines), and
gets it back whenever something recomputes it: no job or wizard stumbles over such a contract, in any version. Two refusals
stand behind: the addon's own advance of a line's dates (the button asks no date), and Regie's draft of a contract not given to
it. Given back, the lines' dates go past what Regie billed, so nothing is billed twice, and the addon goes on from there; a
copy of a contract of Regie's is the addon's from the start.
"""

from mappings.odoo.provision.code import action, automation
from mappings.odoo.provision.fields import CONTRACT, MOVE, field_ref
from mappings.odoo.provision.item import Item, Text
from mappings.vocabulary.datasets import NEVER

CONTRACT_LINE = ("contract.line", "contract.model_contract_line")
CONTRACT_LOCKS = ("contract_owner", "lock_contract_dates", "lock_contract_invoice")
"""Keys without which a contract could have two owners."""

_NEEDS = (CONTRACT[0],)
_MANAGERS = "account.group_account_manager"
_ENGLISH = "english = (env.user.lang or '').startswith('en')"

_OWNER_CODE = f"""
never = '{NEVER}'
before = (env.context.get('old_values') or {{}}).get(record.id, {{}})
if record.contract_type == 'sale' and record.x_regie_owner:
    if str(record.recurring_next_date) != never:
        record.write({{'recurring_next_date': never}})
elif before.get('x_regie_owner') or str(record.recurring_next_date) == never:
    billed = env['account.move'].sudo().search([
        ('x_regie_key', '=like', 'inv_k%s_%%' % record.id), ('state', '!=', 'cancel'), ('payment_state', '!=', 'reversed'),
    ])
    for line in record.contract_line_ids.filtered(lambda line: not line.display_type):
        last = str(line.last_date_invoiced or '')
        for move in billed:
            for part in (move.x_regie_content or '').split('"contract_line":%d,"since":"' % line.id)[1:]:
                last = max(last, part.split('"')[4])
        if last != str(line.last_date_invoiced or '') or str(line.recurring_next_date) == never:
            if last and line.date_end:
                last = min(last, str(line.date_end))
            start = line.date_start
            if last:
                start = datetime.datetime.strptime(last, '%Y-%m-%d').date() + datetime.timedelta(days=1)
            line.write({{
                'last_date_invoiced': last or False,
                'recurring_next_date': line.get_next_invoice_date(
                    start, line.recurring_invoicing_type, line.recurring_invoicing_offset, line.recurring_rule_type,
                    line.recurring_interval, max_date_end=line.date_end,
                ),
            }})
    open_lines = record.contract_line_ids.filtered(lambda line: line.recurring_next_date and not line.is_canceled)
    dates = open_lines.filtered(lambda line: not line.display_type).mapped('recurring_next_date')
    record.write({{'recurring_next_date': min(dates) if dates else False}})
"""

_DATES_CODE = f"""
{_ENGLISH}
raise UserError(
    ("The contract %s is billed by Regie: untick “Billed by Regie” on it to invoice it here."
     if english else
     "Le contrat %s est facturé par Regie : décochez « Facturé par Regie » pour le facturer ici.")
    % record.contract_id.name
)
"""

_INVOICE_CODE = f"""
{_ENGLISH}
for contract in record.invoice_line_ids.mapped('contract_line_id').sudo().mapped('contract_id'):
    if not contract.x_regie_owner:
        raise UserError(
            ("The contract %s is no longer billed by Regie." if english else "Le contrat %s n'est plus facturé par Regie.")
            % contract.name
        )
    contract.write({{'x_regie_owner': True}})
for part in (record.x_regie_content or '').split('{{"contract_line":')[1:]:
    period = '{{"contract_line":' + part.split(',"order_line"')[0] + ','
    other = env['account.move'].sudo().search([
        ('id', '!=', record.id), ('x_regie_key', '=like', 'inv_k%'), ('state', '!=', 'cancel'),
        ('payment_state', '!=', 'reversed'), ('x_regie_content', 'like', period),
    ], limit=1)
    if other:
        raise UserError(
            ("This period of the contract is already on the invoice %s." if english else
             "Cette période du contrat est déjà sur la facture %s.")
            % (other.name or 'id %s' % other.id)
        )
"""
"""Writing the same value again makes whoever gives the contract back, or bills it, in this moment wait or fail: one after the
other, so two runs that close different months never bill one period twice."""


def _owned(key: str, name: Text, owner: bool) -> Item:
    code = f"records.filtered(lambda one: one.contract_type == 'sale').write({{'x_regie_owner': {owner}}})"
    return action(key, CONTRACT, name, code, _MANAGERS, needs=_NEEDS)


CONTRACTS: tuple[Item, ...] = (
    automation(
        "lock_contract_invoice", MOVE,
        Text("Verrou : Regie ne facture que ses contrats", "Lock: Regie bills its own contracts only"),
        "Regie : un contrat, un seul facturier (facture)",
        {"trigger": "on_create", "filter_domain": "[('x_regie_key', '=like', 'inv_k%')]"},
        _INVOICE_CODE,
        needs=_NEEDS,
    ),
    automation(
        "lock_contract_dates", CONTRACT_LINE,
        Text("Verrou : Odoo ne facture pas un contrat de Regie", "Lock: Odoo does not invoice a contract of Regie's"),
        "Regie : un contrat, un seul facturier (échéances)",
        {
            "trigger": "on_write",
            "trigger_field_ids/id": "contract.field_contract_line__last_date_invoiced",
            "filter_domain": "[('contract_id.x_regie_owner', '=', True)]",
        },
        _DATES_CODE,
        needs=_NEEDS,
    ),
    automation(
        "contract_owner", CONTRACT,
        Text("Règle : un contrat de Regie n'a pas de prochaine facture dans Odoo",
             "Rule: a contract of Regie's has no next invoice in Odoo"),
        "Regie : contrats facturés par Regie",
        {
            "trigger": "on_create_or_write",
            "trigger_field_ids/id": ",".join(
                (field_ref(CONTRACT[0], "x_regie_owner"), "contract.field_contract_contract__recurring_next_date")
            ),
        },
        _OWNER_CODE,
        needs=_NEEDS,
    ),
    _owned("contract_to_regie", Text("Facturer par Regie", "Bill by Regie"), owner=True),
    _owned("contract_to_odoo", Text("Rendre à la facturation automatique", "Give back to automatic invoicing"), owner=False),
)  # fmt: skip
"""The locks first, so that a provisioning cut short never gives a contract two owners."""
