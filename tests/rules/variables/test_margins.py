"""A variable on the margin: the figures of the rule of margins, a declared month in their place, and what is not known."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Ref, Severity
from mappings.vocabulary.units import money
from mappings.vocabulary.variable_plan import VariablePlan
from rules.margin.margin import Figures, Kind, Row
from rules.variables.managers import open_periods
from rules.variables.margins import margin_bases, months_of_margins
from tests.rules.margin.months import HUGO, SOPHIE
from tests.rules.margin.test_margin import NOVEMBER as MARGIN_NOVEMBER
from tests.rules.margin.test_margin import october
from tests.rules.variables.office import NOVEMBER, Office, codes, each_as_dict, rows

D = Decimal
DECEMBER = Period(date(2026, 12, 1), date(2026, 12, 31))
S8: dict[str, Any] = {
    "name": "Marge", "employees": ["00015"], "basis": "margin", "since": "2026-10-01", "every": "quarter",
    "tiers": "marginal", "rates": [{"up_to": 10000, "percent": 5}, {"up_to": 25000, "percent": 8}, {"percent": 10}],
    "code": "VARBM", "example": {"base": 18000, "due": 1140},
}  # fmt: skip


def quarter() -> Office:
    """6,000 + 7,000 + 5,000 = 18,000, of several missions and a bench."""
    office = Office()
    office.earns("2026-10", ("Clientis", Figures(D(9000), D(2500), D(100))), ("Camille (intercontrat)", Figures(bench=D(400))))
    office.earns("2026-11", ("Clientis", Figures(D(9000), D(4000))), ("Kepler", Figures(D(2500), D(500))))
    office.earns("2026-12", ("Clientis", Figures(D(8000), D(3000))))
    return office


@pytest.mark.parametrize(
    ("tiers", "already", "to_pay"), [("marginal", 0, 1140), ("whole", 0, 1440), ("marginal", 400, 740), ("whole", 400, 1040)]
)
def test_s8_on_margins_that_are_worked_out(tiers: str, already: int, to_pay: int) -> None:
    example = {"base": 18000, "paid": already, "due": to_pay}
    paid = [{"plan": "Marge", "employee": "00015", "period": "2026-10", "month": "2026-11", "amount": already}]
    plan = S8 | {"tiers": tiers, "example": example}
    made = quarter().export(DECEMBER, plans=[plan], paid=paid)
    assert rows(made, "PRIME", "base", "amount") == [(18000, to_pay)]
    [statement] = made.statements
    assert [(figure.month.month, figure.amount, len(figure.parts)) for figure in statement.figures] == [
        (10, 6000, 2), (11, 7000, 2), (12, 5000, 1),
    ]  # fmt: skip


def test_a_base_is_the_sum_of_the_managers_rows_of_each_month() -> None:
    books, _ = october()
    months = {date(2026, 10, 1): books.of(), date(2026, 11, 1): books.of(MARGIN_NOVEMBER)}
    named = {first: [(row, str(row.kind)) for row in month.rows] for first, month in months.items()}
    bases = each_as_dict(margin_bases(named, {SOPHIE: "0002", HUGO: "0003"}))
    for number, user in (("0002", SOPHIE), ("0003", HUGO)):
        counted = sum(money(row["amount"]) for row in bases if row["employee"] == number)
        assert counted == sum(month.managers.get(user, Figures()).margin for month in months.values())
    assert sum(money(row["amount"]) for row in bases if row["month"].month == 10) == D("1453.60")
    assert {(row["employee"], row["month"].month) for row in bases} == {(n, m) for n in ("0002", "0003") for m in (10, 11)}


def test_what_belongs_to_nobody_or_to_somebody_without_a_number_is_nobodys_base() -> None:
    here = [(Row(Kind.MISSION, 1, 1, user, Figures(D(5))), "x") for user in (0, HUGO)]
    assert len(margin_bases({date(2026, 10, 1): here}, {HUGO: ""})) == 0


def test_a_declared_margin_counts_alone_and_the_statement_says_in_place_of_what() -> None:
    margins = [{"employee": "00015", "month": "2026-10", "amount": 1000}]
    [statement] = quarter().export(DECEMBER, plans=[S8], margins=margins).statements
    october, november, _ = statement.figures
    assert (statement.base, october.amount, october.declared, october.parts) == (13000, 1000, True, ())
    assert "à la place de 6 000,00 €" in october.origins[0].replace("\u202f", " ").replace("\xa0", " ")
    assert (november.declared, november.amount) == (False, 7000)


def test_a_month_without_a_mission_is_zero_and_known() -> None:
    office = Office()
    for month in ("2026-10", "2026-11", "2026-12"):
        office.earns(month)
    made = office.export(DECEMBER, plans=[S8])
    assert ([figure.amount for figure in made.statements[0].figures], codes(made)) == ([0, 0, 0], [])


def test_a_manager_without_a_user_has_no_margin_and_no_variable() -> None:
    made = Office().export(DECEMBER, plans=[S8])
    assert (made.statements, codes(made)) == ((), ["pay_no_margin"])
    assert "2026-10, 2026-11, 2026-12" in made.findings[0].message


@pytest.mark.parametrize(("declared", "told"), [(False, ["margin_no_rate"]), (True, [])])
def test_a_margin_that_lacks_an_amount_refuses_the_files_unless_a_person_declares_it(declared: bool, told: list[str]) -> None:
    office = quarter()
    missing = Finding(
        code="margin_no_rate", severity=Severity.CRITICAL, record=Ref(dataset="order_lines", id=4, name="x"), language="fr",
        words={"line": "x", "order": "S1"},
    )  # fmt: skip
    office.unpriced = {date(2026, 10, 1): [missing], date(2026, 9, 1): [missing]}
    margins = [{"employee": "00015", "month": "2026-10", "amount": 6000}] if declared else []
    made = office.export(DECEMBER, plans=[S8], margins=margins, keep=False)
    assert (codes(made), made.refused) == (told, bool(told))


@pytest.mark.parametrize(
    ("values", "month", "months"),
    [
        ({}, NOVEMBER, []),
        ({}, DECEMBER, [10, 11, 12]),
        ({"advances": True}, NOVEMBER, [10, 11]),
        ({"every": "month"}, NOVEMBER, [10, 11]),
        ({"every": "month", "open_months": 0}, NOVEMBER, [11]),
        ({"basis": "revenue_invoiced"}, DECEMBER, []),
    ],
)
def test_the_months_whose_margins_are_read(values: dict[str, Any], month: Period, months: list[int]) -> None:
    plan = VariablePlan.model_validate(S8 | values)
    found = months_of_margins(open_periods(lambda day: [plan], month), month)
    assert [one.since.month for one in found] == months
    assert all(one.until.month == one.since.month for one in found)


@pytest.mark.parametrize(
    ("old", "new", "months"), [("margin", "revenue_invoiced", [10, 11, 12]), ("revenue_invoiced", "margin", [])]
)
def test_the_margins_of_a_past_period_are_read_as_long_as_it_counted_them(old: str, new: str, months: list[int]) -> None:
    """A plan whose basis is another from January 2027 on."""
    january = Period(date(2027, 1, 1), date(2027, 1, 31))
    before, since = (VariablePlan.model_validate(S8 | {"basis": basis}) for basis in (old, new))
    counted = open_periods(lambda day: [before if day.year == 2026 else since], january)
    assert [one.since.month for one in months_of_margins(counted, january)] == months
