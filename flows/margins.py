"""The flow "Marges du mois": what a month earned, cost and left, by mission, client and business manager. It only reads."""

from pathlib import Path

from connectors.odoo import Odoo, OdooSettings, connect
from flows.margin_month import MarginMonth, margin_months
from flows.margins_xlsx import save
from flows.render_margins import pages, search_rows
from flows.shape import MARGINS, Report, Screen
from flows.workplace import open_workplace
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan


def margins_of_month(
    company: str, period: Period, screen: Screen, odoo: Odoo | OdooSettings | None = None, xlsx: Path | None = None
) -> tuple[Report, MarginMonth]:
    """Show the margins of a whole month, and write them to an Excel file where one is named.

    Raises RunStopped, OdooError or FileError with what to do. Nothing is written in Odoo.
    """
    if not isinstance(odoo, Odoo):
        screen.progress("connect", 0, 0)
        odoo = connect(odoo or OdooSettings())
    place = open_workplace(company, odoo)
    screen.progress("read", 0, 0)
    [month] = margin_months(place, [period])
    report = Report(
        company=place.file.name,
        period=period,
        language=place.file.language,
        currency=month.currency,
        plan=Plan(findings=month.margins.findings),
        document=MARGINS,
        page=pages(month),
        rows=search_rows(month),
    )
    screen.preview(report)
    if xlsx is not None:
        save(month, xlsx)
    screen.finish(report)
    return report, month
