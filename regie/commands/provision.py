"""`regie provision`: what Odoo Community lacks for the job is shown, made or removed, as its administrator."""

from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table

from connectors.odoo import Odoo, OdooSettings, connect
from flows.provision import DataWouldBeLost, ProvisionReport, State, preview, provision, remove
from mappings.vocabulary.labels import Labels

_QUIET = (State.PRESENT,)


def provision_command(
    show: Annotated[bool, typer.Option("--preview", help="Only show what would be made.")] = False,
    take_away: Annotated[bool, typer.Option("--remove", help="Remove what Regie made.")] = False,
    drop_data: Annotated[bool, typer.Option("--drop-data", help="With --remove: delete what people entered, too.")] = False,
    lang: Annotated[Literal["fr", "en"], typer.Option(help="Language of what is shown.")] = "fr",
) -> None:
    """Make Odoo able to do the job: fields, views, actions, locks, units. Needs REGIE_ODOO_ADMIN_LOGIN and _KEY."""
    if (show and take_away) or (drop_data and not take_away):
        raise typer.BadParameter("--preview and --remove exclude each other; --drop-data goes with --remove")
    labels, out = Labels(lang), Console(markup=False)
    with connect(OdooSettings.admin()) as odoo:
        if take_away:
            _remove(odoo, drop_data, labels, out)
        elif show:
            report = preview(odoo)
            _table(report, labels, out)
            missing = len(report.of(State.MISSING, State.FOUND))
            out.print(labels("provision.would_make", count=missing) if missing else labels("provision.nothing"))
        else:
            report = provision(odoo, _Progress(labels))
            _table(report, labels, out)
            made = len(report.of(State.MADE))
            out.print(labels("provision.made", count=made) if made else labels("provision.nothing"))


class _Progress:
    """One line a step, on standard error."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._status = Console(stderr=True)

    def __call__(self, label: str, done: int, total: int) -> None:
        self._status.print(
            self._labels("provision.progress", label=label, done=done, total=total), style="dim", highlight=False
        )


def _remove(odoo: Odoo, drop_data: bool, labels: Labels, out: Console) -> None:
    try:
        report = remove(odoo, drop_data, _Progress(labels))
    except DataWouldBeLost as lost:
        out.print(labels("provision.lost"))
        for item, count in lost.losses:
            out.print("  " + labels("provision.lost_field", label=item.label[labels.language], count=count))
        out.print(labels("provision.refused"))
        raise typer.Exit(1) from None
    _table(report, labels, out)
    removed = len(report.of(State.REMOVED))
    out.print(labels("provision.removed", count=removed) if removed else labels("provision.nothing_to_remove"))


def _table(report: ProvisionReport, labels: Labels, out: Console) -> None:
    """What is or was done; what is simply in place is not listed."""
    rows = [row for row in report.rows if row.state not in _QUIET]
    if not rows:
        return
    table = Table(
        labels("provision.state"), labels("provision.item"), labels("provision.detail"), title=labels("provision.title")
    )
    for row in rows:
        told = row.state in (State.NEEDLESS, State.IMPOSSIBLE, State.USED, State.ARCHIVED)
        detail = labels(f"provision.details.{row.state}", name=row.detail) if told else ""
        table.add_row(labels(f"provision.states.{row.state}"), row.label[labels.language], detail)
    out.print(table)
