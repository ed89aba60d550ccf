"""What the story says: chapters, sentences with figures, and checks that stop it. All of it also stands in a file."""

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from textwrap import fill

from mappings.vocabulary.labels import Labels

WIDTH = 110
TRANSCRIPT = "recit.txt"


class StoryError(Exception):
    """The story cannot go on: `str(error)` says why, `remedy` what a person does about it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def euros(amount: Decimal | str | float) -> str:
    """An amount as a French reader expects it, with ordinary spaces, which any terminal and any search can read."""
    return Labels("fr").money(Decimal(str(amount)), "EUR").replace("\u202f", " ").replace("\xa0", " ")


def number(value: Decimal | str | float) -> str:
    """A quantity as a French reader expects it: 13,5."""
    return f"{Decimal(str(value)).normalize():f}".replace(".", ",")


@dataclass
class Telling:
    """Prints the story and writes it to `recit.txt` in `folder`; keeps each check for the summary."""

    folder: Path
    checks: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)
    _chapters: int = 0

    def chapter(self, title: str) -> None:
        """A new part of the story."""
        self._chapters += 1
        self._print(f"\n{self._chapters}. {title}\n{'-' * (len(title) + 3)}")

    def say(self, text: str) -> None:
        """What happened, in a sentence or two."""
        self._print(fill(text, WIDTH, break_long_words=False, break_on_hyphens=False))

    def command(self, words: str) -> None:
        """A command that anyone may type as well."""
        self._print(f"  $ {words}")

    def check(self, case: str, what: str, found: Decimal | str | float, expected: str) -> None:
        """An amount against the scenario's figure; `case` is its number in the list of scenarios, or empty.

        Raises StoryError where they differ.
        """
        self._compare(case, what, euros(found), euros(expected))

    def check_number(self, case: str, what: str, found: Decimal | str | float, expected: str) -> None:
        """The same for days, hours or how many there are."""
        self._compare(case, what, number(found), number(expected))

    def kept(self, file: Path, what: str) -> None:
        """A file or a screenshot that the story leaves."""
        name = str(file.relative_to(self.folder))
        self.files.append((name, what))
        self._print(f"  → {name}")

    def summary(self) -> None:
        """Every figure that was checked and every file, in two lists."""
        self._print(f"\nBilan : {len(self.checks)} chiffres vérifiés, tous conformes\n{'=' * 45}")
        wide = max(len(what) for _, what, _ in self.checks)
        for case, what, figure in self.checks:
            self._print(f"  {case:<8}{what:<{wide}}  {figure:>12}")
        self._print(f"\nFichiers, dans {self.folder.name}/")
        wide = max(len(name) for name, _ in self.files)
        for name, what in self.files:
            self._print(f"  {name:<{wide}}  {what}")

    def _compare(self, case: str, what: str, found: str, expected: str) -> None:
        if found != expected:
            raise StoryError(
                f"{what} : {found}, alors que le scénario{f' {case}' if case else ''} attend {expected}.",
                "Le récit s'arrête ici : soit le produit a changé, soit le bac à sable n'était pas neuf. L'Odoo reste allumé, "
                "on peut y regarder.",
            )
        self.checks.append((case, what, found))
        self._print(f"  ✓ {what} : {found}{f' ({case})' if case else ''}")

    def _print(self, text: str) -> None:
        print(text, flush=True)
        with (self.folder / TRANSCRIPT).open("a", encoding="utf-8") as transcript:
            transcript.write(f"{text}\n")
