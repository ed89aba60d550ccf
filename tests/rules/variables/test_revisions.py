"""Exports that stand in Odoo: which is the last of a month, and which number the next content gets."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
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


def handed_in(office: Office, month: Period) -> Export:
    """A run of the flow: decided, judged by what stands in Odoo, and kept there unless it is refused or changes nothing."""
    sent = {at: Revision(at, json.loads(left)["number"], left, "") for at, left in office.left.items()}
    made = office.export(month, keep=False, plans=[PLAN], **CP)
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
            paid = [Decimal(amount) for left in office.left.values() for *_, amount in json.loads(left)["paid"]]
            assert sum(paid, Decimal(0)) == max(earned, 0) * Decimal("0.05")


def test_a_month_made_for_the_first_time_after_a_later_one_is_refused_too() -> None:
    office = Office()
    office.invoices("2026-10", 1_000)
    assert not handed_in(office, MONTHS[1]).refused
    assert handed_in(office, MONTHS[0]).refused, "November has paid what was due up to its end"
