"""What a failing `load` leads to. The fake Odoo only answers the failures; that records are made is tested on a real one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.odoo import loading
from connectors.odoo.errors import AccessDenied, DataError, OdooError, OutcomeUnknown
from connectors.odoo.loading import blamed, load
from connectors.odoo.rows import Batch, item
from mappings.odoo.records import RECORDS
from mappings.vocabulary.plan import Line, Upsert

INVOICE = RECORDS["invoice"]
RACE = "could not serialize access due to concurrent update"
Answer = dict[str, Any] | OdooError


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "pause", lambda seconds: None)


class Faulty:
    """Answers each `load` by what `answer` says to the names of the records sent."""

    def __init__(self, answer: Callable[[list[str]], Answer]) -> None:
        self.answer = answer
        self.sent: list[list[str]] = []

    def call(self, model: str, method: str, **arguments: Any) -> Any:
        assert method == "load"
        place = arguments["fields"].index("x_regie_key")
        names = [row[place] for row in arguments["data"] if row[place]]
        self.sent.append(names)
        answer = self.answer(names)
        if isinstance(answer, OdooError):
            raise answer
        return answer


def batch(*names: str) -> Batch:
    upserts = [
        Upsert(
            key=f"__regie__.{name}",
            model="invoice",
            values={"company_id": 1, "type": "out_invoice"},
            lines=(Line(key=f"__regie__.{name}_l", values={"name": "x"}),),
        )
        for name in names
    ]
    return Batch(INVOICE, 1, tuple(item(INVOICE, upsert, 19) for upsert in upserts))


def done(names: list[str]) -> Answer:
    return {"ids": [ord(name) for name in names], "messages": []}


def error(record: int | None, message: str) -> dict[str, Any]:
    return {"type": "error", "message": message} | ({} if record is None else {"record": record})


def failed(*messages: dict[str, Any]) -> Answer:
    return {"ids": False, "messages": list(messages)}


def run(odoo: Faulty, names: str) -> tuple[set[str], dict[str, str]]:
    result = load(odoo, batch(*names))  # type: ignore[arg-type]
    assert set(result.ids) | set(result.refused) | set(result.unknown) == {f"__regie__.{name}" for name in names}
    assert all(result.ids[f"__regie__.{name}"] == ord(name) for name in names if f"__regie__.{name}" in result.ids)
    return {key[-1] for key in result.ids}, {key[-1]: message for key, message in result.refused.items()}


def test_the_named_record_is_dropped_and_the_others_are_sent_again() -> None:
    odoo = Faulty(lambda names: failed(error(names.index("c"), "bad product")) if "c" in names else done(names))
    assert run(odoo, "abcd") == ({"a", "b", "d"}, {"c": "bad product"})
    assert odoo.sent == [["a", "b", "c", "d"], ["a", "b", "d"]]


def test_several_named_records_are_dropped_at_once() -> None:
    def answer(names: list[str]) -> Answer:
        bad = [error(place, f"no {name}") for place, name in enumerate(names) if name in "bd"]
        return failed(*bad) if bad else done(names)

    odoo = Faulty(answer)
    assert run(odoo, "abcd") == ({"a", "c"}, {"b": "no b", "d": "no d"})
    assert len(odoo.sent) == 2


def test_the_first_record_is_cleared_of_what_a_later_one_did() -> None:
    def answer(names: list[str]) -> Answer:
        if "c" not in names:
            return done(names)
        return failed(error(0, "already billed"), error(names.index("c"), "already billed"))

    assert run(Faulty(answer), "abc") == ({"a", "b"}, {"c": "already billed"})


def test_the_first_record_is_refused_when_it_is_bad_itself() -> None:
    def answer(names: list[str]) -> Answer:
        bad = [error(place, "locked") for place, name in enumerate(names) if name in "ac"]
        return failed(*bad) if bad else done(names)

    assert run(Faulty(answer), "abc") == ({"b"}, {"a": "locked", "c": "locked"})


def test_when_nobody_is_named_halves_find_the_bad_one() -> None:
    odoo = Faulty(lambda names: failed(error(None, "unknown")) if "f" in names else done(names))
    good, bad = run(odoo, "abcdefgh")
    assert (good, bad) == (set("abcdegh"), {"f": "unknown"})
    assert len(odoo.sent) == 7


def test_an_error_of_the_whole_call_is_searched_by_halves_too() -> None:
    odoo = Faulty(lambda names: DataError("boom") if "b" in names else done(names))
    assert run(odoo, "abcd") == ({"a", "c", "d"}, {"b": "boom"})


def test_a_missing_right_is_not_searched_for_in_the_data() -> None:
    denied = AccessDenied("not allowed", model="account.move", operation="create")
    odoo = Faulty(lambda names: denied)
    assert run(odoo, "ab") == (set(), {"a": "not allowed", "b": "not allowed"})
    assert len(odoo.sent) == 1


def test_a_lost_race_is_replayed_until_it_goes_through() -> None:
    answers: Iterator[Answer] = iter([failed(error(1, RACE)), failed(error(0, RACE), error(1, RACE)), done(["a", "b"])])
    odoo = Faulty(lambda names: next(answers))
    assert run(odoo, "ab") == ({"a", "b"}, {})
    assert odoo.sent == [["a", "b"]] * 3


def test_a_race_does_not_hide_a_bad_record() -> None:
    answers: Iterator[Answer] = iter([failed(error(0, RACE), error(1, "bad product")), done(["a", "c"])])
    odoo = Faulty(lambda names: next(answers))
    assert run(odoo, "abc") == ({"a", "c"}, {"b": "bad product"})


def test_a_race_that_never_ends_is_told_in_odoos_words() -> None:
    odoo = Faulty(lambda names: failed(error(0, RACE)))
    assert run(odoo, "a") == (set(), {"a": RACE})
    assert len(odoo.sent) == loading.REPLAYS + 1


def test_an_answer_that_never_came_leaves_the_outcome_open() -> None:
    odoo = Faulty(lambda names: OutcomeUnknown("timeout"))
    assert load(odoo, batch("a")).unknown == {"__regie__.a": "timeout"}  # type: ignore[arg-type]


def test_an_answer_with_too_few_ids_is_no_success() -> None:
    odoo = Faulty(lambda names: done(names) if len(names) == 1 else {"ids": [1], "messages": []})
    assert run(odoo, "ab") == ({"a", "b"}, {})


def test_blame_without_a_place_or_beyond_the_call_names_nobody() -> None:
    assert blamed([error(None, "x"), error(9, "y"), {"type": "warning", "record": 0, "message": "z"}], batch("a").items) == {}
