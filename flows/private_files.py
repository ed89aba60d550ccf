"""Files that only their owner may read."""

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from flows.shape import RunStopped
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.written import Document


def save(folder: Path, documents: Iterable[Document], labels: Labels, kept: Collection[str] = ()) -> None:
    """Write the documents into a folder of their own with rights for the owner alone (0700, files 0600).

    Each appears whole or not at all; one of the same name is replaced, unless its name is in `kept`. Raises RunStopped where
    it cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # it may have stood before, open to others
        for document in documents:
            if document.name not in kept or not (folder / document.name).exists():
                write(folder / document.name, document.content)
    except OSError as error:
        raise RunStopped(labels("pay.unwritable", folder=folder, reason=error.strerror or "?")) from None


def write(path: Path, content: bytes) -> None:
    """One file for its owner's eyes only, whole or not at all, in place of one that stands. Raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.unlink(missing_ok=True)  # anew each time: a file that stands would keep whoever may read it
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
