"""What a company decided about its payroll variables: the product, its codes, the plans, and what is declared by hand."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mappings.vocabulary.model import Model
from mappings.vocabulary.variable_plan import VariablePlan

MONTH = r"^20[0-9]{2}-(0[1-9]|1[0-2])$"
"""A month as it is written, `2026-10`, of a year that can be meant."""

LARGEST = 10**9
"""No amount of a person's pay comes near it."""


class LeaveCode(Model):
    """A kind of leave in Odoo and its code in the payroll product, which is the payroll file's own: never guessed."""

    leave: str = Field(min_length=1, description="name of the leave type in Odoo")
    code: str = Field(min_length=1, description="its code in the payroll product")


class OvertimeCode(Model):
    """A pay rate of overtime in Odoo's attendance and its code in the payroll product."""

    rate: Decimal = Field(gt=0, le=10, decimal_places=4, description="pay rate as in Odoo: 1.25 for 25 % more")
    code: str = Field(min_length=1, description="its code in the payroll product")


class Margin(Model):
    """A margin that a person declares, of one business manager and month: it counts in place of the one Regie works out."""

    employee: str = Field(min_length=1, description="employee number, in quotes")
    month: str = Field(pattern=MONTH, description="month it counts for: `2026-10`")
    amount: Decimal = Field(ge=-LARGEST, le=LARGEST, decimal_places=2, description="before tax, in the company's currency")


class DeclaredPaid(Model):
    """What was paid for a period before Regie, or beside it."""

    plan: str = Field(min_length=1, description="name of the plan")
    employee: str = Field(min_length=1, description="employee number, in quotes")
    period: str = Field(pattern=MONTH, description="first month of the period it was paid for: `2026-10` for the last quarter")
    month: str = Field(pattern=MONTH, description="payroll month it was paid with")
    amount: Decimal = Field(ge=-LARGEST, le=LARGEST, decimal_places=2, description="paid; negative: taken back")


class Renumbered(Model):
    """An employee number that was corrected in Odoo: what went out under the one before counts."""

    employee: str = Field(min_length=1, description="employee number, in quotes")
    was: str = Field(min_length=1, description="the number before, in quotes")


class Element(Model):
    """One bonus, or overtime, of one person and month, decided by a person."""

    employee: str = Field(min_length=1, description="employee number, in quotes")
    month: str = Field(pattern=MONTH, description="payroll month: `2026-10`")
    code: str = Field(min_length=1, description="its code in the payroll product")
    label: str = Field(min_length=1, description="what it is, for people")
    amount: Decimal | None = Field(
        default=None, ge=-LARGEST, le=LARGEST, decimal_places=2, description="gross amount of a bonus"
    )
    hours: Decimal | None = Field(default=None, gt=0, le=744, decimal_places=2, description="hours of overtime")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.amount is None) == (self.hours is None):
            raise PydanticCustomError("element", "needs an amount (a bonus) or hours (overtime), one of them")
        return self


class PayPolicy(Model):
    """What payroll needs each month and how its product calls it. Nothing goes out that stands under no code."""

    profile: str = Field(
        default="openpaie",
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="layout of the files: `openpaie`, `silae`, or a file of your own, `payroll/<name>.yaml` beside the company "
        "files",
    )
    number: Literal["contact_reference", "badge", "registration_number"] = Field(
        default="contact_reference",
        description="where the employee number stands in Odoo: `contact_reference`: internal reference of the employee's work "
        "contact; `badge`: badge ID, and `registration_number` (Enterprise), which only an HR officer may read",
    )
    renumbered: tuple[Renumbered, ...] = Field(default=(), description="employee numbers that were corrected")
    leaves: tuple[LeaveCode, ...] = Field(default=(), description="codes of the kinds of leave")
    late_months: int = Field(
        default=3,
        ge=0,
        le=24,
        description="so many months back, what was approved too late for its month goes out with this one",
    )
    leaves_kept_out: tuple[str, ...] = Field(
        default=(), description="kinds of leave that payroll need not know, as in telework; they are not exported"
    )
    overtime: tuple[OvertimeCode, ...] = Field(
        default=(), description="codes of the pay rates of overtime that managers approved in Odoo's attendance"
    )
    meal_code: str = Field(default="", description="code of meal vouchers; empty: none are counted")
    meal_half_days: bool = Field(
        default=False, description="`true`: half a day worked gives a voucher too; `false`: the meal lies between two halves"
    )
    meal_products: tuple[str, ...] = Field(
        default=(), description="internal references of expense products that are a meal: no voucher on that day"
    )
    meal_excepted: tuple[str, ...] = Field(default=(), description="employee numbers that get no vouchers")
    expense_code: str = Field(
        default="",
        description="code under which payroll reimburses expenses that employees paid; empty: Odoo pays them. One channel only",
    )
    expenses_since: str = Field(default="2000-01", pattern=MONTH, description="first month whose expenses payroll reimburses")
    plans: tuple[VariablePlan, ...] = Field(default=(), description="business managers' variables")
    margins: tuple[Margin, ...] = Field(
        default=(),
        description="margins that count in place of those that `regie run margins` shows, as for months before Odoo; the "
        "statement says so",
    )
    paid: tuple[DeclaredPaid, ...] = Field(default=(), description="variables paid before Regie, or beside it")
    elements: tuple[Element, ...] = Field(default=(), description="bonuses and overtime decided by a person")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = {
            "plans": [name for one in self.plans for name in (one.name, *one.was)],
            "renumbered": [one.was for one in self.renumbered],
            "leaves": [one.leave for one in self.leaves],
            "overtime": [f"{one.rate.normalize():f}" for one in self.overtime],
            "margins": [f"{self.number_now(one.employee)} {one.month}" for one in self.margins],
        }
        for field, names in named.items():
            twice = next((name for name in names if names.count(name) > 1), None)
            if twice is not None:
                raise PydanticCustomError("twice", "{field} names {name} twice; keep one", {"field": field, "name": twice})
        return self

    def number_now(self, number: str) -> str:
        """Today's number of whoever had this one."""
        return next((one.employee for one in self.renumbered if number == one.was), number)

    def plans_now(self, plans: Iterable[VariablePlan]) -> tuple[VariablePlan, ...]:
        """Plans, as they are or once were, for people's numbers of today."""
        return tuple(
            plan.model_copy(update={"employees": tuple(dict.fromkeys(map(self.number_now, plan.employees)))}) for plan in plans
        )

    def with_numbers_now(self) -> Self:
        """The same decisions, where whoever is named by a number before has the one of today."""
        named = {
            field: tuple(row.model_copy(update={"employee": self.number_now(row.employee)}) for row in getattr(self, field))
            for field in ("margins", "paid", "elements")
        }
        excepted = tuple(map(self.number_now, self.meal_excepted))
        return self.model_copy(update={**named, "plans": self.plans_now(self.plans), "meal_excepted": excepted})
