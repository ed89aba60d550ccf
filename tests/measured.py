"""The pages of docs that a measurement writes into: what stands between their two marks is made new."""

import platform
from pathlib import Path

import psutil

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write(page: str, *parts: str) -> None:
    """Put the parts, Markdown, into the page of that name, with the machine before them."""
    file = DOCS / page
    head, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    file.write_text(head + "\n\n".join([BEGIN, f"Machine: {machine()}.", *parts, END]) + tail, encoding="utf-8")


def machine() -> str:
    """The machine in one line."""
    memory = psutil.virtual_memory().total / 2**30
    python = platform.python_version()
    return f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, Python {python}"
