"""The billing rule alone, on frames that are there already: seconds and memory for a million timesheets, and how they grow.

Each size is decided in a process of its own that only loads the frames, so that the memory is that of deciding. What no rule
could save is measured beside it: making the same answer from values that are ready, and moving the columns.
"""

import gc
import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Line, Plan, Ref, Upsert
from mappings.vocabulary.policy import BillingPolicy
from rules.billing.balance import buckets
from rules.billing.content import dump, parse
from rules.billing.data import BillingData
from rules.billing.decide import decide
from rules.billing.history import history
from rules.billing.modes import line_modes
from rules.billing.qualification import qualify
from rules.billing.time_and_materials import mark_open
from tests.bench.books import OCTOBER, company
from tests.bench.measure import Row

SMALL, LARGE = 100_000, 1_000_000
SECONDS, GIGABYTES, GROWTH = 2.5, 1.0, 13
ROUNDS = 5

NOTES: list[str] = []


def rows() -> Iterator[Row]:
    """One row: time, memory and growth together, since they are one run."""
    small, large = _measured(SMALL), _measured(LARGE)
    growth = large["seconds"] / small["seconds"]
    NOTES[:] = [_table(large)]
    yield Row(
        work=f"rules over {LARGE:,} timesheets, {large['lines']:,} order lines, {large['documents']:,} documents, "
        f"{large['findings']:,} findings: qualify, bill, balance, the Plan included",
        against=f"{SMALL:,} timesheets: {small['seconds']:.2f} s",
        target=f"under {SECONDS} s on one core, under {GIGABYTES:.0f} GB; at most {GROWTH} × the small one",
        figure=f"{large['seconds']:.2f} s (its quickest round {large['quickest']:.2f} s), "
        f"{large['gigabytes']:.2f} GB, {growth:.1f} ×",
        reached=large["seconds"] < SECONDS and large["gigabytes"] < GIGABYTES and growth <= GROWTH,
    )


def _table(large: dict[str, Any]) -> str:
    """Of the rule's seconds, those that no rule could save."""
    least = sum(large["least"].values())
    lines = [f"| {what} | {seconds:.2f} |" for what, seconds in large["least"].items()]
    return "\n".join(
        [
            f"Rules over {LARGE:,} timesheets, and what the same answer costs where nothing has to be decided:\n",
            "| | s |",
            "|---|---|",
            *lines,
            f"| together, the least | {least:.2f} |",
            f"| the rule | {large['seconds']:.2f} |",
        ]
    )


def _measured(timesheets: int) -> dict[str, Any]:
    """Made in one process, decided in another."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "company"
        for step in ("make", "decide"):
            command = [sys.executable, "-m", "tests.bench.rules", step, str(timesheets), str(file)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        measured: dict[str, Any] = json.loads(answer)
        return measured


def _decided(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        data = pickle.load(opened)
    rounds = [_round(data) for _ in range(ROUNDS)]
    return {
        "seconds": statistics.median(seconds for seconds, _ in rounds),
        "quickest": min(seconds for seconds, _ in rounds),
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "lines": len(data.order_lines),
        "documents": rounds[0][1].upserts + len(data.invoices),
        "findings": rounds[0][1].findings,
        "least": _least(data, decide(replace(data), OCTOBER, BillingPolicy(), Labels("fr")).plan),
    }


class _Size(NamedTuple):
    upserts: int
    findings: int


def _round(data: BillingData) -> tuple[float, _Size]:
    """Seconds of one decision, without what an earlier one kept beside the frames; it is let go before the next."""
    fresh = replace(data)
    start = time.process_time()
    decision = decide(fresh, OCTOBER, BillingPolicy(), Labels("fr"))
    balance = buckets(decision.sheet)
    seconds = time.process_time() - start
    if sum(balance.values()) != int(decision.sheet["hours"].sum()):
        raise SystemExit("the balance does not add up")
    return seconds, _Size(len(decision.plan.upserts), len(decision.plan.findings))


def _least(data: BillingData, plan: Plan) -> dict[str, float]:
    """Seconds of making the plan anew from values that are ready, and of going through the columns of the timesheets."""
    findings = [({**finding._asdict(), "record": None}, finding.record._asdict()) for finding in plan.findings]
    drafts = [({**upsert._asdict(), "lines": ()}, [line._asdict() for line in upsert.lines]) for upsert in plan.upserts]
    contents = [parse(upsert.values["content"]) for upsert in plan.upserts]
    modes, past = line_modes(data, BillingPolicy()), history(data)
    return {
        f"{len(findings):,} findings": _seconds(
            lambda: [Finding(**{**values, "record": Ref(**record)}) for values, record in findings]
        ),
        f"{len(drafts):,} drafts with {sum(len(lines) for _, lines in drafts):,} lines": _seconds(
            lambda: [Upsert(**{**values, "lines": tuple(Line(**line) for line in lines)}) for values, lines in drafts]
        ),
        "the JSON of their contents": _seconds(lambda: [dump(content) for content in contents]),
        "hours qualified and marked open": _seconds(lambda: mark_open(qualify(data, modes, BillingPolicy()), past)),
    }


def _seconds(work: Callable[[], object]) -> float:
    """Median of the rounds, without the search for cycles, as the rule does it."""
    took = []
    gc.disable()
    for _ in range(ROUNDS):
        start = time.process_time()
        made = work()
        took.append(time.process_time() - start)
        del made
    gc.enable()
    return statistics.median(took)


if __name__ == "__main__":
    step, size, path = sys.argv[1:]
    if step == "make":
        Path(path).write_bytes(pickle.dumps(company(int(size)), protocol=5))
    else:
        print(json.dumps(_decided(Path(path))))
