"""The records of a payroll month: leave in halves, vouchers, expenses, elements, latecomers, and what refuses the whole."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary.pay_frames import RECORDS
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from mappings.vocabulary.units import to_micro
from rules.variables.data import whole_month
from tests.rules.variables.office import CAMILLE, CP, JULIEN, NOVEMBER, Office, codes, rows

D = Decimal
HALVES = {"in_halves": True}
LEAVE = ("number", "quantity", "unit", "date_from", "date_to", "half_from", "half_to", "regularises")
MEALS = {"meal_code": "TR"}


# Absences


def test_s1_paid_leave_on_the_23rd_and_the_afternoon_of_the_30th() -> None:
    office = Office()
    office.takes("2026-10-23", **HALVES, since_part="am", until_part="pm")
    office.takes("2026-10-30", **HALVES, since_part="pm", until_part="pm")
    made = office.export(**CP)
    assert rows(made, "ABSENCE", *LEAVE) == [
        ("00012", 1, "D", "2026-10-23", "2026-10-23", "AM", "PM", ""),
        ("00012", D("0.5"), "D", "2026-10-30", "2026-10-30", "PM", "PM", ""),
    ]
    assert not made.refused and list(made.records.columns) == RECORDS.names


def test_a_leave_over_the_months_end_is_a_row_in_each() -> None:
    office = Office()
    office.takes("2026-10-29", "2026-11-03", **HALVES, since_part="pm", until_part="am")
    office.closed("2026-11-01")
    assert rows(office.export(**CP), "ABSENCE", *LEAVE) == [
        ("00012", D("1.5"), "D", "2026-10-29", "2026-10-31", "PM", "PM", "")
    ]
    assert rows(office.export(NOVEMBER, **CP), "ABSENCE", *LEAVE) == [
        ("00012", D("1.5"), "D", "2026-11-01", "2026-11-03", "AM", "AM", "")
    ]


@pytest.mark.parametrize(("since", "until", "days"), [
    ("2026-05-07", "2026-05-07", 1), ("2026-05-07", "2026-05-08", 1), ("2026-05-07", "2026-05-11", 2),
    ("2026-05-13", "2026-05-15", 2), ("2026-05-14", "2026-05-14", None),
])  # fmt: skip
def test_public_holidays_and_days_off_are_not_counted(since: str, until: str, days: int | None) -> None:
    office = Office()
    for day in ("2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"):
        office.closed(day)
    office.takes(since, until)
    found = rows(office.export(Period(date(2026, 5, 1), date(2026, 5, 31)), **CP), "ABSENCE", "quantity")
    assert found == ([(days,)] if days else [])


def test_a_part_timers_days_are_those_of_their_own_week() -> None:
    office = Office(week=[(1, day, part) for day in (0, 1) for part in ("morning", "afternoon")] + [(1, 2, "morning")])
    office.takes("2026-10-05", "2026-10-11")
    assert rows(office.export(**CP), "ABSENCE", *LEAVE) == [
        ("00012", D("2.5"), "D", "2026-10-05", "2026-10-11", "AM", "PM", "")
    ]


PART_TIMER = 2
"""The calendar of Julien's below: Monday, Tuesday and Wednesday morning, where the company works Monday to Friday."""


@pytest.fixture
def part_time() -> Office:
    office = Office(legal_leave_id=1)
    office.week += [(PART_TIMER, 0, "morning"), (PART_TIMER, 0, "afternoon")]
    office.week += [(PART_TIMER, 1, "morning"), (PART_TIMER, 1, "afternoon"), (PART_TIMER, 2, "morning")]
    office.staff[1]["calendar_id"] = PART_TIMER
    return office


AM, PM = {"since_part": "am", "until_part": "am"}, {"since_part": "pm", "until_part": "pm"}
LEGAL: list[tuple[str, str, dict[str, str], tuple[Any, ...]]] = [
    ("2026-10-05", "2026-10-07", {}, (5, "2026-10-05", "2026-10-11", "AM", "PM")),  # all of their week: the company's
    ("2026-10-05", "2026-10-06", {}, (2, "2026-10-05", "2026-10-06", "AM", "PM")),  # back on Wednesday
    ("2026-10-07", "2026-10-07", {}, (3, "2026-10-07", "2026-10-11", "AM", "PM")),
    ("2026-10-04", "2026-10-05", {}, (1, "2026-10-05", "2026-10-05", "AM", "PM")),  # Sunday is before what they should work
    ("2026-10-08", "2026-10-12", {}, (1, "2026-10-12", "2026-10-12", "AM", "PM")),  # so are their own days off
    ("2026-10-06", "2026-10-06", AM, (D("0.5"), "2026-10-06", "2026-10-06", "AM", "AM")),  # they work that afternoon
    ("2026-10-06", "2026-10-06", PM, (D("0.5"), "2026-10-06", "2026-10-06", "PM", "PM")),
    ("2026-10-07", "2026-10-07", AM, (3, "2026-10-07", "2026-10-11", "AM", "PM")),  # they do not
    ("2026-10-12", "2026-10-14", {}, (4, "2026-10-12", "2026-10-18", "AM", "PM")),  # Thursday the 15th is a public holiday
]


@pytest.mark.parametrize(("since", "until", "halves", "row"), LEGAL)
def test_a_part_timers_legal_leave_counts_until_they_return_by_the_companys_week(
    part_time: Office, since: str, until: str, halves: dict[str, str], row: tuple[Any, ...]
) -> None:
    part_time.closed("2026-10-15")
    part_time.takes(since, until, JULIEN, in_halves=bool(halves), **halves)
    found = rows(part_time.export(**CP), "ABSENCE", "quantity", "date_from", "date_to", "half_from", "half_to")
    assert found == [row]


def test_a_leave_that_ends_before_it_begins_takes_nothing(part_time: Office) -> None:
    for employee in (CAMILLE, JULIEN):
        part_time.takes("2026-10-05", "2026-10-05", employee, in_halves=True, since_part="pm", until_part="am")
    assert rows(part_time.export(**CP), "ABSENCE", "quantity") == []


def test_days_off_alone_take_nothing(part_time: Office) -> None:
    part_time.takes("2026-10-08", "2026-10-11", JULIEN)
    assert rows(part_time.export(**CP), "ABSENCE", "quantity") == []


def test_another_leave_and_a_full_timers_stay_by_their_own_week(part_time: Office) -> None:
    part_time.takes("2026-10-05", "2026-10-07", CAMILLE)
    part_time.takes("2026-10-05", "2026-10-07", JULIEN, type_id=2)
    policy = {"leaves": [*CP["leaves"], {"leave": "Maladie", "code": "MAL"}]}
    assert rows(part_time.export(**policy), "ABSENCE", "quantity", "date_to") == [(3, "2026-10-07"), (D("2.5"), "2026-10-07")]


def test_what_counts_after_the_months_end_is_the_next_months(part_time: Office) -> None:
    part_time.takes("2026-12-30", "2026-12-30", JULIEN)
    found = []
    for first in (date(2026, 12, 1), date(2027, 1, 1)):
        made = part_time.export(whole_month(first), **CP)
        found += rows(made, "ABSENCE", "quantity", "date_from", "date_to", "regularises")
    assert found == [(2, "2026-12-30", "2026-12-31", ""), (1, "2027-01-01", "2027-01-03", "")]


def test_leave_in_hours_is_in_hours_and_told() -> None:
    office = Office()
    office.takes("2026-10-05", in_hours=True, hours=to_micro("1.5"))
    made = office.export(**CP)
    assert rows(made, "ABSENCE", "quantity", "unit", "half_from") == [(D("1.5"), "H", "")]
    assert codes(made) == ["pay_absence_in_hours"] and "1,5" in made.findings[-1].message


def test_leave_that_waits_is_told_and_not_exported() -> None:
    office = Office()
    office.takes("2026-10-05", state="confirm")
    office.takes("2026-10-06", state="refuse")
    made = office.export(**CP)
    assert (len(made.records), codes(made)) == (0, ["pay_leave_waiting"])


def test_a_kind_of_leave_that_payroll_need_not_know_stays() -> None:
    office = Office()
    office.takes("2026-10-05")
    assert len(office.export(leaves_kept_out=["Congés payés"]).records) == 0


# Latecomers


def test_leave_approved_after_its_month_went_out_goes_out_once_and_says_so() -> None:
    office = Office()
    office.takes("2026-10-23")
    office.export(**CP)
    office.takes("2026-10-26")
    november = office.export(NOVEMBER, **CP)
    assert rows(november, "ABSENCE", "date_from", "regularises") == [("2026-10-26", "2026-10")]
    december = Period(date(2026, 12, 1), date(2026, 12, 31))
    assert len(office.export(december, **CP).records) == 0


def test_what_was_before_the_first_export_is_not_exported() -> None:
    office = Office()
    office.takes("2026-09-10")
    assert len(office.export(**CP).records) == 0


def test_leave_that_changed_or_went_after_its_month_went_out_is_told() -> None:
    office = Office()
    shorter = office.takes("2026-10-22", "2026-10-23")
    cancelled = office.takes("2026-10-05")
    office.export(**CP)
    shorter["until"] = shorter["since"]
    cancelled["state"] = "cancel"
    made = office.export(NOVEMBER, **CP)
    assert (len(made.records), codes(made)) == (0, ["pay_sent_differs", "pay_sent_gone"])
    assert "CP 2 0" in made.findings[0].message and "CP 1 0" in made.findings[0].message
    assert not made.refused


# Meal vouchers


@pytest.mark.parametrize(("policy", "count"), [({}, 20), ({"meal_half_days": True}, 21)])
def test_october_of_s1_has_20_days_with_a_meal(policy: dict[str, Any], count: int) -> None:
    office = Office()
    office.takes("2026-10-23")
    office.takes("2026-10-30", **HALVES, since_part="pm", until_part="pm")
    found = rows(office.export(**CP, **MEALS, **policy), "MEAL", "number", "code", "quantity", "unit")
    assert found == [("00012", "TR", count, "U"), ("00015", "TR", 22, "U")]


@pytest.mark.parametrize(
    ("expense", "count"),
    [
        ({"product_id": 2}, 21), ({"product_id": 2, "state": "refused"}, 22), ({"product_id": 1}, 22),
        ({"product_id": 2, "paid_by": "company"}, 21), ({"product_id": 2, "employee": JULIEN}, 22),
    ],
)  # fmt: skip
def test_a_meal_that_was_paid_for_takes_the_voucher_of_its_day(expense: dict[str, Any], count: int) -> None:
    office = Office()
    office.spends("2026-10-08", 15, **expense)
    made = office.export(**MEALS, meal_products=["FRAIS-REPAS"], meal_excepted=["00015"])
    assert rows(made, "MEAL", "number", "quantity") == [("00012", count)]


def test_holidays_archived_people_and_those_excepted_have_no_vouchers() -> None:
    office = Office()
    office.closed("2026-10-12")
    office.staff[1]["active"] = False
    assert rows(office.export(**MEALS), "MEAL", "number", "quantity") == [("00012", 21)]
    assert rows(office.export(**MEALS, meal_excepted=["00012"]), "MEAL", "number") == []


@pytest.mark.parametrize(("hours", "count"), [("6.99", 22), ("7", 21)])
def test_leave_in_hours_takes_a_voucher_only_with_the_whole_day(hours: str, count: int) -> None:
    office = Office()
    office.takes("2026-10-05", in_hours=True, hours=to_micro(hours))
    assert rows(office.export(**MEALS, **CP, meal_excepted=["00015"]), "MEAL", "quantity") == [(count,)]


# Overtime


OVERTIME = {"overtime": [{"rate": "1.25", "code": "HS25"}, {"rate": 1.5, "code": "HS50"}]}


def test_approved_overtime_is_a_row_a_rate_and_month() -> None:
    office = Office()
    office.stays("2026-10-05", 2)
    office.stays("2026-10-19", "1.5")
    office.stays("2026-10-19", 1, rate="1.5")
    office.stays("2026-10-20", 4, status="refused")
    office.stays("2026-10-20", 8, status="to_approve", employee=JULIEN)
    office.stays("2026-11-02", 16)
    made = office.export(**OVERTIME)
    found = rows(made, "OVERTIME", "number", "code", "quantity", "unit", "date_from", "date_to")
    month = ("2026-10-01", "2026-10-31")
    assert found == [("00012", "HS25", D("3.5"), "H", *month), ("00012", "HS50", 1, "H", *month)]
    assert codes(made) == ["pay_overtime_waiting"] and "8" in made.findings[0].message


def test_overtime_approved_too_late_or_changed_since() -> None:
    office = Office()
    office.stays("2026-10-05", 2)
    office.export(**OVERTIME)
    office.stays("2026-10-06", 1)
    office.stays("2026-10-07", 1, rate="1.5")
    made = office.export(NOVEMBER, **OVERTIME)
    assert rows(made, "OVERTIME", "code", "quantity", "regularises") == [("HS50", 1, "2026-10")]
    assert codes(made) == ["pay_sent_differs"] and "HS25 3 0" in made.findings[0].message


def test_a_rate_without_a_code_refuses() -> None:
    office = Office()
    office.stays("2026-10-05", 2, rate="2")
    made = office.export(**OVERTIME)
    assert made.refused and codes(made) == ["pay_no_code"] and "200" in made.findings[0].message


# Expenses


def test_expenses_go_out_once_when_they_are_approved() -> None:
    office = Office()
    office.spends("2026-09-30", 10)
    office.spends("2026-10-13", "120.00", name="Train Lille")
    office.spends("2026-10-14", 30, state="submitted")
    office.spends("2026-10-15", 40, state="paid")
    office.spends("2026-10-16", 50, paid_by="company")
    office.spends("2026-11-01", 60)
    policy = {"expense_code": "NDF", "expenses_since": "2026-10"}
    found = rows(office.export(**policy), "EXPENSE", "label", "amount", "date_from", "regularises")
    assert found == [("Train Lille", 120, "2026-10-13", "")]
    office.expenses[2]["state"] = "approved"
    later = office.export(NOVEMBER, **policy)
    assert rows(later, "EXPENSE", "amount", "regularises") == [(30, "2026-10"), (60, "")]
    assert rows(office.export(NOVEMBER, **policy), "EXPENSE", "amount") == [(30,), (60,)], "a re-run decides the same"
    assert codes(later) == []


def test_without_a_code_odoo_pays_the_expenses() -> None:
    office = Office()
    office.spends("2026-10-13", 120)
    assert len(office.export().records) == 0


# Elements and variables


def test_bonuses_and_overtime_of_the_month() -> None:
    elements = [
        {"employee": "00015", "month": "2026-10", "code": "PEXC", "label": "Prime", "amount": 500},
        {"employee": "00012", "month": "2026-10", "code": "HS25", "label": "Heures à 25 %", "hours": "3.5"},
        {"employee": "00015", "month": "2026-11", "code": "PEXC", "label": "Prime", "amount": 1},
    ]
    made = Office().export(elements=elements)
    assert rows(made, "PRIME", "number", "code", "amount", "quantity", "unit") == [("00015", "PEXC", 500, 0, "EUR")]
    assert rows(made, "OVERTIME", "number", "quantity", "unit", "amount") == [("00012", D("3.5"), "H", 0)]
    assert [one.code for one in made.findings] == []


PLAN = {
    "name": "CA", "employees": ["00015"], "basis": "revenue_invoiced", "since": "2026-10-01", "every": "month",
    "tiers": "marginal", "rates": [{"up_to": 10000, "percent": 5}, {"percent": 8}], "code": "VARBM",
    "example": {"base": 12000, "due": 660},
}  # fmt: skip


def test_a_variable_goes_out_once_and_a_credit_note_takes_it_back() -> None:
    office = Office()
    office.invoices("2026-10", 12000)
    made = office.export(plans=[PLAN])
    assert rows(made, "PRIME", "code", "base", "amount", "regularises") == [("VARBM", 12000, 660, "")]
    assert made.findings[-1].code == "pay_no_overtime" and made.statements[0].figures[0].origins == ("F1",)
    office.invoices("2026-10", -2000, origin="A1")
    november = office.export(NOVEMBER, plans=[PLAN])
    assert rows(november, "PRIME", "base", "amount", "regularises") == [(10000, -160, "2026-10")]
    december = office.export(Period(date(2026, 12, 1), date(2026, 12, 31)), plans=[PLAN])
    assert len(december.records) == 0


def test_what_the_company_file_says_was_paid_is_not_paid_again() -> None:
    office = Office()
    office.invoices("2026-10", 12000)
    before = [{"plan": "CA", "employee": "00015", "period": "2026-10", "month": "2026-09", "amount": 400}]
    assert rows(office.export(plans=[PLAN], paid=before), "PRIME", "amount") == [(260,)]


def test_a_margin_that_nobody_knows_pays_nothing_and_is_told() -> None:
    plan = PLAN | {"basis": "margin", "every": "quarter", "advances": True}
    margins = [{"employee": "00015", "month": "2026-10", "amount": 12000}]
    office = Office()
    assert rows(office.export(plans=[plan], margins=margins), "PRIME", "amount") == [(660,)]
    made = office.export(NOVEMBER, plans=[plan], margins=margins)
    assert (len(made.records), codes(made)) == (0, ["pay_no_margin"])
    assert "2026-11" in made.findings[0].message
    margins.append({"employee": "00015", "month": "2026-11", "amount": 0})
    assert (len(office.export(NOVEMBER, plans=[plan], margins=margins).records), codes(made)[1:]) == (0, [])


# Refusals


def test_every_missing_number_and_code_is_told_at_once() -> None:
    office = Office()
    office.staff[0]["number"] = office.staff[1]["number"] = ""
    office.takes("2026-10-05")
    office.takes("2026-10-06", employee=JULIEN)
    office.takes("2026-10-07", type_id=2)
    made = office.export(**CP, elements=[{"employee": "9", "month": "2026-10", "code": "P", "label": "Prime", "amount": 1}])
    assert made.refused
    told = [(one.code, one.record.name) for one in made.findings if one.severity is Severity.CRITICAL]
    assert told == [
        ("pay_no_number", "Camille Durand"), ("pay_no_number", "Julien Roussel"), ("pay_no_code", "-"),
        ("pay_unknown_number", "-"),
    ]  # fmt: skip
    assert "Maladie" in made.findings[2].message and "Camille Durand" in made.findings[2].message


def test_a_number_of_two_people_refuses() -> None:
    office = Office()
    office.staff[1]["number"] = "00012"
    office.takes("2026-10-05")
    made = office.export(**CP)
    assert made.refused and codes(made) == ["pay_number_twice"]


def test_who_has_nothing_to_export_needs_no_number() -> None:
    office = Office()
    office.staff[1]["number"] = ""
    office.takes("2026-10-05")
    assert not office.export(**CP).refused


def test_rows_stand_in_one_order_whatever_order_odoo_answers_in() -> None:
    office, turned = Office(), Office()
    for day, employee in (("2026-10-20", JULIEN), ("2026-10-05", CAMILLE), ("2026-10-06", CAMILLE)):
        office.takes(day, employee=employee)
    turned.leaves, turned.staff = office.leaves[::-1], office.staff[::-1]
    expected = office.export(**CP, **MEALS).records
    assert expected.equals(turned.export(**CP, **MEALS).records)
    assert expected["number"].tolist() == ["00012"] * 3 + ["00015"] * 2


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 4), min_size=1), st.sets(st.integers(1, 20), min_size=1, max_size=5))
def test_a_part_timer_away_for_weeks_takes_the_companys_days(days: set[int], weeks: set[int]) -> None:
    """Whatever days they work: leaves of whole weeks, and the same cut into single days, are five days a week."""
    whole, cut = Office(legal_leave_id=1), Office(legal_leave_id=1)
    for office in (whole, cut):
        office.week += [(PART_TIMER, day, part) for day in days for part in ("morning", "afternoon")]
        office.staff[1]["calendar_id"] = PART_TIMER
    monday = date(2026, 8, 31).toordinal()
    for week in weeks:
        since, until = (date.fromordinal(monday + 7 * week + day).isoformat() for day in (0, 6))
        whole.takes(since, until, JULIEN)
        for day in days:
            cut.takes(date.fromordinal(monday + 7 * week + day).isoformat(), employee=JULIEN)
    for office in (whole, cut):
        found = D(0)
        for number in range(9, 15):
            month = whole_month(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
            found += sum((row[0] for row in rows(office.export(month, **CP), "ABSENCE", "quantity")), D(0))
        assert found == 5 * len(weeks)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40)), min_size=1, max_size=4))
def test_the_halves_of_a_leave_are_conserved_over_its_months(stretches: list[tuple[int, int]]) -> None:
    """Whatever the months, their rows add up to the leave's working days; nothing is lost at a month's end."""
    office = Office()
    total = D(0)
    for start, length in stretches:
        since = date.fromordinal(date(2026, 9, 1).toordinal() + start)
        until = date.fromordinal(since.toordinal() + length)
        office.takes(since.isoformat(), until.isoformat())
        total += sum(date.fromordinal(day).weekday() < 5 for day in range(since.toordinal(), until.toordinal() + 1))
    found = D(0)
    for number in range(9, 15):
        month = whole_month(date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
        found += sum((row[0] for row in rows(office.export(month, **CP), "ABSENCE", "quantity")), D(0))
    assert found == total
