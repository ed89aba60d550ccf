"""The flow "Préparer les CRA": each consultant's month on each mission, as a CRA in Odoo to sign, approve and validate.

It opens the missions whose order line names its consultant, makes what is missing, keeps what nobody signed up to date, proves
each step taken by a PDF, and puts a CRA back whose days changed after a signature. It signs nothing.
"""

from base64 import b64encode
from dataclasses import dataclass, replace
from datetime import date

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.writer import Writer
from flows.cra_pdf import Signed, proof
from flows.cra_pull import Pulled, pull_reports
from flows.provision import locks_stand
from flows.render_cra import pages
from flows.rights import sees_leaves
from flows.run import run
from flows.shape import Mode, Report, RunStopped, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.odoo.provision import CRA_LOCKS
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.records import CRA, MODULE, PROOF
from mappings.vocabulary.written import Written
from rules.cra import evidence
from rules.cra.activity import Activity, Cra, activity
from rules.cra.reports import ReportData, reports
from rules.cra.signed import parse
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
        return _report(month, plan.model_copy(update={"upserts": (*opening, *plan.upserts)}))

    def write(report: Report, plan: Plan) -> Written:
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        # Proofs first: a PDF shows the days as they were signed, which the plan may be about to change.
        proved = writer.push(_proofs(read[0]))
        done = writer.push(plan, progress=lambda done, total: screen.progress("write", done, total))
        return replace(done, rejected=(*proved.rejected, *done.rejected))

    return run(mode, screen, place.labels, propose, write), read[0]


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


def _proofs(month: Month) -> Plan:
    """A PDF for each signature that none proves yet, and then what each CRA keeps of its steps.

    Only a run changes the days of a CRA, so all steps since the last run were taken on the days it shows now.
    """
    file, labels, files, kept = month.place.file, month.place.labels, list[Upsert](), list[Upsert]()
    company_id = month.place.company_id
    for row in month.data.rows("cras").values():
        steps = evidence.parse(row.evidence)
        known = {step.tracking for step in steps}
        new = [step for step in month.pulled.steps.get(row.id, ()) if step.tracking not in known]
        for step in new:
            digest = ""
            if step.signs:
                signed = Signed(row.name, file.name, row.month.date(), parse(row.content), (*steps, step), file.timezone)
                made = proof(signed, labels)
                digest = made.sha256
                values = {
                    "company_id": company_id,
                    "cra_id": row.id,
                    "name": made.name,
                    "note": made.note,
                    "mimetype": "application/pdf",
                    "file": b64encode(made.content).decode(),
                }
                files.append(Upsert(key=f"{MODULE}{row.key}_step_{step.tracking}", model=PROOF.name, values=values))
            steps = (*steps, replace(step, sha256=digest))
        if new:
            values = {"company_id": company_id, "content": row.content, "evidence": evidence.dump(steps)}
            kept.append(Upsert(key=MODULE + row.key, model=CRA.name, values=values, extends=True, replaces=row.content))
    return Plan(upserts=(*files, *kept))
