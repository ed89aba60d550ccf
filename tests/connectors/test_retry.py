"""What is tried again, how often, and after which pause."""

from collections.abc import Callable, Iterator

import pytest

from connectors.odoo import retry
from connectors.odoo.errors import DataError, OdooError, OutcomeUnknown, RetriableError
from connectors.odoo.retry import LONGEST_PAUSE, TRIES, tried


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    kept: list[float] = []
    monkeypatch.setattr(retry, "pause", kept.append)
    return kept


def failing(*errors: OdooError) -> Callable[[], str]:
    """Fails with each error in turn, then answers."""
    left: Iterator[OdooError] = iter(errors)

    def call() -> str:
        for error in left:
            raise error
        return "done"

    return call


NOT_SENT = RetriableError("refused", sent=False)
BUSY = RetriableError("busy", sent=True, retry_after=7)
LOST = OutcomeUnknown("cut")
UNREADABLE = OutcomeUnknown("cannot marshal None", repeatable=False)


@pytest.mark.parametrize("error", [NOT_SENT, BUSY, LOST])
def test_a_safe_call_is_tried_again(error: OdooError, pauses: list[float]) -> None:
    assert tried(failing(error, error), safe=True, secret="secret") == "done"
    assert len(pauses) == 2


def test_an_unsafe_call_is_tried_again_only_where_it_was_not_sent(pauses: list[float]) -> None:
    assert tried(failing(NOT_SENT), safe=False, secret="secret") == "done"
    assert len(pauses) == 1
    for error in (BUSY, LOST):
        with pytest.raises(type(error)):
            tried(failing(error), safe=False, secret="secret")
    assert len(pauses) == 1


@pytest.mark.parametrize("error", [UNREADABLE, DataError("no")])
def test_what_would_fail_again_is_not_repeated(error: OdooError, pauses: list[float]) -> None:
    with pytest.raises(type(error)):
        tried(failing(error), safe=True, secret="secret")
    assert pauses == []


def test_it_gives_up_with_the_last_error(pauses: list[float]) -> None:
    last = RetriableError("fifth", sent=True)
    with pytest.raises(RetriableError) as caught:
        tried(failing(LOST, LOST, BUSY, NOT_SENT, last), safe=True, secret="secret")
    assert caught.value is last
    assert len(pauses) == TRIES - 1


def test_pauses_grow_and_end(pauses: list[float]) -> None:
    with pytest.raises(OutcomeUnknown):
        tried(lambda: (_ for _ in ()).throw(OutcomeUnknown("cut")), safe=True, secret="secret", tries=12)
    for number, pause in enumerate(pauses):
        assert min(2**number, 20) <= pause <= min(2**number + 1, 20)


def test_the_server_may_ask_to_wait_but_not_for_ever(pauses: list[float]) -> None:
    tried(failing(BUSY, RetriableError("busy", sent=True, retry_after=9000)), safe=True, secret="secret")
    assert pauses == [7, LONGEST_PAUSE]


def test_a_retry_is_logged_without_the_key(pauses: list[float], caplog: pytest.LogCaptureFixture) -> None:
    tried(failing(OutcomeUnknown("cut after s3cret-key")), safe=True, secret="s3cret-key")
    assert "cut after ***" in caplog.text
