"""Which trials have passed, kept in a file so that an interrupted torture goes on; and the table it comes to."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.paths import state_root
from tests.torture.family import Family, Trial


@dataclass
class Progress:
    """The passed trials by family and number, and the failures of this run."""

    file: Path
    seed: int
    passed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, port: int, seed: int | None, again: bool) -> "Progress":
        """What was reached before, unless another seed is asked for or all is to be done again."""
        file = state_root() / "torture" / f"progress-{port}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        if not again and file.exists():
            found = json.loads(file.read_text())
            if seed in (None, found["seed"]):
                return cls(file, found["seed"], found["passed"])
        if seed is None:
            seed = int.from_bytes(Path("/dev/urandom").open("rb").read(3), "big")  # noqa: SIM115 - open as long as the run
        return cls(file, seed)

    def done(self, family: Family, number: int) -> bool:
        return str(number) in self.passed.get(family.name, {})

    def add(self, family: Family, number: int, trial: Trial, seconds: float) -> None:
        """Keep a trial that passed; name one that failed."""
        if trial.problems:
            self.failed.setdefault(family.name, []).append(f"trial {number}: " + "; ".join(trial.problems))
            return
        told = {"counted": trial.counted, "notes": dict(trial.notes), "seconds": round(seconds, 2)}
        self.passed.setdefault(family.name, {})[str(number)] = told
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"seed": self.seed, "passed": self.passed}))
        new.replace(self.file)

    def counted(self, family: Family) -> int:
        return sum(one["counted"] for one in self.passed.get(family.name, {}).values())

    def seconds(self, family: Family) -> float:
        return float(sum(one["seconds"] for one in self.passed.get(family.name, {}).values()))

    def notes(self, family: Family) -> Counter[str]:
        found: Counter[str] = Counter()
        for one in self.passed.get(family.name, {}).values():
            found.update(one["notes"])
        return found

    def lacking(self, family: Family, wanted: int) -> list[str]:
        """What a full run of the family should have met and did not."""
        if wanted < family.full:
            return []
        notes = self.notes(family)
        return [f"only {notes[name]} × {name}, {least} wanted" for name, least in family.least.items() if notes[name] < least]

    def row(self, family: Family, wanted: int) -> str:
        """The family's row of the table, in Markdown."""
        notes = ", ".join(f"{number} {name}" for name, number in sorted(self.notes(family).items()))
        times = f"{self.counted(family)}" + (f" ({notes})" if notes else "")
        failures = [*self.failed.get(family.name, []), *self.lacking(family, wanted)]
        short_of = f"{self.counted(family)} of {wanted}" if self.counted(family) < wanted else "all equal"
        result = f"{len(failures)} FAILED" if failures else short_of
        return f"| {family.fault} | {times} | {family.checked} | {result} | {self.seconds(family) / 60:.1f} |"


HEAD = "| fault | times | what was checked | result | minutes |\n|---|---|---|---|---|"
