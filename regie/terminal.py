"""What a flow shows in a terminal: the same pages as in the Prefect UI, and progress on one line."""

from collections.abc import Sequence

from rich.console import Console

from flows import render
from flows.shape import Report
from mappings.vocabulary.labels import Labels


class Terminal:
    """A `Screen` for people at a keyboard. Pages go to standard output, progress to standard error."""

    def __init__(self, labels: Labels, *, quiet: bool = False) -> None:
        self._labels, self._quiet = labels, quiet
        self._out = Console(markup=False)
        self._status = Console(stderr=True, markup=False)

    def progress(self, stage: str, done: int, total: int) -> None:
        """One line a step; nothing where only a document is wanted."""
        if not self._quiet:
            name = self._labels(f"stage.{stage}")
            self._status.print(f"{name} {done} / {total}" if total else f"{name} …", style="dim")

    def preview(self, report: Report) -> None:
        """What will be invoiced or entered and why, what is blocked, and the balance of hours if there is one."""
        if not self._quiet:
            pages = [render.summary(report), render.proposed(report), render.blocked(report)]
            pages += [render.hours(report)] if report.balance else []
            self._show("\n\n".join([f"# {render.title(report)}", *pages]))

    def approve(self, report: Report) -> Sequence[str] | None:
        """The command line has no approval: it shows, or it writes."""
        raise NotImplementedError("approve in the Prefect UI")

    def finish(self, report: Report) -> None:
        """What was written, where anything was to be."""
        if report.written is not None and not self._quiet:
            self._show(render.written(report))

    def _show(self, page: str) -> None:
        from rich.markdown import Markdown  # 0.1 s that the first request to Odoo need not wait for

        self._out.print(Markdown(page))
