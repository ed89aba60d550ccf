"""Exports that stand in Odoo: which is the last of a month, and which number the next content gets."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from rules.variables.decide import Export
from rules.variables.memory import memory
from rules.variables.revisions import Revision, judged, key_name, number_of, prefix, revisions
from tests.rules.variables.office import CP, OCTOBER, Office

SEPTEMBER = Period(date(2026, 9, 1), date(2026, 9, 30))


def stands(*keys: str) -> dict[str, Revision]:
    content = json.dumps({"sha256": "a"})
    rows = [{"id": place, "key": key, "content": content, "state": "draft"} for place, key in enumerate(keys, 1)]
    return revisions(3, each(frame(ds.ENTRIES, rows)))


def test_the_last_revision_of_each_month_counts_by_its_number_not_its_text() -> None:
    found = stands("evp_3_2026_10_r9", "evp_3_2026_10_r10", "evp_3_2026_09_r1")
    assert {month: one.number for month, one in found.items()} == {"2026-10": 10, "2026-09": 1}


@pytest.mark.parametrize(
    "key", ["evp_33_2026_10_r1", "evp_3_2026_10_r0", "evp_3_2026_10", "payroll_3_2026_10", "evp_3_2026_10_r1x", ""]
)
def test_other_keys_are_no_export_of_this_company(key: str) -> None:
    assert stands(key) == {}


def test_a_key_is_read_as_it_was_made() -> None:
    made = key_name(3, OCTOBER, 2)
    assert made.startswith(prefix(3)) and stands(made)["2026-10"].number == 2


@pytest.mark.parametrize(
    ("keys", "digest", "number"), [((), "a", 1), (("r1",), "a", 1), (("r1",), "b", 2), (("r1", "r4"), "b", 5)]
)
def test_another_content_is_the_next_number(keys: tuple[str, ...], digest: str, number: int) -> None:
    assert number_of(stands(*(f"evp_3_2026_10_{key}" for key in keys)).get("2026-10"), digest) == number


def told(month: Period, number: int, *keys: str, **policy: Any) -> list[tuple[str, Severity]]:
    office = Office()
    office.takes("2026-09-10")
    office.takes("2026-10-05")
    made = office.export(month, **policy)
    judgement = judged(made, stands(*keys), month, number, Labels("fr"))
    assert judgement.findings[: len(made.findings)] == made.findings
    return [(one.code, one.severity) for one in judgement.findings[len(made.findings) :]]


def test_what_is_told_of_the_exports_that_went_out() -> None:
    r1 = "evp_3_2026_10_r1"
    assert told(OCTOBER, 1, **CP) == []
    assert told(OCTOBER, 1, r1, **CP) == [("pay_done", Severity.INFO)]
    assert told(OCTOBER, 2, r1, **CP) == [("pay_new_revision", Severity.WARNING)]
    assert told(SEPTEMBER, 1, r1, **CP) == [("pay_later_sent", Severity.CRITICAL)]
    assert told(SEPTEMBER, 2, r1, "evp_3_2026_09_r1", **CP) == [("pay_later_sent", Severity.CRITICAL)]
    assert told(SEPTEMBER, 1, r1, "evp_3_2026_09_r1", **CP) == [("pay_done", Severity.INFO)], "as it went out: nothing is paid"
    assert told(OCTOBER, 2, r1, leaves_kept_out=["Congés payés"]) == [("pay_nothing", Severity.WARNING)]
    assert told(OCTOBER, 2, r1) == [], "what is refused is told elsewhere"


MONTHS = [Period(date(2026, month, 1), date(2026, month, 28)) for month in (10, 11, 12)]
PLAN = {
    "name": "CA", "code": "VAR", "employees": ["00015"], "basis": "revenue_invoiced", "since": date(2026, 10, 1),
    "advances": True, "tiers": "marginal", "rates": [{"percent": 5}], "example": {"base": 100, "due": 5},
}  # fmt: skip


def handed_in(office: Office, month: Period, plan: dict[str, Any] = PLAN, **policy: Any) -> Export:
    """A run of the flow: decided, judged by what stands in Odoo, and kept there unless it is refused or changes nothing."""
    sent = {at: Revision(at, json.loads(left)["number"], left, "") for at, left in office.left.items()}
    made = office.export(month, keep=False, plans=[plan], **CP, **policy)
    digest = repr(list(each(made.records)))
    number = number_of(sent.get(month.month), digest)
    made = judged(made, sent, month, number, Labels("fr"))
    if len(made.records) and not made.refused:
        office.left[month.month] = json.dumps({**memory(made, month.month, digest), "number": number})
    return made


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(MONTHS), st.integers(-5_000, 20_000)), min_size=1, max_size=5))
def test_whatever_month_is_run_again_nothing_is_paid_twice(steps: list[tuple[Period, int]]) -> None:
    """Months are run in any order and as often while invoices arrive: when files go out, all together pay what is due."""
    office, earned = Office(), 0
    for place, (month, more) in enumerate(steps):
        earned += more
        office.invoices("2026-10", more, origin=f"F{place}")
        made = handed_in(office, month)
        if len(made.records) and not made.refused:
            paid = [Decimal(amount) for left in office.left.values() for _, _, _, amount, _ in json.loads(left)["paid"]]
            assert sum(paid, Decimal(0)) == max(earned, 0) * Decimal("0.05")


class Renamed:
    """A plan whose name, rhythm and employee number change on the way, said in the company file or not."""

    def __init__(self, office: Office) -> None:
        self.office, self.plan = office, dict(PLAN)
        self.said: dict[str, Any] = {"was": [], "renumbered": []}
        self.changes = 0

    def change(self, what: str) -> None:
        self.changes += 1
        if what == "rhythm":
            self.plan["every"] = "month" if self.plan.get("every", "quarter") == "quarter" else "quarter"
        if what.startswith("name"):
            before, self.plan["name"] = self.plan["name"], f"CA {self.changes}"
            self.said["was"] = [*self.said["was"], before] if what == "name, said" else []
        if what.startswith("number"):
            (before,), now = self.plan["employees"], f"9{self.changes:04}"
            self.office.staff[1]["number"], self.plan["employees"] = now, [now]
            self.office.bases = [row | {"employee": now} for row in self.office.bases]
            kept = [{"employee": now, "was": one["was"]} for one in self.said["renumbered"]]
            self.said["renumbered"] = [*kept, {"employee": now, "was": before}] if what == "number, said" else []

    def handed_in(self, month: Period) -> Export:
        return handed_in(self.office, month, self.plan | {"was": self.said["was"]}, renumbered=self.said["renumbered"])


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "rhythm", "name", "name, said", "number", "number, said"]), st.integers(0, 20_000)
        ),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
def test_however_a_plan_or_a_number_is_changed_nothing_is_paid_twice(steps: list[tuple[str, int]]) -> None:
    """Files that go out pay what is due in all, once; where a change was not said, none go out."""
    office, earned = Office(), 0
    renamed = Renamed(office)
    for place, (what, more) in enumerate(steps):
        renamed.change(what)
        earned += more
        office.invoices("2026-10", more, renamed.plan["employees"][0], origin=f"F{place}")
        month = date(2026, 10, 1) + relativedelta(months=place)
        made = renamed.handed_in(Period(month, month + relativedelta(months=1, days=-1)))
        if len(made.records) and not made.refused:
            paid = [Decimal(amount) for left in office.left.values() for _, _, _, amount, _ in json.loads(left)["paid"]]
            assert sum(paid, Decimal(0)) == earned * Decimal("0.05")
        if not any(change in ("name", "number") for change, _ in steps):
            assert not made.refused, "all that changed was said"


@pytest.mark.parametrize(
    ("what", "refused"), [("name", True), ("name, said", False), ("number", True), ("number, said", False)]
)
def test_a_change_that_is_not_said_refuses_the_files_and_says_what_to_say(what: str, refused: bool) -> None:
    office = Office()
    renamed = Renamed(office)
    office.invoices("2026-10", 1_000)
    assert not renamed.handed_in(MONTHS[0]).refused
    renamed.change(what)
    made = renamed.handed_in(MONTHS[1])
    assert made.refused is refused
    if refused:
        [found] = [one for one in made.findings if one.code == "pay_paid_elsewhere"]
        assert "50,00" in found.message and "« CA »" in found.message and "00015" in found.message
        assert "`was`" in found.remedy and "`pay_variables.renumbered`" in found.remedy
    else:
        assert made.statements[0].to_pay == 0


def test_somebody_who_left_does_not_hold_up_who_takes_over_their_plan() -> None:
    office = Office()
    office.invoices("2026-10", 1_000)
    assert not handed_in(office, MONTHS[0]).refused
    office.staff[1]["active"] = False
    office.invoices("2026-10", 2_000, "00012", origin="F2")
    assert not handed_in(office, MONTHS[1], PLAN | {"employees": ["00012"]}).refused


BONUS = {"employee": "00012", "month": "2026-10", "code": "PRX", "label": "Prime", "amount": 500}


@pytest.mark.parametrize(
    ("change", "refused"),
    [({"code": "PRY"}, True), ({"employee": "00015"}, True), ({"code": "PRY", "amount": 501}, False),
     ({"code": "PRY", "employee": "00015"}, False), ({"code": "PRY", "month": "2026-11"}, False)],
)  # fmt: skip
def test_a_bonus_that_went_out_under_another_code_or_number_is_not_paid_again(change: dict[str, Any], refused: bool) -> None:
    office = Office()
    office.export(MONTHS[0], elements=[BONUS])
    made = office.export(MONTHS[1], elements=[BONUS | change])
    assert ("pay_sent_elsewhere" in [one.code for one in made.findings]) is made.refused is refused


def test_a_bonus_under_a_number_that_was_corrected_is_known() -> None:
    office = Office()
    office.export(MONTHS[0], elements=[BONUS])
    office.staff[0]["number"] = "00099"
    corrected = [BONUS | {"employee": "00099"}]
    assert office.export(MONTHS[1], elements=corrected, keep=False).refused
    made = office.export(MONTHS[1], elements=corrected, renumbered=[{"employee": "00099", "was": "00012"}])
    assert not made.refused and not len(made.records)


def test_a_month_made_for_the_first_time_after_a_later_one_is_refused_too() -> None:
    office = Office()
    office.invoices("2026-10", 1_000)
    assert not handed_in(office, MONTHS[1]).refused
    assert handed_in(office, MONTHS[0]).refused, "November has paid what was due up to its end"
