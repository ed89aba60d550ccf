"""Payroll variables as the integration user runs them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from trade import FILES, OCTOBER, Desk, QuietScreen

from flows.pay_variables import PayReport, pay_variables
from flows.shape import Mode
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from sandbox import server

Run = Callable[..., PayReport]
_EXPORTS = "x_regie_key LIKE 'evp%'"


def runs(desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The flow with these settings in Stafforia's file; what it made in Odoo is gone afterwards."""
    companies = folder / "companies"
    companies.mkdir()
    monkeypatch.setenv("REGIE_COMPANIES", str(companies))

    def run(
        mode: Mode = Mode.APPLY, month: Period = OCTOBER, screen: Any = None, journal: str = "OD", **policy: Any
    ) -> PayReport:
        content = yaml.safe_load((FILES / "stafforia.yaml").read_text())
        content |= {"payroll": {"journal": journal}, "pay_variables": content["pay_variables"] | policy}
        (companies / "stafforia.yaml").write_text(yaml.safe_dump(content, allow_unicode=True))
        return pay_variables("stafforia", month, mode, screen or QuietScreen(), folder / "out", desk.robot())

    yield run
    # Odoo deletes none of them, which is the point; the numbers of their names begin anew.
    moves = f"SELECT id FROM account_move WHERE {_EXPORTS}"
    files = f"SELECT id FROM ir_attachment WHERE res_model = 'account.move' AND res_id IN ({moves})"
    for forget in (
        f"DELETE FROM ir_model_data WHERE model = 'ir.attachment' AND res_id IN ({files})",
        f"DELETE FROM ir_attachment WHERE id IN ({files})",
        f"DELETE FROM ir_model_data WHERE model = 'account.move' AND res_id IN ({moves})",
        f"DELETE FROM account_move WHERE {_EXPORTS}",
        "INSERT INTO orm_signaling_default DEFAULT VALUES",  # its processes forget what those names stood for
    ):
        server.sql(desk.access, forget)


def refusals(report: PayReport) -> list[str]:
    return [one.code for one in report.plan.findings if one.severity is Severity.CRITICAL]
