"""The closing, case by case: what is earned and not invoiced, or invoiced and not earned, on one day."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from tests.rules.billing.books import DAY_7, HOUR, PIECE
from tests.rules.wip.closings import ECO, NONE_EU, Closings, accrued, codes, deferred, entry, euros, position, texts

D = Decimal
NOVEMBER = date(2026, 11, 30)


def mission(books: Closings, **order: object) -> int:
    """Camille at 600.00 a day: 13.5 days in October and a train of 120.00 (S3)."""
    number = books.order(partner_id=2, invoice_partner_id=2, contract_required=True, **order)
    line = books.line(number, "time", 60, 600, DAY_7)
    train = books.line(number, "manual", 1, 120, delivered=1, is_expense=True, delivered_by="analytic", account=5)
    books.expense(train, 1, "2026-10-30")
    for day in (12, 13, 14, 15, 16, 19, 20, 21, 22, 26, 27, 28, 29):
        books.hours(7, line, f"2026-10-{day}")
    books.hours("3.5", line, "2026-10-30")
    return line


def test_s3_work_without_a_signed_contract_is_accrued() -> None:
    books = Closings()
    mission(books)
    assert books.decide().plan.upserts == ()
    closing = books.close()
    assert accrued(closing) == {
        "418100": D("9864.00"),
        "706000": D("-8100.00"),
        "708500": D("-120.00"),
        "445870": D("-1644.00"),
    }
    assert deferred(closing) == {}


def test_s4_a_month_later_both_months_are_accrued() -> None:
    books = Closings()
    line = mission(books)
    for number in range(20):
        books.hours(7, line, f"2026-11-{number + 1:02}")
    assert accrued(books.close(NOVEMBER)) == {
        "418100": D("24264.00"), "706000": D("-20100.00"), "708500": D("-120.00"), "445870": D("-4044.00"),
    }  # fmt: skip
    assert accrued(books.close())["418100"] == D("9864.00"), "October as of October is as it was"


def test_s5_nothing_is_accrued_once_both_are_posted_and_as_in_s4_while_they_are_drafts() -> None:
    books = Closings()
    line = mission(books)
    december = date(2026, 12, 31)
    before = accrued(books.close(december))
    draft = books.invoice((line, "13.5", 600), (line + 1, 1, 120), hours=range(1, 15), state="draft", accounting_date=None)
    assert accrued(books.close(december)) == before == accrued(books.close())
    books.record("invoices", draft).update(state="posted", accounting_date=pd.Timestamp("2026-12-03"))
    assert books.close(december).plan.upserts == ()
    assert accrued(books.close()) == before, "October as of October is as it was"


@pytest.mark.parametrize(
    ("day", "left"), [("2026-10-31", {}), ("2026-11-01", {"418100": D(96), "706000": D(-80), "445870": D(-16)})]
)
def test_an_invoice_counts_from_its_accounting_date(day: str, left: dict[str, Decimal]) -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.invoice((line, 1, 80), hours=[books.hours(1, line)], accounting_date=pd.Timestamp(day))
    assert accrued(books.close()) == left


@pytest.mark.parametrize(("day", "earned"), [("2026-10-31", D(80)), ("2026-11-01", D(0))])
def test_work_counts_from_its_day(day: str, earned: Decimal) -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(1, line, day)
    assert -accrued(books.close()).get("706000", D(0)) == earned


@pytest.mark.parametrize(("day", "left"), [("2026-10-30", 120), ("2026-11-02", 0)])
def test_an_expense_counts_from_its_day(day: str, left: int) -> None:
    books = Closings()
    line = books.line(books.order(), "manual", 1, 120, delivered=1, is_expense=True, delivered_by="analytic", account=5)
    books.expense(line, 1, day)
    assert -accrued(books.close()).get("708500", D(0)) == left


def test_a_reversal_of_november_reversed_nothing_in_october() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    invoice = books.invoice((line, 1, 80), hours=[books.hours(1, line)])
    books.record("invoices", invoice)["payment_state"] = "reversed"
    books.credit(invoice, (line, 1, 80), accounting_date=pd.Timestamp("2026-11-03"))
    assert books.close().plan.upserts == ()
    assert accrued(books.close(NOVEMBER)) == {"418100": D(96), "706000": D(-80), "445870": D(-16)}


def test_what_a_person_took_off_a_draft_is_not_accrued() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(10, line)
    books.write(books.decide())
    assert accrued(books.close())["706000"] == D(-800)
    [printed] = [row for row in books.rows["invoice_lines"] if row["display"] == "product"]
    printed.update(quantity=9_000_000, subtotal=euros(720))
    assert accrued(books.close())["706000"] == D(-720)


def test_a_partial_credit_is_a_concession_and_is_not_accrued_again() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    invoice = books.invoice((line, 10, 80), hours=[books.hours(10, line)])
    books.credit(invoice, (line, 3, 80))
    closing = books.close()
    assert closing.plan.upserts == () and codes(closing) == ["withdrawn"]


@pytest.mark.parametrize("said", ["included", "non_billable"])
def test_what_is_not_billable_is_not_accrued(said: str) -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(10, line, qualification=said)
    assert books.close().plan.upserts == ()


def test_hours_blocked_for_a_reason_of_their_own_are_not_accrued() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(10, line, timer_started_at=pd.Timestamp("2026-10-20", tz="UTC"))
    draft = books.line(books.order(state="draft"), "time", 10, 80, HOUR)
    books.hours(2, draft)
    closing = books.close()
    assert closing.plan.upserts == () and codes(closing) == ["timer_running", "order_not_confirmed"]


def test_a_day_that_is_no_day_is_not_accrued_even_where_the_contract_is_not_signed() -> None:
    books = Closings()
    line = books.line(books.order(contract_required=True), "time", 10, 600, 4)
    books.hours(8, line)
    closing = books.close()
    assert closing.plan.upserts == () and codes(closing) == ["unit_disagrees"]


@pytest.mark.parametrize(("setting", "amount"), [("leave_out", 0), ("accrue", 160)])
def test_time_not_validated_is_a_setting_and_always_listed(setting: str, amount: int) -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(2, line, validated=False)
    closing = books.close(not_validated=setting)
    assert -accrued(closing).get("706000", D(0)) == amount
    [found] = closing.plan.findings
    assert (found.code, found.hours, found.amount) == ("not_validated", 2, 160)


@pytest.mark.parametrize(("day", "named"), [("2026-08-31", True), ("2026-09-01", True), ("2026-09-02", False)])
def test_work_of_more_than_60_days_is_named(day: str, named: bool) -> None:
    books = Closings()
    line = books.line(books.order(), "time", 10, 80, HOUR)
    books.hours(2, line, "2026-09-01" if day == "2026-09-01" else day)
    books.hours(1, line, "2026-10-31")
    found = [finding for finding in books.close().plan.findings if finding.code == "closing_old"]
    assert bool(found) is (pd.Timestamp("2026-10-31") - pd.Timestamp(day) > pd.Timedelta(days=60))
    assert not found or (found[0].hours, found[0].amount) == (2, 160)


# Fixed price and packs


def orion(books: Closings, *invoiced: int) -> int:
    """Twenty days at 650.00 in milestones of 30, 40 and 30 %."""
    line = books.line(books.order(), "milestones", 20, 650, DAY_7)
    for share, reached in (("0.3", "2026-09-25"), ("0.4", "2026-10-15"), ("0.3", None)):
        books.milestone(line, share, reached)
    for days in invoiced:
        books.invoice((line, days, 650), name=f"FAC/{days}")
    return line


def test_s15_more_invoiced_than_done_is_deferred() -> None:
    books = Closings()
    line = orion(books, 6, 8)
    books.update(line, 50, "2026-10-30")
    closing = books.close()
    assert deferred(closing) == {"706000": D("2600.00"), "487000": D("-2600.00")} and accrued(closing) == {}
    [text] = texts(entry(closing, "pca"))
    assert "50\u00a0%" in text and "FAC/6, FAC/8" in text and "30/10/2026" in text


def test_more_done_than_invoiced_is_accrued_with_its_tax() -> None:
    books = Closings()
    line = orion(books, 6)
    books.update(line, 50, "2026-10-30")
    assert accrued(books.close()) == {"418100": D("3120.00"), "706000": D("-2600.00"), "445870": D("-520.00")}


@pytest.mark.parametrize(("day", "earned"), [("2026-10-31", D(6500)), ("2026-11-01", D(9100))])
def test_an_update_counts_from_its_day_and_without_one_the_milestones(day: str, earned: Decimal) -> None:
    books = Closings()
    line = orion(books, 6, 8)
    books.update(line, 50, day)
    assert position(books.close(), line).earned == earned


def test_the_last_update_up_to_the_day_holds() -> None:
    books = Closings()
    line = orion(books)
    for percent, day in ((60, "2026-10-31"), (40, "2026-10-15"), (90, "2026-11-02")):
        books.update(line, percent, day)
    assert position(books.close(), line).earned == D(7800)


def test_a_fixed_price_nobody_says_the_progress_of_is_named_and_left_alone() -> None:
    books = Closings()
    resting = books.line(books.order(), "ordered", 1, 5000, PIECE)
    books.invoice((resting, 1, 5000))
    running = books.line(books.order(), "ordered", 1, 3000, PIECE)
    closing = books.close()
    assert closing.plan.upserts == ()
    assert [(f.code, f.record.id, f.amount) for f in closing.plan.findings] == [("closing_no_progress", running, 3000)]


def test_a_loss_at_completion_and_an_old_update_are_named() -> None:
    books = Closings()
    line = orion(books, 6, 8)
    books.update(line, 50, "2026-09-30")
    books.hours(70, line, cost=-euros(7000))
    found = {f.code: f.amount for f in books.close().plan.findings}
    assert found == {"closing_loss": D("1000.00"), "closing_old_progress": D(0)}
    books.record("timesheets", 1)["cost"] = -euros(6500)
    assert "closing_loss" not in codes(books.close()), "it costs exactly what it sells"


@pytest.mark.parametrize(
    ("overrun", "drawn", "left"),
    [("included", "7.5", "237.50"), ("included", "10", "0"), ("included", "11.5", "0"), ("rebill", "11.5", "-142.50")],
)
def test_s16_what_is_left_of_a_pack_is_deferred(overrun: str, drawn: str, left: str) -> None:
    books = Closings()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    books.invoice((line, 10, 95))
    books.hours(drawn, line)
    closing = books.close(billing={"prepaid_overrun": overrun})
    assert position(closing, line).item.amount == -D(left)
    assert deferred(closing).get("706000", D(0)) == max(D(left), 0)


def test_a_pack_that_is_not_posted_is_accrued_as_it_is_drawn() -> None:
    books = Closings()
    line = books.line(books.order(), "ordered", 10, 95, HOUR)
    books.invoice((line, 10, 95), state="draft", accounting_date=None)
    books.hours("7.5", line)
    assert accrued(books.close())["706000"] == D("-712.50")


@pytest.mark.parametrize(
    ("until", "invoiced", "left"),
    [(date(2026, 10, 31), 1, "-258.59"), (date(2026, 12, 31), 1, "0.00"), (date(2026, 10, 31), 0, "131.41")],
)
def test_a_subscription_is_earned_day_by_day(until: date, invoiced: int, left: str) -> None:
    books = Closings()
    line = books.line(books.order(), "ordered", 4, 390, PIECE, code="TRIM")
    if invoiced:
        books.invoice((line, 1, 390))
    rule = {"product": "TRIM", "every": "quarter", "billed": "in_advance"}
    assert position(books.close(until, billing={"recurring": (rule,)}), line).item.amount == D(left)


def test_down_payments_never_count_and_discounts_come_off() -> None:
    books = Closings()
    order = books.order()
    line = books.line(order, "time", 100, 80, HOUR)
    paid = books.line(order, "ordered", 0, 1000, PIECE, is_downpayment=True)
    books.line(order, "ordered", 1, -800, PIECE)
    books.invoice((paid, 1, 1000))
    books.hours(50, line)
    assert accrued(books.close()) == {"418100": D("4320.00"), "706000": D("-3600.00"), "445870": D("-720.00")}


# Accounts, taxes, currencies


def half_done(percent: int = 50) -> tuple[Closings, int]:
    """10,000.00 sold, 4,000.00 of time so far, on a project with analytic account 8."""
    books = Closings()
    line = books.line(books.order(), "ordered", 10, 1000, PIECE)
    books.update(line, percent, "2026-10-31")
    books._add("projects", id=50 + line, name="Forfait", company_id=1, account_id=8)
    books.hours(40, line, cost=-euros(4000))
    return books, line


@pytest.mark.parametrize(("spent", "rebilled", "loss"), [("1000", 0, None), ("1000.01", 0, "0.02"), ("1000.01", 2, None)])
def test_what_was_bought_for_a_fixed_price_counts_in_its_loss_unless_it_is_rebilled(
    spent: str, rebilled: int, loss: str | None
) -> None:
    books, _ = half_done()
    books.spendings.append({"account_id": 8, "order_line_id": rebilled, "amount": -euros(spent)})
    found = [one.amount for one in books.close().plan.findings if one.code == "closing_loss"]
    assert found == ([D(loss)] if loss else [])


def test_lines_that_share_an_account_share_its_spending_by_what_they_are_sold_for() -> None:
    books, line = half_done()
    other = books.line(1, "ordered", 10, 3000, PIECE)
    books.record("order_lines", other)["project_id"] = 50 + line
    books.spendings.append({"account_id": 8, "order_line_id": 0, "amount": -euros(8000)})
    found = {one.record.id: one.amount for one in books.close().plan.findings if one.code == "closing_loss"}
    assert found == {line: 2000}, "(4,000 + 2,000) / 50 % - 10,000; the other: 6,000 / 50 % of 30,000"


@pytest.mark.parametrize(("spent", "loss"), [("6000", None), ("6000.01", "0.01")])
def test_at_0_percent_what_it_cost_beyond_the_price_is_a_loss_already(spent: str, loss: str | None) -> None:
    books, _ = half_done(0)
    books.spendings.append({"account_id": 8, "order_line_id": 0, "amount": -euros(spent)})
    found = [one.amount for one in books.close().plan.findings if one.code == "closing_loss"]
    assert found == ([D(loss)] if loss else [])


def test_a_client_elsewhere_in_the_eu_has_no_tax_and_its_mapped_account() -> None:
    books = Closings()
    line = books.line(books.order(fiscal_position_id=3), "time", 10, 80, HOUR, tax_ids=(NONE_EU,))
    books._add("account_maps", fiscal_position_id=3, from_id=4, to_id=6)
    books.hours(1, line)
    assert accrued(books.close()) == {"418100": D("80.00"), "707000": D("-80.00")}


@pytest.mark.parametrize(
    ("own", "category", "company", "code"), [(4, 6, 5, "706000"), (0, 6, 5, "707000"), (0, 0, 5, "708500")]
)
def test_the_revenue_account_is_the_products_its_categorys_or_the_companys(
    own: int, category: int, company: int, code: str
) -> None:
    books = Closings()
    books.record("categories", 1)["account_id"] = category
    books.record("companies", 1)["income_account_id"] = company
    books.hours(1, books.line(books.order(), "time", 10, 80, HOUR, account=own))
    assert accrued(books.close())[code] == D("-80.00")


def test_before_tax_only_where_the_company_says_so() -> None:
    books = Closings()
    books.hours(1, books.line(books.order(), "time", 10, 80, HOUR, tax_ids=(ECO,)))
    assert accrued(books.close(accrue_vat=False)) == {"418100": D("80.00"), "706000": D("-80.00")}


def test_a_line_that_cannot_be_booked_is_named_and_stops_nothing_else() -> None:
    books = Closings()
    books.record("categories", 1)["account_id"] = 0
    books._add("currencies", name="CHF", digits=2)
    for order, values in (({"currency_id": 2}, {}), ({}, {"tax_ids": (ECO,)}), ({}, {"account": 0}), ({}, {})):
        books.hours(1, books.line(books.order(**order), "time", 10, 80, HOUR, **values))
    closing = books.close()
    assert accrued(closing)["706000"] == D("-80.00")
    assert sorted(codes(closing)) == ["closing_currency", "closing_no_revenue_account", "closing_tax"]


def test_the_client_stands_on_every_line_and_each_says_its_days() -> None:
    books = Closings()
    mission(books)
    made = entry(books.close(), "fae")
    assert made is not None and {line.values["partner_id"] for line in made.lines} == {2}
    work, train = texts(made)
    assert "13,5 Jour (7 h)" in work and "du 12/10/2026 au 30/10/2026" in work and "02/11/2026 par Claire Martin" in work
    assert "Frais refacturé" in train


def test_a_rebilled_expense_says_its_day_and_what_it_is_called() -> None:
    books = Closings()
    mission(books)
    train = books.rows["deliveries"][0]["order_line_id"]
    books._add(
        "expenses", name="Train Paris-Lyon", order_id=1, order_line_id=train, employee_id=1, state="posted",
        date=pd.Timestamp("2026-10-13"),
    )  # fmt: skip
    said = texts(entry(books.close(), "fae"))[1]
    assert "Train Paris-Lyon du 13/10/2026 (Camille)" in said


def test_a_vendor_bill_says_its_day_and_its_number_and_the_oldest_are_taken_as_invoiced() -> None:
    books = Closings()
    line = books.line(books.order(), "manual", 3, 120, delivered=3, is_expense=True, delivered_by="analytic")
    for day, number in (("2026-10-05", "A-17"), ("2026-10-20", "A-18"), ("2026-11-02", "A-19")):
        books.expense(line, 1, day, name="Location", document=number)
    books.invoice((line, 1, 120))
    [said] = texts(entry(books.close(), "fae"))
    assert "Location A-18 du 20/10/2026" in said and "A-17" not in said and "A-19" not in said


@pytest.mark.parametrize(
    ("days", "said"), [(["10", "20", "29"], "du 20/10/2026 au 29/10/2026"), ([], "du 15/09/2026 au 31/10/2026")]
)
def test_what_is_delivered_by_hand_says_its_days_or_since_when(days: list[str], said: str) -> None:
    books = Closings()
    line = books.line(books.order(ordered_on=pd.Timestamp("2026-09-15")), "manual", 52, 25, PIECE, delivered=2)
    for day in days:
        books.hours(1, line, f"2026-10-{day}", kind="travel")
    assert all(said in text for text in texts(entry(books.close(), "fae")))


@pytest.mark.parametrize(("day", "named"), [("2026-09-01", False), ("2026-08-31", True)])
def test_an_expense_that_is_older_than_sixty_days_and_not_invoiced_is_named(day: str, named: bool) -> None:
    """60 days before 31 October is 1 September."""
    books = Closings()
    line = books.line(books.order(), "manual", 2, 120, delivered=2, is_expense=True, delivered_by="analytic")
    books.expense(line, 1, day)
    books.expense(line, 1, "2026-10-05")
    found = [(one.code, one.amount) for one in books.close().plan.findings]
    assert found == ([("closing_old_units", 120)] if named else [])
    books.invoice((line, 1, 120))
    assert codes(books.close()) == [], "the oldest is taken as invoiced"


@pytest.mark.parametrize(("ordered", "named"), [("2026-09-01", False), ("2026-08-31", True)])
def test_a_quantity_set_by_hand_that_old_is_named_too(ordered: str, named: bool) -> None:
    books = Closings()
    books.line(books.order(ordered_on=pd.Timestamp(ordered)), "manual", 5, 20, PIECE, delivered=5)
    assert [(one.code, one.amount) for one in books.close().plan.findings] == ([("closing_old_units", 100)] if named else [])


@pytest.mark.parametrize(
    ("rates", "amount"),
    [
        ([], None),
        ([("2026-11-01", 0.94, 0)], None),
        ([("2026-10-31", 0.94, 0), ("2026-11-01", 0.5, 0)], "851.06"),
        ([("2026-10-31", 0.5, 0), ("2026-10-01", 0.94, 1)], "851.06"),
    ],
)
def test_another_currency_is_booked_at_the_closing_rate(rates: list[tuple[str, float, int]], amount: str | None) -> None:
    books = Closings()
    books._add("currencies", name="CHF", digits=2)
    for day, rate, company in rates:
        books._add("rates", currency_id=2, company_id=company, date=pd.Timestamp(day), rate=rate)
    books.hours(10, books.line(books.order(currency_id=2), "time", 10, 80, HOUR))
    closing = books.close()
    if amount is None:
        assert closing.plan.upserts == () and codes(closing) == ["closing_currency"]
        assert closing.plan.findings[0].amount == 800 and closing.plan.findings[0].currency == "CHF"
    else:
        assert accrued(closing)["706000"] == -D(amount)
        assert "800,00" in texts(entry(closing, "fae"))[0] and "0,94 CHF" in texts(entry(closing, "fae"))[0]


@pytest.mark.parametrize(("ends", "named"), [(None, True), ("2026-10-01", True), ("2026-09-30", False)])
def test_contracts_and_subscriptions_invoiced_elsewhere_are_named(ends: str | None, named: bool) -> None:
    books = Closings()
    books._add("contracts", name="Maintenance", partner_id=1, company_id=1, ends_on=pd.Timestamp(ends) if ends else None)
    books.line(books.order(subscription=True), "ordered", 12, 50, PIECE)
    assert sorted(codes(books.close())) == ["closing_contract"] * named + ["closing_elsewhere"]


@pytest.mark.parametrize(("setting", "amount"), [("leave_out", 0), ("accrue", 600)])
def test_hours_that_wait_for_their_cra_are_not_validated_yet(setting: str, amount: int) -> None:
    books = Closings()
    books.hours(7, books.line(books.order(), "time", 20, 600, DAY_7))
    closing = books.close(billing={"cra_required": True}, not_validated=setting)
    assert -accrued(closing).get("706000", D(0)) == amount
    [found] = closing.plan.findings
    assert (found.code, found.hours, found.amount) == ("cra_not_validated", 7, 600)
