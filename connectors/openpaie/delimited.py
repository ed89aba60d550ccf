"""Files of separated columns whose first line names them: FEC (LPF art. A47 A-1) and a company's declared CSV.

FEC's `Debit` and `Credit` may be replaced by `Montant` and `Sens`; its separator is a tab or `|`, and `;` is read too.
"""

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connectors.openpaie import cells
from connectors.openpaie.text import lines
from mappings.dated import short
from mappings.vocabulary.payroll import Fault, JournalRow
from mappings.vocabulary.payroll_policy import CsvProfile

Headings = Mapping[str, tuple[str, ...]]
"""What a column holds, and the headings under which it may stand, the preferred first."""

FEC: Headings = {
    "journal": ("JournalCode",),
    "entry": ("EcritureNum",),
    "date": ("EcritureDate",),
    "account": ("CompteNum",),
    "label": ("EcritureLib", "CompteLib"),
    "third_party": ("CompAuxNum",),
    "debit": ("Debit",),
    "credit": ("Credit",),
    "amount": ("Montant",),
    "sign": ("Sens",),
    "section": ("Section", "AxeReference"),
}
"""With a column that products add for analytic accounting."""

FEC_SEPARATORS = "\t|;"
CSV_SEPARATORS = ";,\t|"

_PAIRS = (("debit", "credit"), ("amount", "sign"))
"""How an amount stands: one of the two."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose columns are known: the separator, how many columns, and the place of each that is read."""

    separator: str
    width: int
    places: Mapping[str, int]


def of_profile(profile: CsvProfile) -> Headings:
    """The headings a company declared."""
    return {name: (str(heading),) for name, heading in profile.model_dump().items()}


def table(text: str, headings: Headings, separators: str) -> Table | None:
    """The file as a table under these headings; None where its first line does not name what is needed, or names it twice."""
    first = next((line for _, line in lines(text)), "")
    for separator in separators:
        try:
            named = [_plain(cell) for cell in _split(first, separator)]
        except csv.Error:
            continue
        places = {
            column: named.index(_plain(heading))
            for column, choices in headings.items()
            for heading in reversed(choices)
            if named.count(_plain(heading)) == 1
        }
        if {"date", "account"} <= places.keys() and any(set(pair) <= places.keys() for pair in _PAIRS):
            return Table(separator, len(named), places)
    return None


def read(text: str, layout: Table) -> Iterator[JournalRow | Fault]:
    """Each line under the headings as a row or as its fault."""
    rows = lines(text)
    next(rows)
    for number, line in rows:
        try:
            found = _split(line, layout.separator)
        except csv.Error:
            yield Fault(number, "payroll_quotes")
            continue
        if len(found) != layout.width:
            yield Fault(number, "payroll_columns", {"found": len(found), "expected": layout.width})
        else:
            yield _row(number, {name: found[place].strip() for name, place in layout.places.items()})


def _row(number: int, cell: Mapping[str, str]) -> JournalRow | Fault:
    if not cell["account"]:
        return Fault(number, "payroll_no_account")
    try:
        when = cells.day(cell["date"])
    except ValueError:
        return Fault(number, "payroll_date", {"value": short(cell["date"])})
    sides = _sides(number, cell)
    if isinstance(sides, Fault):
        return sides
    texts = [cell.get(name, "") for name in ("label", "entry", "journal", "third_party", "section")]
    return JournalRow(number, when, cell["account"], *sides, *texts)


def _sides(number: int, cell: Mapping[str, str]) -> tuple[Decimal, Decimal] | Fault:
    """Debit and credit of a line, one of them zero."""
    names = next(pair for pair in _PAIRS if set(pair) <= cell.keys())
    if not any(cell[name] for name in names if name != "sign"):
        return Fault(number, "payroll_neither_side")  # an amount that is lost must not become nil
    amounts: list[Decimal] = []
    for name in names:
        if name == "sign":
            continue
        try:
            amounts.append(cells.amount(cell[name]))
        except ValueError:
            return Fault(number, "payroll_amount", {"value": short(cell[name])})
    if names == ("amount", "sign"):
        try:
            return cells.sides(amounts[0], cell["sign"])
        except ValueError:
            return Fault(number, "payroll_side", {"value": short(cell["sign"])})
    if all(amounts):
        return Fault(number, "payroll_both_sides", {"debit": cell["debit"], "credit": cell["credit"]})
    return amounts[0], amounts[1]


def _split(line: str, separator: str) -> Sequence[str]:
    """The cells of a line. In a CSV quotes may enclose one, on one line; in a FEC's tabs and bars they are text."""
    if separator in "\t|":
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator, strict=True), [])


def _plain(heading: str) -> str:
    """A heading without what people write differently: case, accents, spaces, points, quotes."""
    letters = unicodedata.normalize("NFKD", heading).encode("ascii", "ignore").decode()
    return "".join(letter for letter in letters.casefold() if letter.isalnum())
