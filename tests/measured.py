"""The pages of docs that measurements write into: what stands between the two marks of one is made new."""

import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil

DOCS = Path(__file__).parents[1] / "docs"


def write(page: str, name: str, *parts: str) -> None:
    """Put the parts, Markdown, into the page between the marks of the measurement of that name, machine and day before them.

    Raises ValueError where the page has no such marks.
    """
    file, begin, end = DOCS / page, f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = file.read_text(encoding="utf-8")
    head, began, rest = text.partition(begin)
    _, ended, tail = rest.partition(end)
    if not (began and ended):
        raise ValueError(f"{page} has no marks {begin} and {end}")
    file.write_text(
        head + "\n\n".join([begin, f"{machine()}, {datetime.now(UTC):%Y-%m-%d}.", *parts, end]) + tail, encoding="utf-8"
    )


def machine() -> str:
    """The machine in one line."""
    memory = psutil.virtual_memory().total / 2**30
    python = platform.python_version()
    return f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, Python {python}"
