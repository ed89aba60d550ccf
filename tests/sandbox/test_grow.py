"""A grown sandbox: years of closed missions beside the demo, and a billing run that decides the same as without them."""

import os
from pathlib import Path
from typing import Any

import pytest

from flows.bill import bill
from flows.shape import Mode
from sandbox import companies, server
from sandbox.access import Access
from sandbox.grow import grow
from tests.odoo.trade import OCTOBER, QuietScreen, robot

pytestmark = pytest.mark.sandbox

TIMESHEETS = 5_000
COMPANIES = ("stafforia", "hydro-verte")


def decided(access: Access, company: str) -> dict[str, Any]:
    """What October comes to: the amount of each draft, what a person must see, and the balance of hours."""
    report = bill(company, OCTOBER, Mode.PREVIEW, QuietScreen(), robot(access))
    return {
        "to bill": {upsert.key: upsert.amount_untaxed for upsert in report.plan.upserts},
        "findings": [(f.code, f.record, f.hours, f.amount) for f in report.plan.findings],
        "hours": report.balance,
        "hours of before": report.earlier,
    }


def timesheets(access: Access) -> int:
    [[count]] = server.sql(access, "SELECT count(*) FROM account_analytic_line WHERE project_id IS NOT NULL")
    return int(count)


def test_growing_changes_no_decision(fresh_sandbox: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_COMPANIES", os.fspath(Path(companies.__file__).parent))
    before = {company: decided(fresh_sandbox, company) for company in COMPANIES}
    assert all(of_company["to bill"] for of_company in before.values())
    assert before["stafforia"]["findings"]
    there = timesheets(fresh_sandbox)
    made = grow(fresh_sandbox.port, TIMESHEETS)
    assert made > 0
    assert timesheets(fresh_sandbox) == there + made >= TIMESHEETS
    assert {company: decided(fresh_sandbox, company) for company in COMPANIES} == before


def test_growing_to_a_size_that_is_there_makes_nothing(fresh_sandbox: Access) -> None:
    grow(fresh_sandbox.port, TIMESHEETS)
    there = timesheets(fresh_sandbox)
    assert grow(fresh_sandbox.port, TIMESHEETS) == 0
    assert timesheets(fresh_sandbox) == there
