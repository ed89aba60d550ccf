"""Whole-number units of the frames, and their way back to `Decimal`.

Hours, quantities and ratios are `int64` millionths (micro-hours, micro-units); money is `int64` ten-thousandths of the
currency. Numbers are scaled once, when they are read; `Decimal` returns on aggregated rows only. No float decides anything.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

MICRO = 1_000_000
"""Scale of hours, quantities and ratios: 1.5 h is 1_500_000."""

MONEY = 10_000
"""Scale of money and prices: 12.34 is 123_400."""


def to_micro(value: Decimal | float | int | str) -> int:
    """Scale a quantity, a ratio or hours to millionths, rounded half up on its shortest decimal form."""
    return _scaled(value, MICRO)


def to_money(value: Decimal | float | int | str) -> int:
    """Scale an amount to ten-thousandths of the currency, rounded half up on its shortest decimal form."""
    return _scaled(value, MONEY)


@lru_cache(maxsize=100_000)  # a company's prices, quantities and hours are few, and told again and again
def quantity(micro: int) -> Decimal:
    """Millionths back to a `Decimal` without trailing zeros: 1_500_000 is 1.5."""
    return Decimal(int(micro)) / MICRO


@lru_cache(maxsize=100_000)
def money(scaled: int) -> Decimal:
    """Ten-thousandths back to an exact `Decimal` without trailing zeros."""
    return Decimal(int(scaled)) / MONEY


def round_to(value: Decimal, digits: int) -> Decimal:
    """Round half up to `digits` decimals, always showing them: 12.3 with 2 digits is 12.30."""
    return value.quantize(_step(digits), ROUND_HALF_UP)


@lru_cache
def _step(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def _scaled(value: Decimal | float | int | str, scale: int) -> int:
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return int((exact * scale).to_integral_value(rounding=ROUND_HALF_UP))
