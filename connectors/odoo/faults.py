"""From what an Odoo server says went wrong to the error a caller acts on: one table for the three protocols.

Odoo names the Python exception in JSON-2 and JSON-RPC answers, and shows it in the last line of an XML-RPC fault's traceback.
The name decides, never the HTTP status alone: an unknown field and a business warning are both 500.
"""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.odoo.errors import (
    AccessDenied,
    AuthenticationError,
    ConfigurationError,
    DataError,
    OdooError,
    OutcomeUnknown,
    RetriableError,
)

_KINDS: Mapping[str, frozenset[str]] = {
    "authentication": frozenset({"AccessDenied", "Unauthorized", "SessionExpiredException"}),
    "retriable": frozenset({
        "ConcurrencyError", "DeadlockDetected", "LockError", "LockNotAvailable", "PoolError", "QueryCanceled",
        "SerializationFailure", "ServiceUnavailable", "TooManyRequests", "TransactionRollbackError",
    }),
    "database": frozenset({"AdminShutdown", "InterfaceError", "OperationalError"}),
    "data": frozenset({
        "BadRequest", "CheckViolation", "DataError", "ExpatError", "ForeignKeyViolation", "IntegrityError", "MissingError",
        "NotFound", "NotNullViolation", "ProgrammingError", "RedirectWarning", "RequestEntityTooLarge", "UndefinedColumn",
        "UniqueViolation", "UnprocessableEntity", "UserError", "ValidationError",
    }),
}  # fmt: skip
"""Exceptions of Odoo, PostgreSQL and werkzeug by their last name. Builtin ones are data errors: Odoo met a wrong value."""
_UNREADABLE = ("cannot marshal", "int exceeds XML-RPC limits", "dictionary key must be string", "is not JSON serializable")
"""The call was done and committed, then its answer could not be put into the protocol's words."""
_CONCURRENCY = ("could not serialize access", "deadlock detected", "could not obtain lock")
_OPERATIONS = {"create": "create", "load": "create", "copy": "create", "write": "write", "unlink": "unlink"}

_RAISED = re.compile(r"^([A-Za-z_][\w.]*)(?:: (.*))?$", re.DOTALL)
_MODEL = re.compile(r"\(([a-z]\w*(?:\.\w+)+)[),:]")
_OPERATION = re.compile(r"^Operation: (\w+)$|'(read|write|create|unlink)'", re.MULTILINE)
_FIELD_GROUPS = re.compile(r"^Groups: allowed for groups (.+)$", re.MULTILINE)
_GROUP = re.compile(r"^\t- (.+)$", re.MULTILINE)

_ELSEWHERE = "Check REGIE_ODOO_URL, REGIE_ODOO_DATABASE and REGIE_ODOO_PROTOCOL."
_DOOR = "Let this machine's API calls through the proxy or firewall before Odoo."
_REDIRECT = (ConfigurationError, "the server sends elsewhere", "Set REGIE_ODOO_URL to the address Odoo itself answers at.")
_HTTP: Mapping[int, tuple[type[OdooError], str, str]] = {
    401: (AuthenticationError, "something before Odoo refuses the request", _DOOR),
    403: (AuthenticationError, "something before Odoo refuses the request", _DOOR),
    404: (ConfigurationError, "no such service or database here", _ELSEWHERE),
    405: (ConfigurationError, "no such service or database here", _ELSEWHERE),
    410: (ConfigurationError, "no such service or database here", _ELSEWHERE),
}


def raised(name: str, message: str, model: str, method: str) -> OdooError:
    """The error for an exception of the server: `name` its (dotted) class, `message` its text, for a call of model.method."""
    call = f"{model}.{method}"
    kind = name.rpartition(".")[2]
    message = message.strip() or name
    if any(text in message for text in _UNREADABLE):
        reason = f"the call was done, but its answer cannot be told over this protocol: {message}"
        return OutcomeUnknown(reason, repeatable=False, call=call)
    if kind == "AccessError":
        return _access(message, model, method)
    if kind in _KINDS["retriable"] or any(text in message for text in _CONCURRENCY):
        return RetriableError(message, sent=True, call=call, remedy="Another transaction held the same records: run again.")
    if kind in _KINDS["authentication"]:
        return AuthenticationError(message, call=call)
    return _other(name, kind, message, call)


def traceback_end(text: str) -> tuple[str, str]:
    """Name and message of the exception a Python traceback ends with; ("", text) where `text` is none."""
    _, found, tail = text.rpartition("Traceback (most recent call last):\n")
    lines = tail.splitlines()
    while lines and (lines[0].startswith(" ") or not lines[0]):
        lines.pop(0)
    match = _RAISED.match("\n".join(lines)) if found else None
    if not match:
        return "", text
    name = match[1] if "." in match[1] else f"builtins.{match[1]}"
    return name, (match[2] or "").strip()


def refused_by_http(status: int, retry_after: str | None, call: str) -> OdooError:
    """The error for an HTTP answer without Odoo's own words: a proxy, a wrong address, a closed door."""
    if status in (429, 503):
        busy = f"the server is too busy or stopped (HTTP {status})"
        return RetriableError(busy, sent=True, retry_after=_seconds(retry_after), call=call)
    refusal = _HTTP.get(status) or (_REDIRECT if 300 <= status < 400 else None)
    if refusal:
        kind, message, remedy = refusal
        return kind(f"{message} (HTTP {status})", remedy=remedy, call=call)
    if 400 <= status < 500 and status != 408:
        return DataError(f"the server refuses the request (HTTP {status})", call=call)
    return OutcomeUnknown(f"the server broke off (HTTP {status})", call=call)


def not_sent(reason: object, call: str) -> OdooError:
    """No connection came about: nothing was sent."""
    if "CERTIFICATE_VERIFY_FAILED" in str(reason):
        return ConfigurationError(
            f"the server's TLS certificate is not trusted: {reason}",
            call=call,
            remedy="Give Odoo a certificate this machine trusts, or name its authority in SSL_CERT_FILE.",
        )
    return RetriableError(
        f"no connection: {reason}", sent=False, call=call, remedy="Check REGIE_ODOO_URL and that Odoo runs and is reachable."
    )


def no_answer(error: Exception, call: str) -> OutcomeUnknown:
    """The request left, and no whole answer came back."""
    return OutcomeUnknown(f"no clear answer ({type(error).__name__}): {error}", call=call)


def too_large(call: str) -> OutcomeUnknown:
    """An answer came that is larger than any of Odoo's; asking again would bring it again."""
    remedy = "Check that REGIE_ODOO_URL is your Odoo's address, and what stands between it and this machine."
    return OutcomeUnknown(
        "the answer is larger than any of Odoo's; it was not read", repeatable=False, remedy=remedy, call=call
    )


def not_sendable(error: Exception, call: str) -> DataError:
    """The arguments cannot be put into the protocol's words; nothing was sent."""
    return DataError(
        f"an argument cannot be sent: {error}", call=call, remedy="Send JSON values: text, numbers, booleans, lists."
    )


def _access(message: str, model: str, method: str) -> OdooError:
    """Odoo's text names the model in parentheses in every language, the groups on lines of their own after a tab."""
    call = f"{model}.{method}"
    if message.startswith("Private methods"):
        return DataError(message, call=call, remedy="Call a public method.")
    named, operation, field_groups = _MODEL.search(message), _OPERATION.search(message), _FIELD_GROUPS.search(message)
    groups = tuple(field_groups[1].replace("'", "").split(", ")) if field_groups else tuple(_GROUP.findall(message))
    return AccessDenied(
        message,
        model=named[1] if named else model,
        operation=(operation[1] or operation[2])
        if operation
        else _OPERATIONS.get(method, "read" if "read" in method else method),
        groups=groups,
        call=call,
    )


def _other(name: str, kind: str, message: str, call: str) -> OdooError:
    if kind in _KINDS["database"]:
        return _database(message, call)
    if kind in _KINDS["data"] or name.startswith("builtins.") or not name:
        return DataError(message, call=call)
    return OutcomeUnknown(f"Odoo failed with {name}: {message}", repeatable=False, call=call)


def _database(message: str, call: str) -> OdooError:
    if "does not exist" in message:
        return ConfigurationError(message, call=call, remedy="Set REGIE_ODOO_DATABASE to a database of this server.")
    if "connection to server" in message or "could not connect" in message:
        return RetriableError(f"Odoo cannot reach its database: {message}", sent=True, call=call)
    return OutcomeUnknown(f"Odoo lost its database: {message}", call=call)


def _seconds(value: str | None) -> float | None:
    """Seconds to wait from a Retry-After header: a number, or a date."""
    if not value:
        return None
    if value.isdigit():
        return float(value)
    try:
        return max(0.0, (email.utils.parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
