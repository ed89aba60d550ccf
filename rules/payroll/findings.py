"""What a person must look at before a payroll journal is taken over; each names its lines in the file."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from mappings.vocabulary.labels import Labels
from mappings.vocabulary.payroll import JournalFile, JournalRow
from mappings.vocabulary.plan import Finding, Ref, Severity

NAMED = 30
"""So many lines, or stretches of lines, are named at most."""


class Findings:
    """Collects the findings about one file, in the company's language and currency."""

    def __init__(self, file: JournalFile, labels: Labels, currency: str) -> None:
        self._file, self._labels, self._currency = file, labels, currency
        self.found: list[Finding] = []

    @property
    def stops(self) -> bool:
        """Whether one of them forbids the entry."""
        return any(finding.severity is Severity.CRITICAL for finding in self.found)

    def add(
        self,
        code: str,
        lines: Sequence[int],
        words: Mapping[str, object] = MappingProxyType({}),
        amount: Decimal = Decimal(0),
        severity: Severity = Severity.CRITICAL,
    ) -> None:
        """A finding about these lines (none: about the whole file); one that is critical stops the entry."""
        listed = self._listed(lines)
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                record=Ref(dataset="payroll_file", id=lines[0] if lines else 0, name=self._file.name),
                language=self._labels.language,
                words={"lines": listed, "line": listed, "file": self._file.name, **words},
                amount=amount,
                currency=self._currency,
            )
        )

    def about(self, code: str, rows: Sequence[JournalRow], words: Mapping[str, object]) -> None:
        """A finding about these rows that stops the entry; what they move is at stake."""
        self.add(code, [row.line for row in rows], words, moved(rows))

    def _listed(self, lines: Sequence[int]) -> str:
        stretches = _stretches(lines)
        more = len(stretches) - NAMED
        named = ", ".join(stretches[:NAMED])
        return self._labels("payroll.and_more", lines=named) if more > 0 else named


def _stretches(lines: Sequence[int]) -> list[str]:
    """Lines in a row as one: 2, 3, 4, 9 is 2-4, 9."""
    found: list[list[int]] = []
    for line in sorted(lines):
        if found and line == found[-1][-1] + 1:
            found[-1].append(line)
        else:
            found.append([line])
    return [str(one[0]) if len(one) == 1 else f"{one[0]}-{one[-1]}" for one in found]


def moved(rows: Sequence[JournalRow]) -> Decimal:
    """What rows move, whatever their side."""
    return sum((abs(row.debit) + abs(row.credit) for row in rows), Decimal(0))
