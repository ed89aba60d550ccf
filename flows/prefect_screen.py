"""What a flow shows and asks in the Prefect UI: artifacts, log lines, and a form to approve on a paused run."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import Any, Literal, cast

from prefect import get_run_logger
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.states import Running
from pydantic import Field, create_model

from flows import render
from flows.shape import FORECAST, MARGINS, Report
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Upsert
from mappings.vocabulary.records import CRA, ENTRY, INVOICE

APPROVAL_HOURS = 12
"""How long a run waits: a working day. A longer wait is a new run, which costs nothing and reads what is true then."""


_PROPOSED = {
    INVOICE.name: ("a-facturer", "preview.to_invoice"),
    ENTRY.name: ("a-reprendre", "preview.entry.to_write"),
    CRA.name: ("cra", "cra.reports"),
    MARGINS: ("marges", "margins.title"),
    FORECAST: ("prevision", "margins.forecast.title"),
}
"""By what a flow proposes: the artifact of its proposals, and what it is called."""


class PrefectScreen:
    """Shows and asks in the flow run it was made in. Afterwards `outcome` and `message` say how the run ended."""

    def __init__(self, company: str, labels: Labels, *, wait_seconds: int = APPROVAL_HOURS * 3600) -> None:
        self.outcome = "previewed"
        self.message = labels("prefect.previewed")
        self._labels = labels
        self._prefix = slug(company)
        self._wait = wait_seconds
        # Taken once, here: other threads report progress too, and they have no run of their own.
        self._log = get_run_logger()
        self._told: dict[str, int] = {}

    def progress(self, stage: str, done: int, total: int) -> None:
        """A log line when a stage starts, at every further tenth, and when it ends."""
        tenth = 10 * done // total if total else -1
        if self._told.get(stage) != tenth or not total:
            self._told[stage] = tenth
            self._log.info(self._labels(f"stage.{stage}") + (f" : {done} / {total}" if total else "…"))

    def preview(self, report: Report) -> None:
        """Pages (what will be invoiced or entered and why, what is blocked, the hours if any) and the lines as a table."""
        labels = self._labels
        heading = f"# {render.title(report)}\n\n"
        key, label = _PROPOSED[report.document]
        self._page(key, label, f"{heading}{render.summary(report)}\n\n{render.proposed(report)}")
        self._page("a-verifier", "preview.to_settle", heading + render.blocked(report))
        if report.balance:
            self._page("heures", "preview.hours_balance", heading + render.hours(report))
        described = f"{labels('preview.lines')} — {render.title(report)}"
        create_table_artifact(render.line_rows(report), key=f"{self._prefix}-lignes", description=described)
        self._log.info(render.in_short(report))

    def approve(self, report: Report) -> Sequence[str] | None:
        """Wait for a person; the keys they leave out, or None where they refused or nobody answered in time."""
        labels = self._labels
        if not report.plan.upserts:
            self._ended(self._nothing(report), labels("prefect.nothing_to_approve"))
            return None
        choices = self._choices(report)
        self._log.info(labels("prefect.waiting"))
        try:
            answer = cast(Any, pause_flow_run(wait_for_input=self._form(report, choices), timeout=self._wait, poll_interval=2))
        except FlowPauseTimeout:
            _go_on()
            self._ended("expired", labels("prefect.expired", hours=self._wait // 3600))
            return None
        if answer.decision != labels("prefect.accept"):
            self._ended("refused", labels("prefect.refused"))
            return None
        left_out = [choices[document.value] for document in answer.laisser_de_cote]
        self._log.info(labels("prefect.approved", approved=len(choices) - len(left_out), left_out=len(left_out)))
        return left_out

    def finish(self, report: Report) -> None:
        """A page of what was written, where anything was to be."""
        if report.written is None:
            return
        self._page("resultat", "report.outcome", f"# {render.title(report)}\n\n{render.written(report)}")
        self._ended("written" if report.plan.upserts else self._nothing(report), render.written_in_short(report))

    def _form(self, report: Report, choices: dict[str, str]) -> type[RunInput]:
        """The form of the paused run, with the preview above it. The decision has no default: nobody approves by accident."""
        labels = self._labels
        document: Any = cast(Any, Enum)("Document", {f"d{number}": name for number, name in enumerate(choices)})
        decisions: Any = Literal[labels("prefect.accept"), labels("prefect.refuse")]
        form = create_model(
            "Approbation",
            __base__=RunInput,
            decision=(decisions, Field(title=labels("prefect.decision"))),
            laisser_de_cote=(list[document], Field(default=[], title=labels("prefect.leave_out"))),
        )
        return form.with_initial_data(description=f"{labels('prefect.approve_how')}\n\n{self._asked(report)}")

    def _choices(self, report: Report) -> dict[str, str]:
        """What may be left out, as a person picks it, with the key it stands for."""
        return documents(report)

    def _asked(self, report: Report) -> str:
        """What stands above the form."""
        shown = [f"# {render.title(report)}", render.summary(report), render.proposals(report)]
        return "\n\n".join([*shown, f"## {self._labels('preview.to_settle')}", render.blocked(report)])

    @staticmethod
    def _nothing(report: Report) -> str:
        return "nothing" if report.document == INVOICE.name else "no_entry"

    def _ended(self, outcome: str, message: str) -> None:
        self.outcome, self.message = outcome, message
        self._log.info(message)

    def _page(self, key: str, label: str, markdown: str) -> None:
        create_markdown_artifact(markdown, key=f"{self._prefix}-{key}", description=self._labels(label))


def _go_on() -> None:
    """Take the run out of its pause: Prefect refuses to end one that was never resumed in any words but its own."""
    context = FlowRunContext.get()
    if context and context.flow_run:
        with get_client(sync_client=True) as client:
            client.set_flow_run_state(context.flow_run.id, Running(), force=True)


def slug(name: str) -> str:
    """A name as artifact keys allow it: `Hydro Verte SRL` is `hydro-verte-srl`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "societe"


def documents(report: Report) -> dict[str, str]:
    """The proposed documents as a person picks them, each name once, with the key it stands for."""
    names = [_document(report, draft) for draft in report.plan.upserts]
    total, seen, keys = Counter(names), Counter[str](), {}
    for name, draft in zip(names, report.plan.upserts, strict=True):
        seen[name] += 1
        keys[f"{name} ({seen[name]})" if total[name] > 1 else name] = draft.key
    return keys


def _document(report: Report, draft: Upsert) -> str:
    client = render.name_of(report, "partners", draft.values.get("partner_id"))
    return " · ".join(filter(None, [client, render.called_in(report, draft), render.amount(report, draft)]))
