"""What was paid and nothing counts any more: the same is not paid again, and what has nothing to do with it goes out."""

from datetime import date
from typing import Any

import pytest

from mappings.vocabulary.period import Period
from rules.variables.decide import Export
from tests.rules.variables.office import NOVEMBER, OCTOBER, Office, codes, rows

DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
MARCH = Period(date(2028, 3, 1), date(2028, 3, 31))
PLAN: dict[str, Any] = {
    "name": "CA", "employees": ["00015"], "basis": "revenue_invoiced", "since": "2026-10-01", "every": "month",
    "tiers": "marginal", "rates": [{"percent": 5}], "code": "VARBM", "example": {"base": 100, "due": 5},
}  # fmt: skip
OTHER = PLAN | {"name": "Autre"}
NOTHING_PAID = {"plan": "Autre", "employee": "00015", "period": "2026-10", "month": "2026-09", "amount": 0}


def november(*plans: dict[str, Any], **policy: Any) -> Export:
    """October's 10,000.00 of Julien, 00015, are paid with 500.00 under the plan "CA"; then these plans hold."""
    office = Office()
    office.invoices("2026-10", 10_000)
    assert rows(office.export(OCTOBER, plans=[PLAN]), "PRIME", "amount") == [(500,)]
    return office.export(NOVEMBER, plans=plans, **policy)


def test_who_moved_to_another_plan_is_not_paid_again_for_the_same_days() -> None:
    """The former plan goes on for somebody else."""
    made = november(PLAN | {"employees": ["00012"]}, OTHER)
    assert (codes(made), made.refused) == (["pay_paid_elsewhere"], True)


RENUMBERED = [{"employee": "15", "was": "00015"}]


def test_a_number_before_stands_for_the_one_of_today_wherever_the_company_file_names_it() -> None:
    """Plan, margin, bonus, who gets no vouchers."""
    office = Office()
    office.earns("2026-10", number="15")
    office.staff[1]["number"] = "15"
    margins = [{"employee": "00015", "month": "2026-10", "amount": 10_000}]
    bonus = {"employee": "00015", "month": "2026-10", "code": "PRX", "label": "Prime", "amount": 1}
    made = office.export(
        OCTOBER, plans=[PLAN | {"basis": "margin"}], margins=margins, elements=[bonus], renumbered=RENUMBERED,
        meal_code="TR", meal_excepted=["00012", "00015"],
    )  # fmt: skip
    assert (codes(made), rows(made, "PRIME", "number", "amount")) == ([], [("15", 1), ("15", 500)])
    assert rows(made, "MEAL", "number") == []


def test_a_number_before_that_somebody_has_now_refuses_the_files() -> None:
    made = november(PLAN, renumbered=[{"employee": "15", "was": "00012"}])
    assert (codes(made), made.refused) == (["pay_number_still"], True)
    assert "Camille Durand" in made.findings[0].message


@pytest.mark.parametrize("code", ["PRX", "PR:X", "PR X"])
def test_a_bonus_whose_code_was_corrected_is_known_whatever_its_signs(code: str) -> None:
    office = Office()
    bonus = {"employee": "00015", "month": "2026-10", "code": code, "label": "Prime", "amount": 1}
    office.export(OCTOBER, elements=[bonus])
    assert "pay_sent_elsewhere" in codes(office.export(NOVEMBER, elements=[bonus | {"code": "PRZ"}]))
    office.staff[1]["number"] = "15"
    made = office.export(NOVEMBER, elements=[bonus], renumbered=RENUMBERED)
    assert (codes(made), len(made.records)) == ([], 0)


def test_who_has_two_plans_is_paid_both() -> None:
    made = november(PLAN, OTHER)
    assert (codes(made), rows(made, "PRIME", "amount")) == ([], [(500,)])


@pytest.mark.parametrize("plans", [(OTHER,), (PLAN | {"employees": ["00012"]}, OTHER)])
def test_what_has_nothing_to_do_with_it_goes_out_once_a_person_said_so(plans: tuple[dict[str, Any], ...]) -> None:
    made = november(*plans, paid=[NOTHING_PAID])
    assert (codes(made), rows(made, "PRIME", "amount")) == ([], [(500,)])


def test_a_name_and_a_number_that_both_changed_are_told_together() -> None:
    office = Office()
    office.invoices("2026-10", 10_000)
    office.export(OCTOBER, plans=[PLAN])
    office.staff[1]["number"] = office.bases[0]["employee"] = "15"
    assert codes(office.export(NOVEMBER, plans=[OTHER | {"employees": ["15"]}])) == ["pay_paid_elsewhere"]


@pytest.mark.parametrize(("back", "told"), [(-10_000, []), (-4_000, ["pay_paid_elsewhere"])])
def test_what_was_taken_back_since_is_not_missed(back: int, told: list[str]) -> None:
    """Paid 500.00, of which 500.00 or 200.00 were taken back: 300.00 are told, once."""
    office = Office()
    office.invoices("2026-10", 10_000)
    office.export(OCTOBER, plans=[PLAN])
    office.invoices("2026-10", back, origin="A1")
    office.export(NOVEMBER, plans=[PLAN])
    office.invoices("2026-10", 10_000, origin="F2")
    made = office.export(DECEMBER, plans=[OTHER])
    assert codes(made) == told
    assert all("300,00" in one.message for one in made.findings if one.code in told)


@pytest.mark.parametrize(("open_months", "told", "amounts"), [(15, ["pay_paid_elsewhere"], [500]), (17, [], [-1000, 500, 500])])
def test_a_quarter_that_was_paid_and_whose_first_months_are_closed(
    open_months: int, told: list[str], amounts: list[int]
) -> None:
    """1,500.00 for October to December 2026. By the month since: in March 2028 December alone is open, or all three are."""
    office = Office()
    for month in ("2026-10", "2026-11", "2026-12"):
        office.invoices(month, 10_000, origin=month)
    office.export(DECEMBER, plans=[PLAN | {"every": "quarter"}])
    made = office.export(MARCH, plans=[PLAN | {"open_months": open_months}])
    assert (codes(made), [amount for (amount,) in rows(made, "PRIME", "amount")]) == (told, amounts)


def test_a_month_whose_figures_arrive_late_is_paid_though_those_before_it_are_closed() -> None:
    """By the month all along: what November was paid says nothing of December."""
    office = Office()
    office.invoices("2026-11", 10_000)
    office.export(NOVEMBER, plans=[PLAN])
    office.invoices("2026-12", 10_000, origin="F2")
    made = office.export(MARCH, plans=[PLAN | {"open_months": 15}])
    assert (codes(made), rows(made, "PRIME", "amount")) == ([], [(500,)])
