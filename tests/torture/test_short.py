"""Each family of faults, a few times, on the sandbox of the tests: what `make torture` does for an hour and a half."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import server
from sandbox.access import Access
from tests.conftest import sandbox_port
from tests.torture import runner
from tests.torture.families import FAMILIES
from tests.torture.family import Family
from tests.torture.progress import Progress
from tests.torture.stage import Stage, open_stage

pytestmark = pytest.mark.sandbox

SEED = 2026


@pytest.fixture(scope="module")
def stage(sandbox_access: Access) -> Iterator[Stage]:
    yield open_stage(sandbox_port())
    server.reset(sandbox_port())


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_nothing_is_lost(stage: Stage, family: Family, tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.json", SEED)
    runner.all_of([family], stage, progress, short=True, say=print)
    assert progress.failed == {}
    assert progress.counted(family) >= family.short


def test_a_cent_and_a_record_are_seen(stage: Stage) -> None:
    """The comparison itself: a run whose invoice is a cent off, or lacks a link, is not equal to the twin."""
    stage.reset()
    stage.run().finished()
    assert stage.unlike_twin() == []
    stage.sql("UPDATE account_move_line SET price_unit = price_unit + 0.01 WHERE id = (SELECT max(id) FROM account_move_line)")
    assert stage.unlike_twin()
    stage.reset()
    stage.run().finished()
    stage.sql("UPDATE account_analytic_line SET timesheet_invoice_id = NULL WHERE timesheet_invoice_id IS NOT NULL")
    assert stage.unlike_twin()
    stage.reset()
    assert stage.unlike_twin()
