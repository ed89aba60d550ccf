"""The command `regie`: imports only the sub-command asked for, and shows errors as one clear message.

To add a sub-command: write `regie/commands/NAME.py` and add a line to `COMMANDS`. Its target is a function with typer's
annotations, or a `typer.Typer(rich_markup_mode=None)` where it has sub-commands of its own.
"""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer

from regie.words import harmless


class Command(NamedTuple):
    """A sub-command: where it is (`module:name`), and the line that `regie --help` shows."""

    target: str
    help: str

    def load(self) -> Any:
        """Import it."""
        module, _, name = self.target.partition(":")
        return getattr(import_module(module), name)


COMMANDS = {
    "provision": Command("regie.commands.provision:provision_command", "Make Odoo able to do the job, or undo that."),
    "run": Command("regie.commands.run:app", "Run a flow here and now, without Prefect."),
    "doctor": Command("regie.commands.doctor:doctor_command", "What each flow can and cannot do on this Odoo."),
    "demo": Command("regie.commands.demo:demo", "Odoo, Prefect and two companies: October billed."),
    "sandbox": Command("regie.commands.sandbox:app", "A real Odoo 19 on this machine, with a company in it."),
    "up": Command("regie.commands.up:up", "Start Prefect on this machine: server, UI, worker, deployments."),
    "status": Command("regie.commands.up:status", "Say what of Prefect runs."),
    "down": Command("regie.commands.up:down", "Stop what `regie up` started."),
}
# Without rich's markup typer answers `--help` in a third of the time.
PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}


def application(arguments: Sequence[str]) -> typer.Typer:
    """The command line for these arguments: all sub-commands are listed, only the one they name is imported."""
    app = typer.Typer(no_args_is_help=True, **PLAIN)
    app.callback()(_options)
    chosen = next((word for word in arguments if not word.startswith("-")), "")
    for name, command in COMMANDS.items():
        found = command.load() if name == chosen else _options
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name, help=command.help)
        else:
            app.command(name, help=command.help)(found)
    return app


def _options(debug: Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")] = False) -> None:
    """From validated hours to draft invoices, beside Odoo."""


def main() -> None:
    """Run the command line; an error is one message with what to do about it, and exit code 1."""
    try:
        application(sys.argv[1:])()
    except Exception as error:
        if "--debug" in sys.argv[1:]:
            raise
        _show(error)
        sys.exit(1)


def _show(error: Exception) -> None:
    """A known error as it speaks for itself; any other with its kind, as it is a fault of Regie."""
    known = hasattr(error, "remedy") or any(kind.__name__ == "OdooError" for kind in type(error).__mro__)
    kind = "" if known else f"{type(error).__name__}: "
    typer.secho(f"{kind}{harmless(str(error))}", fg="red", err=True)
    hint = getattr(error, "remedy", "") if known else "This is a fault of Regie: `regie --debug ...` shows where."
    if hint:
        typer.echo(f"→ {harmless(hint)}", err=True)
