"""CRAs to make, to keep up to date, to put back and to remind of; each threshold from both sides."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Upsert
from mappings.vocabulary.policy import BillingPolicy, CraPolicy
from mappings.vocabulary.units import to_micro
from rules.cra.activity import activity
from rules.cra.reports import ReportData, content, reports
from rules.cra.signed import Content, SignedDay, dump, parse
from tests.rules.cra.month import LATER, NOVEMBER, OCTOBER, Month, camilles_october, workdays
from tests.rules.missions.firm import CAMILLE

STEPS = {11: "consultant", 12: "client", 13: "manager", 14: "validated"}
STAGE = {step: stage for stage, step in STEPS.items()}
LABELS = Labels("fr")


@dataclass
class Desk(Month):
    """A month with the CRAs that stand in Odoo, and the users who sign."""

    cras: list[dict[str, Any]] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    reminders: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(
        default_factory=lambda: [
            {"id": 70, "name": "Camille", "partner_id": 170},
            {"id": 90, "name": "Sophie", "partner_id": 190},
            {"id": 91, "name": "Claire", "partner_id": 191},
            {"id": 92, "name": "Paul", "partner_id": 192},
            {"id": 95, "name": "Laure", "partner_id": 1, "portal": True},
        ]
    )

    def plan(self, today: date = LATER, period: Period = OCTOBER, policy: CraPolicy | None = None, **project: Any) -> Plan:
        data = ReportData(
            **vars(self.data(**project)),
            cras=frame(ds.CRAS, (row for row in self.cras if row["month"] == period.since)),
            cra_projects=frame(ds.CRA_PROJECTS, self.projects),
            reminders=frame(ds.ACTIVITIES, self.reminders),
            users=frame(ds.USERS, self.users),
            steps=STEPS,
        )
        made = activity(data, period, today, BillingPolicy(), LABELS)
        return reports(data, made, today, policy or CraPolicy(), LABELS)

    def written(self, plan: Plan, step: str = "consultant", **values: Any) -> None:
        """The CRAs of a plan as they stand once written, at a step."""
        for upsert in plan.upserts:
            key = upsert.key.removeprefix("__regie__.")
            if upsert.model == "cra_project":
                self.projects.append({"id": len(self.projects) + 1, "name": upsert.values["name"], "key": key})
            elif upsert.model == "cra":
                row = {name: value for name, value in upsert.values.items() if name in ds.CRAS.names}
                self.cras.append(
                    {"id": len(self.cras) + 1, "key": key, "stage_id": STAGE[step], "active": True, **row, **values}
                )
            elif upsert.model == "activity":
                self.reminders.append({"id": len(self.reminders) + 1, "key": key, "cra_id": upsert.values["cra_id"]})


@pytest.fixture
def desk() -> Desk:
    return Desk()


def of(plan: Plan, model: str) -> list[Upsert]:
    return [upsert for upsert in plan.upserts if upsert.model == model]


def only(plan: Plan, code: str) -> Finding:
    (found,) = [finding for finding in plan.findings if finding.code == code]
    assert "{" not in found.message + found.remedy
    return found


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in plan.findings}


def test_a_mission_gets_its_project_once_and_a_cra_a_month(desk: Desk) -> None:
    line = camilles_october(desk)
    october = desk.plan()
    assert [upsert.model for upsert in october.upserts] == ["cra_project", "cra"]
    cra = of(october, "cra")[0]
    assert cra.key == f"__regie__.cra_{line}_{CAMILLE}_202610"
    assert cra.values["name"].startswith("CRA octobre 2026 · Camille · ")
    assert (cra.values["consultant_id"], cra.values["manager_id"], cra.values["contact_id"]) == (70, 91, 1)
    assert (cra.values["client_signs"], cra.amount_untaxed) == (True, Decimal(8100))
    desk.written(october)
    assert [upsert.model for upsert in desk.plan(period=NOVEMBER).upserts] == ["cra"]
    assert of(desk.plan(period=NOVEMBER), "cra")[0].key.endswith("_202611")


def test_projects_come_first_where_another_missions_stands_already(desk: Desk) -> None:
    """Models are written in the plan's order: a CRA before its project would be refused."""
    camilles_october(desk)
    desk.written(desk.plan())
    desk.sold(starts_on=pd.Timestamp("2026-11-01"))
    assert [upsert.model for upsert in desk.plan(period=NOVEMBER).upserts] == ["cra_project", "cra", "cra"]


def test_what_is_signed_says_nothing_of_other_work_the_kind_of_leave_or_money(desk: Desk) -> None:
    camilles_october(desk)
    values = of(desk.plan(), "cra")[0].values
    assert parse(values["content"]).worked == to_micro("94.5")
    for secret in ("Congés", "600", "8100", "intercontrat"):
        assert secret not in values["description"] + values["content"]
    assert "<td>ven. 30</td><td>0,5</td><td>0,5</td>" in values["description"]


def test_names_are_text_in_the_description(desk: Desk) -> None:
    line = desk.sold(starts_on=pd.Timestamp("2026-10-12"), name="<script>alert(1)</script> & co")
    assert line
    shown = of(desk.plan(), "cra")[0].values["description"]
    assert "<script>" not in shown and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in shown


def test_until_the_signature_the_days_follow_the_timesheets(desk: Desk) -> None:
    line = camilles_october(desk)
    desk.written(desk.plan())
    assert of(desk.plan(), "cra") == []
    desk.logs(line, 1, "2026-10-31")
    (cra,) = of(desk.plan(), "cra")
    assert cra.extends and cra.replaces == desk.cras[0]["content"]
    assert parse(cra.values["content"]).worked == to_micro("95.5")
    assert "cra_changed" not in codes(desk.plan())


@pytest.mark.parametrize("step", ["client", "manager", "validated"])
def test_days_that_change_after_a_signature_put_the_cra_back(desk: Desk, step: str) -> None:
    line = camilles_october(desk)
    desk.written(desk.plan(), step)
    assert of(desk.plan(), "cra") == []
    desk.logs(line, 1, "2026-10-31")
    plan = desk.plan()
    (cra,) = of(plan, "cra")
    assert cra.values["stage"] == "__regie__.cra_stage_consultant"
    found = only(plan, "cra_changed")
    assert (found.hours, found.words["days"]) == (1, "31/10/2026")


def test_time_on_the_bench_after_a_signature_changes_nothing_that_was_signed(desk: Desk) -> None:
    camilles_october(desk)
    desk.sheets = [row for row in desk.sheets if row["date"] != pd.Timestamp("2026-10-29")]
    desk.written(desk.plan(), "client")
    desk.logs(0, 7, "2026-10-29")
    assert of(desk.plan(), "cra") == []


NEW_PEOPLE = {"manager_id": 92, "deputy_id": 90}


def test_until_the_signature_who_acts_follows_the_mission(desk: Desk) -> None:
    camilles_october(desk)
    desk.written(desk.plan())
    assert of(desk.plan(), "cra") == []
    desk.books.rows["orders"][0]["cra_contact_id"] = 2
    plan = desk.plan(policy=CraPolicy(client_approval=False), **NEW_PEOPLE)
    (cra,) = of(plan, "cra")
    who = {name: cra.values[name] for name in ("consultant_id", "manager_id", "deputy_id", "contact_id", "client_signs")}
    assert who == {"consultant_id": 70, "manager_id": 92, "deputy_id": 90, "contact_id": 2, "client_signs": False}
    assert cra.extends and "cra_hand_over" not in codes(plan)


@pytest.mark.parametrize(("step", "handed_over"), [("client", True), ("manager", True), ("validated", False)])
def test_until_the_validation_a_manager_who_left_does_not_hold_it_up(desk: Desk, step: str, handed_over: bool) -> None:
    camilles_october(desk)
    desk.written(desk.plan(), step)
    plan = desk.plan(**NEW_PEOPLE)
    changed = [(cra.values["manager_id"], cra.values["deputy_id"], "stage" in cra.values) for cra in of(plan, "cra")]
    assert changed == ([(92, 90, False)] if handed_over else [])
    if handed_over:
        found = only(plan, "cra_hand_over")
        assert "manager : Claire → Paul, suppléant : personne → Sophie" in found.message
        desk.cras[0] |= {"manager_id": 92, "deputy_id": 90}
        again = desk.plan(**NEW_PEOPLE)
        assert of(again, "cra") == [] and "cra_hand_over" not in codes(again)


@pytest.mark.parametrize("step", ["consultant", "client", "manager", "validated"])
def test_one_whose_mission_is_gone_goes_back_without_work_and_is_named_once(desk: Desk, step: str) -> None:
    camilles_october(desk)
    desk.written(desk.plan(), step)
    desk.books.rows["timesheets"].clear()
    desk.books.rows["orders"][0]["state"] = "cancel"
    plan = desk.plan()
    (back,) = of(plan, "cra")
    found = only(plan, "cra_without_mission")
    assert (found.record.name, found.hours) == (desk.cras[0]["name"], Decimal("94.5"))
    assert back.values["stage"].endswith("consultant") and parse(str(back.values["content"])).worked == 0
    assert len(parse(str(back.values["content"])).days) == len(parse(desk.cras[0]["content"]).days)
    desk.cras[0] |= {"stage_id": STAGE["consultant"], "content": back.values["content"]}
    assert of(desk.plan(), "cra") == [] and "cra_without_mission" not in codes(desk.plan())


def test_one_that_its_manager_put_away_is_not_asked_for_its_mission(desk: Desk) -> None:
    camilles_october(desk)
    desk.written(desk.plan(), "validated", active=False)
    desk.books.rows["timesheets"].clear()
    desk.books.rows["orders"][0]["state"] = "cancel"
    assert of(desk.plan(), "cra") == [] and "cra_without_mission" not in codes(desk.plan())


@pytest.mark.parametrize(("step", "handed_over"), [("client", True), ("manager", False)])
def test_another_contact_approves_as_long_as_it_is_the_clients_turn(desk: Desk, step: str, handed_over: bool) -> None:
    camilles_october(desk)
    desk.written(desk.plan(), step)
    desk.books.rows["orders"][0]["cra_contact_id"] = 2
    assert [cra.values["contact_id"] for cra in of(desk.plan(), "cra")] == ([2] if handed_over else [])
    assert ("cra_hand_over" in codes(desk.plan())) is handed_over


@pytest.mark.parametrize(
    ("step", "was", "now", "back"),
    [
        ("client", True, False, True),
        ("manager", True, False, False),
        ("manager", False, True, True),
        ("validated", False, True, False),
        ("client", True, True, False),
    ],
)
def test_a_cra_waits_for_no_client_who_need_not_approve_and_passes_none_who_must(
    desk: Desk, step: str, was: bool, now: bool, back: bool
) -> None:
    camilles_october(desk)
    desk.written(desk.plan(policy=CraPolicy(client_approval=was)), step)
    plan = desk.plan(policy=CraPolicy(client_approval=now))
    moved = [(cra.values["stage"], cra.values["client_signs"]) for cra in of(plan, "cra")]
    assert moved == ([("__regie__.cra_stage_consultant", now)] if back else [])
    assert ("cra_other_way" in codes(plan)) is back


def test_a_cra_that_its_manager_put_away_stays_away(desk: Desk) -> None:
    line = camilles_october(desk)
    desk.written(desk.plan(), active=False)
    desk.logs(line, 1, "2026-10-31")
    assert desk.plan().upserts == ()


@pytest.mark.parametrize(
    ("approval", "policy", "signs"),
    [("", True, True), ("", False, False), ("none", True, False), ("client", False, True)],
)
def test_the_order_says_whether_the_client_approves_else_the_company(
    desk: Desk, approval: str, policy: bool, signs: bool
) -> None:
    desk.sold(order=desk.order(cra_approval=approval))
    plan = desk.plan(policy=CraPolicy(client_approval=policy))
    assert of(plan, "cra")[0].values["client_signs"] is signs


@pytest.mark.parametrize(("portal", "found"), [(True, False), (False, True)])
def test_a_contact_who_cannot_enter_the_portal_is_named(desk: Desk, portal: bool, found: bool) -> None:
    camilles_october(desk)
    desk.users[-1]["portal"] = portal
    assert ("cra_no_portal" in codes(desk.plan())) is found
    assert "cra_no_portal" not in codes(desk.plan(policy=CraPolicy(client_approval=False)))


def test_without_somebody_to_sign_or_to_validate_there_is_no_cra(desk: Desk) -> None:
    desk.sold(order=desk.order(salesperson_id=0))
    plan = desk.plan(manager_id=0)
    assert plan.upserts == () and only(plan, "cra_no_manager").severity == "critical"
    other = Desk()
    other.sold(consultant_id=2)
    plan = other.plan()
    assert plan.upserts == () and only(plan, "cra_no_user").severity == "critical"


@pytest.mark.parametrize(
    ("today", "reminded"),
    [("2026-10-27", ""), ("2026-10-28", "before"), ("2026-10-31", "before"), ("2026-11-01", ""), ("2026-11-02", "after")],
)
def test_the_consultant_is_reminded_before_the_month_ends_and_after(desk: Desk, today: str, reminded: str) -> None:
    camilles_october(desk)
    day = date.fromisoformat(today)
    desk.written(desk.plan(day))
    keys = [upsert.key.rpartition("_")[2] for upsert in of(desk.plan(day), "activity")]
    assert keys == ([reminded] if reminded else [])
    desk.cras[0]["stage_id"] = STAGE["client"]
    assert of(desk.plan(day), "activity") == []


def test_each_reminder_is_made_once(desk: Desk) -> None:
    camilles_october(desk)
    days = [date(2026, 10, 28), date(2026, 10, 29), date(2026, 11, 2), date(2026, 11, 3)]
    desk.written(desk.plan(days[0]))
    made = []
    for day in days:
        plan = desk.plan(day)
        made.append([upsert.key.rpartition("_")[2] for upsert in of(plan, "activity")])
        desk.written(Plan(upserts=tuple(of(plan, "activity"))))
    assert made == [["before"], [], ["after"], []]


@pytest.mark.parametrize("step", ["consultant", "client", "manager"])
def test_who_is_late_is_listed_once_the_month_is_over(desk: Desk, step: str) -> None:
    camilles_october(desk)
    desk.written(desk.plan(), step)
    late = only(desk.plan(date(2026, 11, 1)), f"cra_late_{step}")
    assert (late.hours, late.amount) == (Decimal("94.5"), 8100)
    assert f"cra_late_{step}" not in codes(desk.plan(date(2026, 10, 31)))
    desk.cras[0]["stage_id"] = STAGE["validated"]
    assert not [code for code in codes(desk.plan()) if code.startswith("cra_late")]


ROWS = st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), *[st.integers(0, 10**8)] * 4)
SHARES = st.lists(st.tuples(st.sampled_from(workdays(OCTOBER)), st.integers(0, 8_000_000)), max_size=30)


@settings(deadline=None, max_examples=25)
@given(SHARES)
def test_a_replay_writes_nothing(shares: list[tuple[str, int]]) -> None:
    desk = Desk()
    line = desk.sold()
    for day, hours in shares:
        desk.logs(line, Decimal(hours) / 1_000_000, day)
    desk.written(desk.plan())
    assert of(desk.plan(), "cra") + of(desk.plan(), "cra_project") == []


@given(
    st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), *[st.integers(0, 10**8)] * 4), unique_by=lambda d: d[0])
)
def test_what_is_kept_is_what_was_said(days: list[tuple[date, int, int, int, int]]) -> None:
    made = Content(
        unit=25_200_000,
        days=tuple(SignedDay(day=d, scheduled=s, worked=w, absent=a, holiday=h) for d, s, w, a, h in days),
        missing=tuple(d for d, *_ in days[:2]),
    )
    assert parse(dump(made)) == made and made.same_as(parse(dump(made)))


@settings(deadline=None, max_examples=25)
@given(SHARES.filter(bool))
def test_every_hour_on_the_mission_is_signed(shares: list[tuple[str, int]]) -> None:
    desk = Desk()
    line = desk.sold(starts_on=pd.Timestamp("2026-10-01"))
    for day, hours in shares:
        desk.logs(line, Decimal(hours) / 1_000_000, day)
    (cra,) = desk.report().cras
    assert content(cra, LATER).worked == sum(hours for _, hours in shares)
