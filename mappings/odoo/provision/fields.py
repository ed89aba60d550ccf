"""The fields Regie adds where Odoo has none. Their names are Regie's contract with its own reader and writer."""

from mappings.odoo.provision.item import MODULE, Columns, Item, Text

LINE = ("account.analytic.line", "analytic.model_account_analytic_line")
ORDER = ("sale.order", "sale.model_sale_order")
ORDER_LINE = ("sale.order.line", "sale.model_sale_order_line")
PARTNER = ("res.partner", "base.model_res_partner")
MOVE = ("account.move", "account.model_account_move")
PROJECT = ("project.project", "project.model_project_project")
TASK = ("project.task", "project.model_project_task")
ATTACHMENT = ("ir.attachment", "base.model_ir_attachment")
MESSAGE = ("mail.message", "mail.model_mail_message")
ACTIVITY = ("mail.activity", "mail.model_mail_activity")
CONTRACT = ("contract.contract", "contract.model_contract_contract")

ENTERPRISE_VALIDATION = f"{LINE[0]}/validated"
"""Enterprise's own validation of timesheets (timesheet_grid): where it stands, Regie uses it and adds none."""


def field_key(model: str, name: str) -> str:
    """The key of a provisioned field: `field_account_move__x_regie_key`."""
    return f"field_{model.replace('.', '_')}__{name}"


def field_ref(model: str, name: str) -> str:
    """Its external id, for records that refer to it."""
    return f"{MODULE}.{field_key(model, name)}"


def _field(  # noqa: PLR0913 a field has these properties
    of: tuple[str, str],
    name: str,
    kind: str,
    label: Text,
    hint: Text,
    *,
    copied: bool = False,
    indexed: bool = False,
    relation: str = "",
    choices: tuple[tuple[str, Text], ...] = (),
    unless: tuple[str, ...] = (),
) -> Item:
    model, model_id = of
    return Item(
        key=field_key(model, name),
        model="ir.model.fields",
        label=Text(f"Champ « {label.fr} »", f"Field “{label.en}”"),
        columns={
            "model_id/id": model_id,
            "name": name,
            "ttype": kind,
            "state": "manual",
            "relation": relation,
            "field_description": label,
            "help": hint,
            "copied": str(int(copied)),
            "index": str(int(indexed)),
        },
        rows=tuple(_choice(model, name, order, *choice) for order, choice in enumerate(choices, 1)),
        needs=(model,),
        unless=unless,
        data=(model, name),
    )


def _choice(model: str, name: str, order: int, value: str, label: Text) -> Columns:
    return {
        "selection_ids/id": f"{field_ref(model, name)}__{value}",
        "selection_ids/value": value,
        "selection_ids/name": label,
        "selection_ids/sequence": str(order),
    }


def _validation() -> tuple[Item, ...]:
    there = (ENTERPRISE_VALIDATION,)
    return (
        _field(
            LINE, "x_regie_validated", "boolean", Text("Validée", "Validated"),
            Text("Un approbateur a validé ces heures : elles peuvent être facturées.",
                 "An approver validated this time: it may be billed."),
            indexed=True, unless=there,
        ),
        _field(
            LINE, "x_regie_validated_by", "many2one", Text("Validée par", "Validated by"),
            Text("Inscrit par Odoo à la validation.", "Written by Odoo when validated."),
            relation="res.users", unless=there,
        ),
        _field(
            LINE, "x_regie_validated_on", "datetime", Text("Validée le", "Validated on"),
            Text("Inscrit par Odoo à la validation.", "Written by Odoo when validated."), unless=there,
        ),
    )  # fmt: skip


def _timesheets() -> tuple[Item, ...]:
    return (
        _field(
            LINE, "x_regie_qualification_reason", "char", Text("Motif de la qualification", "Reason of the qualification"),
            Text("Pourquoi l'approbateur l'a qualifiée ainsi.", "Why the approver qualified it so."),
        ),
        _field(
            LINE, "x_regie_timer_start", "datetime", Text("Chronomètre démarré le", "Timer started on"),
            Text("Un chronomètre tourne : ces heures ne sont pas facturées tant qu'il n'est pas arrêté.",
                 "A timer runs: this time is not billed until it stops."),
            unless=(f"{LINE[0]}/timer_start",),
        ),
        _field(
            LINE, "x_regie_released_on", "datetime", Text("Remise à facturer le", "Released for billing on"),
            Text("Heures retirées d'une facture, à facturer de nouveau depuis ce moment.",
                 "Time withdrawn from an invoice, to be billed again since then."),
        ),
    )  # fmt: skip


def _choices() -> tuple[Item, ...]:
    """Beside each other, because they go in one load of their own."""
    return (
        _field(
            LINE, "x_regie_kind", "selection", Text("Nature", "Kind"),
            Text("Travail ou trajet ; vide : travail.", "Work or travel; empty: work."), copied=True,
            choices=(("work", Text("Travail", "Work")), ("travel", Text("Trajet", "Travel"))),
        ),
        _field(
            LINE, "x_regie_qualification", "selection", Text("Qualification", "Qualification"),
            Text("Vide : comme le dit la ligne de commande.", "Empty: as the order line says."),
            choices=(
                ("billable", Text("Facturable", "Billable")),
                ("included", Text("Incluse", "Included")),
                ("non_billable", Text("Non facturable", "Non-billable")),
            ),
        ),
        _field(
            ORDER, "x_regie_cra_approval", "selection", Text("Accord du client sur les CRA", "Client's approval of the CRAs"),
            Text("Vide : comme le dit le fichier de société.", "Empty: as the company file says."), copied=True,
            choices=(("client", Text("Exigé", "Required")), ("none", Text("Sans", "Without"))),
        ),
    )  # fmt: skip


def _contracts() -> tuple[Item, ...]:
    required = Text("Contrat signé exigé", "Signed contract required")
    return (
        _field(
            ORDER, "x_regie_contract_required", "boolean", required,
            Text("Rien n'est facturé avant la signature du contrat.", "Nothing is billed before the contract is signed."),
            copied=True,
        ),
        _field(
            ORDER, "x_regie_contract_signed_on", "date", Text("Contrat signé le", "Contract signed on"),
            Text("Débloque la facturation.", "Releases billing."),
        ),
        _field(
            ORDER, "x_regie_contract_file", "binary", Text("Contrat signé", "Signed contract"),
            Text("Le document signé.", "The signed document."),
        ),
        _field(
            ORDER, "x_regie_contract_filename", "char", Text("Nom du fichier du contrat", "File name of the contract"),
            Text("Nom du document signé.", "Name of the signed document."),
        ),
        _field(
            ORDER_LINE, "x_regie_starts_on", "date", Text("À partir du", "From"),
            Text("Premier jour de la mission, ou d'un tarif qui en suit un autre : le temps saisi ensuite sur l'ancienne ligne "
                 "est retenu.",
                 "First day of the mission, or of a rate that follows another: later time on the old line is held back."),
        ),
        _field(
            ORDER_LINE, "x_regie_ends_on", "date", Text("Jusqu'au", "Until"),
            Text("Dernier jour de la mission, s'il précède celui de son projet.",
                 "Last day of the mission, where it is before its project's."),
        ),
        _field(
            ORDER_LINE, "x_regie_consultant_id", "many2one", Text("Consultant", "Consultant"),
            Text("Qui fait la mission vendue par cette ligne.", "Who does the mission that this line sells."),
            relation="hr.employee",
        ),
        _field(
            PARTNER, "x_regie_contract_required", "boolean", required,
            Text("Vaut pour toutes les commandes de ce client.", "Holds for every order of this client."),
        ),
        _field(
            PARTNER, "x_regie_reference_required", "boolean",
            Text("Numéro de commande exigé", "Purchase order number required"),
            Text("Rien n'est facturé sans la référence de commande du client.",
                 "Nothing is billed without the client's purchase order number."),
        ),
    )  # fmt: skip


def _invoices() -> tuple[Item, ...]:
    return (
        _field(
            MOVE, "x_regie_key", "char", Text("Clé Regie", "Regie key"),
            Text("Ce que Regie facture ici ; ne pas modifier.", "What Regie bills here; do not change."), indexed=True,
        ),
        _field(
            MOVE, "x_regie_content", "text", Text("Contenu Regie", "Regie content"),
            Text("Ce que Regie a mis sur ce brouillon ; ne pas modifier.", "What Regie put on this draft; do not change."),
        ),
        _field(
            CONTRACT, "x_regie_owner", "boolean", Text("Facturé par Regie", "Billed by Regie"),
            Text("Regie facture ce contrat, et la facturation automatique d'Odoo ne le fait plus. Décoché, elle le reprend.",
                 "Regie bills this contract, and Odoo's automatic invoicing no longer does. Unticked, it takes it back."),
        ),
    )  # fmt: skip


def _cra() -> tuple[Item, ...]:
    """What makes a task a CRA. A portal user reads none of it."""
    keep = Text("Tenu par Regie ; ne pas modifier.", "Kept by Regie; do not change.")
    user = "res.users"
    return (
        _field(PROJECT, "x_regie_key", "char", Text("Clé Regie", "Regie key"), keep, indexed=True),
        _field(
            PROJECT, "x_regie_deputy_id", "many2one", Text("Suppléant", "Deputy"),
            Text("Valide les CRA de la mission à la place de son chef de projet.",
                 "Validates the mission's CRAs in its project manager's place."),
            relation=user, copied=True,
        ),
        _field(PROJECT, "x_regie_order_line_id", "many2one", Text("Mission", "Mission"), keep, relation=ORDER_LINE[0]),
        _field(TASK, "x_regie_key", "char", Text("Clé Regie", "Regie key"), keep, indexed=True),
        _field(ATTACHMENT, "x_regie_key", "char", Text("Clé Regie", "Regie key"), keep, indexed=True),
        _field(ACTIVITY, "x_regie_key", "char", Text("Clé Regie", "Regie key"), keep, indexed=True),
        _field(TASK, "x_regie_content", "text", Text("Contenu Regie", "Regie content"), keep),
        _field(TASK, "x_regie_evidence", "text", Text("Preuves Regie", "Regie evidence"), keep),
        _field(TASK, "x_regie_month", "date", Text("Mois du CRA", "Month of the CRA"), keep),
        _field(
            TASK, "x_regie_order_line_id", "many2one", Text("Mission", "Mission"), keep, relation="sale.order.line",
        ),
        _field(TASK, "x_regie_consultant_id", "many2one", Text("Consultant", "Consultant"), keep, relation=user),
        _field(TASK, "x_regie_manager_id", "many2one", Text("Manager", "Manager"), keep, relation=user),
        _field(TASK, "x_regie_deputy_id", "many2one", Text("Suppléant", "Deputy"), keep, relation=user),
        _field(TASK, "x_regie_contact_id", "many2one", Text("Contact du client", "Client's contact"), keep,
               relation="res.partner"),
        _field(TASK, "x_regie_client_signs", "boolean", Text("Le client approuve", "The client approves"), keep),
        _field(
            ORDER, "x_regie_cra_contact_id", "many2one", Text("Contact des CRA", "Contact of the CRAs"),
            Text("Qui approuve les CRA chez le client ; vide : le client de la commande.",
                 "Who approves the CRAs at the client's; empty: the order's client."),
            relation="res.partner", copied=True,
        ),
    )  # fmt: skip


FIELDS: tuple[Item, ...] = (
    *_choices(), *_validation(), *_timesheets(), *_contracts(), *_invoices(), *_cra(),
)  # fmt: skip
