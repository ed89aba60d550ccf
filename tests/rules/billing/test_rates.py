"""A new rate is a new order line with its first day."""

from decimal import Decimal

import pandas as pd
import pytest

from tests.rules.billing.books import HOUR, Books, amounts, finding

D = Decimal


@pytest.fixture
def raised() -> Books:
    """80.00 an hour, 90.00 from 15 October: one product, two lines."""
    books = Books()
    order = books.order()
    books.line(order, "time", 100, 80, HOUR)
    books.line(order, "time", 100, 90, HOUR, starts_on=pd.Timestamp("2026-10-15"), product_id=1)
    return books


@pytest.mark.parametrize(("day", "held"), [("2026-10-14", False), ("2026-10-15", True)])
def test_time_on_the_old_line_is_held_once_the_new_one_has_begun(raised: Books, day: str, held: bool) -> None:
    raised.hours(2, 1, day)
    raised.hours(1, 2, "2026-10-20")
    decision = raised.decide()
    assert amounts(decision) == ([D("90.00")] if held else [D("250.00")])
    if held:
        assert (finding(decision, "old_rate").hours, finding(decision, "old_rate").amount) == (D(2), D("160.00"))


def test_time_already_invoiced_at_the_old_rate_is_left(raised: Books) -> None:
    raised.invoice((1, 2, 80), hours=[raised.hours(2, 1, "2026-10-20")])
    decision = raised.decide()
    assert decision.plan.upserts == decision.plan.findings == ()
