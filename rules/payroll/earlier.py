"""What stands for the month already: the same file is done, another one stops, and what was taken back counts no more.

Example: October's first entry has the key `payroll_3_2026_10`. It is posted and reversed, then the corrected file comes: the
second entry has the key `payroll_3_2026_10_2`. A draft that a person deletes frees its own key.
"""

from dataclasses import dataclass
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.period import Period
from mappings.vocabulary.records import ENTRY
from rules.payroll.books import PayrollBooks


@dataclass(frozen=True, slots=True)
class Earlier:
    """The entry that stands for the month, if one does, and the name for the next: a key without its module."""

    standing: Any | None
    free: str


def month_name(company_id: int, period: Period) -> str:
    """What a month's first entry is called, without the key's module: `payroll_3_2026_10`."""
    return f"payroll_{company_id}_{period.until:%Y_%m}"


def earlier(books: PayrollBooks, period: Period) -> Earlier:
    """What stands for this month in this company."""
    name = month_name(int(books.company.id), period)
    entries = list(each(books.entries))
    taken_back = {entry.reverses_id for entry in entries if entry.reverses_id and entry.state == "posted"}
    made = [entry for entry in entries if entry.type == ENTRY.name and _is_of(name, entry.key)]
    standing = [entry for entry in made if entry.state != "cancel" and entry.id not in taken_back]
    numbers = [int(entry.key.removeprefix(name).removeprefix("_") or 1) for entry in made]
    number = max(numbers, default=0) + 1
    return Earlier(standing[-1] if standing else None, name if number == 1 else f"{name}_{number}")


def _is_of(name: str, key: str) -> bool:
    rest = key.removeprefix(name)
    return key.startswith(name) and (not rest or (rest[0] == "_" and rest[1:].isdecimal()))
