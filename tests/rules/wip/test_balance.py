"""The hours of a closing: each in one bucket, those that the entries cover as accrued."""

import json

from mappings.vocabulary.units import to_micro
from rules.billing import balance
from rules.wip.balance import buckets
from rules.wip.entries import hours_in
from tests.rules.billing.books import HOUR
from tests.rules.wip.closings import ECO, Closings


def test_invoiced_accrued_included_blocked() -> None:
    books = Closings()
    line = books.line(books.order(), "time", 100, 80, HOUR)
    books.invoice((line, 3, 80), hours=[books.hours(3, line)])
    books.hours(5, line)
    books.hours(2, books.line(books.order(), "ordered", 10, 95, HOUR))
    books.hours(7, books.line(books.order(), "time", 10, 80, HOUR, tax_ids=(ECO,)))
    books.hours(1, books.line(books.order(state="draft"), "time", 10, 80, HOUR))
    books.hours(4)
    closing = books.close()
    found = buckets(closing.sheet, closing.booked, closing.unbooked)
    assert found == {
        "invoiced": to_micro(3), "accrued": to_micro(5), "included": to_micro(2), "non_billable": to_micro(4),
        "blocked": to_micro(8),
    }  # fmt: skip


def test_billing_counts_what_it_blocks_as_accrued_where_the_closing_covers_it() -> None:
    books = Closings()
    line = books.line(books.order(contract_required=True), "time", 100, 80, HOUR)
    books.hours(5, line)
    accrual = books.close().plan.upserts[0]
    covered = hours_in([json.dumps(accrual.values["content"]), "", "[]", '{"lines": []}'])
    books.hours(2, line)
    found = balance.buckets(books.decide().sheet, covered)
    assert (found["accrued"], found["blocked"]) == (to_micro(5), to_micro(2))
