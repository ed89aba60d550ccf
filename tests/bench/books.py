"""A services company of any size, as the frames that the billing rule decides on: for measuring, not for checking.

For a million timesheets: 20,000 order lines of every mode on 14,000 orders, 13,000 drafts to make, 1,400 invoices of before,
100,000 findings. Smaller companies have the same shares. The same size gives the same company.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import Dataset, conform
from mappings.vocabulary.period import Period
from mappings.vocabulary.units import MICRO, MONEY
from rules.billing.content import ContentLine, dump
from rules.billing.data import LINE_HOURS, BillingData

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HOUR, DAY_7, PIECE = 1, 2, 3
MODES = {  # sold as: invoiced on, moved by, unit, ordered, price
    "time": ("delivery", "timesheet", HOUR, 400, 83.5),
    "day": ("delivery", "timesheet", DAY_7, 60, 640.0),
    "fixed": ("order", "manual", PIECE, 1, 5400.0),
    "prepaid": ("order", "manual", HOUR, 60, 95.0),
    "milestone": ("delivery", "milestones", PIECE, 1, 13000.0),
    "manual": ("delivery", "manual", PIECE, 40, 25.0),
}
SOLD = (*["time"] * 8, *["day"] * 5, "fixed", "fixed", "prepaid", "prepaid", "milestone", "milestone", "manual")
"""How the lines are sold, twenty by twenty."""


def company(timesheets: int) -> BillingData:
    """A company that logged so many timesheets (2,000 at least)."""
    random = np.random.default_rng(timesheets)
    lines = _order_lines(timesheets // 50, timesheets * 14 // 1000)
    sheets = _timesheets(timesheets, lines, random)
    invoices, invoice_lines = _invoiced(sheets, lines, timesheets * 14 // 10_000)
    orders = _orders(int(lines["order_id"].max()))
    counted = sheets[sheets["validated"] & (sheets["order_line_id"] != 0)]
    sums = counted.groupby(["order_line_id", "qualification", "kind"], as_index=False)["hours"].sum()
    return BillingData(
        companies=_frame(ds.COMPANIES, 1, name="Stafforia", currency_id=1, calendar_id=1, discount_product_id=99),
        currencies=_frame(ds.CURRENCIES, 1, name="EUR", digits=2),
        calendars=_frame(ds.CALENDARS, 1, name="35 h", hours_per_day=7 * MICRO),
        partners=_frame(ds.PARTNERS, 1000, name=_numbered("Client", 1000), language="fr_FR", active=True),
        products=_frame(
            ds.PRODUCTS, len(MODES), name=list(MODES), active=True, invoice_on=[invoice_on for invoice_on, *_ in MODES.values()]
        ),
        units=_frame(ds.UNITS, 3, name=["Heures", "Jour (7 h)", "Unités"], hours=[MICRO, 7 * MICRO, 0], rounding=MICRO // 100),
        orders=orders,
        order_lines=lines,
        timesheets=sheets,
        line_hours=conform(LINE_HOURS, sums),
        invoices=invoices,
        invoice_lines=invoice_lines,
        milestones=_milestones(lines),
        expenses=_expenses(timesheets * 6 // 100, len(orders)),
        employees=_frame(ds.EMPLOYEES, 50, name=_numbered("Personne", 50), company_id=1),
        projects=_projects(timesheets * 4 // 100),
        tasks=_frame(ds.TASKS, 1, name="Tâche"),
        users=_frame(ds.USERS, 5, name=_numbered("Responsable", 5)),
    )


def _frame(dataset: Dataset, count: int, **columns: Any) -> pd.DataFrame:
    return conform(dataset, pd.DataFrame({"id": np.arange(1, count + 1), **columns}, index=pd.RangeIndex(count)))


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(1, count + 1)]


def _orders(count: int) -> pd.DataFrame:
    client = np.arange(count) % 1000 + 1
    return _frame(
        ds.ORDERS, count, name=_numbered("S", count), company_id=1, state="sale", partner_id=client, invoice_partner_id=client,
        currency_id=1, ordered_on=pd.Timestamp("2026-10-01"),
        contract_required=np.arange(count) % 20 == 0,  # not signed: held back
    )  # fmt: skip


def _order_lines(count: int, orders: int) -> pd.DataFrame:
    sold = [SOLD[number % len(SOLD)] for number in range(count)]
    figures = [MODES[mode] for mode in sold]
    delivered = np.where(np.array(sold) == "manual", 4 * MICRO, 0)
    return _frame(
        ds.ORDER_LINES, count, order_id=np.arange(count) % orders + 1, company_id=1, state="sale", sequence=10,
        name=[f"Prestation {number}" for number in range(count)], product_id=[list(MODES).index(mode) + 1 for mode in sold],
        unit_id=[unit for _, _, unit, _, _ in figures], ordered=[ordered * MICRO for _, _, _, ordered, _ in figures],
        delivered=delivered, delivered_by=[by for _, by, _, _, _ in figures],
        # Prices differ from line to line, as they do: no text is made once and used for all.
        price_unit=[int(price * MONEY) + number % 977 * 100 for number, (*_, price) in enumerate(figures)],
        subtotal=[int(ordered * price * MONEY) for _, _, _, ordered, price in figures],
        tax_ids=[(5,)] * count,
    )  # fmt: skip


def _timesheets(count: int, lines: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Nine in ten on order lines (as many hours on each), the others on 1,000 internal and many billable projects."""
    number = np.arange(count)
    line = np.where(number % 10 < 9, number % len(lines) + 1, 0)
    homeless = count * 3 // 100  # billable projects without an order line: a finding each
    project = np.where(line != 0, 1, np.where(number % 20 == 19, 2 + number // 20 % homeless, 0))
    internal = (line == 0) & (project == 0)
    project[internal] = count * 4 // 100 - random.integers(0, max(1, count // 1000), internal.sum())
    minutes = random.choice([15, 30, 45, 60, 90, 120, 210, 240, 420], count)
    return _frame(
        ds.TIMESHEETS, count, date=pd.Timestamp("2026-10-01") + pd.to_timedelta(random.integers(0, 31, count), unit="D"),
        hours=minutes * (MICRO // 60), description="Assistance", employee_id=random.integers(1, 51, count), company_id=1,
        project_id=project, order_line_id=line, billing="billable_time", validated=random.random(count) < 0.99,
        validated_by=random.integers(1, 6, count), validated_on=pd.Timestamp("2026-11-02"),
        kind=np.where(random.random(count) < 0.06, "travel", "work"),
        qualification=np.where(random.random(count) < 0.02, "non_billable", ""),
    )  # fmt: skip


def _invoiced(sheets: pd.DataFrame, lines: pd.DataFrame, count: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Posted invoices that Regie made of the first hours of the first time lines; links them in `sheets`."""
    time = lines[lines["product_id"] == 1].head(count)
    mine = sheets[sheets["order_line_id"].isin(time["id"]) & sheets["validated"] & (sheets["qualification"] == "")]
    mine = mine.groupby("order_line_id").head(10)
    contents, sums = [], mine.groupby("order_line_id")["hours"].sum()
    claimed = {int(str(key)): group for key, group in mine.groupby("order_line_id")}
    invoice_of = {int(line): place + 1 for place, line in enumerate(time["id"])}
    for line in time.itertuples(index=False):
        rows = claimed[line.id]
        hours = dict(zip(map(int, rows["id"]), map(int, rows["hours"]), strict=True))
        units, price = Decimal(int(sums[line.id])) / MICRO, Decimal(int(line.price_unit)) / MONEY
        contents.append(dump([ContentLine(line.id, line.name, units, price, Decimal(0), 1, (5,), units * price, hours)]))
    sheets.loc[mine.index, "invoice_id"] = mine["order_line_id"].map(invoice_of)
    hours = sums.reindex(time["id"]).to_numpy()
    worth = hours * time["price_unit"].to_numpy() // MICRO
    invoices = _frame(
        ds.INVOICES, len(time), name=_numbered("FAC", len(time)), key=[f"inv_o{o}_2026-09_n1" for o in time["order_id"]],
        content=contents, company_id=1, type="out_invoice", state="posted", payment_state="not_paid", posted_before=True,
        partner_id=1, created_at=pd.Timestamp("2026-10-02", tz="UTC"), amount_untaxed=worth, currency_id=1,
    )  # fmt: skip
    invoice_lines = _frame(
        ds.INVOICE_LINES, len(time), invoice_id=invoices["id"].to_numpy(), order_line_ids=[(int(i),) for i in time["id"]],
        display="product", name=time["name"].to_numpy(), product_id=1, quantity=hours, unit_id=HOUR, subtotal=worth,
        price_unit=time["price_unit"].to_numpy(), tax_ids=[(5,)] * len(time),
    )  # fmt: skip
    return invoices, invoice_lines


def _milestones(lines: pd.DataFrame) -> pd.DataFrame:
    """Thirty, forty and thirty percent of each line; the first is reached."""
    mine = lines.loc[lines["delivered_by"] == "milestones", "id"].to_numpy()
    part = np.tile(np.arange(3), len(mine))
    return _frame(
        ds.MILESTONES, len(part), name=np.array(["Cadrage", "Recette", "Mise en service"])[part], project_id=1,
        order_line_id=np.repeat(mine, 3), share=np.array([300_000, 400_000, 300_000])[part], reached=part == 0,
        reached_on=pd.Series(np.where(part == 0, pd.Timestamp("2026-10-15"), pd.NaT)),
    )  # fmt: skip


def _expenses(count: int, orders: int) -> pd.DataFrame:
    """Approved and not posted: a finding each."""
    number = np.arange(count)
    return _frame(
        ds.EXPENSES, count, name=_numbered("Train", count), date=pd.Timestamp("2026-10-20"), employee_id=number % 50 + 1,
        company_id=1, order_id=number % orders + 1, state="approved", product_id=1, amount=1_000_000 + number * 10,
    )  # fmt: skip


def _projects(count: int) -> pd.DataFrame:
    """Three in four billable, the last internal."""
    return _frame(
        ds.PROJECTS, count, name=_numbered("Projet", count), company_id=1, billable=np.arange(count) < count * 3 // 4 + 1
    )
