"""What a billing run costs when nothing is open, by the size of the history: only what is open is read.

October of the demo is applied first: its drafts stand and nobody has touched them, so a preview finds nothing to write. Then
years of closed and paid missions are added, size after size, in the same sandbox.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from connectors.odoo import connect
from flows.shape import Mode
from sandbox.access import Access
from tests.bench.counting import Count, counted
from tests.bench.ground import grown, settings
from tests.bench.measure import Row, alternating

SIZES = (10_000, 100_000, 1_000_000)
MANY_BARE = 20
SLOWER = 1.2

NOTES: list[str] = []


class Run(NamedTuple):
    """A preview at one size: what it asked, how long it took, and how long bare requests took in between."""

    size: int
    count: Count
    seconds: float
    bare: float


def rows() -> Iterator[Row]:
    """One row for what is read, one for the time."""
    counted(grown(SIZES[0], fresh=True), Mode.APPLY)
    runs = [_run(grown(size), size) for size in SIZES]
    NOTES[:] = [_table(runs)]
    small, large = runs[0], runs[-1]
    work = "a billing run when nothing is open"
    sizes = f"a history of {small.size:,} to {large.size:,} timesheets"
    asked = [(run.count.requests, run.count.rows) for run in runs]
    yield Row(
        f"{work}: requests and rows", sizes, "the same",
        "; ".join(f"{requests} requests, {rows} rows" for requests, rows in dict.fromkeys(asked)), len(set(asked)) == 1,
    )  # fmt: skip
    ratio = large.seconds / small.seconds
    figure = f"{ratio:.2f} × ({large.seconds:.2f} s against {small.seconds:.2f} s)"
    yield Row(f"{work}: time", sizes, f"at most {SLOWER} ×", figure, ratio <= SLOWER)


def _run(access: Access, size: int) -> Run:
    preview = partial(counted, access, Mode.PREVIEW)
    report, count = preview()
    if report.plan.upserts:
        raise AssertionError(f"still to bill: {[upsert.key for upsert in report.plan.upserts]}")
    with connect(settings(access)) as odoo:
        took = alternating(
            {
                "run": preview,
                "bare": lambda: [odoo.call("res.users", "context_get", safe=True) for _ in range(MANY_BARE)],
            },
            rounds=3,
        )
    return Run(size, count, took["run"], took["bare"] / MANY_BARE)


def _table(runs: list[Run]) -> str:
    lines = [
        f"| {size:,} | {count.requests} | {count.rows} | {seconds:.2f} | {bare * 1000:.0f} | {_slowest(count)} |"
        for size, count, seconds, bare in runs
    ]
    head = "| timesheets | requests | rows | s | a bare request, ms | the slowest question, s |"
    return "\n".join(["A preview with nothing to bill, after the login:\n", head, "|---|---|---|---|---|---|", *lines])


def _slowest(count: Count) -> str:
    call, seconds, _ = max(count.calls, key=lambda one: one[1])
    return f"`{call}` {seconds:.2f}"
