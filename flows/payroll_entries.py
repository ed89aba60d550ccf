"""The flow "Reprendre l'OD de paie": a payroll product's journal becomes one draft entry, whole or not at all; never posted."""

import mimetypes
from collections import Counter
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.reader import Reader
from connectors.odoo.writer import Writer
from connectors.openpaie import JournalFileError, read_journal
from flows.companies import company_file
from flows.names import account_names
from flows.period import PeriodError, month_of
from flows.run import run
from flows.shape import Mode, Report, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.company import CompanyFile
from mappings.odoo.where import like
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.payroll import JournalFile
from mappings.vocabulary.payroll_policy import PayrollPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan, Severity
from mappings.vocabulary.records import ENTRY
from mappings.vocabulary.written import Document, Written
from rules.payroll.books import PayrollBooks
from rules.payroll.earlier import month_name
from rules.payroll.entries import decide


def payroll_entries(  # noqa: PLR0913, PLR0917 - what a run is told
    company: str, path: Path, month: Period | None, mode: Mode, screen: Screen, odoo: Odoo | OdooSettings | None = None
) -> Report:
    """Take over the journal in a file, of this month or of the one most of its lines are in.

    Raises RunStopped, OdooError, PeriodError or FileError with what to do; then nothing was written. What is wrong with the
    journal itself stands in the report's findings, all at once, and there is no entry to write.
    """
    file = company_file(company)
    labels = Labels(file.language)
    journal = journal_in(path, file, month, datetime.now(ZoneInfo(file.timezone)).date(), labels)
    period = month or _month(journal, labels)
    place = open_workplace(company, odoo, screen)

    def propose() -> Report:
        screen.progress("read", 0, 0)
        policy = place.at(period.until).payroll
        books = pull(place, journal, period, policy)
        screen.progress("decide", 0, 0)
        plan = decide(journal, books, period, policy, place.labels)
        return Report(
            company=place.file.name,
            period=period,
            language=place.file.language,
            currency=books.currency,
            plan=plan,
            document=ENTRY.name,
            names=account_names(books.accounts),
        )

    def write(report: Report, plan: Plan) -> Written:
        kind = mimetypes.guess_type(journal.name)[0] or "text/plain"
        documents = {upsert.key: Document(journal.name, kind, journal.content) for upsert in plan.upserts}
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        return writer.push(plan, documents, lambda done, total: screen.progress("write", done, total))

    return run(mode, screen, place.labels, propose, write)


def journal_in(path: Path, file: CompanyFile, month: Period | None, today: date, labels: Labels) -> JournalFile:
    """The journal in a file, by the layout that holds in `month`; without one, in the file's own month, which a layout tells.

    Example: from January on the product names its columns otherwise. A file of December is read by the layout until then,
    though the company file holds the new one already. Where no layout tells the month, today's says what is wrong.
    """
    if month is None:
        for layout in {company.payroll.csv: None for _, company in reversed(file.stretches)}:
            with suppress(JournalFileError, PeriodError):
                journal = read_journal(path, layout, labels)
                if file.at(_month(journal, labels).until).payroll.csv == layout:
                    return journal
    return read_journal(path, file.at(month.until if month else today).payroll.csv, labels)


def stopping(report: Report) -> int:
    """How many reasons there are against the entry, in the file or in Odoo."""
    rejected = report.written.rejected if report.written else ()
    return len(rejected) + sum(finding.severity is Severity.CRITICAL for finding in report.plan.findings)


def refused(report: Report) -> bool:
    """Whether something forbids the entry."""
    return stopping(report) > 0


def pull(place: Workplace, journal: JournalFile, period: Period, policy: PayrollPolicy) -> PayrollBooks:
    """What Odoo knows that the entry needs. The used keys are read first, as in every flow."""
    reader = place.reader
    made = reader.read(ds.ENTRIES, [("key", "=like", like(f"{month_name(place.company_id, period)}%"))])
    reversals = reader.read(ds.ENTRIES, [("reverses_id", "in", [int(number) for number in made["id"]])])
    companies = reader.read(ds.COMPANIES, [("id", "=", place.company_id)])
    codes = sorted({row.third_party for row in journal.rows if row.third_party}) if policy.third_parties != "ignore" else []
    return PayrollBooks(
        companies=companies,
        currencies=reader.read(ds.CURRENCIES, [("id", "=", int(companies["currency_id"].iloc[0]))]),
        accounts=reader.read(ds.ACCOUNTS, archived=False),
        journals=reader.read(ds.JOURNALS, archived=False),
        partners=reader.read(ds.PARTNERS, [("reference", "in", codes)], archived=False) if codes else frame(ds.PARTNERS),
        analytic_accounts=_analytic(reader, policy),
        entries=pd.concat([made, reversals], ignore_index=True).drop_duplicates("id"),
    )


def _analytic(reader: Reader, policy: PayrollPolicy) -> pd.DataFrame:
    return frame(ds.ANALYTIC_ACCOUNTS) if policy.analytic == "ignore" else reader.read(ds.ANALYTIC_ACCOUNTS, archived=False)


def _month(journal: JournalFile, labels: Labels) -> Period:
    """The whole month that most lines are in; the others are named by the rule."""
    (month, _), *_ = Counter(row.day.replace(day=1) for row in journal.rows).most_common(1)
    return month_of(month.isoformat()[:7], labels)
