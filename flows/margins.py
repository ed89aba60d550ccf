"""The flow "Marges du mois": what a month earned, cost and left, by mission, client and business manager.

On approval each mission's margin becomes an internal note on its project, once; nothing else is written in Odoo.
"""

from pathlib import Path

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.writer import Writer
from flows.margin_month import MarginMonth, margin_months
from flows.margins_xlsx import save
from flows.render_margins import pages, search_rows
from flows.run import run
from flows.shape import MARGINS, Mode, Report, Screen
from flows.workplace import CONNECTIONS, open_workplace
from mappings.odoo.where import like
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.written import Written
from rules.margin.notes import notes


def margins_of_month(  # noqa: PLR0913, PLR0917 - what a run is told
    company: str,
    period: Period,
    screen: Screen,
    odoo: Odoo | OdooSettings | None = None,
    xlsx: Path | None = None,
    mode: Mode = Mode.PREVIEW,
) -> tuple[Report, MarginMonth]:
    """Show the margins of a whole month, write them to an Excel file where one is named, and note them on the projects.

    Raises RunStopped, OdooError or FileError with what to do. The same month again notes nothing unless its figures changed.
    """
    place = open_workplace(company, odoo, screen)
    months: list[MarginMonth] = []

    def propose() -> Report:
        screen.progress("read", 0, 0)
        # Of this month alone: Odoo looks at the access to each message that is found.
        key = like(f"margin_%_{period.since:%Y_%m}_r%")
        standing = place.reader.read(ds.MARGIN_NOTES, [("key", "=like", key)])
        [month] = margin_months(place, [period])
        months.append(month)
        noted = notes(month.margins.rows, standing, period, place.company_id, month.currency, place.labels, month.named)
        return Report(
            company=place.file.name,
            period=period,
            language=place.file.language,
            currency=month.currency,
            plan=Plan(upserts=noted.upserts, findings=(*month.margins.findings, *noted.findings)),
            document=MARGINS,
            page=pages(month),
            rows=search_rows(month),
        )

    def write(_: Report, plan: Plan) -> Written:
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        return writer.push(plan, None, lambda done, total: screen.progress("write", done, total))

    report = run(mode, screen, place.labels, propose, write)
    if xlsx is not None:
        save(months[-1], xlsx)
    return report, months[-1]
