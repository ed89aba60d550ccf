"""What was posted after an evening, from Odoo's own words for states, in any language."""

import pytest

from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import frame
from rules.wip.postings import posted_later

POSTED, TAKEN_BACK = ("Brouillon", "Comptabilisé"), ("Comptabilisé", "Brouillon")


def later(*changes: tuple[int, tuple[str, str]], posted: tuple[int, ...] = (1, 2)) -> set[int]:
    """Of changes since, each of an invoice, oldest first; `posted`: those that are now."""
    rows = [{"id": n, "message_id": 100 + n, "was": was, "now": now} for n, (_, (was, now)) in enumerate(changes)]
    messages = [{"id": 100 + n, "entry_id": invoice} for n, (invoice, _) in enumerate(changes)]
    invoices = frame(ds.INVOICES, ({"id": one, "state": "posted"} for one in posted))
    return posted_later(frame(ds.STATE_CHANGES, rows), frame(ds.ENTRY_MESSAGES, messages), invoices)


def test_nothing_changed_since_nothing_was_posted_later() -> None:
    assert later() == set()


def test_one_that_was_a_draft_that_evening_was_posted_later() -> None:
    assert later((1, POSTED)) == {1}


def test_one_that_was_posted_taken_back_and_posted_again_since_was_posted_then() -> None:
    assert later((1, TAKEN_BACK), (1, POSTED)) == set()
    assert later((2, POSTED), (1, TAKEN_BACK), (1, POSTED)) == {2}


def test_each_person_changes_states_in_their_own_language() -> None:
    assert later((1, ("Draft", "Posted")), (2, ("Comptabilisé", "Brouillon")), (2, ("Brouillon", "Comptabilisé"))) == {1}
    assert later((1, ("Posted", "Draft")), (1, ("Brouillon", "Comptabilisé")), (2, ("Draft", "Posted"))) == {2}


@pytest.mark.parametrize("changes", [[(3, POSTED)], [(3, POSTED), (3, TAKEN_BACK)]])
def test_what_is_no_posted_invoice_now_is_left_aside(changes: list[tuple[int, tuple[str, str]]]) -> None:
    assert later(*changes) == set()
