"""What a company decided about its billing, its accounts and its thresholds, as it holds on one day.

These models are the single place where a setting, its default and its meaning stand: the company file is read into them
(`mappings.company`), and `docs/company-file.md` is made from them. They hold plain values: dated ones are already resolved.
"""

from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mappings.vocabulary.model import Model

Every = Literal["week", "month", "quarter", "half_year", "year"]
Billed = Literal["in_advance", "in_arrears"]


class Recurring(Model):
    """Order lines of one product that are billed each period: the ordered quantity is the number of periods sold."""

    product: str = Field(description="internal reference of the product in Odoo", min_length=1)
    every: Every = Field(description="the period's unit")
    count: int = Field(
        default=1, ge=1, le=120, description="length of a period in that unit: `every: month, count: 2` is two months"
    )
    billed: Billed = Field(
        default="in_arrears", description="`in_advance`: on the period's first day; `in_arrears`: once the period is over"
    )
    prorate: bool = Field(
        default=False,
        description="`false`: periods run from the order's day, whole; `true`: calendar periods, the first billed by its days",
    )


class BillingPolicy(Model):
    """How validated work becomes draft invoices."""

    grouping: Literal["order", "mission", "client"] = Field(
        default="order",
        description="`order`: one draft per order; `mission`: where an order names several consultants, one for each of their "
        "lines, with the expenses of that consultant (Odoo 19 tells whose they are), and one for all else; an order from which "
        "a down payment or a global discount comes off keeps one; `client`: one draft for all orders of a client that share "
        "invoice address, currency, fiscal position, payment terms, journal and reference",
    )
    months: Literal["together", "apart"] = Field(
        default="together",
        description="work of several months billed in one run: `together`: on one draft; `apart`: on one draft a month, each "
        "with its own CRA: time by the day worked, a re-billed expense by the day it counts in the books, everything else in "
        "the month that is closed. Not split: an order from which a down payment or a global discount comes off, and a line "
        "that would be negative or nothing in one of its months",
    )
    invoice_date: Literal["empty", "period_end"] = Field(
        default="empty", description="`empty`: whoever posts the draft dates it; `period_end`: the closing date of the run"
    )
    travel: Literal["hours", "flat", "none"] = Field(
        default="hours",
        description="travel time on a time-and-materials line: `hours`: billed like work; `flat`: covered by a travel line of "
        "the order; `none`: not billed at all. Under the last two its hours count as included",
    )
    day_rounding: Literal["exact", "half_day"] = Field(
        default="exact",
        description="lines sold by the day: `exact` hours, or `half_day`: each day and person rounded to the nearest half-day",
    )
    prepaid_overrun: Literal["included", "rebill"] = Field(
        default="included",
        description="hours beyond a prepaid pack: `included`: not billed, with a finding that says what they are worth; "
        "`rebill`: billed at the pack's price",
    )
    down_payments: Literal["up_to_amount", "pro_rata", "at_end"] = Field(
        default="up_to_amount",
        description="`up_to_amount`: deducted up to the draft's amount; `pro_rata`: by the share of the order that is billed; "
        "`at_end`: only once the whole order is billed",
    )
    global_discount: Literal["pro_rata", "first_invoice"] = Field(
        default="pro_rata",
        description="a discount line on a whole time-and-materials order: `pro_rata`: spread over its invoices; "
        "`first_invoice`: whole on the first, as Odoo does",
    )
    contract_required: bool = Field(
        default=False,
        description="`true`: no order is billed before its contract is signed; `false`: only those flagged in Odoo wait",
    )
    reference_required: bool = Field(
        default=False,
        description="`true`: no order is billed without the client's own purchase order number; `false`: only those of clients "
        "flagged in Odoo wait",
    )
    cra_required: bool = Field(
        default=False,
        description="`true`: hours on a mission (a line sold by the day, or that names its consultant) are billed once the CRA "
        "of their month is validated; `false`: once a manager validated them",
    )
    contracts: Literal["odoo", "regie"] = Field(
        default="odoo",
        description='contracts of the OCA addon `contract` that nobody gave to Regie (box "Facturé par Regie"): `odoo`: left '
        "to the addon's own daily job; `regie`: each one that is due is a finding, until it is given to Regie",
    )
    recurring: tuple[Recurring, ...] = Field(default=(), description="products whose order lines are billed each period")


class CraPolicy(Model):
    """How consultants' months are reported, signed and reminded of."""

    client_approval: bool = Field(
        default=True,
        description="`true`: the client approves each CRA on the portal; `false`: it goes from the consultant to the manager. "
        "An order may say otherwise",
    )
    remind_before: int = Field(
        default=3, ge=0, le=31, description="days before the end of the month from which the consultant is reminded to sign"
    )
    remind_after: int = Field(default=2, ge=1, le=31, description="days after its end from which they are reminded once more")


class Accounts(Model):
    """Accounts of a closing (`closing`), by their code in Odoo's chart. Odoo itself knows the account of down payments."""

    accrued: str = Field(default="418100", min_length=1, description="invoices to be made (FAE)")
    deferred: str = Field(default="487000", min_length=1, description="revenue billed in advance (PCA)")
    vat_accrued: str = Field(default="445870", min_length=1, description="VAT on invoices to be made")
    down_payments: str = Field(default="419100", min_length=1, description="down payments received")


class Thresholds(Model):
    """When a figure becomes a finding. Percentages are plain numbers: 25 is 25 %. No flow of this version reads them yet."""

    prepaid_warning: Decimal = Field(
        default=Decimal(25), ge=0, le=100, description="warning when this percentage of a prepaid pack, or less, is left"
    )
    project_critical: Decimal = Field(
        default=Decimal(110), ge=0, description="critical when a project goes beyond this % of its sold load"
    )
    unbilled_warning: Decimal = Field(
        default=Decimal(8), ge=0, le=100, description="warning beyond this percentage of unbilled time"
    )
    unbilled_critical: Decimal = Field(
        default=Decimal(10), ge=0, le=100, description="critical beyond this percentage of unbilled time"
    )
    dso_warning: int = Field(default=45, ge=0, description="warning beyond this many days of sales outstanding")
    dso_critical: int = Field(default=60, ge=0, description="critical beyond this many days of sales outstanding")

    @model_validator(mode="after")
    def _warning_comes_first(self) -> Self:
        for warning, critical in (("unbilled_warning", "unbilled_critical"), ("dso_warning", "dso_critical")):
            if getattr(self, warning) > getattr(self, critical):
                raise PydanticCustomError("order", f"{warning} must not be above {critical}")
        return self
