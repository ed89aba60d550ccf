"""`python -m tests.bench [NAME ...]`: every benchmark, or those named, as a table here and in docs/performance.md."""

import sys
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from rich.console import Console
from rich.table import Table

from tests import measured
from tests.bench.measure import Row

BENCHMARKS = ("rules", "start", "reading", "open_items", "writing", "requests", "flow_requests")
"""Modules of this folder with a function `rows() -> Iterable[Row]` and, where there is more to show, `NOTES` (Markdown)."""

PAGE = "performance.md"


def main(names: list[str]) -> None:
    """Run them one after the other; each writes its own part of the page once it ran whole."""
    console = Console()
    rows: list[Row] = []
    for name in names or BENCHMARKS:
        console.rule(name)
        module: Any = import_module(f"tests.bench.{name}")
        took = []
        for row in module.rows():
            took.append(row)
            console.print(f"{'✓' if row.reached else '✗'} {row.work}: {row.figure} (to reach: {row.target})")
        measured.write(PAGE, name, _markdown(took), *getattr(module, "NOTES", []))
        rows += took
    console.print(_terminal(rows))
    if not all(row.reached for row in rows):
        sys.exit(1)


def _terminal(rows: Iterable[Row]) -> Table:
    table = Table("work", "against", "to reach", "measured", "")
    for row in rows:
        table.add_row(row.work, row.against, row.target, row.figure, "✓" if row.reached else "✗")
    return table


def _markdown(rows: Iterable[Row]) -> str:
    lines = ["| work | against | to reach | measured | reached |", "|---|---|---|---|---|"]
    lines += [f"| {r.work} | {r.against} | {r.target} | {r.figure} | {'yes' if r.reached else 'no'} |" for r in rows]
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
