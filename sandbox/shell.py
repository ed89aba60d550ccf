"""Other programs, run with their output kept for the message when they fail."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.errors import SandboxError

AGAIN = "Repeat the command: it goes on from where it stopped."


def run(command: Sequence[str | Path], doing: str, *, remedy: str = AGAIN, **options: Any) -> str:
    """Run a command to its end and answer its standard output; `options` go to `subprocess.run` (`input`, `cwd`, `env`, ...).

    Raises:
        SandboxError: it is not there or failed; the message ends with the last lines it printed.
    """
    words = [str(word) for word in command]
    try:
        done: subprocess.CompletedProcess[str] = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    except OSError as error:
        raise SandboxError(f"{doing} failed: {words[0]}: {error.strerror}.", remedy) from error
    if done.returncode:
        said = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-12:])
        raise SandboxError(f"{doing} failed ({Path(words[0]).name}, exit code {done.returncode}):\n{said}", remedy)
    return done.stdout
