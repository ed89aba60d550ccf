"""Exports that stand in Odoo: which is the last of a month, and which number the next content gets."""

import json
from datetime import date
from typing import Any

import pytest

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Severity
from rules.variables.revisions import Revision, key_name, number_of, prefix, revisions, standing
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
    return [(one.code, one.severity) for one in standing(made, stands(*keys), month, number, Labels("fr"))]


def test_what_is_told_of_the_exports_that_went_out() -> None:
    r1 = "evp_3_2026_10_r1"
    assert told(OCTOBER, 1, **CP) == []
    assert told(OCTOBER, 1, r1, **CP) == [("pay_done", Severity.INFO)]
    assert told(OCTOBER, 2, r1, **CP) == [("pay_new_revision", Severity.WARNING)]
    assert told(SEPTEMBER, 1, r1, **CP) == [("pay_later_sent", Severity.WARNING)]
    assert told(OCTOBER, 2, r1, leaves_kept_out=["Congés payés"]) == [("pay_nothing", Severity.WARNING)]
    assert told(OCTOBER, 2, r1) == [], "what is refused is told elsewhere"
