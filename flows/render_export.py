"""An export of payroll variables in a `Report`. Light, for all pages import it; what the export holds: `flows.render_pay`."""

from flows.markdown import escape
from flows.shape import Report, called


def proposals(report: Report) -> str:
    """What will stand in Odoo, below the flow's own page."""
    return "\n\n".join(f"### {escape(called(draft))}\n\n{escape(draft.why)}" for draft in report.plan.upserts)


def line_rows(report: Report) -> list[dict[str, str]]:
    """None: the records stand in the page and in the control file."""
    return []
