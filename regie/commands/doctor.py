"""`regie doctor`: what this Odoo lets Regie do, what hinders it, and what to do about it."""

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.odoo import OdooSettings, errors
from flows.doctor import diagnose
from flows.doctor_verdicts import Ability, Diagnosis, Level
from mappings.vocabulary.labels import Labels
from regie.words import harmless

_COLOURS = {Level.OK: "green", Level.NOTE: "blue", Level.WARNING: "yellow", Level.BLOCK: "red"}


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of a table.")] = False,
    lang: Annotated[Literal["fr", "en"], typer.Option(help="Language of what is shown.")] = "fr",
) -> None:
    """Check connection, version, applications, rights, fields, companies, provisioning. Exit code 1 where something blocks."""
    labels = Labels(lang)
    found = diagnose(OdooSettings(), _administrator(), labels)
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False, indent=2))
    else:
        _show(found, labels, Console(markup=False))
    if found.blocked:
        raise typer.Exit(1)


def _administrator() -> OdooSettings | None:
    """The administrator's settings where they are given: doctor works without."""
    try:
        return OdooSettings.admin()
    except errors.ConfigurationError:
        return None


def _document(found: Diagnosis) -> dict[str, object]:
    abilities = [asdict(ability) for ability in found.abilities]
    return {"blocked": found.blocked, "flows": abilities, "verdicts": [asdict(verdict) for verdict in found.verdicts]}


def _show(found: Diagnosis, labels: Labels, out: Console) -> None:
    heads = (labels(f"doctor.{head}") for head in ("area", "state", "found", "remedy"))
    table = Table(*heads, title=labels("doctor.title"), show_lines=True)
    for verdict in found.verdicts:
        state = Text(labels(f"doctor.levels.{verdict.level}"), style=_COLOURS[verdict.level])
        table.add_row(labels(f"doctor.areas.{verdict.area}"), state, harmless(verdict.message), harmless(verdict.remedy))
    out.print(table)
    for ability in found.abilities:
        out.print(Text.assemble((labels(f"doctor.flows.{ability.flow}"), "bold"), f" : {_can(ability, labels)}"))


def _can(ability: Ability, labels: Labels) -> str:
    if ability.apply:
        return labels("doctor.preview_and_apply")
    areas = ", ".join(labels(f"doctor.areas.{area}") for area in ability.hindered_by)
    return labels("doctor.preview_only" if ability.preview else "doctor.nothing", areas=areas)
