"""A payroll journal's file as rows: what kind of file it is, told by what stands in it, and every fault with its line."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from connectors.openpaie import delimited, quadratus
from connectors.openpaie.text import NotText, decoded, lines
from mappings.dated import FileError, short
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.payroll import Fault, JournalFile, JournalRow
from mappings.vocabulary.payroll_policy import CsvProfile

LARGEST = 5 * 1024 * 1024
"""Bytes of a file at most: a payroll of a thousand people, line by line, has two."""
MOST_FAULTS = 100
"""So many faults are told one by one, then how many more there are."""
MOST_WITHOUT_ROWS = 40
"""The same where no line at all can be read: that is another kind of file."""


class JournalFileError(FileError):
    """A payroll file that cannot be used: what is wrong with it and what to do, in the company's language."""

    remedy = ""

    def __init__(self, path: Path, messages: Iterable[str]) -> None:
        name = short(path.name or path)
        Exception.__init__(self, "\n".join(f"{name} : {message}" for message in messages))
        self.path, self.problems = path, ()


def read_journal(path: Path, profile: CsvProfile, labels: Labels) -> JournalFile:
    """The journal in a file: FEC, Quadratus, or the CSV of the profile.

    Lines that cannot be read stand in `faults`, so that all is told at once. What stands in a file that is no journal is never
    told: who names it may not be who may read it. Raises JournalFileError where not a single line is
    usable: no such file, none that may be read, too large, empty, no text, an unknown layout.
    """
    content = _content(path, labels)
    try:
        text = decoded(content)
    except NotText as error:
        raise JournalFileError(path, [labels(f"payroll.file.{error.code}", line=error.line)]) from None
    if not text.strip():
        raise JournalFileError(path, [labels("payroll.file.empty")])
    form, found = _parsed(path, text, profile, labels)
    rows = tuple(one for one in found if isinstance(one, JournalRow))
    faults = tuple(one for one in found if isinstance(one, Fault))
    if not rows:
        shown = _capped(faults, MOST_WITHOUT_ROWS)
        told = [labels(f"finding.{fault.code}.message", line=fault.line, **fault.words) for fault in shown]
        raise JournalFileError(path, told or [labels("payroll.file.no_rows")])
    ignored = tuple(one for one in found if isinstance(one, int))
    digest = hashlib.sha256(content).hexdigest()
    return JournalFile(short(path.name), content, digest, form, rows, _capped(faults, MOST_FAULTS), ignored)


def _parsed(path: Path, text: str, profile: CsvProfile, labels: Labels) -> tuple[str, list[JournalRow | Fault | int]]:
    if quadratus.is_quadratus(text):
        return "quadratus", list(quadratus.read(text))
    if fec := delimited.table(text, delimited.FEC, delimited.FEC_SEPARATORS):
        return "fec", list(delimited.read(text, fec))
    if declared := delimited.table(text, delimited.of_profile(profile), delimited.CSV_SEPARATORS):
        return "csv", list(delimited.read(text, declared))
    number, first = next(lines(text))
    kind = "separator" if "comptenum" in first.casefold() else "layout"
    raise JournalFileError(path, [labels(f"payroll.file.{kind}", line=number)])


def _capped(faults: tuple[Fault, ...], most: int) -> tuple[Fault, ...]:
    more = faults[most:]
    return (*faults[:most], Fault(more[0].line, "payroll_more_faults", {"count": len(more)})) if more else faults


def _content(path: Path, labels: Labels) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise JournalFileError(path, [labels("payroll.file.no_file")])
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise JournalFileError(path, [labels("payroll.file.missing")]) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else ""
        raise JournalFileError(path, [labels("payroll.file.unreadable", reason=reason or "?")]) from None
    if len(content) > LARGEST:
        raise JournalFileError(path, [labels("payroll.file.too_large", size=LARGEST // 1024**2)])
    return content
