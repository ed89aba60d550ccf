"""What payroll variables are read from: people, their leave, expenses, sales and margins, and the exports that went out."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
from dateutil.relativedelta import relativedelta

from flows.chunks import by_ids, joined
from flows.margin_month import MarginMonth, margin_months
from flows.workplace import Workplace
from mappings.odoo.where import Where, like
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.pay_frames import STAFF
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.period import Period
from rules.variables.data import PayData
from rules.variables.managers import Open, open_periods
from rules.variables.margins import margin_bases, months_of_margins
from rules.variables.memory import recalled
from rules.variables.revenue import collecting, revenue
from rules.variables.revisions import Revision, prefix, revisions


def pull_sent(place: Workplace) -> dict[str, Revision]:
    """The last export of each month that stands in Odoo."""
    wanted = like(f"{prefix(place.company_id)}%")
    return revisions(place.company_id, each(place.reader.read(ds.ENTRIES, [("key", "=like", wanted)])))


def pull_pay(place: Workplace, month: Period, policy: PayPolicy, sent: Mapping[str, Revision]) -> PayData:
    """Everything the rules of payroll variables need about one company and month."""
    reader = place.reader
    counted = tuple(open_periods(lambda day: place.at(day).pay_variables.plans, month))
    [company] = each(reader.read(ds.COMPANIES, [("id", "=", place.company_id)]))
    [currency] = each(reader.read(ds.CURRENCIES, [("id", "=", company.currency_id)]))
    payees = reader.read(ds.PAYEES)
    staff = _staff(place, payees, policy)
    oldest = month.since - relativedelta(months=policy.late_months)
    # A part-timer's leave may count on until they return, in the month after it.
    taken: Where = [("since", "<=", month.until), ("until", ">=", oldest - relativedelta(months=1))]
    spent = reader.read(ds.EXPENSES, [("date", "<=", month.until), ("date", ">=", _expenses_since(policy, oldest))])
    before, paid = recalled((one.content for one in sent.values()), policy)
    users = {row.user_id: row.id for row in each(payees) if row.user_id}
    number_of = dict(zip(staff["id"].tolist(), staff["number"].tolist(), strict=True))
    numbers = {user: number_of[employee] for user, employee in users.items()}
    margins = margin_months(place, months_of_margins(counted, month))
    return PayData(
        staff=staff,
        attendances=reader.read(ds.ATTENDANCES),
        holidays=reader.read(ds.HOLIDAYS),
        leaves=by_ids(reader, ds.LEAVES, "employee_id", staff["id"], taken),
        leave_types=reader.read(ds.LEAVE_TYPES),
        overtime=by_ids(reader, ds.OVERTIME, "employee_id", staff["id"], [("date", ">=", oldest), ("date", "<=", month.until)]),
        expenses=spent,
        products=by_ids(reader, ds.PRODUCTS, "id", spent["product_id"], columns=["code"]),
        bases=pd.concat([_revenue(place, month, counted, numbers), _margins(margins, numbers)], ignore_index=True),
        paid=paid,
        sent=before,
        calendar_id=company.calendar_id,
        currency=currency.name,
        legal_leave_id=company.legal_leave_id,
        unpriced={
            one.period.since: [found for found in one.margins.findings if found.code == "margin_no_rate"] for one in margins
        },
    )


def _staff(place: Workplace, payees: pd.DataFrame, policy: PayPolicy) -> pd.DataFrame:
    """The employees, each with the number that stands where the company says."""
    contacts = by_ids(place.reader, ds.PARTNERS, "id", payees["contact_id"], columns=["reference"])
    references = dict(zip(contacts["id"].tolist(), contacts["reference"].tolist(), strict=True))

    def number(payee: Any) -> str:
        by_contact = policy.number == "contact_reference"
        return str(references.get(payee.contact_id, "") if by_contact else getattr(payee, policy.number))

    columns = ("id", "name", "calendar_id", "active")
    return frame(STAFF, ({name: getattr(row, name) for name in columns} | {"number": number(row)} for row in each(payees)))


def _expenses_since(policy: PayPolicy, oldest: date) -> date:
    """Meals matter as far back as leave does; what payroll reimburses as far as the company says."""
    return min(date.fromisoformat(f"{policy.expenses_since}-01"), oldest) if policy.expense_code else oldest


def _margins(months: Sequence[MarginMonth], numbers: Mapping[int, str]) -> pd.DataFrame:
    """The margins that `regie run margins` shows of these months, by business manager and mission."""
    return margin_bases({one.period.since: [(row, one.named(row)) for row in one.margins.rows] for one in months}, numbers)


def _revenue(place: Workplace, month: Period, counted: Sequence[Open], numbers: Mapping[int, str]) -> pd.DataFrame:
    """What business managers invoiced, and collected where a plan asks for it."""
    sales, terms, settled = _sales(place, month, counted), frame(ds.SALE_TERMS), frame(ds.SETTLEMENTS)
    if any(one.plan.basis == "revenue_collected" for one in counted):
        terms = by_ids(place.reader, ds.SALE_TERMS, "sale_id", sales["id"])
        settled = joined([by_ids(place.reader, ds.SETTLEMENTS, side, terms["id"]) for side in ("debit_id", "credit_id")])
        others = pd.concat([settled["debit_id"], settled["credit_id"]])
        paying = by_ids(place.reader, ds.PAYING_LINES, "id", others[~others.isin(terms["id"])])
        settled = collecting(settled, terms, paying)
    return revenue(sales, terms, settled, numbers, month.until)


def _sales(place: Workplace, month: Period, counted: Sequence[Open]) -> pd.DataFrame:
    """What was invoiced in the open periods of the plans on revenue, with the invoices that credit notes take back."""
    periods = [one.period for one in counted if one.plan.basis != "margin"]
    if not periods:
        return frame(ds.SALES)
    since = min(period.since for period in periods)
    within: Where = [
        ("state", "=", "posted"),
        ("invoice_date", ">=", since),
        ("invoice_date", "<", month.until + timedelta(days=1)),
    ]
    sales = place.reader.read(ds.SALES, within)
    taken_back = by_ids(place.reader, ds.SALES, "id", sales["reverses_id"])
    return joined([sales, taken_back])
