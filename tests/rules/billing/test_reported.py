"""Hours of a mission wait for the CRA of their month, where the company wants it; each threshold from both sides."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest

from mappings.vocabulary.policy import BillingPolicy
from mappings.vocabulary.units import to_micro
from rules.billing.decide import Decision, decide
from rules.cra.signed import Content, SignedDay, dump, key
from tests.rules.billing.books import DAY_7, FRENCH, HOUR, OCTOBER, Books

STEPS = {11: "consultant", 12: "client", 13: "manager", 14: "validated"}
REQUIRED = BillingPolicy(cra_required=True)
DAY = to_micro(7)


class Desk(Books):
    """Books with CRAs."""

    def cra(self, line: int, step: str = "validated", hours: Any = 7, **values: Any) -> None:
        """October's CRA of employee 1 for a line: so many hours on the 20th."""
        signed = SignedDay(day=date(2026, 10, 20), scheduled=DAY, worked=to_micro(hours), absent=0, holiday=0)
        made = Content(unit=DAY, days=(signed,))
        stage = next(stage for stage, name in STEPS.items() if name == step)
        name = key(line, 1, date(2026, 10, 1))
        self._add("cras", key=name, content=dump(made), stage_id=stage, order_line_id=line, **{"active": True, **values})

    def decided(self, policy: BillingPolicy = REQUIRED) -> Decision:
        return decide(replace(self.data(), cra_steps=STEPS), OCTOBER, policy, FRENCH)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def mission(desk: Desk, hours: Any = 7, unit: int = DAY_7, **order: Any) -> int:
    line = desk.line(desk.order(**order), "time", 20, 600, unit)
    desk.hours(hours, line)
    return line


def billed(found: Decision) -> Decimal:
    return sum((upsert.amount_untaxed for upsert in found.plan.upserts), Decimal(0))


def told(found: Decision) -> dict[str, tuple[Decimal, Decimal]]:
    return {one.code: (one.hours, one.amount) for one in found.plan.findings}


def test_a_validated_cra_releases_its_hours(desk: Desk) -> None:
    desk.cra(mission(desk))
    assert (billed(desk.decided()), told(desk.decided())) == (600, {})


@pytest.mark.parametrize("step", ["consultant", "client", "manager"])
def test_until_then_they_wait_and_it_is_told_whose_turn_it_is(desk: Desk, step: str) -> None:
    desk.cra(mission(desk), step)
    found = desk.decided()
    assert (billed(found), told(found)) == (0, {"cra_not_validated": (7, 600)})
    assert f"octobre 2026, Camille : au tour du {step}" in found.plan.findings[0].message
    assert found.sheet["blocked_hours"].sum() == to_micro(7)


def test_without_a_cra_or_with_one_put_away_they_wait(desk: Desk) -> None:
    line = mission(desk)
    assert "pas encore de CRA" in desk.decided().plan.findings[0].message
    desk.cra(line, active=False)
    assert "pas encore de CRA" in desk.decided().plan.findings[0].message


@pytest.mark.parametrize(("signed", "amount"), [(7.01, 600), (7, 600), (6.99, 0)])
def test_a_day_with_more_than_was_signed_waits(desk: Desk, signed: float, amount: int) -> None:
    desk.cra(mission(desk), hours=signed)
    assert billed(desk.decided()) == amount


def test_one_months_cra_does_not_release_another_month(desk: Desk) -> None:
    line = mission(desk)
    desk.hours(7, line, "2026-09-29")
    desk.cra(line)
    found = desk.decided()
    assert (billed(found), told(found)) == (600, {"cra_not_validated": (7, 600)})
    assert "septembre 2026" in found.plan.findings[0].message


def test_the_company_that_does_not_want_it_bills_as_before(desk: Desk) -> None:
    mission(desk)
    assert billed(desk.decided(BillingPolicy())) == 600


@pytest.mark.parametrize(("values", "waits"), [({}, False), ({"consultant_id": 1}, True)])
def test_hours_sold_by_the_hour_are_a_mission_where_the_line_names_its_consultant(
    desk: Desk, values: dict[str, Any], waits: bool
) -> None:
    line = desk.line(desk.order(), "time", 20, 80, HOUR, **values)
    desk.hours(7, line)
    assert billed(desk.decided()) == (0 if waits else 560)


def test_an_order_without_its_contract_waits_for_that_alone(desk: Desk) -> None:
    mission(desk, contract_required=True)
    assert told(desk.decided()) == {"contract_unsigned": (7, 600)}
    signed = Desk()
    mission(signed, contract_required=True, contract_signed_on=pd.Timestamp("2026-10-30"))
    assert told(signed.decided()) == {"cra_not_validated": (7, 600)}


def test_what_is_on_an_invoice_already_stays_there(desk: Desk) -> None:
    line = mission(desk)
    desk.invoice((line, 1, 600), hours=[1])
    desk.rows["timesheets"][0]["invoice_id"] = 1
    assert (billed(desk.decided()), told(desk.decided())) == (0, {})
