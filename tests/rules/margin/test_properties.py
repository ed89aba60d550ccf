"""Whatever a month holds, its parts are the whole: by row, by client and by business manager, and nothing is left out."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.vocabulary.units import to_money
from rules.margin.margin import total
from tests.rules.billing.books import HOUR
from tests.rules.margin.months import CAMILLE, HUGO, INTERNAL, JULIEN, SOPHIE, Months

D = Decimal
TIME = st.tuples(
    st.sampled_from(["0.25", "1", "7"]),
    st.integers(0, 3),
    st.integers(1, 31),
    st.booleans(),
    st.integers(0, 40_000),
    st.sampled_from([CAMILLE, JULIEN]),
)
"""Hours, on which order line (0: none), day of October, validated, cost in cents, who."""
SPENT = st.tuples(st.integers(0, 100_000), st.integers(0, 4))
"""Cents, on which analytic account; 4 is nobody's."""
BILLED = st.tuples(
    st.integers(-50_000, 100_000),
    st.dictionaries(st.sampled_from(["1", "2", "3", "4", "1,4"]), st.integers(1, 100), max_size=3),
)
"""Cents of an invoice line by hand, and its shares of analytic accounts."""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TIME, max_size=8), st.lists(SPENT, max_size=4), st.lists(BILLED, max_size=3), st.booleans())
def test_the_parts_are_the_whole(
    times: list[tuple[str, int, int, bool, int, int]],
    spent: list[tuple[int, int]],
    billed: list[tuple[int, dict[str, int]]],
    shared: bool,
) -> None:
    books = Months()
    for number, manager in enumerate((SOPHIE, HUGO, 0), 1):
        line = books.line(books.order(salesperson_id=manager, partner_id=1 + number % 2), "time", 100, 80, HOUR)
        books.project(line, 1 if shared else number)
    books.mission(CAMILLE)
    for hours, line, day, validated, cents, who in times:
        project = {} if line else {"project_id": INTERNAL if day % 2 else 101}
        cost = -to_money(D(cents) / 100)
        books.hours(hours, line, f"2026-10-{day:02}", validated=validated, cost=cost, employee_id=who, **project)
    for cents, account in spent:
        books.spend(D(cents) / 100, account)
    for cents, shares in billed:
        books.bill_by_hand(D(cents) / 100, shares)

    found = books.of()
    whole = found.total
    worked = sum((D(hours) * 80 for hours, line, _, validated, *_ in times if line and validated), D(0))
    loose = sum((one.amount for one in found.findings if one.code == "margin_loose"), D(0))
    assert whole.revenue + loose == worked + sum((D(cents) for cents, _ in billed), D(0)) / 100
    assert whole.cost + whole.bench == sum((D(cents) for *_, cents, _ in times), D(0)) / 100
    assert whole.expenses == sum((D(cents) for cents, _ in spent), D(0)) / 100
    assert total(found.managers.values()) == whole
    clients = total(found.clients.values())
    assert clients.bench == 0 and clients.margin - whole.bench == whole.margin
