"""`regie run ...`: the flows without a Prefect server."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from flows.shape import Report

    Flow = Callable[..., Report]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def flows() -> None:
    """Run a flow here and now, without Prefect."""


@app.command("bill")
def bill_command(
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str | None, typer.Option(help="Month to bill, as 2026-10. Default: the month before.")] = None,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Bill what is validated up to this day instead.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Write the drafts, or only show them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
) -> None:
    """Draft the invoices of what is validated and not billed yet. Exit code 1 where a draft was refused."""

    def flow() -> Flow:
        from flows.bill import bill

        return bill

    report = _closed(company, (month, until), apply, as_json, flow)
    if report.written is not None and report.written.rejected:
        raise typer.Exit(1)


@app.command("accrue")
def accrue_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str | None, typer.Option(help="Month to close, as 2026-10. Default: the month before.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Close on this day instead.")] = None,
    known_on: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Count only time and CRAs validated, invoices posted, up to this day. Default: now."
        ),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Write the draft entries, or only show them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
) -> None:
    """Close revenue (FAE, PCA) as draft entries reversed on the next day. Exit code 1 where an entry was refused."""

    def flow() -> Flow:
        from flows.accrue import accrue

        return partial(accrue, known_on=known_on.date() if known_on else None)

    report = _closed(company, (month, until), apply, as_json, flow)
    from flows.accrue import refused

    if refused(report):
        raise typer.Exit(1)


def _closed(
    company: str, when: tuple[str | None, datetime | None], apply: bool, as_json: bool, flow: Callable[[], Flow]
) -> Report:
    """Run a flow that closes a month, or up to a day, and print its document where that is asked for."""
    from connectors.odoo import OdooSettings, connect
    from flows.companies import company_file
    from flows.period import closing
    from flows.shape import Mode
    from mappings.vocabulary.labels import Labels
    from regie.terminal import Terminal

    file = company_file(company)
    today: date = datetime.now(ZoneInfo(file.timezone)).date()
    labels = Labels(file.language)
    month, until = when
    period = closing(month, until.date() if until else None, today, labels)
    screen = Terminal(labels, quiet=as_json)
    screen.progress("connect", 0, 0)
    odoo = connect(OdooSettings())
    # Only now pandas and the rules, half a second: an Odoo that cannot be reached is told at once.
    run = flow()
    from flows.document import document

    report = run(company, period, Mode.APPLY if apply else Mode.PREVIEW, screen, odoo)
    if as_json:
        typer.echo(json.dumps(document(report), ensure_ascii=False, indent=2))
    return report


@app.command("cra")
def cra_command(
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str | None, typer.Option(help="Month, as 2026-10. Default: the month before.")] = None,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Write the CRAs, or only show them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
) -> None:
    """Bring each consultant's CRA of a month up to date in Odoo, to be signed there. Exit code 1 where one was refused."""
    from connectors.odoo import OdooSettings, connect
    from flows.companies import company_file
    from flows.period import closing
    from flows.shape import Mode
    from mappings.vocabulary.labels import Labels
    from regie.terminal import Terminal

    file = company_file(company)
    today: date = datetime.now(ZoneInfo(file.timezone)).date()
    labels = Labels(file.language)
    period = closing(month, None, today, labels)
    screen = Terminal(labels, quiet=as_json)
    screen.progress("connect", 0, 0)
    odoo = connect(OdooSettings())
    from flows.cra import cra
    from flows.cra_document import cra_document

    report, made = cra(company, period, today, Mode.APPLY if apply else Mode.PREVIEW, screen, odoo)
    if as_json:
        typer.echo(json.dumps(cra_document(report, made), ensure_ascii=False, indent=2))
    if report.written is not None and report.written.rejected:
        raise typer.Exit(1)


@app.command("margins")
def margins_command(  # noqa: PLR0913, PLR0917 - one parameter an option
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str | None, typer.Option(help="Month, as 2026-10. Default: the month before.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Also write the tables to this Excel file.")] = None,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Note them on the projects, or only show them.")] = False,
    forecast: Annotated[
        bool, typer.Option("--forecast", help="Show the 90 days after the month instead; without a month, from tomorrow.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
) -> None:
    """Show a month's margins by mission, client and business manager. Exit code 1 where a note was refused."""
    from connectors.odoo import OdooSettings, connect
    from flows.companies import company_file
    from flows.period import closing, first_day
    from flows.shape import Mode
    from mappings.vocabulary.labels import Labels
    from regie.terminal import Terminal

    file = company_file(company)
    labels = Labels(file.language)
    today: date = datetime.now(ZoneInfo(file.timezone)).date()
    period = closing(month, None, today, labels)
    if forecast and apply:
        raise typer.BadParameter("a forecast is shown only: --forecast goes without --apply")
    screen = Terminal(labels, quiet=as_json)
    screen.progress("connect", 0, 0)
    odoo = connect(OdooSettings())
    if forecast:
        from flows.forecast import margin_forecast
        from flows.render_forecast import forecast_document

        shown, ahead = margin_forecast(company, first_day(month, today, labels), screen, odoo, xlsx)
        if as_json:
            typer.echo(json.dumps(forecast_document(shown, ahead), ensure_ascii=False, indent=2))
        return
    from flows.margins import margins_of_month
    from flows.margins_document import margins_document

    report, made = margins_of_month(company, period, screen, odoo, xlsx, Mode.APPLY if apply else Mode.PREVIEW)
    if as_json:
        typer.echo(json.dumps(margins_document(report, made), ensure_ascii=False, indent=2))
    if report.written is not None and report.written.rejected:
        raise typer.Exit(1)


@app.command("payroll-entries")
def payroll_entries_command(
    file: Annotated[Path, typer.Argument(help="The payroll product's journal: FEC, Quadratus or the company's CSV.")],
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str | None, typer.Option(help="Month of the payroll, as 2026-10. Default: the file's own.")] = None,
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Write the draft entry, or only show it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
) -> None:
    """Take over a payroll journal (OD de paie) as one draft entry. Exit code 1 where it cannot be taken over."""
    from connectors.odoo import OdooSettings
    from flows.companies import company_file
    from flows.document import document
    from flows.payroll_entries import payroll_entries, refused
    from flows.period import month_of
    from flows.shape import Mode
    from mappings.vocabulary.labels import Labels
    from regie.terminal import Terminal

    labels = Labels(company_file(company).language)
    period = month_of(month, labels) if month else None
    screen = Terminal(labels, quiet=as_json)
    report = payroll_entries(company, file, period, Mode.APPLY if apply else Mode.PREVIEW, screen, OdooSettings())
    if as_json:
        typer.echo(json.dumps(document(report), ensure_ascii=False, indent=2))
    if refused(report):
        raise typer.Exit(1)


@app.command("pay-variables")
def pay_variables_command(
    company: Annotated[str, typer.Option(help="Name of the company in Odoo, or of its company file.")],
    month: Annotated[str, typer.Option(help="Month of the payroll, as 2026-10.")],
    apply: Annotated[bool, typer.Option("--apply/--preview", help="Hand the files in, or only show what they hold.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of pages.")] = False,
    to: Annotated[Path, typer.Option(help="Folder for the files, which only their owner may read.")] = Path("payroll-out"),
) -> None:
    """Make the payroll product's files of a month. Exit code 1 where something refuses them; then there are none."""
    from connectors.odoo import OdooSettings
    from flows.companies import company_file
    from flows.pay_document import pay_document
    from flows.pay_variables import pay_variables
    from flows.period import month_of
    from flows.shape import Mode
    from mappings.vocabulary.labels import Labels
    from regie.terminal import Terminal

    labels = Labels(company_file(company).language)
    screen = Terminal(labels, quiet=as_json)
    mode = Mode.APPLY if apply else Mode.PREVIEW
    report = pay_variables(company, month_of(month, labels), mode, screen, to, OdooSettings())
    if as_json:
        typer.echo(json.dumps(pay_document(report), ensure_ascii=False, indent=2))
    if report.refused:
        raise typer.Exit(1)
