"""What a billing run reads: what is open, not what is done. Its cost follows the open hours and the period's orders.

The used keys are read first: a run that is overtaken between its reads then proposes a key that exists, and writes nothing,
instead of a new key for hours that another run has just billed. Source: odoo-facts.md, "A key does not protect the hours".

Where months stand apart, the keys of other months follow the hours, which say what months there are, and still come before the
invoices: what another run has billed by then its invoice claims, and what it bills later has a key that this run proposes too.
"""

import numpy as np
import pandas as pd

from connectors.odoo.reader import Reader
from flows.chunks import by_ids, chunks, joined
from flows.cra_stages import stage_steps
from flows.workplace import Workplace
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import conform, frame
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import BillingPolicy
from rules.billing.data import LINE_HOURS, BillingData


def pull(place: Workplace, period: Period) -> BillingData:
    """Everything the billing rule needs about one company and period."""
    reader = place.reader
    used = _used_keys(reader, {period.month})
    sheets = timesheets(reader, period)
    drafts = reader.read(ds.INVOICES, [("state", "=", "draft"), ("key", "!=", "")])
    on_drafts = by_ids(reader, ds.INVOICE_LINES, "invoice_id", drafts["id"])
    sheets = joined([sheets, by_ids(reader, ds.TIMESHEETS, "invoice_id", drafts["id"])])
    lines = _order_lines(reader, place.company_id, sheets, on_drafts)
    released = by_ids(reader, ds.TIMESHEETS, "order_line_id", lines["id"], [("released_on", "!=", False)])
    sheets = joined([sheets, released, _logged_elsewhere(place, lines["id"], period)])
    deliveries = frame(ds.DELIVERIES)
    if place.at(period.until).billing.months == "apart":
        deliveries = _deliveries(reader, lines)
        used |= _used_keys(reader, _months(sheets["date"], deliveries["date"]) - {period.month})
    on_invoices = joined([by_ids(reader, ds.INVOICE_LINES, "order_line_ids", lines["id"]), on_drafts])
    orders = by_ids(reader, ds.ORDERS, "id", lines["order_id"])
    contracts = reader.read(ds.CONTRACTS, archived=False)
    contract_lines = by_ids(reader, ds.CONTRACT_LINES, "contract_id", contracts["id"])
    of_contracts, on_contracts = _contract_invoices(reader, contracts, contract_lines)
    on_invoices = joined([on_invoices, on_contracts])
    partners = partners_of(reader, orders, contracts)
    cras, steps = cras_of(place, lines["id"], period)
    return BillingData(
        companies=reader.read(ds.COMPANIES, [("id", "=", place.company_id)]),
        currencies=reader.read(ds.CURRENCIES, archived=False),
        calendars=reader.read(ds.CALENDARS),
        partners=partners,
        products=by_ids(reader, ds.PRODUCTS, "id", pd.concat([lines["product_id"], contract_lines["product_id"]])),
        units=reader.read(ds.UNITS),
        orders=orders,
        order_lines=lines,
        timesheets=sheets,
        line_hours=line_hours(reader, lines["id"], _known_or_invoiced(period)),
        invoices=invoices_of(reader, pd.concat([on_invoices["invoice_id"], of_contracts]), sheets["invoice_id"], drafts),
        invoice_lines=on_invoices,
        milestones=by_ids(reader, ds.MILESTONES, "order_line_id", lines["id"]),
        expenses=by_ids(reader, ds.EXPENSES, "order_id", orders["id"], _expenses(place.at(period.until).billing)),
        employees=by_ids(reader, ds.EMPLOYEES, "id", pd.concat([sheets["employee_id"], lines["consultant_id"]])),
        projects=by_ids(reader, ds.PROJECTS, "id", sheets["project_id"]),
        tasks=by_ids(reader, ds.TASKS, "id", sheets["task_id"]),
        users=by_ids(reader, ds.USERS, "id", sheets["validated_by"]),
        contracts=contracts,
        contract_lines=contract_lines,
        cras=cras,
        cra_steps=steps,
        deliveries=deliveries,
        used_keys=used,
    )


def hours_on_server(place: Workplace, period: Period, validated: Where = (("validated", "=", True),)) -> int:
    """Micro-hours validated in the period, as the server itself sums them: what the balance is checked against."""
    where: Where = [("is_absence", "=", False), ("date", ">=", period.since), ("date", "<=", period.until), *validated]
    return int(place.reader.totals(ds.TIMESHEETS, [], "hours", where)["hours"].sum())


UNLINKED: Where = ["|", "|", ("invoice_id", "=", 0), ("invoice_state", "=", "cancel"), ("invoice_payment", "=", "reversed")]
"""Hours without a live invoice."""


def timesheets(reader: Reader, period: Period, unlinked: Where = UNLINKED) -> pd.DataFrame:
    """All hours of the period, and what is open before it: billable hours without a live invoice, or without an order line."""
    within: Where = [("is_absence", "=", False), ("date", ">=", period.since), ("date", "<=", period.until)]
    homeless: Where = ["&", ("order_line_id", "=", 0), ("project_billable", "=", True)]
    earlier: Where = [
        ("is_absence", "=", False), ("date", "<", period.since), *unlinked,
        "|", ("billing", "=", "billable_time"), *homeless,
        ("qualification", "not in", ["included", "non_billable"]),
    ]  # fmt: skip
    return joined([reader.read(ds.TIMESHEETS, within), reader.read(ds.TIMESHEETS, earlier)])


def _logged_elsewhere(place: Workplace, line_ids: "pd.Series[int]", period: Period) -> pd.DataFrame:
    """Time that people logged in another company on this one's order lines: it cannot be billed and must be named."""
    if not place.other_company_ids:
        return frame(ds.TIMESHEETS)
    open_hours: Where = [("validated", "=", True), ("invoice_id", "=", 0), ("date", "<=", period.until)]
    return by_ids(place.elsewhere, ds.TIMESHEETS, "order_line_id", line_ids, open_hours)


def _order_lines(reader: Reader, company_id: int, sheets: pd.DataFrame, on_drafts: pd.DataFrame) -> pd.DataFrame:
    """All lines of the orders in question: those with hours in `sheets`, those of Regie's drafts, and those the server has
    something to invoice on."""
    of_company: Where = [("company_id", "=", company_id)]
    drafted = [line_id for line_ids in on_drafts["order_line_ids"] for line_id in line_ids]
    wanted = pd.Series([*sheets["order_line_id"], *drafted], dtype="int64")
    known = by_ids(reader, ds.ORDER_LINES, "id", wanted, of_company, columns=["order_id"])
    open_lines = reader.read(
        ds.ORDER_LINES, [*of_company, ("state", "=", "sale"), ("to_invoice", "!=", 0)], columns=["order_id"]
    )
    return by_ids(reader, ds.ORDER_LINES, "order_id", pd.concat([known["order_id"], open_lines["order_id"]]), of_company)


def invoices_of(reader: Reader, on_lines: "pd.Series[int]", on_hours: "pd.Series[int]", drafts: pd.DataFrame) -> pd.DataFrame:
    """The invoices of these lines and hours, Regie's drafts, and the credit notes that take any of them back."""
    found = by_ids(reader, ds.INVOICES, "id", pd.concat([on_lines, on_hours]))
    reversals = by_ids(reader, ds.INVOICES, "reverses_id", found["id"])
    return joined([found, drafts, reversals])


def _known_or_invoiced(period: Period) -> Where:
    return ["|", ("invoice_id", "!=", 0), "&", ("validated", "=", True), ("date", "<=", period.until)]


def line_hours(reader: Reader, line_ids: "pd.Series[int]", which: Where) -> pd.DataFrame:
    """`LINE_HOURS` of these order lines, as the server sums them."""
    by = ["order_line_id", "qualification", "kind"]
    parts = [
        reader.totals(ds.TIMESHEETS, by, "hours", [("order_line_id", "in", ids), ("is_absence", "=", False), *which])
        for ids in chunks(line_ids)
    ]
    return conform(LINE_HOURS, pd.concat(parts, ignore_index=True)) if parts else frame(LINE_HOURS)


def _used_keys(reader: Reader, months: set[str]) -> frozenset[str]:
    """Keys of Regie's invoices of these months, cancelled ones included."""
    if not months:
        return frozenset()
    either: Where = [*["|"] * (len(months) - 1), *(("key", "=like", f"inv\\_%\\_{month}\\_n%") for month in sorted(months))]
    return frozenset(reader.read(ds.INVOICES, either, columns=["key"])["key"])


def _months(*days: "pd.Series[pd.Timestamp]") -> set[str]:
    """The months these days are in: `2026-10`."""
    return {month for some in days for month in np.unique(some.to_numpy().astype("datetime64[M]")).astype(str).tolist()}


def _deliveries(reader: Reader, lines: pd.DataFrame) -> pd.DataFrame:
    """The posted expenses of the order lines that re-bill them and are not invoiced yet."""
    to_bill = lines["is_expense"] & (lines["delivered"] != lines["invoiced"])
    return by_ids(reader, ds.DELIVERIES, "order_line_id", lines.loc[to_bill, "id"])


def _expenses(policy: BillingPolicy) -> Where:
    """Those that wait; where each mission has a draft, also the posted ones, which tell whose their order line is."""
    return [] if policy.grouping == "mission" else [("state", "in", ["submitted", "approved"])]


def _contract_invoices(
    reader: Reader, contracts: pd.DataFrame, contract_lines: pd.DataFrame
) -> "tuple[pd.Series[int], pd.DataFrame]":
    """Of the contracts Regie owns: its invoices' ids, also where a person took all lines off, and every invoice line."""
    owned = contracts.loc[contracts["owned_by_regie"], "id"]
    if not len(owned):
        return owned, frame(ds.INVOICE_LINES)
    mine = contract_lines.loc[contract_lines["contract_id"].isin(owned), "id"]
    keyed = reader.read(ds.INVOICES, [("key", "=like", "inv\\_k%")], columns=["key"])
    return keyed["id"], by_ids(reader, ds.INVOICE_LINES, "contract_line_id", mine)


def cras_of(place: Workplace, line_ids: "pd.Series[int]", period: Period) -> tuple[pd.DataFrame, dict[int, str]]:
    """The CRAs of these order lines and the step each stage stands for, where the company wants hours to wait for them."""
    if not place.at(period.until).billing.cra_required:
        return frame(ds.CRAS), {}
    return by_ids(place.reader, ds.CRAS, "order_line_id", line_ids), stage_steps(place.odoo)


def partners_of(reader: Reader, *sold: pd.DataFrame) -> pd.DataFrame:
    """The clients and payers of what is sold, and the companies behind them."""
    ids = [data[column] for data in sold for column in ("partner_id", "invoice_partner_id")]
    partners = by_ids(reader, ds.PARTNERS, "id", pd.concat(ids))
    return joined([partners, by_ids(reader, ds.PARTNERS, "id", partners["commercial_id"])])
