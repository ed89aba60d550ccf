"""The flow "Préparer les CRA": each consultant's month on each mission, as a CRA in Odoo to sign, approve and validate.

It opens the missions whose order line names its consultant, makes what is missing, keeps what nobody signed up to date, proves
each step taken by a PDF, and puts a CRA back whose days changed after a signature. It signs nothing.
"""

from dataclasses import dataclass, replace
from datetime import date

from dateutil.relativedelta import relativedelta

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.writer import Writer
from flows.cra_proofs import prove
from flows.cra_pull import Pulled, pull_reports
from flows.cra_stages import stage_steps
from flows.period import month_of
from flows.provision import locks_stand
from flows.render_cra import pages
from flows.rights import sees_leaves
from flows.run import run
from flows.shape import Mode, Report, RunStopped, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.odoo.provision import CRA_LOCKS
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.records import CRA
from mappings.vocabulary.written import Written
from rules.cra.activity import Activity, Cra, activity
from rules.cra.reports import ReportData, reports
from rules.cra.unfinished import unfinished
from rules.missions.openings import openings


@dataclass(frozen=True)
class Month:
    """The activity of a company's month, and what it was read from."""

    place: Workplace
    period: Period
    pulled: Pulled
    activity: Activity

    @property
    def data(self) -> ReportData:
        return self.pulled.data

    def consultant(self, cra: Cra) -> str:
        """Whose report it is."""
        return self.data.name("employees", cra.mission.consultant_id)

    def client(self, cra: Cra) -> str:
        """For whom it was worked."""
        return self.data.name("partners", cra.mission.client_id)

    def sold_as(self, cra: Cra) -> str:
        """Order and line: `S00012 / Mission Data Engineer`."""
        return self.data.sold_as(cra.mission.line_id)


def cra(  # noqa: PLR0913, PLR0917 - what a run is told
    company: str, period: Period, today: date, mode: Mode, screen: Screen, odoo: Odoo | OdooSettings | None = None
) -> tuple[Report, Month]:
    """Bring the CRAs of a whole month up to date; what is missing up to `today` is told.

    Raises RunStopped, OdooError or FileError with what to do. A user who does not see every leave is stopped: Odoo does not say
    that it hides them, and days of leave would look as if somebody forgot to log them.
    """
    place = open_workplace(company, odoo, screen)
    if not sees_leaves(place.odoo):
        raise RunStopped(place.labels("run.leaves_hidden", user=place.odoo.login))
    if not locks_stand(place.odoo, CRA_LOCKS):
        raise RunStopped(place.labels("run.no_cra_locks"))
    read: list[Month] = []

    def propose() -> Report:
        screen.progress("read", 0, 0)
        pulled = pull_reports(place, period)
        screen.progress("decide", 0, 0)
        at = place.at(period.until)
        month = Month(place, period, pulled, activity(pulled.data, period, today, at.billing, place.labels))
        read[:] = [month]
        sold = [one.mission for one in month.activity.cras]
        opening = openings(pulled.data, sold, pulled.opened, place.labels)
        plan = reports(pulled.data, month.activity, today, at.cra, place.labels)
        return _report(month, plan._replace(upserts=(*opening, *plan.upserts)))

    def write(report: Report, plan: Plan) -> Written:
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        # Proofs first: a PDF shows the days as they were signed, which the plan may be about to change.
        proved = prove(place, writer, list(read[0].data.rows("cras").values()), read[0].pulled.steps)
        done = writer.push(plan, progress=lambda done, total: screen.progress("write", done, total))
        return replace(done, rejected=(*proved.rejected, *done.rejected))

    return run(mode, screen, place.labels, propose, write), read[0]


def months_to_follow(company: str, today: date, screen: Screen, odoo: Odoo | OdooSettings | None = None) -> list[Period]:
    """The months of a run that names none: those of a year whose CRAs somebody still has to sign, then the last and this one.

    Raises OdooError or FileError with what to do.
    """
    place = open_workplace(company, odoo, screen)
    this = today.replace(day=1)
    last = this - relativedelta(months=1)
    older: list[date] = []
    if locks_stand(place.odoo, CRA_LOCKS):
        wanted: Where = [
            ("company_id", "=", place.company_id),
            ("month", ">=", this - relativedelta(years=1)),
            ("month", "<", last),
        ]
        cras = place.reader.read(ds.CRAS, wanted, columns=["month", "stage_id", "evidence", "active"])
        older = unfinished(cras, stage_steps(place.odoo)) if len(cras) else []
    return [month_of(f"{first:%Y-%m}", place.labels) for first in (*older, last, this)]


def _report(month: Month, plan: Plan) -> Report:
    place, data = month.place, month.data
    return Report(
        company=place.file.name,
        period=month.period,
        language=place.file.language,
        currency=data.name("currencies", data.company.currency_id),
        plan=plan,
        document=CRA.name,
        page=pages(month),
    )
