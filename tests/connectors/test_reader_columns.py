"""Raw answers made into columns: whole numbers exact, days in the company's timezone, empty values."""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.odoo.columns import column, scaled
from mappings.vocabulary.dataset import Column, Dataset, Kind, conform
from mappings.vocabulary.units import MICRO, MONEY, to_micro, to_money

PARIS = "Europe/Paris"
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, min_value=-9e12, max_value=9e12)
SIX_DECIMALS = st.decimals(places=6, min_value=-(10**7), max_value=10**7).map(float)
TIES = st.integers(min_value=-(10**12), max_value=10**12).map(lambda n: float(Decimal(2 * n + 1) / 2 / MICRO))


@given(st.lists(NUMBERS | SIX_DECIMALS | TIES, max_size=20))
@example([0.0000005, 1.0000005, -0.0000005, 1.6666666666666667, 0.1 + 0.2, 8_000_000_000.123457])
def test_scaled_numbers_equal_the_exact_ones(values: list[float]) -> None:
    assert scaled(values, MICRO).tolist() == [to_micro(value) for value in values]
    assert scaled(values, MONEY).tolist() == [to_money(value) for value in values]


def test_an_empty_number_is_zero_and_whole_numbers_are_numbers() -> None:
    assert scaled([False, 3, 1.5], MICRO).tolist() == [0, 3_000_000, 1_500_000]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        scaled([value], MICRO)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-10-31 22:30:00", "2026-10-31"),  # 23:30 in Paris
        ("2026-10-31 23:30:00", "2026-11-01"),  # 00:30 in Paris, the next month
        ("2026-07-31 22:30:00", "2026-08-01"),  # summer time
    ],
)
def test_a_day_made_of_a_moment_is_the_companys(moment: str, day: str) -> None:
    assert column("day", [moment], "datetime", PARIS).tolist() == [pd.Timestamp(day)]


def test_a_moment_is_utc() -> None:
    assert column("moment", ["2026-10-31 23:30:00"], "datetime", PARIS).tolist() == [pd.Timestamp("2026-10-31T23:30Z")]


@pytest.mark.parametrize(
    ("kind", "field_type", "values", "expected"),
    [
        ("id", "many2one", [7, False], [7, 0]),
        ("ids", "many2many", [[3, 1], []], [(3, 1), ()]),
        ("text", "char", ["a", False], ["a", ""]),
        ("flag", "boolean", [True, False], [True, False]),
        ("day", "date", ["2026-10-05", False], [pd.Timestamp("2026-10-05"), pd.NaT]),
        ("day", "datetime", [False], [pd.NaT]),
        ("moment", "datetime", [False], [pd.NaT]),
        ("json", "json", [{"2": 100}, False], [{"2": 100}, None]),
    ],
)
def test_every_kind_has_its_empty_value_and_conforms(
    kind: Kind, field_type: str, values: list[Any], expected: list[Any]
) -> None:
    made = column(kind, values, field_type, PARIS)
    assert made.tolist() == expected
    dataset = Dataset("one", (Column("value", kind, ""),))
    assert conform(dataset, pd.DataFrame({"value": made}))["value"].dtype == made.dtype


def test_no_rows_have_the_kinds_dtype() -> None:
    assert column("hours", [], "float", PARIS).dtype == np.int64
    assert str(column("moment", [], "datetime", PARIS).dtype) == "datetime64[ns, UTC]"
