"""Quadratus ASCII: fixed width, a line `M` for each movement.

Columns, from 0: 0 `M`, 1 to 8 account, 9 and 10 journal, 11 to 13 folio, 14 to 19 date DDMMYY, 21 to 40 label, 41 side D or C,
42 to 54 amount in cents with its sign. Source: the layout that `account_move_csv_import` reads (akretion/account-move-import),
the same as in OpenFlyers' documentation of its Quadratus export.
"""

import re
from collections.abc import Iterator
from datetime import date

from connectors.openpaie import cells
from connectors.openpaie.text import lines
from mappings.dated import short
from mappings.vocabulary.payroll import Fault, JournalRow

_MOVEMENT = re.compile(r"M.{8}.{2}.{3}[0-9]{6}.{21}[DC][+-][0-9]{12}")
_WITHOUT_AMOUNT = ("C", "I")
"""Lines that name an account, and lines that split the movement before them by section."""


def is_quadratus(text: str) -> bool:
    """Whether a line is a movement as Quadratus writes it."""
    return any(_MOVEMENT.match(line) for _, line in lines(text))


def read(text: str) -> Iterator[JournalRow | Fault | int]:
    """Each line's row, its fault, or its number where it carries no amount of its own."""
    for number, line in lines(text):
        yield number if line.startswith(_WITHOUT_AMOUNT) else _row(number, line)


def _row(number: int, line: str) -> JournalRow | Fault:
    if not line.startswith("M") or len(line) < 55:
        return Fault(number, "payroll_columns", {"found": len(line), "expected": 55})
    account = line[1:9].strip()
    if not account:
        return Fault(number, "payroll_no_account")
    try:
        when = _day(line[14:20])
    except ValueError:
        return Fault(number, "payroll_date", {"value": short(line[14:20])})
    try:
        value = cells.cents(line[42:55])
    except ValueError:
        return Fault(number, "payroll_amount", {"value": short(line[42:55])})
    try:
        debit, credit = cells.sides(value, line[41])
    except ValueError:
        return Fault(number, "payroll_side", {"value": short(line[41])})
    return JournalRow(number, when, account, debit, credit, label=line[21:41].strip(), journal=line[9:11].strip())


def _day(text: str) -> date:
    return cells.day(f"20{text[4:]}{text[2:4]}{text[:2]}")
