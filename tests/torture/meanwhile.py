"""A draft edited, posted or deleted by the accountant between the preview and the approval of a run."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.shape import Mode, Report
from sandbox.access import Access
from tests.odoo.trade import Desk
from tests.torture import slice as orders
from tests.torture import twin
from tests.torture.family import Family, Trial
from tests.torture.runs import Watched, aside
from tests.torture.stage import Stage, folder

Deed = Callable[[Desk, int], None]


def _edit(here: Desk, draft: int) -> None:
    [line] = here.rows("account.move.line", [("move_id", "=", draft), ("display_type", "=", "product")], "id")
    here.write("account.move", draft, here.accountant, invoice_line_ids=[(1, line["id"], {"price_unit": 85.01})])


def _post(here: Desk, draft: int) -> None:
    here.post(draft)


def _delete(here: Desk, draft: int) -> None:
    here("account.move", "unlink", draft, here.accountant)


DEEDS: dict[str, Deed] = {"edited": _edit, "posted": _post, "deleted": _delete}
NAMED = {
    (orders.UNTOUCHED, "edited"): True, (orders.UNTOUCHED, "posted"): True, (orders.UNTOUCHED, "deleted"): True,
    (orders.EDITED, "edited"): False, (orders.EDITED, "posted"): False, (orders.EDITED, "deleted"): True,
}  # fmt: skip
"""Whether what was approved for that order is no longer what would be written. A draft that a person edited before gets a
second one for the late hours, whatever is done to the first, unless it is deleted: then all hours are open again."""


@dataclass(frozen=True)
class Case:
    """Which draft, and what is done to it."""

    mark: str
    deed: str

    def do(self, access: Access) -> None:
        here = orders.desk(access, folder("slice"))
        [draft] = here.rows("account.move", [("ref", "=", self.mark), ("move_type", "=", "out_invoice")], "id")
        DEEDS[self.deed](here, draft["id"])


class Approving(Watched):
    """Approves everything but the documents of `left_out` (client reference), after `meanwhile` was done."""

    def __init__(self, reached: Any, meanwhile: Callable[[], None] | None = None, left_out: str = "") -> None:
        super().__init__(reached)
        self._meanwhile, self._left_out = meanwhile, left_out

    def approve(self, report: Report) -> Sequence[str] | None:
        if self._meanwhile:
            self._meanwhile()
        return [one.key for one in report.plan.upserts if one.values.get("reference") == self._left_out]


_TWINS: dict[Case, tuple[twin.State, twin.State]] = {}


def _twins(stage: Stage, case: Case) -> tuple[twin.State, twin.State]:
    """The deed done first: then a run that leaves its order out where it must be named, then one of everything."""
    if case not in _TWINS:
        stage.reset()
        aside(lambda: case.do(stage.access))
        left_out = case.mark if NAMED[case.mark, case.deed] else ""
        stage.run(mode=Mode.APPROVE, screen=lambda reached: Approving(reached, left_out=left_out)).finished()
        stage.idle()
        approved = stage.state()
        stage.run().finished()
        stage.idle()
        _TWINS[case] = (approved, stage.state())
    return _TWINS[case]


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """Every case by turns."""
    case = Case(*list(NAMED)[number % len(NAMED)])
    approved, whole = _twins(stage, case)
    stage.reset()
    run = stage.run(mode=Mode.APPROVE, screen=lambda reached: Approving(reached, lambda: case.do(stage.access))).ended()
    problems = [f"{case.mark} {case.deed}: {words}" for words in (*run.wrong, *stage.unlike(approved))]
    named = {one.code for one in run.report.findings_after} if run.report else set()
    if NAMED[case.mark, case.deed] != ("changed_since_preview" in named):
        problems.append(f"{case.mark} {case.deed}: findings {sorted(named)}")
    again = stage.run().ended()
    problems += [*again.wrong, *stage.unlike(whole)]
    return Trial(1, Counter({case.deed: 1}), problems)


FAMILY = Family(
    name="meanwhile",
    fault="drafts edited, posted, deleted between preview and approval",
    checked="what changed is named and left alone; the rest, and the next run, equal a twin where it was done before",
    full=24,
    short=1,
    trial=trial,
)
