"""What a billing run costs when nothing is open, by the size of the history: only what is open is read.

October of the demo is applied first: its drafts stand and nobody has touched them, so a preview finds nothing to write. Then
years of closed and paid missions are added, size after size, in the same sandbox. Beside it, what no reader could save: Odoo's
database has no index of hours without an invoice, so it looks at every timesheet to find them.
"""

import statistics
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from connectors.odoo import connect
from flows.shape import Mode
from sandbox import server
from sandbox.access import Access
from tests.bench.counting import Count, counted
from tests.bench.ground import PORT, grown, settings
from tests.bench.measure import Row, alternating

SIZES = (10_000, 100_000, 1_000_000)
MANY_BARE = 20
MANY_LOOKS = 5
SLOWER = 1.2

_UNLINKED = """
    SELECT count(*) FROM account_analytic_line
    WHERE project_id IS NOT NULL AND date < '2026-10-01'
      AND (timesheet_invoice_id IS NULL
           OR timesheet_invoice_id IN (SELECT id FROM account_move WHERE state = 'cancel' OR payment_state = 'reversed'))
"""
"""Hours of before without a live invoice: how many, so that nothing but looking for them takes time."""

NOTES: list[str] = []


class Run(NamedTuple):
    """A preview at one size: what it asked, how long it took, how long bare requests took in between, and how long the database
    looks for hours without a live invoice."""

    size: int
    count: Count
    seconds: float
    bare: float
    look: float


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
    figure = f"{ratio:.2f} × ({large.seconds:.2f} s against {small.seconds:.2f} s; the database's own look {large.look:.2f} s)"
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
    return Run(size, count, took["run"], took["bare"] / MANY_BARE, statistics.median(_look() for _ in range(MANY_LOOKS)))


def _look() -> float:
    """Seconds the database takes, as it says itself."""
    *_, [said] = server.sql(PORT, f"EXPLAIN (ANALYZE, TIMING OFF) {_UNLINKED}")
    return float(said.removeprefix("Execution Time: ").removesuffix(" ms")) / 1000


def _table(runs: list[Run]) -> str:
    lines = [
        f"| {size:,} | {count.requests} | {count.rows} | {seconds:.2f} | {bare * 1000:.0f} | {_slowest(count)} | {look:.2f} |"
        for size, count, seconds, bare, look in runs
    ]
    head = "| timesheets | requests | rows | s | a bare request, ms | the slowest question, s | the database's own look, s |"
    return "\n".join(["A preview with nothing to bill, after the login:\n", head, "|---|---|---|---|---|---|---|", *lines])


def _slowest(count: Count) -> str:
    call, seconds, _ = max(count.calls, key=lambda one: one[1])
    return f"`{call}` {seconds:.2f}"
