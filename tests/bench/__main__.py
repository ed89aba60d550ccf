"""`python -m tests.bench [NAME ...]`: every benchmark, or those named, as a table here and in docs/performance.md."""

import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.measure import Row, machine

BENCHMARKS = ("rules", "start", "reading", "open_items", "writing", "requests")
"""Modules of this folder with a function `rows() -> Iterable[Row]` and, where there is more to show, `NOTES` (Markdown)."""

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def main(names: list[str]) -> None:
    """Run them one after the other; the page is written only when all of them ran."""
    console = Console()
    rows: list[Row] = []
    notes: list[str] = []
    for name in names or BENCHMARKS:
        console.rule(name)
        module: Any = import_module(f"tests.bench.{name}")
        for row in module.rows():
            rows.append(row)
            console.print(f"{'✓' if row.reached else '✗'} {row.work}: {row.figure} (to reach: {row.target})")
        notes += getattr(module, "NOTES", [])
    console.print(_terminal(rows))
    if not names:
        PAGE.write_text(_with_measures(PAGE.read_text(encoding="utf-8"), rows, notes), encoding="utf-8")
    if not all(row.reached for row in rows):
        sys.exit(1)


def _terminal(rows: Iterable[Row]) -> Table:
    table = Table("work", "against", "to reach", "measured", "")
    for row in rows:
        table.add_row(row.work, row.against, row.target, row.figure, "✓" if row.reached else "✗")
    return table


def _with_measures(page: str, rows: Iterable[Row], notes: Iterable[str]) -> str:
    """The page with what stands between its two marks made new."""
    head, _, rest = page.partition(BEGIN)
    tail = rest.partition(END)[2]
    lines = ["| work | against | to reach | measured | reached |", "|---|---|---|---|---|"]
    lines += [f"| {r.work} | {r.against} | {r.target} | {r.figure} | {'yes' if r.reached else 'no'} |" for r in rows]
    parts = [BEGIN, f"Machine: {machine()}.", "\n".join(lines), *notes, END]
    return head + "\n\n".join(parts) + tail


if __name__ == "__main__":
    main(sys.argv[1:])
