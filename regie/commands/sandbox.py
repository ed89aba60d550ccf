"""`regie sandbox`: a real Odoo 19 on loopback, with a company in it, to try Regie on and to test it against."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sandbox import companies, server
from sandbox import grow as history
from sandbox.building import Progress as Report
from sandbox.paths import DEFAULT_PORT

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
Port = Annotated[int, typer.Option(help="On 127.0.0.1; each port is a sandbox of its own.", min=1, max=65535)]
_console = Console()


@app.command()
def up(
    port: Port = DEFAULT_PORT,
    empty: Annotated[bool, typer.Option("--empty", help="A new sandbox without the companies.")] = False,
    demo_data: Annotated[bool, typer.Option("--demo-data", help="Also a database with Odoo's own demo data.")] = False,
) -> None:
    """Start it; made when it is not there (minutes, the first time), mended when something of it was killed."""
    with _shown() as report:
        access = server.up(port, report, company=not empty, demo=demo_data)
    _print_access(access)
    if demo_data:
        _print_access(server.access(port, demo=True))
    if server.status(port).stale:
        _console.print(f"What its database was made from has changed since: `regie sandbox reset --port {port}` makes it anew.")


@app.command()
def status(port: Port = DEFAULT_PORT) -> None:
    """How it is; exit code 1 unless it is up."""
    found = server.status(port)
    table = Table("", "", show_header=False, box=None)
    table.add_row("state", f"[{'green' if found.state == 'up' else 'red'}]{found.state}")
    for name, value in (("address", found.url), ("database", found.database), ("Odoo's demo data", found.demo_url)):
        if value:
            table.add_row(name, value)
    for name, pid in (("Odoo", found.odoo_pid), ("PostgreSQL", found.postgres_pid)):
        if pid:
            table.add_row(name, f"process {pid}")
    if found.stale:
        table.add_row("older", "what the database was made from has changed since: `regie sandbox reset` makes it anew")
    for problem in found.problems:
        table.add_row("problem", problem)
    _console.print(table)
    if found.state != "up":
        _console.print(f"→ `regie sandbox up --port {port}` starts it.")
        raise typer.Exit(1)


@app.command()
def reset(
    port: Port = DEFAULT_PORT,
    empty: Annotated[bool, typer.Option("--empty", help="Without the companies.")] = False,
) -> None:
    """Put its database back to what it was when new."""
    with _shown() as report:
        access = server.reset(port, report, company=not empty)
    _print_access(access)


@app.command()
def grow(
    timesheets: Annotated[int, typer.Option(help="How many timesheets it shall hold in all.", min=1)],
    port: Port = DEFAULT_PORT,
) -> None:
    """Give its company a past: validated, invoiced and paid timesheets of the years before."""
    with _shown() as report:
        made = history.grow(port, timesheets, report)
    _console.print(f"{made:,} timesheets made.")


@app.command()
def down(
    port: Port = DEFAULT_PORT,
    remove: Annotated[bool, typer.Option("--remove", help="Also remove its databases.")] = False,
) -> None:
    """Stop it. Its databases stay, unless `--remove`."""
    server.down(port, remove=remove)
    _console.print(f"The sandbox on port {port} is down{' and removed' if remove else ''}.")


@app.command("env")
def environment(port: Port = DEFAULT_PORT) -> None:
    """Print the variables by which Regie reaches it, keys included, for a shell: `eval "$(regie sandbox env)"`."""
    variables = {**server.access(port).environment(), "REGIE_COMPANIES": str(Path(companies.__file__).parent)}
    for name, value in variables.items():
        typer.echo(f"export {name}={shlex.quote(value)}")


@contextmanager
def _shown() -> Iterator[Report]:
    """A progress display: each stage a line with its time, the current one moving."""
    columns = (SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"), BarColumn(bar_width=20), TimeElapsedColumn())
    with Progress(*columns, console=_console) as display:
        tasks: dict[str, int] = {}

        def report(stage: str, done: int = 0, total: int = 0) -> None:
            if stage not in tasks:
                _finish(display)
                tasks[stage] = display.add_task(stage, total=None)
            display.update(tasks[stage], completed=done, total=total or None)  # type: ignore[arg-type]

        yield report
        _finish(display)


def _finish(display: Progress) -> None:
    for task in display.tasks:
        if not task.finished:
            display.update(task.id, total=1, completed=1)


def _print_access(access: server.Access) -> None:
    table = Table("", "", show_header=False, box=None)
    table.add_row("Odoo", f"[link={access.url}]{access.url}[/link]")
    table.add_row("database", access.database)
    table.add_row("administrator", f"{access.admin_login} / {access.admin_password}")
    if access.bot_login:
        table.add_row("integration user", access.bot_login)
    _console.print(table)
