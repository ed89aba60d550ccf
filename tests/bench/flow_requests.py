"""What every flow asks Odoo: the number of requests by missions and by history.

A preview's does not depend on the missions of the month. A closing, and margins and variables that contain one, read the
confirmed order lines of before too, a request for each thousands of them; the others do not depend on history either.

A month in its order, each flow previewed and then applied, on a sandbox made new for each size: billing, CRAs, closing,
margins, variables out, the payroll journal in. The demo's own October comes with each.
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from flows.accrue import accrue
from flows.cra import cra
from flows.forecast import margin_forecast
from flows.margins import margins_of_month
from flows.pay_variables import pay_variables
from flows.payroll_entries import payroll_entries
from flows.shape import Mode
from tests.bench.counting import Flow, billed, counted
from tests.bench.ground import COMPANY, grown
from tests.bench.measure import Row
from tests.bench.orders import orders
from tests.odoo.trade import OCTOBER, QuietScreen
from tests.payroll_files import S14, fec

SHORT = 10_000
SIZES = ((10, SHORT), (100, SHORT), (100, 10 * SHORT))
"""Missions of October with two timesheets each, and timesheets of before."""
MORE = 1.2
AFTER = date(2026, 11, 2)

NOTES: list[str] = []


class Asked(NamedTuple):
    """The requests of a flow at one size."""

    flow: str
    missions: int
    history: int
    preview: int
    reads: int
    """Of applying, those of its preview included."""
    writes: int
    records: int
    """That were written."""


def rows() -> Iterator[Row]:
    """One row for the previews, one for what applying asks more."""
    with tempfile.TemporaryDirectory() as folder:
        asked = [one for missions, history in SIZES for one in _month(Path(folder), missions, history)]
    flows = list(dict.fromkeys(one.flow for one in asked))
    NOTES[:] = [_table([one for flow in flows for one in asked if one.flow == flow])]
    missions = " and ".join(dict.fromkeys(str(missions) for missions, _ in SIZES))
    history = " and ".join(dict.fromkeys(f"{history:,}" for _, history in SIZES))
    previews = {flow: sorted({one.preview for one in asked if one.flow == flow}) for flow in flows}
    of_month = {flow: {one.preview for one in asked if (one.flow, one.history) == (flow, SHORT)} for flow in flows}
    yield Row(
        work=f"requests of a preview of each flow, {missions} missions",
        against=f"each other, and histories of {history} timesheets",
        target=f"equal for each flow, and at most {MORE} × with ten times the history",
        figure=_told(previews),
        reached=all(len(of_month[flow]) == 1 and several[-1] <= MORE * several[0] for flow, several in previews.items()),
    )
    writing = list(dict.fromkeys(one.flow for one in asked if one.records))
    more = {flow: sorted({one.reads - one.preview for one in asked if one.flow == flow and one.records}) for flow in writing}
    yield Row(
        work="requests of applying, beyond the preview's",
        against="records written",
        target="checks and reading back equal for each flow (up to a page of rows); only writes grow",
        figure=_told(more),
        reached=all(numbers[-1] - numbers[0] <= 1 for numbers in more.values()),
    )


def _month(folder: Path, missions: int, history: int) -> Iterator[Asked]:
    """Every flow over October, at one size."""
    access = grown(history, fresh=True)
    orders(access, missions, sheets_each=2, missions=True)
    for name, flow in _flows(folder).items():
        _, preview = counted(access, Mode.PREVIEW, flow)
        report, applied = counted(access, Mode.APPLY, flow)
        if report.written and report.written.rejected:
            raise AssertionError(f"{name}: {report.written.rejected}")
        yield Asked(name, missions, history, preview.requests, applied.reads, applied.writes, len(report.plan.upserts))


def _flows(folder: Path) -> dict[str, Flow]:
    """The flows of a month, each over a connection that is there."""
    screen = QuietScreen()
    journal = folder / "fec.txt"
    journal.write_text(fec(S14), encoding="cp1252")
    return {
        "bill": billed,
        "cra": lambda odoo, mode: cra(COMPANY, OCTOBER, AFTER, mode, screen, odoo)[0],
        "accrue": lambda odoo, mode: accrue(COMPANY, OCTOBER, mode, screen, odoo),
        "margins": lambda odoo, mode: margins_of_month(COMPANY, OCTOBER, screen, odoo, mode=mode)[0],
        "pay-variables": lambda odoo, mode: pay_variables(COMPANY, OCTOBER, mode, screen, folder, odoo),
        "payroll-entries": lambda odoo, mode: payroll_entries(COMPANY, journal, None, mode, screen, odoo),
        "forecast": lambda odoo, _: margin_forecast(COMPANY, AFTER, screen, odoo)[0],
    }


def _told(numbers: dict[str, list[int]]) -> str:
    """`bill 55, accrue 8 to 9`."""
    return ", ".join(f"{flow} {' to '.join(map(str, several))}" for flow, several in numbers.items())


def _table(asked: list[Asked]) -> str:
    head = ["Requests of each flow, after the login:\n", "| | missions | history | preview | apply: reads | writes | records |"]
    lines = [f"| {a.flow} | {a.missions} | {a.history:,} | {a.preview} | {a.reads} | {a.writes} | {a.records} |" for a in asked]
    return "\n".join([*head, "|---|---|---|---|---|---|---|", *lines])
