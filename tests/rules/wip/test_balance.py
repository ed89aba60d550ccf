"""The hours of a closing: each in one bucket, those that the entries cover as accrued."""

from mappings.vocabulary.units import to_micro
from rules.wip.balance import buckets
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
