"""A closing run again: the same figures give the same entry, others are shown; nothing in a locked period."""

from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pytest

from tests.rules.billing.books import DAY_7, HOUR
from tests.rules.wip.closings import Closings, codes, entry, texts


def worked() -> tuple[Closings, int]:
    books = Closings()
    line = books.line(books.order(), "time", 100, 80, HOUR)
    books.hours(10, line)
    return books, line


def keys(closing: Any) -> list[str]:
    return [upsert.key for upsert in closing.plan.upserts]


def test_the_key_says_what_and_when_and_the_reversal_is_linked() -> None:
    books, _ = worked()
    accrual, reversal = books.close().plan.upserts
    assert (accrual.key, accrual.values["date"]) == ("__regie__.fae_1_2026_10_31", date(2026, 10, 31))
    assert (reversal.key, reversal.values["date"]) == ("__regie__.fae_1_2026_10_31_back", date(2026, 11, 1))
    assert reversal.values["reverses_key"] == accrual.key


def test_the_same_closing_again_writes_nothing_whatever_happened_after_its_day() -> None:
    books, line = worked()
    books.keep(books.close())
    books.hours(5, line, "2026-11-03")
    books.invoice((line, 10, 80), hours=[1], accounting_date=pd.Timestamp("2026-11-05"))
    again = books.close()
    assert again.plan.upserts == () and codes(again) == ["closing_done"]


def test_what_changed_since_is_shown_and_not_rewritten() -> None:
    books, line = worked()
    books.keep(books.close())
    books.hours(2, line)
    again = books.close()
    [found] = again.plan.findings
    assert again.plan.upserts == () and (found.code, found.amount) == ("closing_changed", 160)
    assert "800,00" in found.message and "960,00" in found.message


def test_nothing_left_of_a_closing_that_stands_is_a_change_too() -> None:
    books, line = worked()
    books.keep(books.close())
    books.invoice((line, 10, 80), hours=[1])
    again = books.close()
    assert again.plan.upserts == () and codes(again) == ["closing_changed"]


def test_a_closing_of_another_day_is_another_entry() -> None:
    books, _ = worked()
    books.keep(books.close())
    assert keys(books.close(date(2026, 11, 30)))[0] == "__regie__.fae_1_2026_11_30"


def test_a_deleted_pair_is_proposed_again_and_a_cancelled_one_leaves_the_next_name() -> None:
    books, _ = worked()
    first = books.close()
    books.keep(first, "cancel")
    assert keys(books.close()) == ["__regie__.fae_1_2026_10_31_2", "__regie__.fae_1_2026_10_31_2_back"]
    books.rows["entries"].clear()
    assert books.close().plan == first.plan


def test_a_reversal_that_is_gone_is_proposed_again_alone() -> None:
    books, _ = worked()
    first = books.close()
    books.keep(first, "posted")
    books.rows["entries"].pop()
    again = books.close()
    assert again.plan.upserts == first.plan.upserts[1:] and codes(again) == ["closing_half_posted"]


def test_a_posted_accrual_with_a_draft_reversal_is_critical() -> None:
    books, _ = worked()
    books.keep(books.close())
    books.rows["entries"][0].update(state="posted", name="OD/1")
    [found] = books.close().plan.findings
    assert (found.code, found.severity) == ("closing_half_posted", "critical")
    books.rows["entries"][1]["state"] = "posted"
    assert codes(books.close()) == ["closing_done"]


def test_a_reversal_without_its_accrual_stops() -> None:
    books, _ = worked()
    books.keep(books.close())
    books.rows["entries"].pop(0)
    again = books.close()
    assert again.plan.upserts == () and codes(again) == ["closing_orphan"]


@pytest.mark.parametrize("state", ["draft", "posted"])
def test_an_accrual_cancelled_alone_is_critical_and_no_second_pair_is_proposed(state: str) -> None:
    """The reversal that stands would take the revenue back twice, with that of a second pair."""
    books, _ = worked()
    books.keep(books.close(), "posted")
    entry_, reversal = books.rows["entries"]
    entry_["state"], reversal["state"] = "cancel", state
    again = books.close()
    [found] = again.plan.findings
    assert again.plan.upserts == () and (found.code, found.severity) == ("closing_cancelled_alone", "critical")
    assert entry_["name"] in found.message and reversal["name"] in found.message and "31/10/2026" in found.message
    reversal["state"] = "cancel"
    assert keys(books.close()) == ["__regie__.fae_1_2026_10_31_2", "__regie__.fae_1_2026_10_31_2_back"]


def test_the_first_reversal_still_counts_beside_a_second_pair() -> None:
    books, _ = worked()
    books.keep(books.close(), "posted")
    for row in books.rows["entries"]:
        row["state"] = "cancel"
    second = books.close()
    books.keep(second, "draft")
    books.rows["entries"][1]["state"] = "posted"
    assert codes(books.close()) == ["closing_cancelled_alone", "closing_done"]


def by_hand(books: Closings, of: int, day: str, state: str = "posted") -> None:
    """A person takes an entry back with Odoo's own button."""
    books._add(
        "entries", key="", name="OD/900", state=state, reverses_id=of, date=pd.Timestamp(day), type="entry", company_id=1
    )


@pytest.mark.parametrize(("state", "upserts", "found"), [("posted", 2, []), ("draft", 0, ["closing_cancelled_alone"])])
def test_a_reversal_that_a_person_took_back_is_gone(state: str, upserts: int, found: list[str]) -> None:
    """Where a posted entry can no longer be cancelled, that is how it is done."""
    books, _ = worked()
    books.keep(books.close(), "posted")
    books.rows["entries"][0]["state"] = "cancel"
    by_hand(books, books.rows["entries"][1]["id"], "2026-11-01", state)
    again = books.close()
    assert (len(again.plan.upserts), codes(again)) == (upserts, found)


@pytest.mark.parametrize(("day", "upserts", "found"), [("2026-10-31", 2, []), ("2026-11-02", 0, ["closing_done"])])
def test_an_accrual_that_a_person_took_back_needs_no_reversal(day: str, upserts: int, found: list[str]) -> None:
    """On its own day it is undone and may be made anew; later it did count, and is taken back already."""
    books, _ = worked()
    books.keep(books.close(), "posted")
    books.rows["entries"].pop()
    by_hand(books, books.rows["entries"][0]["id"], day)
    again = books.close()
    assert (len(again.plan.upserts), codes(again)) == (upserts, found)


def test_an_accrual_taken_back_by_a_person_and_by_its_reversal_is_critical() -> None:
    books, _ = worked()
    books.keep(books.close(), "posted")
    by_hand(books, books.rows["entries"][0]["id"], "2026-11-02")
    again = books.close()
    assert again.plan.upserts == () and codes(again) == ["closing_back_twice"]
    assert "OD/900" in again.plan.findings[0].message


def test_two_accruals_of_one_day_are_critical() -> None:
    """The first was cancelled, a second made, and the first reset to draft."""
    books, _ = worked()
    books.keep(books.close(), "cancel")
    books.keep(books.close(), "posted")
    for row in books.rows["entries"][:2]:
        row["state"] = "posted"
    again = books.close()
    assert again.plan.upserts == () and codes(again) == ["closing_twice"]


def test_a_second_pair_still_stands_once_the_cancelled_first_is_deleted() -> None:
    books, _ = worked()
    books.keep(books.close(), "cancel")
    books.keep(books.close(), "posted")
    del books.rows["entries"][:2]
    assert codes(books.close()) == ["closing_done"]


@pytest.mark.parametrize(
    ("accrual", "reversal", "found"),
    [
        ("posted", "draft", ["closing_half_posted"]),
        ("posted", "cancel", ["closing_half_posted"]),
        ("draft", "posted", ["closing_back_alone"]),
        ("cancel", "draft", ["closing_cancelled_alone"]),
        ("draft", "draft", []),
        ("posted", "posted", []),
        ("cancel", "cancel", []),
    ],
)
def test_a_later_closing_says_what_is_torn_of_an_earlier_one(accrual: str, reversal: str, found: list[str]) -> None:
    books, _ = worked()
    books.keep(books.close(), "posted")
    books.rows["entries"][0]["state"], books.rows["entries"][1]["state"] = accrual, reversal
    november = books.close(date(2026, 11, 30))
    assert codes(november) == found and len(november.plan.upserts) == 2


def test_a_reversal_posted_without_its_accrual_is_critical() -> None:
    books, _ = worked()
    books.keep(books.close(), "posted")
    books.rows["entries"][0].update(state="draft", name="/")
    [found] = books.close().plan.findings
    assert (found.code, found.severity) == ("closing_back_alone", "critical")
    assert "FAE au 31/10/2026" in found.message and books.rows["entries"][1]["name"] in found.message


@pytest.mark.parametrize(
    ("accrual", "reversal", "proposed"),
    [
        ("draft", "draft", ["", "_back"]),
        ("draft", "posted", [""]),
        ("posted", "draft", ["_back"]),
        ("posted", "posted", []),
        ("draft", None, ["", "_back"]),
        ("posted", None, ["_back"]),
    ],
)
def test_a_company_that_posts_proposes_what_stands_unposted_with_the_same_figures(
    accrual: str, reversal: str | None, proposed: list[str]
) -> None:
    books, line = worked()
    first = books.close(post=True)
    books.keep(first)
    books.rows["entries"][0]["state"] = accrual
    if reversal is None:
        books.rows["entries"].pop()
    else:
        books.rows["entries"][1]["state"] = reversal
    again = books.close(post=True)
    assert keys(again) == [f"__regie__.fae_1_2026_10_31{end}" for end in proposed]
    assert ("closing_to_post" in codes(again)) is ("draft" in (accrual, reversal))
    assert "closing_done" not in codes(again) or not proposed
    books.hours(2, line)
    changed = books.close(post=True)
    assert changed.plan.upserts == () and "closing_changed" in codes(changed) and "closing_to_post" not in codes(changed)


@pytest.mark.parametrize("lock", ["fiscal_lock_date", "hard_lock_date"])
@pytest.mark.parametrize(("day", "written"), [("2026-10-30", True), ("2026-10-31", False)])
def test_a_locked_day_is_refused_before_anything_is_written(lock: str, day: str, written: bool) -> None:
    books, _ = worked()
    books.record("companies", 1)[lock] = pd.Timestamp(day)
    closing = books.close()
    assert bool(closing.plan.upserts) is written
    assert codes(closing) == ([] if written else ["closing_locked"])


@pytest.mark.parametrize(
    ("code", "policy"), [("closing_no_journal", {"journal": "XX"}), ("closing_no_journal", {"journal": "VT"})]
)
def test_without_a_general_journal_of_that_code_nothing_is_written(code: str, policy: dict[str, Any]) -> None:
    books, _ = worked()
    closing = books.close(**policy)
    assert closing.plan.upserts == () and codes(closing) == [code]


def test_an_account_that_may_no_longer_be_used_stops_its_entry() -> None:
    books, _ = worked()
    books.record("accounts", 3)["deprecated"] = True
    assert codes(books.close()) == ["closing_no_account"]
    assert entry(books.close(accrue_vat=False), "fae") is not None


@pytest.mark.parametrize(("known_on", "written"), [(None, 960), ("2026-11-02", 800), ("2026-11-10", 960), ("2026-11-01", 0)])
def test_a_closing_of_then_can_be_made_again_as_it_was(known_on: str | None, written: int) -> None:
    """10 h are validated on 2 November, 2 h on the 10th."""
    books, line = worked()
    books.hours(2, line, validated_on=pd.Timestamp("2026-11-10"))
    made = entry(books.close(known_on=date.fromisoformat(known_on) if known_on else None), "fae")
    assert (made.amount_untaxed if made else 0) == written


@pytest.mark.parametrize(("later", "accrued"), [(False, 160), (True, 960)])
def test_an_invoice_that_was_posted_after_that_day_was_none_then(later: bool, accrued: int) -> None:
    """12 h are worth 960; 10 of them are on an invoice of October, posted in time or on 15 November."""
    books, line = worked()
    books.hours(2, line)
    first = books.rows["timesheets"][0]["id"]
    invoice = books.invoice((line, 10, 80), hours=[first], accounting_date=pd.Timestamp("2026-10-31"))
    books.posted_later = {invoice} if later else set()
    assert entry(books.close(known_on=date(2026, 11, 10)), "fae").amount_untaxed == accrued
    assert entry(books.close(), "fae").amount_untaxed == 160, "today it is one"


def reported(*moves: tuple[str, datetime]) -> Closings:
    """A mission's day, worth 600, that its client wants reported."""
    books = Closings()
    line = books.line(books.order(), "time", 20, 600, DAY_7)
    books.hours(7, line)
    books.cra(line, *moves)
    return books


def accrued_with_cra(books: Closings, known_on: date | None) -> Any:
    made = entry(books.close(billing={"cra_required": True}, known_on=known_on), "fae")
    return made.amount_untaxed if made else 0


@pytest.mark.parametrize(
    ("known_on", "accrued"), [(None, 600), (date(2026, 11, 5), 0), (date(2026, 11, 6), 600), (date(2026, 11, 7), 600)]
)
def test_a_cra_counts_from_the_day_it_was_validated_on_in_the_companys_time(known_on: date | None, accrued: int) -> None:
    """At 23:30 UTC of 5 November it is the 6th in Paris."""
    signed, validated = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 11, 5, 23, 30, tzinfo=UTC)
    books = reported(("manager", signed), ("validated", validated))
    assert accrued_with_cra(books, known_on) == accrued


@pytest.mark.parametrize(("known_on", "accrued"), [(None, 0), (date(2026, 11, 5), 600), (date(2026, 11, 6), 0)])
def test_a_cra_that_was_reopened_since_was_validated_then(known_on: date | None, accrued: int) -> None:
    books = reported(("validated", datetime(2026, 11, 4, tzinfo=UTC)), ("consultant", datetime(2026, 11, 6, tzinfo=UTC)))
    assert accrued_with_cra(books, known_on) == accrued


def test_a_cra_that_had_taken_no_step_by_then_waited_for_its_consultant() -> None:
    books = reported(("validated", datetime(2026, 11, 4, tzinfo=UTC)))
    [found] = books.close(billing={"cra_required": True}, known_on=date(2026, 11, 3)).plan.findings
    assert found.code == "cra_not_validated" and "au tour du consultant" in found.message


def test_work_that_has_a_cra_names_it() -> None:
    books = reported(("validated", datetime(2026, 11, 4, tzinfo=UTC)))
    books.rows["cras"][0]["name"] = "CRA octobre 2026, Camille Durand"
    [said] = texts(entry(books.close(billing={"cra_required": True}), "fae"))
    assert "CRA octobre 2026, Camille Durand" in said
