"""What stands in a cell: a day, an amount, a side. Nothing is guessed: a cell that can mean two things is a fault."""

import re
from datetime import date
from decimal import Decimal

DIGITS = 2
"""Decimals of an amount at most: payroll is in euros."""
LARGEST = Decimal(10) ** 12
"""No amount of a payroll comes near it; Odoo keeps amounts exact far beyond."""

_DAYS = (
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"),
    re.compile(r"(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})/(?P<y>[0-9]{4})"),
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})"),
)
_SPACES = re.compile(r"[ \u00a0\u202f\u2009]")
_PLAIN = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]{1,2})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:(?P<group>[.,])[0-9]{3})(?:(?P=group)[0-9]{3})*(?P<point>[.,])[0-9]{1,2}")
_CENTS = re.compile(r"[+-]?[0-9]+")


def day(text: str) -> date:
    """`31/10/2026`, `2026-10-31` or `20261031`. Raises ValueError."""
    for form in _DAYS:
        if found := form.fullmatch(text):
            return date(*(int(found[part]) for part in "ymd"))
    raise ValueError(text)


def amount(text: str) -> Decimal:
    """`3200`, `3 200,00`, `3.200,00`, `3200.00`; zero where it is empty. Raises ValueError.

    One sign with three digits behind it (`3.200`) may be thousands or decimals: refused.
    """
    bare = _SPACES.sub("", text)
    if not bare:
        return Decimal(0)
    grouped = _GROUPED.fullmatch(bare)
    if grouped and grouped["group"] != grouped["point"]:
        bare = bare.replace(grouped["group"], "")
    elif not _PLAIN.fullmatch(bare):
        raise ValueError(text)
    return _exact(Decimal(bare.replace(",", ".")), text)


def cents(text: str) -> Decimal:
    """`+000000009900` is 99.00. Raises ValueError."""
    if not _CENTS.fullmatch(text.strip()):
        raise ValueError(text)
    return _exact(Decimal(text.strip()).scaleb(-DIGITS), text)


def sides(value: Decimal, side: str) -> tuple[Decimal, Decimal]:
    """An amount and its side (D or C) as debit and credit. Raises ValueError for another side."""
    if side.strip().upper() not in ("D", "C"):
        raise ValueError(side)
    return (value, Decimal(0)) if side.strip().upper() == "D" else (Decimal(0), value)


def _exact(value: Decimal, text: str) -> Decimal:
    if abs(value) >= LARGEST:
        raise ValueError(text)
    return value
