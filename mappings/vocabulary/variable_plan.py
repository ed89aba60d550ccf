"""A business manager's variable as the company wrote it: what it is counted on, its tiers, its cap, and one worked example.

Example: 5 % up to and including 10,000, 8 % up to and including 25,000, 10 % beyond. On 18,000 that is 500 + 640 = 1,140 where
each tier counts for its own part (`marginal`), 1,440 where the tier reached counts for all (`whole`).
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mappings.vocabulary.model import Model
from mappings.vocabulary.units import round_to

Basis = Literal["revenue_invoiced", "revenue_collected", "margin"]

CENTS = 2
"""Decimals of what is due: payroll is in euros."""


class Tier(Model):
    """A rate and how far it reaches."""

    up_to: Decimal | None = Field(default=None, gt=0, description="last amount of the tier, itself included; none: all beyond")
    percent: Decimal = Field(ge=0, le=100, description="rate of the tier")


class Example(Model):
    """One worked example; a plan that does not come to it is refused when the file is read."""

    base: Decimal = Field(description="base of one period")
    paid: Decimal = Field(default=Decimal(0), description="already paid for that period")
    due: Decimal = Field(description="what is then to be paid; negative: to be taken back")


class Share(Model):
    """The part of a base that one tier rewards, and with how much (exact, not rounded)."""

    above: Decimal
    up_to: Decimal | None
    percent: Decimal
    part: Decimal

    @property
    def amount(self) -> Decimal:
        return self.part * self.percent / 100


class VariablePlan(Model):
    """How a business manager's variable is counted. A past period keeps the plan that held at its end."""

    name: str = Field(min_length=1, description="what the plan is called; what was paid is remembered under it")
    was: tuple[str, ...] = Field(default=(), description="what it was called before: what was paid under these names counts")
    employees: tuple[str, ...] = Field(min_length=1, description="employee numbers of those it is for, in quotes")
    basis: Basis = Field(
        description="`revenue_invoiced`: posted invoices and credit notes before tax; `revenue_collected`: what of them was "
        "paid by the month's end: there a credit note counts in the period of the invoice it takes back; `margin`: what "
        "`regie run margins` shows of each month, bench included, or what is declared under `margins`"
    )
    every: Literal["month", "quarter"] = Field(default="quarter", description="the period a base is summed over")
    advances: bool = Field(
        default=False, description="`true`: each month of a quarter pays what is due so far; `false`: once the quarter is over"
    )
    since: date = Field(description="first day of the first period that counts")
    open_months: int = Field(
        default=12, ge=0, le=120, description="for so many months after its end a period is still corrected"
    )
    tiers: Literal["marginal", "whole"] = Field(
        description="`marginal`: each tier for its own part of the base; `whole`: the tier reached for the whole base"
    )
    rates: tuple[Tier, ...] = Field(min_length=1, description="tiers, lowest first; the last has no `up_to`")
    cap: Decimal | None = Field(default=None, ge=0, description="most that is due for one period")
    code: str = Field(min_length=1, description="code of the bonus in the payroll product")
    example: Example = Field(description="one worked example, checked")

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        ends = [tier.up_to for tier in self.rates]
        bounded = [end for end in ends[:-1] if end is not None]
        if ends[-1] is not None or len(bounded) < len(ends) - 1 or any(low >= high for low, high in pairwise(bounded)):
            raise PydanticCustomError("tiers", "rates must go up, each with a higher `up_to`, and the last without one")
        return self

    @model_validator(mode="after")
    def _worked(self) -> Self:
        found = self.due(self.example.base) - self.example.paid
        if found != self.example.due:
            told = {"due": str(self.example.due), "found": f"{found:f}"}
            raise PydanticCustomError("example", "the example says {due} is due, the plan comes to {found}", told)
        return self

    @model_validator(mode="after")
    def _first_of_a_period(self) -> Self:
        if self.since.day != 1 or (self.every == "quarter" and self.since.month % 3 != 1):
            raise PydanticCustomError("since", "since must be the first day of a {every}", {"every": self.every})
        return self

    def shares(self, base: Decimal) -> tuple[Share, ...]:
        """The tiers that reward a base, lowest first; none of them for a base that is not positive."""
        if base <= 0:
            return ()
        found, above = [], Decimal(0)
        for tier in self.rates:
            last = tier.up_to is None or base <= tier.up_to
            if self.tiers == "marginal" or last:
                reached = base if tier.up_to is None else min(base, tier.up_to)
                part = reached - above if self.tiers == "marginal" else base
                found.append(Share(above=above, up_to=tier.up_to, percent=tier.percent, part=part))
            if last:
                break
            above = tier.up_to or above
        return tuple(found)

    def due(self, base: Decimal) -> Decimal:
        """What is due for one period's base, capped, rounded half up to the cent; never negative."""
        exact = sum((share.amount for share in self.shares(base)), Decimal(0))
        return round_to(min(exact, self.cap) if self.cap is not None else exact, CENTS)
