"""The demo companies at work: their desks, on a sandbox that is as new."""

from pathlib import Path

import pytest
from trade import Desk

from sandbox.access import Access


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
