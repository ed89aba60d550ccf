"""One input: what stands in the environment, in the files of the working directory, on the command line or in the form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

KEY = "f9K-zz81-Qw7!key"
"""The key of every case that does not try another: it may stand in no output."""


@dataclass(frozen=True)
class Case:
    """`arguments` for the command line, or `parameters` for the `flow` in Prefect; `kind` is what was made bad."""

    kind: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    parameters: Mapping[str, Any] | None = None
    flow: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a case. `fault` says what is wrong with that, "" where nothing is."""

    ending: str
    """`refused` (a clear error), `valid` (Odoo was reached) or `helped` (`--help`)."""
    fault: str
    output: str
