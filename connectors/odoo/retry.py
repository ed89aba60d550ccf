"""When a call is made again: only what is safe to repeat, or was never sent; with growing, jittered pauses, up to a limit."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay, wait_exponential_jitter

from connectors.odoo.errors import OdooError, OutcomeUnknown, RetriableError

logger = logging.getLogger(__name__)

TRIES = 5
LONGEST = 300.0
"""Seconds after which no new try begins: five timeouts in a row would take ten minutes."""
LONGEST_PAUSE = 60.0
"""Seconds between two tries at most, also when the server asks for more."""

pause: Callable[[float], None] = time.sleep
_backoff = wait_exponential_jitter(max=20)

T = TypeVar("T")


def tried(call: Callable[[], T], *, safe: bool, secret: str, tries: int = TRIES) -> T:
    """What `call` answers, made up to `tries` times where that is right; its last error, without `secret`, where it fails."""

    def once() -> T:
        try:
            return call()
        except OdooError as error:
            failure = error.hide(secret)
        raise failure  # outside of the handler: no context that could hold the key

    retrying = Retrying(
        retry=retry_if_exception(lambda error: _again(error, safe)),
        stop=stop_after_attempt(tries) | stop_after_delay(LONGEST),
        wait=_wait,
        sleep=_paused,
        before_sleep=_told,
        reraise=True,
    )
    return retrying(once)


def _again(error: BaseException, safe: bool) -> bool:
    if isinstance(error, RetriableError):
        return safe or not error.sent
    return isinstance(error, OutcomeUnknown) and safe and error.repeatable


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, RetriableError) else None
    return min(LONGEST_PAUSE, max(_backoff(state), asked or 0.0))


def _paused(seconds: float) -> None:
    pause(seconds)  # looked up now, so that tests wait for nothing


def _told(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    logger.warning("try %d failed, again in %.1f s: %s", state.attempt_number, state.upcoming_sleep, error)
