"""What a closing reads: every confirmed order with all its invoices, the period's hours and those not invoiced on its last day.

Unlike a billing run, which reads what is open now, it must know what was open then: an order that is invoiced whole may be half
done. Its cost follows the confirmed order lines: the hours behind them are summed by the server.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.odoo.reader import Reader
from flows.bill_pull import UNLINKED, cras_of, invoices_of, line_hours, partners_of, timesheets
from flows.chunks import by_ids, chunks, joined
from flows.cra_stages import steps_of
from flows.workplace import Workplace
from mappings.odoo.where import Condition, Where, like
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import Dataset, conform, frame
from mappings.vocabulary.period import Period
from rules.billing.data import LINE_HOURS, BillingData
from rules.wip.books import LINE_COSTS, SPENDINGS, WORK_DAYS, ClosingBooks
from rules.wip.entries import Kind, entry_name, hours_in
from rules.wip.postings import posted_later

_CLAIMED = ("submitted", "approved", "posted", "in_payment", "paid")
"""States of expenses that somebody asked to be paid."""


def pull(place: Workplace, period: Period, known_on: date | None) -> ClosingBooks:
    """Everything the closing rule needs about one company and day. The used keys are read first, as in every flow."""
    reader, until = place.reader, period.until
    entries, all_entries = _entries(reader, place.company_id, period), _all_entries(reader, place.company_id)
    later = _posted_later(place, until, known_on) if known_on else set[int]()
    after: Where = ["|", ("invoice_dated", ">", until), ("invoice_id", "in", sorted(later))]
    sheets = timesheets(reader, period, ["|", "|", *UNLINKED, ("invoice_state", "=", "draft"), *after])
    lines = _order_lines(reader, place.company_id, sheets)
    posted: Where = ["&", ("invoice_state", "=", "posted"), ("invoice_dated", "<=", until)]
    invoiced: Where = ["&", *posted, ("invoice_id", "not in", sorted(later))]
    not_invoiced: Where = ["|", "|", ("invoice_id", "=", 0), ("invoice_state", "!=", "posted"), *after]
    known: Where = [("date", "<=", until), "|", *validated(known_on), *invoiced]
    waiting: Where = [("date", "<=", until), *_not_validated(known_on), *not_invoiced]
    rebilled = lines.loc[lines["delivered_by"] == "analytic", "id"]
    billing = _billing(place, period, lines, sheets)
    return ClosingBooks(
        billing=replace(billing, line_hours=line_hours(reader, lines["id"], known)),
        waiting_hours=line_hours(reader, lines["id"], waiting),
        line_costs=_sums(reader, ds.TIMESHEETS, LINE_COSTS, lines["id"], period),
        line_deliveries=by_ids(reader, ds.DELIVERIES, "order_line_id", rebilled, [("date", "<=", until)]),
        spendings=spendings(reader, billing.projects["account_id"], [("date", "<=", until)]),
        work_days=_work_days(reader, billing),
        updates=by_ids(reader, ds.PROJECT_UPDATES, "project_id", billing.projects["id"], [("date", "<=", until)]),
        rates=reader.read(ds.RATES, [("date", "<=", until)]),
        taxes=reader.read(ds.TAXES),
        accounts=reader.read(ds.ACCOUNTS, archived=False),
        journals=reader.read(ds.JOURNALS, archived=False),
        product_accounts=by_ids(reader, ds.PRODUCT_ACCOUNTS, "id", lines["product_id"]),
        categories=reader.read(ds.CATEGORIES),
        account_maps=reader.read(ds.ACCOUNT_MAPS),
        entries=entries,
        all_entries=all_entries,
        known_on=known_on,
        posted_later=later,
        cra_steps=steps_of(reader, billing.cras, billing.cra_steps) if known_on else {},
        zone=place.file.timezone,
    )


def _posted_later(place: Workplace, until: date, known_on: date) -> set[int]:
    """The invoices dated up to the closing that were posted after that evening."""
    reader = place.reader
    evening = datetime.combine(known_on + timedelta(days=1), time(), ZoneInfo(place.file.timezone))
    changes = reader.read(ds.STATE_CHANGES, [("at", ">=", evening)])
    messages = by_ids(reader, ds.ENTRY_MESSAGES, "id", changes["message_id"])
    dated: Where = [("state", "=", "posted"), ("accounting_date", "<=", until), ("company_id", "=", place.company_id)]
    return posted_later(changes, messages, by_ids(reader, ds.INVOICES, "id", messages["entry_id"], dated, columns=["state"]))


def validated(known_on: date | None) -> Where:
    """Hours validated up to that day, or at all; one condition."""
    if known_on is None:
        return [("validated", "=", True)]
    return ["&", ("validated", "=", True), "|", ("validated_on", "=", False), ("validated_on", "<=", known_on)]


def _not_validated(known_on: date | None) -> Where:
    """The others; one condition."""
    if known_on is None:
        return [("validated", "=", False)]
    return ["|", ("validated", "=", False), ("validated_on", ">", known_on)]


def accrued_hours(place: Workplace, period: Period) -> dict[int, int]:
    """Micro-hours by timesheet that the accrual of this closing date covers, if one stands."""
    name = entry_name(Kind.ACCRUED, place.company_id, period.until)
    keyed: Where = [("key", "=like", like(f"{name}%")), ("state", "!=", "cancel"), ("reverses_id", "=", 0)]
    return hours_in(place.reader.read(ds.ENTRIES, keyed, columns=["content"])["content"])


def _entries(reader: Reader, company_id: int, period: Period) -> pd.DataFrame:
    """The contents of Regie's entries of this closing, and of their reversals."""
    of_kinds: list[Condition] = [("key", "=like", like(f"{entry_name(kind, company_id, period.until)}%")) for kind in Kind]
    return reader.read(ds.ENTRIES, ["|", *of_kinds], ["content"])


def _all_entries(reader: Reader, company_id: int) -> pd.DataFrame:
    """Those of every closing, and what takes one back without a key: a few a month; not their contents, which are large."""
    of_kinds: list[Condition] = [("key", "=like", like(f"{kind}_{company_id}_%")) for kind in Kind]
    by_hand: Where = ["&", ("key", "=", ""), ("reverses_id", "!=", 0)]
    return reader.read(ds.ENTRIES, ["|", "|", *of_kinds, *by_hand], [name for name in ds.ENTRIES.names if name != "content"])


def _order_lines(reader: Reader, company_id: int, sheets: pd.DataFrame) -> pd.DataFrame:
    """All lines of confirmed orders, and of others that somebody logged these hours on."""
    of_company: Where = [("company_id", "=", company_id)]
    confirmed = reader.read(ds.ORDER_LINES, [*of_company, ("state", "=", "sale")])
    other = by_ids(reader, ds.ORDER_LINES, "id", sheets["order_line_id"], [*of_company, ("state", "!=", "sale")], ["order_id"])
    return joined([confirmed, by_ids(reader, ds.ORDER_LINES, "order_id", other["order_id"], of_company)])


def _billing(place: Workplace, period: Period, lines: pd.DataFrame, sheets: pd.DataFrame) -> BillingData:
    """What is sold, worked and invoiced, as it stands now, without the sums of hours."""
    reader = place.reader
    orders = by_ids(reader, ds.ORDERS, "id", lines["order_id"])
    on_invoices = by_ids(reader, ds.INVOICE_LINES, "order_line_ids", lines["id"])
    contracts = reader.read(ds.CONTRACTS, archived=False)
    cras, steps = cras_of(place, lines["id"], period)
    made_for = by_ids(reader, ds.PROJECTS, "order_line_id", lines["id"])
    expenses = by_ids(reader, ds.EXPENSES, "order_id", orders["id"], [("state", "in", list(_CLAIMED))])
    return BillingData(
        companies=reader.read(ds.COMPANIES, [("id", "=", place.company_id)]),
        currencies=reader.read(ds.CURRENCIES, archived=False),
        calendars=reader.read(ds.CALENDARS),
        partners=partners_of(reader, orders, contracts),
        products=by_ids(reader, ds.PRODUCTS, "id", lines["product_id"]),
        units=reader.read(ds.UNITS),
        orders=orders,
        order_lines=lines,
        timesheets=sheets,
        line_hours=frame(LINE_HOURS),
        invoices=invoices_of(reader, on_invoices["invoice_id"], sheets["invoice_id"], frame(ds.INVOICES)),
        invoice_lines=on_invoices,
        milestones=by_ids(reader, ds.MILESTONES, "order_line_id", lines["id"]),
        expenses=expenses,
        employees=by_ids(reader, ds.EMPLOYEES, "id", pd.concat([sheets["employee_id"], expenses["employee_id"]])),
        projects=joined([made_for, by_ids(reader, ds.PROJECTS, "id", pd.concat([lines["project_id"], sheets["project_id"]]))]),
        tasks=by_ids(reader, ds.TASKS, "id", sheets["task_id"]),
        users=by_ids(reader, ds.USERS, "id", sheets["validated_by"]),
        contracts=contracts,
        cras=cras,
        cra_steps=steps,
    )


def _work_days(reader: Reader, billing: BillingData) -> pd.DataFrame:
    """Days with time on lines delivered by hand: few lines have any, as a travel line that is billed flat."""
    lines, products = billing.order_lines, billing.products
    ordered = set(products.loc[products["invoice_on"] == "order", "id"])
    by_hand = lines.loc[(lines["delivered_by"] == "manual") & ~lines["product_id"].isin(ordered), "id"]
    return conform(WORK_DAYS, by_ids(reader, ds.TIMESHEETS, "order_line_id", by_hand, columns=WORK_DAYS.names))


def _sums(reader: Reader, dataset: Dataset, sums: Dataset, line_ids: "pd.Series[int]", period: Period) -> pd.DataFrame:
    """The last column of `sums` up to the closing date, by order line, as the server sums it."""
    by, total = sums.names
    parts = [reader.totals(dataset, [by], total, [(by, "in", ids), ("date", "<=", period.until)]) for ids in chunks(line_ids)]
    return conform(sums, pd.concat(parts, ignore_index=True)) if parts else frame(sums)


def spendings(reader: Reader, account_ids: "pd.Series[int]", when: Where) -> pd.DataFrame:
    """Without the entries that Regie itself makes: a payroll journal split by mission holds the cost of time once more."""
    by = ["account_id", "order_line_id"]
    parts = [
        reader.totals(ds.SPENDING, by, "amount", [("account_id", "in", ids), *when, ("entry_key", "=", "")])
        for ids in chunks(account_ids)
    ]
    return conform(SPENDINGS, pd.concat(parts, ignore_index=True)) if parts else frame(SPENDINGS)
