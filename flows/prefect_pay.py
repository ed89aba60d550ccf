"""Payroll variables in Prefect: what everybody who opens it may read, which is no amount, no leave and nobody's name.

Counts, files, what blocks and of which employee by their number in Odoo, and where the files are. Nothing else may reach
Prefect's database or its logs either: errors and log lines of what runs below could quote what was read or sent.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from flows import render
from flows.markdown import escape, table
from flows.pay_variables import PayReport
from flows.prefect_screen import PrefectScreen
from flows.shape import Report, RunStopped, called
from mappings.dated import FileError
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.plan import Finding, Severity

LIBRARIES = ("connectors", "flows", "mappings", "rules")
"""Whose log lines Prefect keeps of other flows."""


class PayScreen(PrefectScreen):
    """Shows and asks about payroll variables without showing any."""

    def preview(self, report: Report) -> None:
        self._page("variables-de-paie", "pay.proposed", self._asked(report))
        self._log.info(self._labels("pay.open.decided", **_counts(cast(PayReport, report))))

    def finish(self, report: Report) -> None:
        if report.written is None:
            return
        done = [self._page_of(report), render.written_in_short(report)]
        if not report.written.rejected:
            done.append(_where(cast(PayReport, report), "done"))
        self._page("resultat", "report.outcome", "\n\n".join([*done, *_to_settle(report, report.findings_after)]))
        self._ended("written" if report.plan.upserts else self._nothing(report), render.written_in_short(report))

    def _choices(self, report: Report) -> dict[str, str]:
        return {called(draft): draft.key for draft in report.plan.upserts}

    def _asked(self, report: Report) -> str:
        assert isinstance(report, PayReport)
        labels, counts = self._labels, _counts(report)
        told = [[labels(f"pay.open.{name}"), str(counts[name])] for name in ("records", "people", "statements", "revision")]
        parts = [self._page_of(report), labels("pay.open.explained", month=report.period.month)]
        parts.append(table(["", labels("preview.count")], told, right=(1,)))
        if report.files:
            listed = "\n".join(f"- `{file.name}`" for file in report.files)
            parts += [f"## {labels('pay.files')}", listed, _where(report, "would" if report.plan.upserts else "done")]
        return "\n\n".join([*parts, f"## {labels('preview.to_settle')}", *_to_settle(report, report.plan.findings)])

    @staticmethod
    def _page_of(report: Report) -> str:
        return f"# {render.title(report)}"


def privately(work: Callable[[PrefectScreen], object], labels: Labels) -> Callable[[PrefectScreen], None]:
    """The work, with nothing of it in Prefect but what the screen shows and a `RunStopped` or `FileError` says.

    An answer of Odoo quotes the record it refuses and a traceback the rows it was about: of those the kind is told alone.
    """

    def guarded(screen: PrefectScreen) -> None:
        try:
            with _unheard():
                work(screen)
        except (RunStopped, FileError):
            raise
        except Exception as error:
            raise RunStopped(labels("pay.open.stopped", kind=type(error).__name__)) from None

    return guarded


@contextmanager
def _unheard() -> Iterator[None]:
    """No log line of Regie's own modules goes to Prefect; those of the run itself do."""
    loggers = [logging.getLogger(name) for name in LIBRARIES]
    before = [(logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    try:
        yield
    finally:
        for logger, (handlers, propagate) in zip(loggers, before, strict=True):
            logger.handlers, logger.propagate = handlers, propagate


def _counts(report: PayReport) -> dict[str, int]:
    export = report.export
    return {
        "records": len(export.records) if export else 0,
        "people": export.records["number"].nunique() if export else 0,
        "statements": len(export.statements) if export else 0,
        "revision": report.revision,
        "files": len(report.files),
        "findings": sum(one.severity is not Severity.INFO for one in report.plan.findings),
    }


def _where(report: PayReport, when: str) -> str:
    labels = Labels(report.language)
    reference = labels("pay.reference", month=report.period.month, revision=report.revision)
    return labels(f"pay.open.{when}", reference=reference, journal=escape(report.journal), folder=report.folder)


def _to_settle(report: Report, findings: tuple[Finding, ...]) -> list[str]:
    """What a person must see, a kind at a time: how many, whose, and what to do. A finding's own sentence may name pay."""
    labels = Labels(report.language)
    if not findings:
        return [labels("preview.nothing_blocked")]
    count = Counter((one.severity, one.code) for one in findings)
    rows, remedies = [], []
    for (severity, code), number in count.items():
        same = [one for one in findings if (one.severity, one.code) == (severity, code)]
        whose = sorted({one.record.id for one in same if one.record.dataset == "employees" and one.record.id})
        rows.append([labels(f"preview.severity.{severity}"), f"`{code}`", str(number), ", ".join(map(str, whose))])
        remedies.append(f"- `{code}` — {same[0].remedy}")
    head = [labels("preview.seriousness"), labels("preview.code"), labels("preview.count"), labels("pay.open.employees")]
    return [table(head, rows, right=(2,)), f"**{labels('preview.remedy')}**", "\n".join(remedies)]
