"""The disk of the runner full: where `regie run bill --apply` prints, works, and keeps what is temporary."""

import os
import random
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.odoo.trade import FILES
from tests.torture.family import EQUAL, Family, Trial
from tests.torture.stage import Stage

Options = dict[str, Any]


@contextmanager
def _output() -> Iterator[Options]:
    with Path("/dev/full").open("w") as full:
        yield {"stdout": full}


@contextmanager
def _no_file_grows() -> Iterator[Options]:
    yield {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))}


@contextmanager
def _folders() -> Iterator[Options]:
    """A disk of 64 kB, full, is the home, the current and the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "torture", folder], check=True, capture_output=True)
        try:
            with (Path(folder) / "filler").open("wb", buffering=0) as filler, _until_full():
                while True:
                    filler.write(b"x" * 1024)
            names = ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_STATE_HOME")
            yield {"cwd": folder, "env": dict.fromkeys(names, folder)}
        finally:
            subprocess.run(["umount", folder], check=True, capture_output=True)


@contextmanager
def _until_full() -> Iterator[None]:
    try:
        yield
    except OSError:
        return


KINDS: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("output full", _output),
    ("no file may grow", _no_file_grows),
    ("home, current and temporary folder full", _folders),
)


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """The kinds by turns; a machine that lets nobody mount a disk tries the first two only, and says so."""
    name, kind = KINDS[number % len(KINDS)]
    stage.reset()
    try:
        with kind() as options:
            code, said = _command(stage, options)
    except subprocess.CalledProcessError:
        return Trial(0, Counter({f"{name}: not tried, mounting is forbidden here": 1}))
    problems = []
    if "Traceback" in said or (code and "No space left" not in said and "File too large" not in said):
        problems.append(f"no clear message (exit code {code}): {said[-500:]}")
    if code:
        problems += stage.run().ended().wrong
    notes = Counter({name: 1, "runs that succeeded all the same": int(not code)})
    return Trial(1, notes, [*problems, *stage.unlike_twin()])


def _command(stage: Stage, options: Options) -> tuple[int, str]:
    """Exit code and error output of the command line."""
    told = {**os.environ, **stage.access.environment(), "REGIE_COMPANIES": str(FILES), "PYTHONPATH": str(FILES.parents[1])}
    told |= options.get("env", {})
    words = ["run", "bill", "--company", "stafforia", "--month", "2026-10", "--apply"]
    command = [sys.executable, "-c", "from regie.cli import main; main()", *words]
    given = {"stdout": subprocess.DEVNULL, "cwd": FILES.parents[1], **options, "env": told}
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, **given)
    return done.returncode, done.stderr


FAMILY = Family(
    name="disk",
    fault="the disk of the runner full",
    checked=f"`regie run bill --apply` succeeds, or says that the disk is full and the next run does it; {EQUAL}",
    full=12,
    short=(0, 1, 2),
    trial=trial,
)
