"""What an interrupted torture goes on from, and what counts as a fault."""

import random
import subprocess
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.torture import disk, progress, runner
from tests.torture.families import FAMILIES
from tests.torture.family import Family, Trial
from tests.torture.progress import Progress

FAMILY = Family("one", "a fault", "what", 4, (0, 1), lambda *given: Trial(1))


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(progress, "state_root", lambda: tmp_path)
    monkeypatch.setattr(progress, "sources", lambda: "as they were")
    kept = Progress.of(1, 7, False, print)
    kept.add(FAMILY, 0, Trial(3, Counter({"noted": 2})), 1.5)
    return []


def test_it_goes_on_where_it_was_stopped(said: list[str]) -> None:
    again = Progress.of(1, None, False, said.append)
    assert (again.seed, again.counted(FAMILY), again.took(FAMILY, 0), said) == (7, 3, 1.5, [])
    assert "not finished" in again.row(FAMILY, short=True) and "not finished" in again.row(FAMILY, short=False)
    again.add(FAMILY, 1, Trial(1), 1)
    assert "all equal" in again.row(FAMILY, short=True) and "all equal" in again.row(FAMILY, short=False)


def test_no_table_mixes_what_two_versions_of_the_code_did(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "sources", lambda: "changed since")
    again = Progress.of(1, None, False, said.append)
    assert (again.seed, again.counted(FAMILY)) == (7, 0)
    assert said == ["the sources have changed since: all begins anew"]


def test_two_stages_play_every_trial_between_them_and_what_failed_on_one_is_told(said: list[str]) -> None:
    """Each half of the faults, the even numbers and the odd ones."""
    stage: Any = SimpleNamespace(reset=lambda: None, sql=lambda _: [], twin={}, state=dict)

    def trial(_: Any, __: random.Random, number: int) -> Trial:
        return Trial(1, problems=["lost"] if number == 3 else [])

    family = Family("two", "a fault", "what", 5, (), trial)
    for place in (0, 1):
        kept = Progress.of(10 + place, 7, True, said.append)
        runner.all_of([family], stage, kept, False, said.append, runner.Share(place, 2))
    joined = Progress.joined([Progress.kept(10), Progress.kept(11)])
    assert joined.passed["two"].keys() == {"0", "2", "4", "1", "5", "7"} and joined.counted(family) == 6
    assert joined.failed == {"two": ["trial 3: lost"]} and "1 FAILED" in joined.row(family, short=False)


@pytest.mark.parametrize("folder", progress.SOURCES)
def test_any_file_of_the_sources_tells_a_version(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "ROOT", tmp_path)
    (tmp_path / folder / "deep").mkdir(parents=True)
    before = progress.sources()
    (tmp_path / folder / "deep" / "a.yaml").write_text("x: 1")
    with_file = progress.sources()
    (tmp_path / folder / "deep" / "a.yaml").write_text("x: 2")
    assert len({before, with_file, progress.sources()}) == 3


def test_a_disk_that_may_not_be_mounted_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: Any, **__: Any) -> None:
        raise subprocess.CalledProcessError(32, "mount")

    monkeypatch.setattr(subprocess, "run", forbidden)
    stage: Any = SimpleNamespace(reset=lambda: None)
    trial = disk.trial(stage, random.Random(1), 2)
    assert trial.counted == 0 and not trial.problems and "forbidden" in str(trial.notes)


def test_every_family_has_a_short_version_but_two_that_other_tests_play() -> None:
    assert {family.name for family in FAMILIES if not family.short} == {"fuzz", "workers"}
