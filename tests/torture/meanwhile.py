"""Drafts edited, posted or deleted by the accountant between the preview and the approval of a run."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flows.shape import Mode, Report, called
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
    (orders.SECOND, "deleted"): True,
    (orders.EDITED, "edited"): False, (orders.EDITED, "posted"): False, (orders.EDITED, "deleted"): True,
}  # fmt: skip
"""Whether what was approved for that order is no longer what would be written. A draft that a person edited before gets a
second one for the late hours, whatever is done to the first, unless it is deleted: then all hours are open again."""


@dataclass(frozen=True)
class Case:
    """Which drafts, and what is done to each."""

    deeds: tuple[tuple[str, str], ...]

    @property
    def named(self) -> frozenset[str]:
        """The drafts of which a run must say that they changed."""
        return frozenset(mark for mark, deed in self.deeds if NAMED[mark, deed])

    def do(self, access: Access) -> None:
        here = orders.desk(access, folder("slice"))
        for mark, deed in self.deeds:
            [draft] = here.rows("account.move", [("ref", "=", mark), ("move_type", "=", "out_invoice")], "id")
            DEEDS[deed](here, draft["id"])


CASES = (
    Case(((orders.UNTOUCHED, "edited"), (orders.EDITED, "posted"), (orders.SECOND, "deleted"))),
    *(Case((one,)) for one in NAMED if one[0] != orders.SECOND),
)
"""All three deeds at once, then each to each draft."""


class Approving(Watched):
    """Approves everything but the documents of `left_out` (client references), after `meanwhile` was done."""

    def __init__(
        self, reached: Any, meanwhile: Callable[[], None] | None = None, left_out: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(reached)
        self._meanwhile, self._left_out = meanwhile, left_out

    def approve(self, report: Report) -> Sequence[str] | None:
        if self._meanwhile:
            self._meanwhile()
        return [one.key for one in report.plan.upserts if one.values.get("reference") in self._left_out]


_TWINS: dict[Case, tuple[twin.State, twin.State]] = {}


def _twins(stage: Stage, case: Case) -> tuple[twin.State, twin.State]:
    """The deeds done first: then a run that leaves out the orders that must be named, then one of everything."""
    if case not in _TWINS:
        stage.reset()
        aside(lambda: case.do(stage.access))
        stage.run(mode=Mode.APPROVE, screen=lambda reached: Approving(reached, left_out=case.named)).finished()
        stage.idle()
        approved = stage.state()
        stage.run().finished()
        stage.idle()
        _TWINS[case] = (approved, stage.state())
    return _TWINS[case]


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """Every case by turns."""
    case = CASES[number % len(CASES)]
    approved, whole = _twins(stage, case)
    stage.reset()
    run = stage.run(mode=Mode.APPROVE, screen=lambda reached: Approving(reached, lambda: case.do(stage.access))).ended()
    problems = [*run.wrong, *stage.unlike(approved)]
    if run.report and (named := _named(run.report)) != case.named:
        problems.append(f"named as changed: {sorted(named)}, meant {sorted(case.named)}")
    again = stage.run().ended()
    problems += [*again.wrong, *stage.unlike(whole)]
    deeds = Counter(deed for _, deed in case.deeds)
    return Trial(len(case.deeds), deeds, [f"{case.deeds}: {words}" for words in problems])


def _named(report: Report) -> set[str]:
    """The client references of the orders of which the report says that they changed since the preview."""
    references = {called(one): str(one.values.get("reference")) for one in report.plan.upserts}
    changed = [one for one in report.findings_after if one.code == "changed_since_preview"]
    return {references.get(str(one.words["origin"]), str(one.words["origin"])) for one in changed}


FAMILY = Family(
    name="meanwhile",
    fault="drafts edited, posted, deleted between preview and approval",
    checked="what changed is named and left alone; the rest, and the next run, equal a twin where it was done before",
    full=27,
    short=(0,),
    trial=trial,
)
