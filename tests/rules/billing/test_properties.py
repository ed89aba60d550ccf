"""Whatever people do: no hour is billed twice, none is forgotten, a replay changes nothing, the balance adds up."""

from collections import Counter
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.billing.balance import buckets
from rules.billing.content import parse
from tests.rules.billing.books import DAY_7, HOUR, PIECE, Books

LINES = 4
HOURS = st.tuples(
    st.integers(0, LINES),
    st.sampled_from(["0.25", "1", "3.5", "7", "0.1"]),
    st.integers(1, 31),
    st.sampled_from(["", "billable", "included", "non_billable"]),
    st.sampled_from(["work", "travel"]),
    st.booleans(),
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("hours"), HOURS),
        st.tuples(st.just("run"), st.sampled_from(["order", "mission", "client"])),
        st.tuples(st.just("post"), st.integers(0, 5)),
        st.tuples(st.just("cancel"), st.integers(0, 5)),
        st.tuples(st.just("delete"), st.integers(0, 5)),
        st.tuples(st.just("validate"), st.none()),
    ),
    max_size=14,
)


def company() -> Books:
    books = Books()
    first, second = books.order(), books.order(partner_id=2, contract_required=True)
    books.line(first, "time", 100, 80, HOUR, consultant_id=1)
    books.line(first, "ordered", 1, 500, PIECE)
    books.line(second, "time", 20, 600, DAY_7)
    books.line(first, "ordered", 10, 95, HOUR, consultant_id=2)
    return books


def do(books: Books, deed: str, about: object) -> None:
    """What a person, or Regie, does; drafts are chosen by their place among those there are."""
    drafts = [row for row in books.rows["invoices"] if row["state"] == "draft"]
    if deed == "hours":
        line, hours, day, said, kind, validated = about  # type: ignore[misc]
        books.hours(hours, line, f"2026-10-{day:02}", qualification=said, kind=kind, validated=validated)
    elif deed == "run":
        books.write(books.decide(grouping=about))
    elif deed == "validate":
        for row in books.rows["timesheets"]:
            row["validated"] = True
    elif drafts:
        invoice = drafts[int(about) % len(drafts)]  # type: ignore[call-overload]
        if deed == "post":
            invoice.update(state="posted", posted_before=True)
        elif deed == "cancel":
            invoice["state"] = "cancel"
        else:
            books.used_keys |= {invoice["key"]}
            books.rows["invoices"].remove(invoice)
            books.rows["invoice_lines"] = [r for r in books.rows["invoice_lines"] if r["invoice_id"] != invoice["id"]]
            for row in books.rows["timesheets"]:
                if row.get("invoice_id") == invoice["id"]:
                    row["invoice_id"] = 0


def billed_hours(books: Books) -> Counter[int]:
    """How often each timesheet stands on an invoice that is not cancelled, by what Regie wrote there."""
    return Counter(
        timesheet
        for invoice in books.rows["invoices"]
        if invoice["state"] != "cancel"
        for line in parse(invoice["content"])
        for timesheet in line.hours
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DEEDS, st.sampled_from(["order", "mission", "client"]))
def test_no_hour_twice_none_forgotten_and_a_replay_changes_nothing(deeds: list[tuple[str, object]], grouping: str) -> None:
    books = company()
    for deed, about in deeds:
        do(books, deed, about)
    books.write(books.decide(grouping=grouping))
    assert max(billed_hours(books).values(), default=0) <= 1

    again = books.decide(grouping=grouping)
    assert again.plan.upserts == ()

    sheet = again.sheet
    assert sum(buckets(sheet).values()) == sum(row["hours"] for row in books.rows["timesheets"] if row["validated"])
    assert (sheet["blocked_hours"] <= sheet["hours"]).all()
    # A billable hour on a time line is on an invoice, or blocked with a reason.
    due = sheet[(sheet["qualified"] == "billable") & (sheet["blocked_hours"] == 0)]
    assert set(due["id"]) <= set(billed_hours(books))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["0.25", "1", "3.5", "7"]), min_size=1, max_size=8), st.integers(1, 6))
def test_what_is_billed_in_parts_totals_what_is_billed_at_once(hours: list[str], parts: int) -> None:
    once, bit_by_bit = Books(), Books()
    for books in (once, bit_by_bit):
        books.line(books.order(), "time", 100, 80, HOUR)
    for number, value in enumerate(hours):
        for books in (once, bit_by_bit):
            books.hours(value, 1, f"2026-10-{number + 1:02}")
        if number % parts == 0:
            bit_by_bit.write(bit_by_bit.decide())
            for row in bit_by_bit.rows["invoices"]:
                row.update(state="posted", posted_before=True)
    for books in (once, bit_by_bit):
        books.write(books.decide())
    totals = [sum(row["amount_untaxed"] for row in books.rows["invoices"]) for books in (once, bit_by_bit)]
    assert totals[0] == totals[1] == sum(Decimal(value) for value in hours) * 80 * 10_000
