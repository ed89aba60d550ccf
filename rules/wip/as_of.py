"""What the books said on the closing date: only what was posted by then is invoiced, only what was done by then is done.

A draft is no invoice yet, nor is what is posted with a later accounting date: their hours are open again, and what they bill is
accrued. A reversal with a later date has reversed nothing yet. So a closing can be run again months later as of the same day.
Validation, of time and of CRAs, and what is posted with a date up to the closing, are as they stand when the run starts, since
October's report is signed in November, or as they stood at the end of a day that the run was told. Source: cra.md, "Accruals".
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from mappings.vocabulary.records import CRA_STAGES
from rules.billing.data import BillingData
from rules.billing.history import History, history
from rules.cra.evidence import Step
from rules.wip.books import ClosingBooks
from rules.wip.by_hand import delivered_by


def as_of(books: ClosingBooks, day: date) -> BillingData:
    """What billing would have read if nothing had been posted, worked or delivered after that day."""
    data, closing = books.billing, pd.Timestamp(day)
    # Whether an invoice is reversed follows from the credit notes that count; Odoo's own word is today's.
    booked = counts(data.invoices, closing) & ~data.invoices["id"].isin(books.posted_later)
    invoices = data.invoices[booked].assign(payment_state="")
    on_invoices = data.invoice_lines[data.invoice_lines["invoice_id"].isin(invoices["id"])]
    sheets = data.timesheets[data.timesheets["date"] <= closing]
    linked = sheets["invoice_id"].where(sheets["invoice_id"].isin(invoices["id"]), 0)
    # NaT compares false: where the server does not say when, it was.
    late = sheets["validated_on"] > (pd.Timestamp(books.known_on) if books.known_on else pd.NaT)
    return replace(
        data,
        invoices=invoices,
        invoice_lines=on_invoices,
        timesheets=sheets.assign(invoice_id=linked, validated=sheets["validated"] & ~late),
        order_lines=_delivered(books, day),
        cras=_reported(books),
    )


def counts(invoices: pd.DataFrame, closing: pd.Timestamp) -> "pd.Series[bool]":
    """Which invoices are in the books on that day: posted, and dated up to it."""
    return (invoices["state"] == "posted") & (invoices["accounting_date"] <= closing)


def all_validated(books: ClosingBooks, data: BillingData) -> BillingData:
    """The same with the time that nobody validated taken as validated."""
    hours = pd.concat([data.line_hours, books.waiting_hours], ignore_index=True)
    return replace(data, timesheets=data.timesheets.assign(validated=True), line_hours=hours)


def _delivered(books: ClosingBooks, day: date) -> pd.DataFrame:
    """Order lines with what expenses, and people by hand, delivered by the day."""
    lines = books.billing.order_lines
    by_then = books.line_deliveries.groupby("order_line_id")["delivered"].sum()
    dated = lines["id"].map(by_then).fillna(0).astype("int64")
    delivered = lines["delivered"].where(lines["delivered_by"] != "analytic", dated)
    return lines.assign(delivered=lines["id"].map(delivered_by(books, day)).fillna(delivered).astype("int64"))


def _reported(books: ClosingBooks) -> pd.DataFrame:
    """The CRAs at the step they stood at on the evening of `known_on`, the consultant's where they had taken none by then.

    What they say is what they say now: days that changed since had to be signed again.
    """
    cras = books.billing.cras
    if books.known_on is None or cras.empty:
        return cras
    stages = {step: stage_id for stage_id, step in books.billing.cra_steps.items()}
    then = [stages[_step_on(books.known_on, books.cra_steps.get(cra_id, ()), books.zone)] for cra_id in cras["id"].tolist()]
    return cras.assign(stage_id=pd.Series(then, index=cras.index, dtype="int64"))


def _step_on(day: date, steps: Iterable[Step], zone: str) -> str:
    taken = [step.now for step in steps if step.at.astimezone(ZoneInfo(zone)).date() <= day]
    return taken[-1] if taken else CRA_STAGES[0]


def past_of(books: ClosingBooks, counted: BillingData) -> History:
    """What the counted invoices say of each line; what a person conceded on any other counts as invoiced too.

    Example: of a draft over 10 h a person takes 1 h off and posts it in November. On 31 October 9 h are accrued, not 10.
    """
    now, then = history(books.billing), history(counted)
    billed = dict(then.billed)
    for line_id, line in now.billed.items():
        before = then.of(line_id)
        units = (line.kept_quantity - line.quantity) - (before.kept_quantity - before.quantity)
        untaxed = (line.kept_amount - line.amount) - (before.kept_amount - before.amount)
        if units or untaxed:
            billed[line_id] = replace(
                before,
                quantity=before.quantity + units,
                amount=before.amount + untaxed,
                kept_quantity=before.kept_quantity + units,
                kept_amount=before.kept_amount + untaxed,
            )
    return replace(then, billed=billed)
