"""Régie: what is validated and not billed, never twice, never undoing a concession. Cases of billing.md and S12."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.period import Period
from rules.billing.balance import buckets
from rules.billing.content import parse
from tests.rules.billing.books import DAY_7, DAYS_OF_ODOO, HOUR, MANAGER, PIECE, Books, amounts, codes, finding, quantities

D = Decimal


@pytest.fixture
def kepler() -> tuple[Books, int]:
    books = Books()
    return books, books.line(books.order(), "time", 100, 80, HOUR)


def test_validated_hours_are_billed_at_the_lines_price(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    first, second = books.hours(5, line), books.hours(7, line)
    decision = books.decide()
    [upsert] = decision.plan.upserts
    assert upsert.amount_untaxed == D("960.00")
    assert upsert.key == "__regie__.inv_o1_2026-10_n1"
    assert upsert.values["timesheet_ids"] == (first, second)
    assert "Claire Martin" in upsert.why and "02/11/2026" in upsert.why
    assert codes(decision) == []


def test_hours_nobody_validated_are_not_billed_and_are_named(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(3, line, validated=False)
    decision = books.decide()
    assert amounts(decision) == []
    waiting = finding(decision, "not_validated")
    assert (waiting.hours, waiting.amount) == (D(3), D("240.00"))


@pytest.mark.parametrize(("day", "billed"), [("2026-10-31", [D("80.00")]), ("2026-11-01", [])])
def test_the_closing_date_is_the_last_day_billed(kepler: tuple[Books, int], day: str, billed: list[Decimal]) -> None:
    books, line = kepler
    books.hours(1, line, day)
    assert amounts(books.decide()) == billed


def test_earlier_months_are_billed_too(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(2, line, "2026-08-05")
    assert amounts(books.decide()) == [D("160.00")]


def test_a_second_run_writes_nothing(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(12, line)
    books.write(books.decide())
    again = books.decide()
    assert amounts(again) == []
    assert codes(again) == []


def test_late_hours_join_an_untouched_draft(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(12, line)
    books.write(books.decide())
    books.hours(3, line, "2026-10-28")
    [upsert] = books.decide().plan.upserts
    assert upsert.extends
    assert upsert.key.endswith("_n1")
    assert upsert.amount_untaxed == D("1200.00")
    books.write(books.decide())
    assert amounts(books.decide()) == []


@pytest.mark.parametrize("change", [{"state": "posted", "posted_before": True}, {"posted_before": True}])
def test_late_hours_open_a_second_draft_once_the_first_was_posted(kepler: tuple[Books, int], change: dict[str, object]) -> None:
    books, line = kepler
    books.hours(12, line)
    books.write(books.decide())
    books.record("invoices", 1).update(change)
    books.hours(3, line, "2026-10-28")
    [upsert] = books.decide().plan.upserts
    assert (upsert.extends, upsert.amount_untaxed) == (False, D("240.00"))
    assert upsert.key.endswith("_n2")


@pytest.mark.parametrize("column", ["name", "price_unit", "discount", "product_id"])
def test_late_hours_open_a_second_draft_once_a_person_edited_the_first(kepler: tuple[Books, int], column: str) -> None:
    books, line = kepler
    books.hours(12, line)
    books.write(books.decide())
    row = books.record("invoice_lines", 1)
    row[column] = "Autre texte" if column == "name" else row[column] + 10_000
    books.hours(3, line, "2026-10-28")
    [upsert] = books.decide().plan.upserts
    assert not upsert.extends
    assert upsert.amount_untaxed == D("240.00")


def test_a_partial_credit_is_a_concession_although_odoo_unlinks_all_hours(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    hours = [books.hours(5, line), books.hours(5, line)]
    invoice = books.invoice((line, 10, 80), hours=hours)
    books.credit(invoice, (line, 3, 80))
    decision = books.decide()
    assert amounts(decision) == []
    withdrawn = finding(decision, "withdrawn")
    assert (withdrawn.hours, withdrawn.amount) == (D(3), D("240.00"))
    assert buckets(decision.sheet) == {
        "invoiced": 7_000_000, "accrued": 0, "included": 0, "non_billable": 0, "blocked": 3_000_000,
    }  # fmt: skip


def test_hours_added_after_a_partial_credit_are_billed_alone(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    invoice = books.invoice((line, 10, 80), hours=[books.hours(10, line)])
    books.credit(invoice, (line, 3, 80))
    books.hours(2, line, "2026-10-30")
    assert quantities(books.decide()) == [D(2)]


def test_a_credited_part_is_billed_once_somebody_releases_it(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    hours = [books.hours(7, line), books.hours(3, line)]
    invoice = books.invoice((line, 10, 80), hours=hours)
    books.credit(invoice, (line, 3, 80))
    books.record("timesheets", hours[1])["released_on"] = datetime(2026, 11, 2, tzinfo=UTC)
    assert quantities(books.decide()) == [D(3)]
    books.write(books.decide())
    assert amounts(books.decide()) == []


def test_released_hours_are_billed_before_others_that_an_invoice_without_links_covers(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    released, late = books.hours(3, line, "2026-10-02"), books.hours(7, line, "2026-10-20")
    invoice = books.invoice((line, 10, 80), hours=[released, late])
    books.credit(invoice, (line, 3, 80))
    books.record("timesheets", released)["released_on"] = datetime(2026, 11, 2, tzinfo=UTC)
    [upsert] = books.decide().plan.upserts
    assert upsert.values["timesheet_ids"] == (released,)


def test_an_invoice_wholly_reversed_is_proposed_again(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    invoice = books.invoice((line, 10, 80), hours=[books.hours(10, line)])
    books.credit(invoice, (line, 10, 80))
    assert quantities(books.decide()) == [D(10)]


def test_a_cancelled_invoice_is_proposed_again_under_the_next_key(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(10, line)
    books.write(books.decide())
    books.record("invoices", 1)["state"] = "cancel"
    [upsert] = books.decide().plan.upserts
    assert upsert.amount_untaxed == D("800.00")
    assert upsert.key.endswith("_n2")


def test_a_line_removed_from_regies_draft_is_withdrawn_although_odoo_unlinks_its_hours(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.line(1, "manual", 1, 10, delivered=1)
    hours = books.hours(10, line)
    books.write(books.decide())
    books.rows["invoice_lines"] = [r for r in books.rows["invoice_lines"] if r["order_line_ids"] != (line,)]
    books.record("timesheets", hours)["invoice_id"] = 0
    books.record("invoices", 1)["timesheet_ids"] = ()
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "withdrawn").hours == D(10)
    assert buckets(decision.sheet)["blocked"] == 10_000_000
    books.record("timesheets", hours)["released_on"] = datetime(2026, 11, 5, tzinfo=UTC)
    assert quantities(books.decide()) == [D(10)]


def test_a_quantity_lowered_on_the_draft_is_withdrawn(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(10, line)
    books.write(books.decide())
    books.record("invoice_lines", 1)["quantity"] = 8_000_000
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "withdrawn").amount == D("160.00")
    assert buckets(decision.sheet)["invoiced"] == 8_000_000


@pytest.mark.parametrize("policy", [{}, {"day_rounding": "half_day"}])
def test_a_lowered_quantity_is_billed_once_its_hours_are_released_although_they_stay_linked(policy: dict[str, Any]) -> None:
    """Odoo keeps the links of a lowered line, and its guard lets no other draft take them: the claim alone says who bills."""
    books = Books()
    line = books.line(books.order(), "time", 15, 600, DAY_7)
    hours = [books.hours(7, line, f"2026-10-0{day}") for day in (5, 6)]
    books.write(books.decide(**policy))
    books.record("invoice_lines", 1)["quantity"] = 1_500_000
    assert quantities(books.decide(**policy)) == []
    books.record("timesheets", hours[1])["released_on"] = datetime(2026, 11, 5, tzinfo=UTC)
    [upsert] = books.decide(**policy).plan.upserts
    assert (upsert.amount_untaxed, upsert.values["timesheet_ids"]) == (D("300.00"), ())
    books.write(books.decide(**policy))
    books.record("invoices", 2)["created_at"] = datetime(2026, 11, 6, tzinfo=UTC)
    again = books.decide(**policy)
    assert (amounts(again), codes(again)) == ([], [])


def test_releasing_hours_that_nobody_withdrew_bills_nothing(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    hours = books.hours(10, line)
    books.write(books.decide())
    books.record("timesheets", hours)["released_on"] = datetime(2026, 11, 5, tzinfo=UTC)
    decision = books.decide()
    assert (amounts(decision), codes(decision)) == ([], [])


def test_a_quantity_raised_by_hand_comes_off_the_next_draft(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.invoice((line, 12, 80), hours=[books.hours(10, line, "2026-09-10")])
    books.hours(5, line)
    assert quantities(books.decide()) == [D(3)]


def test_a_correction_comes_off_the_next_draft_and_alone_is_a_credit_to_make(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.invoice((line, 10, 80), hours=[books.hours(10, line, "2026-09-10")])
    books.hours(-2, line)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "credit_due").amount == D("160.00")
    books.hours(5, line)
    assert quantities(books.decide()) == [D(3)]


def test_a_correction_joins_a_draft_that_nobody_touched(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    hours = [books.hours(10, line), books.hours(-2, line)]
    books.record("timesheets", hours[1])["validated"] = False
    books.write(books.decide())
    books.record("timesheets", hours[1])["validated"] = True
    decision = books.decide()
    [upsert] = decision.plan.upserts
    assert (upsert.extends, upsert.amount_untaxed, upsert.values["timesheet_ids"]) == (True, D("640.00"), tuple(hours))
    assert codes(decision) == []
    assert buckets(decision.sheet)["invoiced"] == 8_000_000
    books.write(decision)
    assert amounts(books.decide()) == []


def test_a_correction_of_more_than_the_draft_bills_is_a_credit_to_make(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.invoice((line, 5, 80), hours=[books.hours(5, line, "2026-09-10")])
    books.hours(1, line)
    books.write(books.decide())
    books.hours(-2, line)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "credit_due").hours == D(2)


def test_a_correction_is_part_of_the_hours_billed_beside_an_invoice_without_links(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(10, line, "2026-10-02")
    books.invoice((line, 10, 80))
    correction, new = books.hours(-2, line, "2026-10-05"), books.hours(5, line, "2026-10-20")
    [upsert] = books.decide().plan.upserts
    assert upsert.amount_untaxed == D("240.00")
    assert parse(upsert.values["content"])[0].hours == {correction: -2_000_000, new: 5_000_000}


def test_hours_blocked_by_their_own_record_are_not_taken_for_withdrawn_ones(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(5, line)
    books.hours(2, line, timer_started_at=datetime(2026, 10, 20, tzinfo=UTC))
    decision = books.decide()
    assert (amounts(decision), codes(decision)) == ([D("400.00")], ["timer_running"])
    assert (buckets(decision.sheet)["invoiced"], buckets(decision.sheet)["blocked"]) == (5_000_000, 2_000_000)
    books.write(decision)
    assert codes(books.decide()) == ["timer_running"]


def test_an_invoice_made_by_hand_without_links_covers_its_quantity(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(4, line, "2026-10-02")
    new = books.hours(6, line, "2026-10-20")
    books.invoice((line, 4, 80))
    decision = books.decide()
    assert quantities(decision) == [D(6)]
    assert decision.plan.upserts[0].values["timesheet_ids"] == (new,)
    assert finding(decision, "links_disagree").hours == D(4)


def test_a_day_of_seven_hours_gives_thirteen_and_a_half_days() -> None:
    books = Books()
    line = books.line(books.order(), "time", 15, 600, DAY_7)
    books.hours("94.5", line)
    decision = books.decide()
    assert (quantities(decision), amounts(decision)) == ([D("13.5")], [D("8100.00")])


def test_odoos_own_day_of_eight_hours_is_blocked_where_the_day_is_seven() -> None:
    books = Books()
    line = books.line(books.order(), "time", 15, 600, DAYS_OF_ODOO)
    books.hours("94.5", line)
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "unit_disagrees").hours == D("94.5")


def test_a_time_line_in_pieces_is_blocked() -> None:
    books = Books()
    books.hours(3, books.line(books.order(), "time", 1, 600, PIECE))
    decision = books.decide()
    assert amounts(decision) == []
    assert finding(decision, "unit_not_time").hours == D(3)
    assert buckets(decision.sheet)["blocked"] == 3_000_000


@pytest.mark.parametrize(("hours", "days"), [("3.4", "0.5"), ("1.75", "0.5"), ("5.3", "1"), ("5.2", "0.5")])
def test_days_may_be_rounded_to_half_days_of_each_day_and_person(hours: str, days: str) -> None:
    books = Books()
    books.hours(hours, books.line(books.order(), "time", 15, 600, DAY_7))
    [upsert] = books.decide(day_rounding="half_day").plan.upserts
    assert upsert.lines[0].values["quantity"] == D(days)


def test_hours_that_round_to_nothing_are_blocked_and_named() -> None:
    books = Books()
    books.hours("1.7", books.line(books.order(), "time", 15, 600, DAY_7))
    decision = books.decide(day_rounding="half_day")
    assert amounts(decision) == []
    assert finding(decision, "rounds_to_nothing").hours == D("1.7")
    assert buckets(decision.sheet)["blocked"] == 1_700_000


def test_hours_of_a_later_period_already_billed_do_not_count_against_an_earlier_one(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.invoice((line, 5, 80), hours=[books.hours(5, line, "2026-11-10")])
    books.hours(2, line, "2026-10-10")
    assert quantities(books.decide()) == [D(2)]


def test_any_closing_date_bills_what_is_validated_up_to_it(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(2, line, "2026-10-16")
    books.hours(4, line, "2026-10-17")
    week = Period(date(2026, 10, 1), date(2026, 10, 16))
    assert quantities(books.decide(week)) == [D(2)]


def test_service_dates_stand_on_the_line(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    books.hours(2, line, "2026-10-05")
    books.hours(2, line, "2026-10-23")
    [upsert] = books.decide().plan.upserts
    assert "du 05/10/2026 au 23/10/2026" in upsert.lines[0].values["name"]


def test_the_same_data_give_the_same_plan(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    for day in pd.date_range("2026-10-01", periods=20):
        books.hours(1, line, str(day.date()))
    assert books.decide().plan == books.decide().plan


@pytest.mark.parametrize(("travel", "billed"), [("hours", []), ("flat", [Decimal(2)]), ("none", [Decimal(2)])])
def test_travel_that_is_no_longer_billed_comes_off_the_draft(travel: str, billed: list[Decimal]) -> None:
    books = Books()
    line = books.line(books.order(), "time", 100, 80, HOUR)
    books.hours(2, line)
    books.hours(1, line, kind="travel")
    books.write(books.decide(travel="hours"))
    assert quantities(books.decide(travel=travel)) == billed


def test_who_validated_is_named_once_and_by_name(kepler: tuple[Books, int]) -> None:
    books, line = kepler
    for validated_by in (MANAGER, 7, MANAGER, 7):
        books.hours(1, line, validated_by=validated_by)
    [upsert] = books.decide().plan.upserts
    assert upsert.why.count("Claire Martin") == 1 and "#7, Claire Martin" in upsert.why
