"""What a billing run asks Odoo: the number of requests by orders to bill and by history. A preview's depends on neither.

The demo's own October is applied first; then so many plain orders are made, previewed and applied, size after size, so that
each run finds the drafts of those before.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flows.shape import Mode
from tests.bench.counting import counted
from tests.bench.ground import grown
from tests.bench.measure import Row
from tests.bench.orders import orders

ORDERS = (10, 100, 500)
HISTORY = (10_000, 100_000)
"""Timesheets of before. The largest number of orders is previewed on both, the smallest previewed and applied on both."""

DRAFTS_A_CALL = 10
"""At least, of small ones; the more there are, the larger a call."""

NOTES: list[str] = []


class Asked(NamedTuple):
    """The requests of one run."""

    mode: Mode
    orders: int
    history: int
    reads: int
    writes: int


def rows() -> Iterator[Row]:
    """One row for the preview, one for what applying asks more."""
    runs = _runs()
    NOTES[:] = [_table(runs)]
    previews = [run.reads + run.writes for run in runs if run.mode is Mode.PREVIEW]
    yield Row(
        work=f"requests of a preview of {_listed(ORDERS)} orders to bill",
        against=f"each other, and histories of {_listed(HISTORY)} timesheets",
        target="equal (up to a page of rows)",
        figure=_listed(sorted(set(previews))),
        reached=len(set(previews)) == 1,
    )
    applied = [run for run in runs if run.mode is Mode.APPLY]
    more = sorted({run.reads - previews[0] for run in applied})
    yield Row(
        work=f"requests of applying {_listed([run.orders for run in applied])} orders, beyond the preview's",
        against=f"a call for each {DRAFTS_A_CALL} drafts",
        target="at most that many writes; checks and reading back equal (up to a page)",
        figure=f"{_listed([run.writes for run in applied])} writes; {_listed(more)} reads",
        reached=len(more) == 1 and all(run.writes <= -(-run.orders // DRAFTS_A_CALL) for run in applied),
    )


def _runs() -> list[Asked]:
    small, large = HISTORY
    access = grown(small, fresh=True)
    counted(access, Mode.APPLY)

    def run(mode: Mode, number: int, history: int) -> Asked:
        report, count = counted(access, mode)
        if len(report.plan.upserts) != number or (report.written and report.written.rejected):
            raise AssertionError(f"{len(report.plan.upserts)} drafts of {number} orders: {report.written}")
        return Asked(mode, number, history, count.reads, count.writes)

    runs = []
    for number in ORDERS:
        orders(access, number, sheets_each=2)
        runs.append(run(Mode.PREVIEW, number, small))
        if number != ORDERS[-1]:
            runs.append(run(Mode.APPLY, number, small))
    grown(large)
    runs += [run(Mode.PREVIEW, ORDERS[-1], large), run(Mode.APPLY, ORDERS[-1], large)]
    orders(access, ORDERS[0], sheets_each=2)
    return [*runs, run(Mode.PREVIEW, ORDERS[0], large), run(Mode.APPLY, ORDERS[0], large)]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(f"{number:,}" for number in numbers)


def _table(runs: list[Asked]) -> str:
    lines = [f"| {r.mode} | {r.orders:,} | {r.history:,} | {r.reads + r.writes} | {r.reads} | {r.writes} |" for r in runs]
    head = ["Requests of one billing run, after the login:\n", "| | orders | history | requests | reads | writes |"]
    return "\n".join([*head, "|---|---|---|---|---|---|", *lines])
