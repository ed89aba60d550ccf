"""Regie's commands, run as anyone types them, with their JSON document."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from demo.telling import StoryError, Telling
from sandbox import companies

_START = "from regie.cli import main; main()"  # this very Regie, wherever the command `regie` leads


@dataclass(frozen=True)
class Runs:
    """`regie run ...` for one company of the sandbox; `environment` says which Odoo and which company file."""

    telling: Telling
    company: str
    environment: Mapping[str, str]

    def __call__(self, flow: str, *words: str | Path) -> dict[str, Any]:
        """Run a flow, and answer its document. Raises StoryError with what it said where it ends with an error."""
        command = ["run", flow, *map(str, words), "--company", self.company]
        typed = f"regie {shlex.join(map(_short, command))}"
        self.telling.command(typed)
        done = subprocess.run(
            [sys.executable, "-c", _START, *command, "--json"],
            env={**os.environ, **self.environment}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = done.stderr.strip() or done.stdout.strip()
            raise StoryError(f"{typed} s'est arrêté :\n{said}", "Lire le message de Regie ci-dessus.")
        document: dict[str, Any] = json.loads(done.stdout)
        return document


def _short(word: str) -> str:
    """A path below the current folder as one types it there."""
    path = Path(word)
    return str(path.relative_to(Path.cwd())) if path.is_absolute() and path.is_relative_to(Path.cwd()) else word


def company_file(folder: Path, name: str, section: str, **values: object) -> Path:
    """The sandbox's own company file in another folder, with other values in a section; answers the folder."""
    yaml = YAML()
    content = yaml.load((Path(companies.__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    content[section].update(values)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
    return folder
