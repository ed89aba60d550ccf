"""The demo companies at work: their desks, on a sandbox that is as new."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pay_desk import Run, runs
from trade import Desk

from connectors.odoo import Odoo, schema
from sandbox.access import Access


@pytest.fixture(scope="module")
def fields_known() -> Iterator[None]:
    """Odoo tells the fields of a model once a module, not once a run: that was a third of the time of each."""
    known: dict[tuple[str, str, str], Any] = {}
    ask = schema._fields

    def remembered(odoo: Odoo, model: str) -> Any:
        key = (odoo.url, odoo.login, model)
        if key not in known:
            known[key] = ask(odoo, model)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema, "_fields", remembered)
        yield


@pytest.fixture(scope="module")
def stafforia(fresh_sandbox: Access, fields_known: None, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return _stafforia(fresh_sandbox, tmp_path_factory.mktemp("stafforia"))


@pytest.fixture(scope="module")
def hydro(fresh_sandbox: Access, fields_known: None, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    people = ("claude@hydroverte.example", "thomas@hydroverte.example", "claude@hydroverte.example")
    return Desk(fresh_sandbox, "hydro-verte", "Hydro Verte SRL", *people, tmp_path_factory.mktemp("hydro"))


@pytest.fixture
def pay(stafforia: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Stafforia's payroll variables; files go to `out` in the test's folder."""
    yield from runs(stafforia, tmp_path, monkeypatch)


def _stafforia(access: Access, files: Path) -> Desk:
    people = ("sophie@stafforia.example", "julien@stafforia.example", "claire@stafforia.example")
    return Desk(access, "stafforia", "Stafforia Services SAS", *people, files)
