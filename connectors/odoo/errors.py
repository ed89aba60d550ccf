"""What can go wrong with an Odoo, sorted by what the caller must do about it.

| class                | what the caller does                                                                |
|----------------------|-------------------------------------------------------------------------------------|
| ConfigurationError   | stop: an address, a database or a setting is wrong                                  |
| AuthenticationError  | stop: the login or the key is wrong, expired or revoked                             |
| AccessDenied         | stop: the Odoo user lacks a right, named where Odoo names it                        |
| DataError            | drop or mend this record, go on with the others: Odoo's own message says why        |
| RetriableError       | try again later: nothing was done                                                   |
| OutcomeUnknown       | read what stands in Odoo, or replay the keyed write: it may have been done or not   |

Every error says what to do in `remedy`. None ever holds the key (`hide`).
"""

import json
from typing import Any, Self
from urllib.parse import quote
from xml.sax.saxutils import escape

HIDDEN = "***"
"""What stands in a message where the key stood."""


class OdooError(Exception):
    """Base of all errors of `connectors.odoo`. `message`: what happened; `remedy`: what to do; `call`: "model.method" or ""."""

    remedy = "Look at Odoo's log at this moment."

    def __init__(self, message: str, *, remedy: str = "", call: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.call = call
        if remedy:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.call}: {self.message}" if self.call else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (type(self), self.args, vars(self))  # Exception's own way knows no keyword arguments

    def hide(self, secret: str) -> Self:
        """The same error without `secret` in any of its texts, and without the low-level error it came from."""
        for name, value in vars(self).items():
            setattr(self, name, _without(value, secret))
        self.remedy = _without(self.remedy, secret)
        self.args = tuple(_without(value, secret) for value in self.args)
        self.__cause__ = self.__context__ = None
        return self


class ConfigurationError(OdooError):
    """An address, a database name or a setting is wrong; nothing works until it is mended."""

    remedy = "Correct the setting, then run again."


class AuthenticationError(OdooError):
    """Odoo does not accept the login and the key."""

    remedy = "Check REGIE_ODOO_LOGIN and REGIE_ODOO_KEY; make a new API key in Odoo (user preferences, Security) if it expired."


class AccessDenied(OdooError):
    """The Odoo user may not do this. `groups`: those that may, in Odoo's words (empty where Odoo does not say)."""

    def __init__(self, message: str, *, model: str, operation: str, groups: tuple[str, ...] = (), call: str = "") -> None:
        who = f"one of these groups: {', '.join(groups)}" if groups else "the right it lacks (or a record rule that lets it)"
        super().__init__(message, call=call, remedy=f"Give the Odoo user {who}, to {operation} {model}.")
        self.model = model
        self.operation = operation
        self.groups = groups


class DataError(OdooError):
    """Odoo refused the data or the call: user and validation errors, constraints, unknown models, methods and fields."""

    remedy = "Correct the record or the value Odoo names; nothing was written by this call."


class RetriableError(OdooError):
    """Nothing was done; the same call may work later.

    `sent`: the request left this machine (a serialization failure, 429, 503), so only what is safe to repeat is repeated by
    the client itself. `retry_after`: seconds the server asks to wait, if it does.
    """

    remedy = "Odoo is not reachable or too busy: check that it runs, then run again."

    def __init__(self, message: str, *, sent: bool, retry_after: float | None = None, remedy: str = "", call: str = "") -> None:
        super().__init__(message, remedy=remedy, call=call)
        self.sent = sent
        self.retry_after = retry_after


class OutcomeUnknown(OdooError):
    """The request was sent and no clear answer came: it may have been done or not.

    `repeatable`: asking again may bring an answer. It is False where the answer itself cannot be told (XML-RPC has no None).
    """

    remedy = "Read what stands in Odoo, or replay the keyed write: it changes nothing where it was done."

    def __init__(self, message: str, *, repeatable: bool = True, remedy: str = "", call: str = "") -> None:
        super().__init__(message, remedy=remedy, call=call)
        self.repeatable = repeatable


def _restored(kind: type[OdooError], args: tuple[Any, ...], state: dict[str, Any]) -> OdooError:
    error = kind.__new__(kind, *args)
    vars(error).update(state)
    return error


def _without(value: Any, secret: str) -> Any:
    """`value` (a text or a tuple of texts; anything else is returned as it is) without any usual spelling of `secret`."""
    if isinstance(value, tuple):
        return tuple(_without(item, secret) for item in value)
    if not isinstance(value, str) or not secret:
        return value
    spellings = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], escape(secret), quote(secret), quote(secret, safe="")}
    for spelling in sorted(spellings, key=len, reverse=True):
        value = value.replace(spelling, HIDDEN)
    return value
