"""The flow "Arrêter FAE et PCA": revenue done and not invoiced, or invoiced and not earned, becomes entries on one day."""

from dataclasses import replace
from datetime import date

import pandas as pd

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.posting import post
from connectors.odoo.writer import Writer
from flows.accrue_detail import details
from flows.accrue_pull import pull, validated
from flows.balance import as_hours, balanced, once_more
from flows.bill_pull import hours_on_server
from flows.names import account_names
from flows.run import run
from flows.shape import Mode, Report, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.records import ENTRY
from mappings.vocabulary.written import Rejection, Written
from rules.wip.balance import buckets
from rules.wip.books import ClosingBooks
from rules.wip.case import Policies
from rules.wip.decide import Closing, decide
from rules.wip.entries import back
from rules.wip.proposal import STOPS


def accrue(  # noqa: PLR0913, PLR0917 - what a run is told
    company: str,
    period: Period,
    mode: Mode,
    screen: Screen,
    odoo: Odoo | OdooSettings | None = None,
    known_on: date | None = None,
) -> Report:
    """Close a company's revenue on the period's last day, over a connection or one made by these settings.

    `known_on`: only time and CRAs validated, and invoices posted, up to that day count, so that a closing of then can be made
    again as it was.
    Raises RunStopped, OdooError or FileError with what to do; then nothing was written that is not reported.
    """
    place = open_workplace(company, odoo, screen)
    decided: list[Closing] = []

    def propose() -> Report:
        screen.progress("read", 0, 0)
        books = pull(place, period, known_on)
        screen.progress("decide", 0, 0)
        closing = decide(books, period, policies(place, period), place.labels)
        decided[:] = [closing]
        return _report(place, period, books, closing)

    def write(report: Report, plan: Plan) -> Written:
        plan = in_pairs(report.plan, plan)
        documents = details(decided[0], report, plan)
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        written = writer.push(plan, documents, lambda done, total: screen.progress("write", done, total))
        if not place.at(period.until).closing.post or written.rejected:
            return written
        # What an earlier run left as a draft is posted as it was meant, or not at all.
        edited = writer.changed([upsert for upsert in plan.upserts if upsert.key in written.existing])
        failed = {key: place.labels("closing.edited", differences=said) for key, said in edited.items()}
        sound = in_pairs(plan, Plan(upserts=tuple(one for one in plan.upserts if one.key not in edited)))
        failed |= post(place.odoo, place.company_id, {upsert.key: written.ids[upsert.key] for upsert in sound.upserts})
        return replace(written, rejected=tuple(Rejection(key, message) for key, message in failed.items()))

    return run(mode, screen, place.labels, once_more(propose), write)


def _report(place: Workplace, period: Period, books: ClosingBooks, closing: Closing) -> Report:
    sheet = closing.sheet[closing.sheet["company_id"] == place.company_id]
    within = sheet["date"] >= pd.Timestamp(period.since)
    now, before = (buckets(sheet[rows], closing.booked, closing.unbooked) for rows in (within, ~within))
    every = policies(place, period).closing.not_validated == "accrue"
    on_server = hours_on_server(place, period, () if every else validated(books.known_on))
    return Report(
        company=place.file.name,
        period=period,
        language=place.file.language,
        currency=books.currency,
        plan=closing.plan,
        document=ENTRY.name,
        balance=balanced(now, on_server, place.labels),
        earlier=as_hours(before, sum(before.values())),
        names=account_names(books.accounts),
    )


def in_pairs(proposed: Plan, approved: Plan) -> Plan:
    """Without an entry whose reversal a person left out, or changed meanwhile, and without such a reversal: revenue would
    count twice, or nothing be taken back."""
    keys, kept = {upsert.key for upsert in proposed.upserts}, {upsert.key for upsert in approved.upserts}
    torn = {key for key in keys if (key in kept) != (back(key) in kept) and back(key) in keys}
    torn |= {back(key) for key in torn}
    return approved._replace(upserts=tuple(one for one in approved.upserts if one.key not in torn))


def policies(place: Workplace, period: Period) -> Policies:
    """What the company file says on the closing date."""
    file = place.at(period.until)
    return Policies(file.billing, file.closing, file.accounts)


def refused(report: Report) -> bool:
    """Whether something is to be booked and nothing may be, or Odoo refused it."""
    stopped = {finding.code for finding in report.plan.findings} & STOPS
    return bool(stopped or (report.written and report.written.rejected))
