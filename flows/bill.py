"""The flow "Facturer le mois": from validated hours to draft invoices. It never posts."""

import pandas as pd

from connectors.odoo import Odoo, OdooSettings
from connectors.odoo.writer import Writer
from flows.accrue_pull import accrued_hours
from flows.balance import as_hours, balanced, once_more
from flows.bill_detail import details
from flows.bill_pull import hours_on_server, pull
from flows.cra_attached import proofs_of
from flows.names import names
from flows.provision import guard_stands
from flows.run import run
from flows.shape import Mode, Report, RunStopped, Screen
from flows.workplace import CONNECTIONS, Workplace, open_workplace
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from mappings.vocabulary.written import Written
from rules.billing.balance import buckets
from rules.billing.data import BillingData
from rules.billing.decide import Decision, decide


def bill(company: str, period: Period, mode: Mode, screen: Screen, odoo: Odoo | OdooSettings | None = None) -> Report:
    """Bill what is validated up to the closing date and not billed yet, over a connection or one made by these settings.

    Raises RunStopped, OdooError or FileError with what to do; then nothing was written that is not reported.
    """
    place = open_workplace(company, odoo, screen)
    if mode is not Mode.PREVIEW and not guard_stands(place.odoo):
        raise RunStopped(place.labels("run.no_guard"))
    read: list[BillingData] = []

    def propose() -> Report:
        screen.progress("read", 0, 0)
        data = pull(place, period)
        screen.progress("decide", 0, 0)
        decision = decide(data, period, place.at(period.until).billing, place.labels)
        read[:] = [data]
        return _report(place, period, data, decision)

    def write(report: Report, plan: Plan) -> Written:
        writer = Writer(place.odoo, place.schema, CONNECTIONS, place.file.language)
        proofs = proofs_of(place, writer, read[0], plan)
        documents = {key: (detail, *proofs.get(key, ())) for key, detail in details(read[0], report, plan).items()}
        return writer.push(plan, documents, lambda done, total: screen.progress("write", done, total))

    return run(mode, screen, place.labels, once_more(propose), write)


def _report(place: Workplace, period: Period, data: BillingData, decision: Decision) -> Report:
    sheet = decision.sheet[decision.sheet["company_id"] == place.company_id]
    within = sheet["date"] >= pd.Timestamp(period.since)
    accrued = accrued_hours(place, period)
    return Report(
        company=place.file.name,
        period=period,
        language=place.file.language,
        currency=data.name("currencies", data.company.currency_id),
        plan=decision.plan,
        balance=balanced(buckets(sheet[within], accrued), hours_on_server(place, period), place.labels),
        earlier=as_hours(earlier := buckets(sheet[~within], accrued), sum(earlier.values())),
        names=names(data, decision.plan),
    )
