"""Regie's fields in Odoo's own lists, forms and filters: views that inherit, one a screen.

What is validated is read-only on every screen, also for approvers: they take the validation back first. That is for the eye;
what holds is in `locks`.
"""

from mappings.odoo.provision.fields import CONTRACT, ENTERPRISE_VALIDATION, LINE, MOVE, ORDER, PARTNER
from mappings.odoo.provision.item import Arch, Item, Text

_ENGLISH = {
    "À valider": "To validate",
    "Validées": "Validated",
    "Validées, sans facture": "Validated, without invoice",
    "Qualifiées incluses": "Qualified as included",
    "Qualifiées non facturables": "Qualified as non-billable",
    "Remises à facturer": "Released for billing",
    "Trajets": "Travel",
    "Chronomètre en cours": "Timer running",
    "Validation et facturation": "Validation and billing",
    "Contrat": "Contract",
    "Contrat non signé": "Contract not signed",
    "Regie": "Regie",
    "Brouillons de Regie": "Drafts by Regie",
}


def _view(  # noqa: PLR0913 a view has these properties
    key: str, model: str, base: str, label: Text, xml: str, *, needs: tuple[str, ...] = (), unless: tuple[str, ...] = ()
) -> Item:
    return Item(
        key=f"view_{key}",
        model="ir.ui.view",
        label=label,
        columns={
            "name": f"regie.{key}",
            "model": model,
            "inherit_id/id": base,
            "mode": "extension",
            "priority": "90",
            "arch": Arch(
                f"<data>{' '.join(line.strip() for line in xml.splitlines())}</data>",
                {fr: en for fr, en in _ENGLISH.items() if f'"{fr}"' in xml},
            ),
        },
        needs=(model, *needs),
        unless=unless,
    )


def _locked(*names: str, within: str = "") -> str:
    """Attributes that make columns read-only once validated, beside Odoo's own condition."""
    add = '<attribute name="readonly" add="x_regie_validated" separator="or"/>'
    return "".join(f'<xpath expr="//{within}field[@name=\'{name}\']" position="attributes">{add}</xpath>' for name in names)


_TIMESHEET = (f"{LINE[0]}/project_id",)
_NOT_ENTERPRISE = (ENTERPRISE_VALIDATION,)
_IN_TASK = "field[@name='timesheet_ids']/list/"

_TIMESHEETS = (
    _view(
        "timesheet_list",
        LINE[0],
        "hr_timesheet.hr_timesheet_line_tree",
        Text("Liste des feuilles de temps", "List of timesheets"),
        """<field name="unit_amount" position="after">
            <field name="x_regie_kind" optional="show"/>
            <field name="x_regie_validated" optional="show" readonly="1"/>
            <field name="x_regie_validated_by" optional="hide" readonly="1"/>
            <field name="x_regie_validated_on" optional="hide" readonly="1"/>
            <field name="x_regie_qualification" optional="show" readonly="1"/>
            <field name="x_regie_qualification_reason" optional="hide" groups="hr_timesheet.group_hr_timesheet_approver"/>
            <field name="x_regie_released_on" optional="hide" readonly="1"/>
        </field>"""
        + _locked("date", "employee_id", "project_id", "task_id", "name", "unit_amount", "x_regie_kind"),
        needs=_TIMESHEET,
        unless=_NOT_ENTERPRISE,
    ),
    _view(
        "timesheet_form",
        LINE[0],
        "hr_timesheet.hr_timesheet_line_form",
        Text("Fiche d'une feuille de temps", "Form of a timesheet"),
        """<xpath expr="//sheet/group" position="after">
            <group string="Validation et facturation" name="regie">
                <group>
                    <field name="x_regie_kind" readonly="x_regie_validated"/>
                    <field name="x_regie_validated" readonly="1"/>
                    <field name="x_regie_validated_by" readonly="1" invisible="not x_regie_validated"/>
                    <field name="x_regie_validated_on" readonly="1" invisible="not x_regie_validated"/>
                </group>
                <group>
                    <field name="x_regie_qualification" readonly="1"/>
                    <field name="x_regie_qualification_reason" groups="hr_timesheet.group_hr_timesheet_approver"/>
                    <field name="x_regie_released_on" readonly="1" invisible="not x_regie_released_on"/>
                    <field name="x_regie_timer_start"/>
                </group>
            </group>
        </xpath>"""
        + _locked("date", "project_id", "task_id", "unit_amount", "name"),
        needs=_TIMESHEET,
        unless=_NOT_ENTERPRISE,
    ),
    _view(
        "timesheet_search",
        LINE[0],
        "hr_timesheet.hr_timesheet_line_search",
        Text("Filtres des feuilles de temps", "Filters of timesheets"),
        """<xpath expr="//filter[@name='month']" position="before">
            <filter name="regie_to_validate" string="À valider"
                domain="[('x_regie_validated', '=', False), ('project_id', '!=', False)]"/>
            <filter name="regie_validated" string="Validées" domain="[('x_regie_validated', '=', True)]"/>
            <filter name="regie_validated_open" string="Validées, sans facture"
                domain="[('x_regie_validated', '=', True), ('timesheet_invoice_id', '=', False), ('so_line', '!=', False)]"/>
            <filter name="regie_released" string="Remises à facturer" domain="[('x_regie_released_on', '!=', False)]"/>
            <separator/>
            <filter name="regie_included" string="Qualifiées incluses"
                domain="[('x_regie_qualification', '=', 'included')]"/>
            <filter name="regie_non_billable" string="Qualifiées non facturables"
                domain="[('x_regie_qualification', '=', 'non_billable')]"/>
            <separator/>
            <filter name="regie_travel" string="Trajets" domain="[('x_regie_kind', '=', 'travel')]"/>
            <filter name="regie_timer" string="Chronomètre en cours" domain="[('x_regie_timer_start', '!=', False)]"/>
            <separator/>
        </xpath>""",
        needs=(*_TIMESHEET, f"{LINE[0]}/timesheet_invoice_id"),
        unless=_NOT_ENTERPRISE,
    ),
    _view(
        "task_timesheets",
        "project.task",
        "hr_timesheet.view_task_form2_inherited",
        Text("Temps d'une tâche", "Time on a task"),
        f"""<xpath expr="//{_IN_TASK}field[@name='unit_amount']" position="after">
            <field name="x_regie_validated" optional="show" readonly="1"/>
        </xpath>"""
        + _locked("date", "employee_id", "name", "unit_amount", within=_IN_TASK),
        needs=_TIMESHEET,
        unless=_NOT_ENTERPRISE,
    ),
)

_SALES = (
    _view(
        "order_form",
        ORDER[0],
        "sale.view_order_form",
        Text("Contrat sur la commande", "Contract on the order"),
        """<xpath expr="//group[@name='sales_person']" position="after">
            <group string="Contrat" name="regie_contract">
                <field name="x_regie_contract_required"/>
                <field name="x_regie_contract_signed_on"/>
                <field name="x_regie_contract_filename" invisible="1"/>
                <field name="x_regie_contract_file" filename="x_regie_contract_filename"/>
            </group>
        </xpath>
        <xpath expr="//field[@name='order_line']/list/field[@name='price_unit']" position="after">
            <field name="x_regie_consultant_id" optional="hide"/>
            <field name="x_regie_starts_on" optional="hide"/>
            <field name="x_regie_ends_on" optional="hide"/>
        </xpath>""",
    ),
    _view(
        "order_list",
        ORDER[0],
        "sale.sale_order_tree",
        Text("Contrat dans la liste des commandes", "Contract in the list of orders"),
        """<field name="invoice_status" position="after">
            <field name="x_regie_contract_required" optional="hide"/>
            <field name="x_regie_contract_signed_on" optional="hide"/>
        </field>""",
    ),
    _view(
        "order_search",
        ORDER[0],
        "sale.view_sales_order_filter",
        Text("Filtre « Contrat non signé »", "Filter “Contract not signed”"),
        """<xpath expr="//filter[@name='my_sale_orders_filter']" position="before">
            <filter name="regie_unsigned" string="Contrat non signé"
                domain="[('state', '!=', 'cancel'), ('x_regie_contract_signed_on', '=', False), ('signed_on', '=', False),
                '|', ('x_regie_contract_required', '=', True),
                ('partner_id.commercial_partner_id.x_regie_contract_required', '=', True)]"/>
            <separator/>
        </xpath>""",
    ),
    _view(
        "partner_form",
        PARTNER[0],
        "base.view_partner_form",
        Text("Exigences de facturation sur le client", "Billing requirements on the client"),
        """<xpath expr="//page[@name='sales_purchases']//group[@name='sale']" position="inside">
            <field name="x_regie_contract_required" invisible="parent_id"/>
            <field name="x_regie_reference_required" invisible="parent_id"/>
        </xpath>""",
        needs=(ORDER[0],),
    ),
)

_INVOICES = (
    _view(
        "invoice_form",
        MOVE[0],
        "account.view_move_form",
        Text("Clé Regie sur la facture", "Regie key on the invoice"),
        """<xpath expr="//page[@id='other_tab']//group[@name='accounting_info_group']" position="inside">
            <field name="x_regie_key" readonly="1" invisible="not x_regie_key"/>
        </xpath>""",
    ),
    _view(
        "invoice_list",
        MOVE[0],
        "account.view_out_invoice_tree",
        Text("Clé Regie dans la liste des factures", "Regie key in the list of invoices"),
        """<field name="amount_untaxed_in_currency_signed" position="before">
            <field name="x_regie_key" optional="hide" readonly="1"/>
        </field>""",
    ),
    _view(
        "invoice_search",
        MOVE[0],
        "account.view_account_invoice_filter",
        Text("Filtre « Brouillons de Regie »", "Filter “Drafts by Regie”"),
        """<xpath expr="//filter[@name='draft']" position="before">
            <filter name="regie_drafts" string="Brouillons de Regie"
                domain="[('x_regie_key', '!=', False), ('state', '=', 'draft')]"/>
            <separator/>
        </xpath>""",
    ),
    _view(
        "contract_form",
        CONTRACT[0],
        "contract.contract_contract_form_view",
        Text("Contrat récurrent facturé par Regie", "Recurring contract billed by Regie"),
        """<xpath expr="//group[@name='recurring_invoices']/group" position="inside">
            <field name="x_regie_owner"/>
        </xpath>""",
    ),
)

VIEWS: tuple[Item, ...] = (*_TIMESHEETS, *_SALES, *_INVOICES)
