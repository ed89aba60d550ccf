"""The demo companies at work: their desks, on a sandbox that is as new before a module that writes and again after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from trade import Desk

from sandbox import server
from sandbox.access import Access
from tests.conftest import sandbox_port


@pytest.fixture(scope="module")
def fresh_sandbox(sandbox_access: Access) -> Iterator[Access]:
    yield server.reset(sandbox_port())
    server.reset(sandbox_port())


@pytest.fixture(scope="module")
def stafforia(fresh_sandbox: Access, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return _stafforia(fresh_sandbox, tmp_path_factory.mktemp("stafforia"))


@pytest.fixture(scope="module")
def hydro(fresh_sandbox: Access, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    people = ("claude@hydroverte.example", "thomas@hydroverte.example", "claude@hydroverte.example")
    return Desk(fresh_sandbox, "hydro-verte", "Hydro Verte SRL", *people, tmp_path_factory.mktemp("hydro"))


def _stafforia(access: Access, files: Path) -> Desk:
    people = ("sophie@stafforia.example", "julien@stafforia.example", "claire@stafforia.example")
    return Desk(access, "stafforia", "Stafforia Services SAS", *people, files)
