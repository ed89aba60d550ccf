"""A payroll journal (OD de paie) as it was read: its rows with their lines in the file, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One line of a payroll journal. Texts stand as the file has them: they are data, nothing in them is ever evaluated.

    line         its line in the file, from 1
    day          date of the entry
    account      the file's own code
    debit, credit   at most two decimals, either may be negative; one of them is zero
    entry        the entry's number in the file; rows of one number balance; "" where the format has none
    journal      the file's code of the journal
    third_party  code of an auxiliary account (an employee, a fund)
    section      analytic section, or several with their shares in percent: `A` or `A:40|B:60`
    """

    line: int
    day: date
    account: str
    debit: Decimal
    credit: Decimal
    label: str = ""
    entry: str = ""
    journal: str = ""
    third_party: str = ""
    section: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that cannot be read: `code` names its texts (`finding.<code>`), `words` what they need beside the line."""

    line: int
    code: str
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JournalFile:
    """A payroll journal's file: what it holds, and what of it could not be read.

    digest   SHA-256 of its bytes, hexadecimal: the same file whatever it is called
    form     `fec`, `quadratus` or `csv`
    ignored  lines that carry no amount and were left out
    """

    name: str
    content: bytes
    digest: str
    form: str
    rows: tuple[JournalRow, ...]
    faults: tuple[Fault, ...] = ()
    ignored: tuple[int, ...] = ()
