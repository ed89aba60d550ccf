"""Payroll journals as products write them: October of scenario S14, and any other, in every layout Regie reads."""

from collections.abc import Sequence
from decimal import Decimal

Movement = tuple[str, str, str, str]
"""Account, label, debit, credit."""

S14: tuple[Movement, ...] = (
    ("641100", "Salaires bruts", "3200.00", "0"),
    ("641300", "Primes", "300.00", "0"),
    ("645100", "URSSAF part patronale", "950.00", "0"),
    ("645300", "Retraite", "450.00", "0"),
    ("421000", "Net à payer", "0", "2580.00"),
    ("431000", "URSSAF", "0", "1450.00"),
    ("437000", "Prévoyance", "0", "720.00"),
    ("442100", "Prélèvement à la source", "0", "150.00"),
)

FEC = (
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "CompAuxNum", "CompAuxLib",
    "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit", "EcritureLet", "DateLet", "ValidDate",
    "Montantdevise", "Idevise",
)  # fmt: skip


def fec(
    movements: Sequence[Movement] = S14,
    separator: str = "\t",
    *,
    signed: bool = False,
    day: str = "20261031",
    journal: str = "PA",
    entry: str = "OD10",
    third_party: str = "",
    end: str = "\r\n",
) -> str:
    """A FEC; `signed` for the variant with Montant and Sens."""
    head = [{"Debit": "Montant", "Credit": "Sens"}.get(name, name) if signed else name for name in FEC]
    rows = [head]
    for account, label, debit, credit in movements:
        sides = _signed(debit, credit) if signed else [_comma(debit), _comma(credit)]
        rows.append(
            [journal, "Paie", entry, day, account, label, third_party, "", entry, day, label, *sides, "", "", "", "", ""]
        )
    return "".join(separator.join(row) + end for row in rows)


def quadratus(movements: Sequence[Movement] = S14, day: str = "311026", journal: str = "PA") -> str:
    """Fixed width, amounts in cents."""
    return "".join(_movement(*movement, day, journal) + "\r\n" for movement in movements)


def _movement(account: str, label: str, debit: str, credit: str, day: str, journal: str) -> str:
    amount, side = _signed(debit, credit)
    cents = int(Decimal(amount.replace(",", ".")) * 100)
    return f"M{account:<8}{journal:<2}000{day} {label[:20]:<20}{side}{cents:+013d}" + " " * 20


def declared(movements: Sequence[Movement] = S14, separator: str = ";", day: str = "31/10/2026") -> str:
    """A CSV with the headings a company file has by default."""
    rows = [["Date", "Journal", "Compte", "Libellé", "Débit", "Crédit", "Pièce"]]
    rows += [[day, "PA", account, label, _comma(debit), _comma(credit), "OD10"] for account, label, debit, credit in movements]
    quoted = [[f'"{cell}"' if separator in cell else cell for cell in row] for row in rows]
    return "".join(separator.join(row) + "\n" for row in quoted)


def _signed(debit: str, credit: str) -> list[str]:
    return [_comma(debit), "D"] if Decimal(debit) else [_comma(credit), "C"]


def _comma(amount: str) -> str:
    return f"{Decimal(amount):.2f}".replace(".", ",")
