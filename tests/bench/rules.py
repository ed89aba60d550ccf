"""The billing rule alone, on frames that are there already: seconds and memory for a million timesheets, and how they grow.

Each size is decided in a process of its own that only loads the frames, so that the memory is that of deciding.
"""

import json
import pickle
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.policy import BillingPolicy
from rules.billing.balance import buckets
from rules.billing.data import BillingData
from rules.billing.decide import decide
from tests.bench.books import OCTOBER, company
from tests.bench.measure import Row

SMALL, LARGE = 100_000, 1_000_000
SECONDS, GIGABYTES, GROWTH = 2.5, 1.0, 13
ROUNDS = 5


def rows() -> Iterator[Row]:
    """One row: time, memory and growth together, since they are one run."""
    small, large = _measured(SMALL), _measured(LARGE)
    growth = large["seconds"] / small["seconds"]
    yield Row(
        work=f"rules over {LARGE:,} timesheets, {large['lines']:,} order lines, {large['documents']:,} documents, "
        f"{large['findings']:,} findings: qualify, bill, balance, the Plan included",
        against=f"{SMALL:,} timesheets: {small['seconds']:.2f} s",
        target=f"under {SECONDS} s on one core, under {GIGABYTES:.0f} GB; at most {GROWTH} × the small one",
        figure=f"{large['seconds']:.2f} s, {large['gigabytes']:.2f} GB, {growth:.1f} ×",
        reached=large["seconds"] < SECONDS and large["gigabytes"] < GIGABYTES and growth <= GROWTH,
    )


def _measured(timesheets: int) -> dict[str, float]:
    """Made in one process, decided in another."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "company"
        for step in ("make", "decide"):
            command = [sys.executable, "-m", "tests.bench.rules", step, str(timesheets), str(file)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        measured: dict[str, float] = json.loads(answer)
        return measured


def _decided(file: Path) -> dict[str, float]:
    with file.open("rb") as opened:
        data = pickle.load(opened)
    rounds = [_round(data) for _ in range(ROUNDS)]
    return {
        "seconds": statistics.median(seconds for seconds, _ in rounds),
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
        "lines": len(data.order_lines),
        "documents": rounds[0][1].upserts + len(data.invoices),
        "findings": rounds[0][1].findings,
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


if __name__ == "__main__":
    step, size, path = sys.argv[1:]
    if step == "make":
        Path(path).write_bytes(pickle.dumps(company(int(size)), protocol=5))
    else:
        print(json.dumps(_decided(Path(path))))
