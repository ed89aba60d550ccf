"""Which trials have passed, kept in a file so that an interrupted torture goes on; and the table it comes to."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.paths import state_root
from tests.torture.family import Family, Trial

ROOT = Path(__file__).parents[2]
SOURCES = ("rules", "flows", "connectors", "mappings")


@dataclass
class Progress:
    """The passed trials by family and number, and the failures of this run."""

    file: Path
    seed: int
    code: str
    """Of which sources the trials were."""
    passed: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    failed: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def joined(cls, parts: "Sequence[Progress]") -> "Progress":
        """What several stages did at the same time, as one; only to be looked at."""
        first, *_ = parts
        names = list(dict.fromkeys(name for part in parts for name in (*part.passed, *part.failed)))
        passed = {name: {number: one for part in parts for number, one in part.passed.get(name, {}).items()} for name in names}
        failed = {name: [words for part in parts for words in part.failed.get(name, ())] for name in names}
        return cls(first.file, first.seed, first.code, passed, {name: words for name, words in failed.items() if words})

    @classmethod
    def kept(cls, port: int) -> "Progress":
        """What the stage of that port came to, its failures included."""
        found = json.loads(_file(port).read_text())
        return cls(_file(port), found["seed"], found["code"], found["passed"], found["failed"])

    @classmethod
    def of(cls, port: int, seed: int | None, again: bool, say: Callable[[str], None]) -> "Progress":
        """What was reached before with the same sources, unless another seed is asked for or all is to be done again."""
        file, code = _file(port), sources()
        if not again and file.exists():
            found = json.loads(file.read_text())
            if seed in (None, found["seed"]):
                if found.get("code") == code:
                    return cls(file, found["seed"], code, found["passed"])
                say("the sources have changed since: all begins anew")
                seed = found["seed"]
        if seed is None:
            seed = int.from_bytes(Path("/dev/urandom").open("rb").read(3), "big")  # noqa: SIM115 - open as long as the run
        return cls(file, seed, code)

    def done(self, family: Family, number: int) -> bool:
        return str(number) in self.passed.get(family.name, {})

    def add(self, family: Family, number: int, trial: Trial, seconds: float) -> None:
        """Keep a trial that passed; name one that failed."""
        if trial.problems:
            self.fail(family, f"trial {number}: " + "; ".join(trial.problems))
            return
        told = {"counted": trial.counted, "notes": dict(trial.notes), "seconds": round(seconds, 2)}
        self.passed.setdefault(family.name, {})[str(number)] = told
        self.save()

    def fail(self, family: Family, words: str) -> None:
        """Keep what went wrong until the next torture, which tries it again."""
        self.failed.setdefault(family.name, []).append(words)
        self.save()

    def save(self) -> None:
        """Into the file, whole or not at all."""
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps({"seed": self.seed, "code": self.code, "passed": self.passed, "failed": self.failed}))
        new.replace(self.file)

    def counted(self, family: Family) -> int:
        return sum(one["counted"] for one in self.passed.get(family.name, {}).values())

    def took(self, family: Family, number: int) -> float:
        """Seconds of one trial; nothing of one that failed."""
        return float(self.passed.get(family.name, {}).get(str(number), {}).get("seconds", 0))

    def seconds(self, family: Family) -> float:
        return float(sum(one["seconds"] for one in self.passed.get(family.name, {}).values()))

    def notes(self, family: Family) -> Counter[str]:
        found: Counter[str] = Counter()
        for one in self.passed.get(family.name, {}).values():
            found.update(one["notes"])
        return found

    def lacking(self, family: Family) -> list[str]:
        """What a full run of the family should have met and did not."""
        notes = self.notes(family)
        return [f"only {notes[name]} × {name}, {least} wanted" for name, least in family.least.items() if notes[name] < least]

    def row(self, family: Family, short: bool) -> str:
        """The family's row of the table, in Markdown."""
        notes = ", ".join(f"{number} {name}" for name, number in sorted(self.notes(family).items()))
        times = f"{self.counted(family)}" + (f" ({notes})" if notes else "")
        failures = [*self.failed.get(family.name, []), *([] if short else self.lacking(family))]
        missing = [number for number in family.short if not self.done(family, number)] if short else []
        stopped = bool(missing) or (not short and self.counted(family) < family.full)
        result = f"{len(failures)} FAILED" if failures else "not finished" if stopped else "all equal"
        return f"| {family.fault} | {times} | {family.checked} | {result} | {self.seconds(family) / 60:.1f} |"


def _file(port: int) -> Path:
    file = state_root() / "torture" / f"progress-{port}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def sources() -> str:
    """What is tortured, and what it reads: a hash of every file of it."""
    found = hashlib.sha256()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


HEAD = "| fault | times | what was checked | result | minutes |\n|---|---|---|---|---|"
