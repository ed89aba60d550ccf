"""`regie demo`: Odoo and Prefect started, October 2026 previewed and billed for both companies, and what stands in Odoo."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

MONTH = "2026-10"


def demo(
    port: Annotated[int, typer.Option(help="Port of the sandbox's Odoo.")] = 8069,
    prefect_port: Annotated[int, typer.Option(help="Port of the Prefect server and its UI.")] = 4200,
) -> None:
    """Show Regie at work on a real Odoo with two companies. Run again, it bills nothing twice."""
    from regie import prefect_server
    from regie.commands import sandbox
    from regie.commands.provision import provision_command
    from regie.commands.run import bill_command
    from regie.commands.up import cli_labels
    from sandbox import companies, server

    console = Console(markup=False)
    files = Path(companies.__file__).parent
    console.rule("1. Odoo 19 with two companies")
    sandbox.up(port)
    access = server.access(port)
    os.environ.update(access.environment(), REGIE_COMPANIES=str(files))
    console.rule("2. Provisioning (the companies were loaded with it: nothing is left to do)")
    provision_command()
    console.rule("3. Prefect: server, worker, one deployment per company")
    prefect_server.up(prefect_port, files, typer.echo, cli_labels())
    for number, (step, write) in enumerate((("previewed", False), ("billed", True)), start=4):
        for file in sorted(files.glob("*.yaml")):
            console.rule(f"{number}. October 2026 {step}: {file.stem}")
            bill_command(file.stem, month=MONTH, apply=write)
    console.rule("What stands in Odoo")
    for file in sorted(files.glob("*.yaml")):
        console.print(_drafts(file.stem, access.url))
    console.print(_doors(access.url, prefect_server.url(prefect_port), access.admin_password, companies.PASSWORD))
    console.print(f"Stop it: `regie down --port {prefect_port}` and `regie sandbox down --port {port}`.")
    console.print(f"As new again: `regie sandbox reset --port {port}`.")


def _drafts(company: str, url: str) -> Table:
    """Every invoice that Regie made for a company, each with its address."""
    from flows.workplace import open_workplace
    from mappings.vocabulary import datasets
    from mappings.vocabulary.dataset import each
    from mappings.vocabulary.units import money

    place = open_workplace(company)
    invoices = place.reader.read(datasets.INVOICES, [("key", "!=", "")])
    partners = place.reader.read(datasets.PARTNERS, [("id", "in", list(invoices["partner_id"]))]).set_index("id")["name"]
    table = Table(
        "client", "state", "before tax", Column("open it", overflow="fold"), title=place.file.name, title_justify="left"
    )
    for row in each(invoices):
        amount = place.labels.money(money(row.amount_untaxed), "EUR")
        table.add_row(partners[row.partner_id], row.state, amount, f"{url}/odoo/customer-invoices/{row.id}")
    return table


def _doors(odoo: str, prefect: str, password: str, people: str) -> Table:
    """Where to look, and as whom."""
    address = Column("address", overflow="fold")
    table = Table("look at it", address, "login", "password", title="Doors", title_justify="left")
    table.add_row("Odoo, as administrator", odoo, "admin", password)
    table.add_row("Odoo, as a manager", odoo, "claire@stafforia.example", people)
    table.add_row("Prefect: runs, artifacts, approvals", prefect, "", "")
    return table
