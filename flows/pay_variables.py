"""The flow "Variables de paie": a month's absences, vouchers, expenses and bonuses as files for payroll, once a content."""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.writer import Writer
from connectors.openpaie import Sending, digest, export_files
from flows.companies import companies_folder, company_file
from flows.pay_pull import pull_pay, pull_sent
from flows.pay_statement import STATEMENT, statement_pdfs
from flows.private_files import save
from flows.provision import locks_stand
from flows.render_pay import page
from flows.rights import sees_leaves
from flows.run import run
from flows.shape import Mode, Report, RunStopped, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.odoo.provision import PAY_LOCKS
from mappings.payroll import profile
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Severity, Upsert
from mappings.vocabulary.records import MODULE, PAY_EXPORT
from mappings.vocabulary.units import money
from mappings.vocabulary.written import Document, Written
from rules.variables.decide import Export, decide
from rules.variables.findings import finding
from rules.variables.memory import memory
from rules.variables.revisions import judged, key_name, number_of


@dataclass(frozen=True, slots=True)
class PayReport(Report):
    """What a run decided about a month's payroll variables.

    revision  number of the export that these files are, from 1: a new one, or the one that went out just so
    files     none where something refuses them, or where there is nothing to hand in
    folder    where they are written
    journal   code of the journal whose draft carries them in Odoo
    """

    export: Export | None = None
    files: tuple[Document, ...] = ()
    revision: int = 1
    folder: Path = field(default_factory=Path)
    journal: str = ""

    @property
    def refused(self) -> bool:
        """Whether something forbids the files, or Odoo refused them."""
        rejected = self.written.rejected if self.written else ()
        return bool(rejected) or any(one.severity is Severity.CRITICAL for one in self.plan.findings)


def pay_variables(  # noqa: PLR0913, PLR0917 - what a run is told
    company: str, month: Period, mode: Mode, screen: Screen, folder: Path, odoo: Odoo | OdooSettings | None = None
) -> PayReport:
    """Show a whole month's payroll variables, or hand them in: attached in Odoo, then written under `folder`.

    Raises RunStopped, OdooError or FileError with what to do. A missing number or code refuses all files: it stands in the
    report's findings, each one. The same month again changes nothing unless its content did; then it is another revision.
    """
    profile(company_file(company).at(month.until).pay_variables.profile, companies_folder())  # a fault of it is told at once
    place = open_workplace(company, odoo, screen)
    if not sees_leaves(place.odoo):
        raise RunStopped(place.labels("run.leaves_hidden", user=place.odoo.login))
    if mode is not Mode.PREVIEW and not locks_stand(place.odoo, PAY_LOCKS):
        raise RunStopped(place.labels("run.no_pay_lock"))
    own = folder / f"{_slug(place)}-{month.month}"

    def propose() -> Report:
        return _proposed(place, month, own, screen)

    def write(report: Report, plan: Plan) -> Written:
        assert isinstance(report, PayReport)
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        documents = {upsert.key: report.files for upsert in plan.upserts}
        written = writer.push(plan, documents, lambda done, total: screen.progress("write", done, total))
        approved = plan.upserts or not report.plan.upserts
        if report.files and approved and not report.refused and not written.rejected:
            # No digest covers statements: those of a revision that went out before may say something else by now.
            kept = () if plan.upserts else [one.name for one in report.files if one.name.startswith(STATEMENT)]
            save(own, report.files, place.labels, kept)
        return written

    report = run(mode, screen, place.labels, propose, write)
    assert isinstance(report, PayReport)
    return report


def _proposed(place: Workplace, month: Period, folder: Path, screen: Screen) -> PayReport:
    """Read and decide; the exports that went out are read first, as the used keys in every flow."""
    screen.progress("read", 0, 0)
    policy = place.at(month.until).pay_variables
    sending = Sending(profile(policy.profile, companies_folder()), _slug(place), month, 1)
    sent = pull_sent(place)
    data = pull_pay(place, month, policy, sent)
    screen.progress("decide", 0, 0)
    export = decide(data, month, policy, lambda day: place.at(day).pay_variables.plans, place.labels)
    content, before = digest(_files(sending, export)), sent.get(month.month)
    sending = replace(sending, revision=number_of(before, content))
    export = judged(export, sent, month, sending.revision, place.labels)
    findings = list(export.findings)
    files, upserts = _files(sending, export), []
    if files:  # statements are no part of the content: another release of the typesetter makes other bytes
        ending = f"{sending.company}_{month.month}_r{sending.revision}"
        files += tuple(statement_pdfs(export, place.labels, data.currency, ending))
    if files and not (before and before.number == sending.revision):
        journal = _journal(place, month)
        if journal:
            upserts.append(_upsert(place, sending, export, files, content, journal))
        else:
            findings.append(_no_journal(place, month))
    report = PayReport(
        company=place.file.name, period=month, language=place.file.language, currency=data.currency, document=PAY_EXPORT.name,
        plan=Plan(upserts=tuple(upserts), findings=tuple(findings)), export=export, files=files, revision=sending.revision,
        folder=folder, journal=place.at(month.until).payroll.journal,
    )  # fmt: skip
    return replace(report, page=page(export, files, place.labels, data.currency))


def _files(sending: Sending, export: Export) -> tuple[Document, ...]:
    """All of an export's files, or none."""
    return export_files(sending, export.records) if len(export.records) and not export.refused else ()


def _upsert(  # noqa: PLR0913, PLR0917 - what stands in Odoo of an export
    place: Workplace, sending: Sending, export: Export, files: tuple[Document, ...], content: str, journal: int
) -> Upsert:
    """The draft entry without a line that carries the files."""
    people = export.records["number"].nunique()
    why = place.labels("pay.why", records=len(export.records), people=people, files=len(files), profile=sending.profile.product)
    return Upsert(
        key=MODULE + key_name(place.company_id, sending.month, sending.revision),
        model=PAY_EXPORT.name,
        values={
            "type": "entry",
            "company_id": place.company_id,
            "journal_id": journal,
            "date": sending.month.until,
            "reference": place.labels("pay.reference", month=sending.month.month, revision=sending.revision),
            "content": memory(export, sending.month.month, content),
        },
        reasons=(why,),
        amount_untaxed=sum((money(amount) for amount in export.records["amount"]), Decimal(0)),
    )


def _journal(place: Workplace, month: Period) -> int:
    """The payroll journal, 0 where there is none of that code."""
    journals = place.reader.read(ds.JOURNALS, [("code", "=", place.at(month.until).payroll.journal)], archived=False)
    return next((int(row.id) for row in each(journals)), 0)


def _no_journal(place: Workplace, month: Period) -> Finding:
    journal = place.at(month.until).payroll.journal
    return finding(place.labels, month, "payroll_no_journal", Severity.CRITICAL, journal=journal)


def _slug(place: Workplace) -> str:
    """The company in the files' names: as its company file is called."""
    return re.sub(r"[^A-Za-z0-9]+", "-", place.file.path.stem).strip("-") or "company"
