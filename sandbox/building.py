"""Things built once and used by many: locked while being built, and there whole or not at all."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from sandbox.errors import SandboxError


class Progress(Protocol):
    """Called as work advances: the stage, and how far it is (`total` 0: unknown)."""

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None: ...


def quiet(stage: str, done: int = 0, total: int = 0) -> None:
    """A `Progress` that shows nothing."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on that file; waits for another process that holds it. A killed holder leaves no lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def built(target: Path, build: Callable[[Path], None]) -> Path:
    """The folder `target`, made by `build(temporary folder)` unless it is there.

    It gets its name only when whole; what an earlier killed build left behind is removed. Two processes at once: one
    builds, the other waits and uses the result.
    """
    if target.exists():
        return target
    with locked(target.with_name(target.name + ".lock")):
        if not target.exists():
            half = target.with_name(target.name + ".part")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(parents=True)
            build(half)
            half.rename(target)
    return target


def need_space(folder: Path, gigabytes: float, what: str) -> None:
    """Raise `SandboxError` when the disk under `folder` has less than that free."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        raise SandboxError(
            f"The disk is too full: {what} needs {gigabytes:g} GB under {folder}, {free:.1f} GB are free.",
            "Make room, or set REGIE_CACHE and XDG_STATE_HOME to folders on a larger disk; then repeat the command.",
        )
