"""`regie up`, `regie down`, `regie status`: Prefect on this machine, with its UI, a worker and every deployment."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from mappings.vocabulary.labels import Labels

Port = Annotated[int, typer.Option(min=1024, max=65535, help="Port of the Prefect server and its UI, on loopback.")]
DEFAULT_PORT = 4200


def up(port: Port = DEFAULT_PORT) -> None:
    """Start the Prefect server with its UI, a worker and a deployment per company; start again what has stopped."""
    from flows.companies import companies_folder
    from mappings.dated import FileError
    from regie import prefect_server

    labels = cli_labels()
    try:
        prefect_server.up(port, companies_folder(), typer.echo, labels)
    except (prefect_server.ServerError, FileError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(labels("cli.up.ready", url=prefect_server.url(port)))


def down(port: Port = DEFAULT_PORT) -> None:
    """Stop what `regie up` started, flows in progress included."""
    from regie import prefect_server

    labels = cli_labels()
    if not prefect_server.down(port, typer.echo, labels):
        typer.echo(labels("cli.up.nothing_running"))


def status(port: Port = DEFAULT_PORT) -> None:
    """Say what of Prefect runs; exit code 1 where something does not."""
    from regie import prefect_server

    labels = cli_labels()
    stopped = 0
    for name, service in prefect_server.services(port).items():
        process = service.process()
        typer.echo(labels("cli.up.running", name=name, pid=process.pid) if process else labels("cli.up.not_running", name=name))
        stopped += process is None
    if stopped:
        raise typer.Exit(1)
    typer.echo(labels("cli.up.ready", url=prefect_server.url(port)))


class LanguageError(Exception):
    """REGIE_LANGUAGE names no language that there is."""

    remedy = "Set REGIE_LANGUAGE to fr or en, or unset it."


def cli_labels() -> "Labels":
    """Texts of the command line: REGIE_LANGUAGE, French by default. Raises LanguageError."""
    from mappings.vocabulary.labels import LANGUAGES, Labels

    language = os.environ.get("REGIE_LANGUAGE") or LANGUAGES[0]
    if language not in LANGUAGES:
        raise LanguageError(f"REGIE_LANGUAGE: there are no texts in {language[:60]!r}")
    return Labels(language)
