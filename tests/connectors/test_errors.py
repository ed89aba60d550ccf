"""One table of errors for three protocols, and no key in any of them."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loopback import PROTOCOLS, SECRET, Loopback, failure, http, transport

from connectors.odoo import faults
from connectors.odoo.errors import (
    AccessDenied,
    AuthenticationError,
    ConfigurationError,
    DataError,
    OdooError,
    OutcomeUnknown,
    RetriableError,
)
from connectors.odoo.retry import tried

TABLE = [
    ("odoo.exceptions.UserError", 422, "Vous ne pouvez pas", DataError),
    ("odoo.exceptions.ValidationError", 422, "Il manque un champ", DataError),
    ("odoo.exceptions.MissingError", 404, "Record does not exist or has been deleted.", DataError),
    ("odoo.exceptions.RedirectWarning", 500, "Configure a journal", DataError),
    ("builtins.ValueError", 500, "Invalid field 'nope' on 'res.partner'", DataError),
    ("builtins.AttributeError", 500, "The method 'res.partner.nope' does not exist", DataError),
    ("werkzeug.exceptions.NotFound", 404, "the model 'nope' does not exist", DataError),
    ("werkzeug.exceptions.UnprocessableEntity", 422, "got an unexpected keyword argument 'x'", DataError),
    ("psycopg2.errors.NotNullViolation", 500, 'null value in column "name"', DataError),
    ("odoo.exceptions.AccessError", 403, "You are not allowed to modify 'User' (res.users) records.", AccessDenied),
    ("odoo.exceptions.AccessError", 403, "Private methods (such as 'a.b._c') cannot be called remotely.", DataError),
    ("odoo.exceptions.AccessDenied", 403, "Access Denied", AuthenticationError),
    ("werkzeug.exceptions.Unauthorized", 401, "Invalid apikey", AuthenticationError),
    ("psycopg2.errors.SerializationFailure", 500, "could not serialize access due to concurrent update", RetriableError),
    ("psycopg2.errors.DeadlockDetected", 500, "deadlock detected", RetriableError),
    ("psycopg2.errors.LockNotAvailable", 500, "could not obtain lock on row", RetriableError),
    ("odoo.exceptions.LockError", 409, "Cannot lock", RetriableError),
    ("psycopg2.pool.PoolError", 500, "The Connection Pool Is Full", RetriableError),
    ("psycopg2.OperationalError", 500, 'connection to server failed: FATAL: database "x" does not exist', ConfigurationError),
    ("psycopg2.OperationalError", 500, "connection to server on socket failed: Connection refused", RetriableError),
    ("psycopg2.OperationalError", 500, "server closed the connection unexpectedly", OutcomeUnknown),
    ("psycopg2.InterfaceError", 500, "cursor already closed", OutcomeUnknown),
    ("builtins.TypeError", 500, "cannot marshal None unless allow_none is enabled", OutcomeUnknown),
    ("builtins.TypeError", 500, "Object of type set is not JSON serializable", OutcomeUnknown),
    ("odoo.addons.iap.tools.InsufficientCreditError", 500, "no credit", OutcomeUnknown),
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("name", "status", "message", "kind"), TABLE, ids=lambda value: str(value)[:40])
def test_same_error_over_every_protocol(protocol: str, name: str, status: int, message: str, kind: type[OdooError]) -> None:
    if (protocol, name) == ("xmlrpc", "odoo.exceptions.LockError"):
        pytest.skip("XML-RPC tells a LockError as any warning: it cannot be told from a UserError")
    with Loopback(failure(protocol, name, message, status)) as server, pytest.raises(OdooError) as caught:
        transport(protocol, server).call("res.partner", "write", [1], None, {"vals": {}})
    assert type(caught.value) is kind
    assert message in caught.value.message
    assert "Traceback" not in str(caught.value)
    assert caught.value.call == "res.partner.write"
    assert caught.value.remedy


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, ConfigurationError),
        (302, ConfigurationError),
        (403, AuthenticationError),
        (404, ConfigurationError),
        (413, DataError),
        (429, RetriableError),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, RetriableError),
        (504, OutcomeUnknown),
    ],
)
def test_an_answer_that_is_not_odoos(protocol: str, status: int, kind: type[OdooError]) -> None:
    answer = http("<html>proxy</html>", status, "text/html", Location="/login", Retry_After="7")
    with Loopback(answer) as server, pytest.raises(OdooError) as caught:
        transport(protocol, server).call("res.partner", "write", [1], None, {"vals": {}})
    assert type(caught.value) is kind
    assert len(server.received) == 1, "a redirect is not followed"
    if isinstance(caught.value, RetriableError):
        assert caught.value.retry_after == 7
        assert caught.value.sent


MODEL_RIGHT = (
    "Vous n'êtes pas autorisé à créer des enregistrements 'Journal Entry' (account.move).\n\n"
    "Cette opération est autorisée pour les groupes suivants :\n\t- Accounting/Invoicing\n\t- Sales/Administrator\n\n"
    "Contactez votre administrateur pour demander l'accès si nécessaire."
)
RULE = (
    "Uh-oh! Looks like you have stumbled upon some top-secret records.\n\nSorry, Tech (id=6) doesn't have 'unlink' access to:\n"
    "- Analytic Line (account.analytic.line)\n\nBlame the following rules:\n- Own lines\n\nIf you really, really need access"
)
RULE_FR = (
    "Oups ! On dirait que vous êtes tombé sur des enregistrements top secrets.\n\n"
    "Désolé, Tech (id=6) n'a pas d'accès 'lecture' à :\n"
    "- Ligne analytique, Visite (account.analytic.line: 5)\n"
)
FIELD = (
    'You do not have enough rights to access the field "totp_secret" on User (res.users). Please contact your system '
    "administrator.\n\nOperation: read\nUser: 6\nGroups: allowed for groups 'Role / Administrator', 'Access Rights'"
)


@pytest.mark.parametrize(
    ("message", "method", "model", "operation", "groups"),
    [
        (MODEL_RIGHT, "load", "account.move", "create", ("Accounting/Invoicing", "Sales/Administrator")),
        (RULE, "write", "account.analytic.line", "unlink", ()),
        (RULE_FR, "search_read", "account.analytic.line", "read", ()),
        (FIELD, "search_read", "res.users", "read", ("Role / Administrator", "Access Rights")),
        ("No.", "action_post", "x.asked", "action_post", ()),
    ],
)
def test_an_access_error_names_the_missing_right(
    message: str, method: str, model: str, operation: str, groups: tuple[str, ...]
) -> None:
    error = faults.raised("odoo.exceptions.AccessError", message, "x.asked", method)
    assert isinstance(error, AccessDenied)
    assert (error.model, error.operation, error.groups) == (model, operation, groups)
    assert model in error.remedy
    assert all(group in error.remedy for group in groups)


def test_the_last_exception_of_a_chain_counts() -> None:
    text = (
        "Traceback (most recent call last):\n  File \"a\", line 1\n    x\nKeyError: 'a'\n\nDuring handling of the above "
        'exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "b", line 2\n    y\n'
        "psycopg2.errors.CheckViolation: new row violates\nDETAIL:  Failing row contains (1).\n"
    )
    name, message = faults.traceback_end(text)
    assert name == "psycopg2.errors.CheckViolation"
    assert message == "new row violates\nDETAIL:  Failing row contains (1)."


@pytest.mark.parametrize(
    ("header", "seconds"), [("12", 12.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), (None, None)]
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    error = faults.refused_by_http(503, header, "m.f")
    assert isinstance(error, RetriableError)
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    "error",
    [
        AccessDenied("no", model="a.b", operation="read", groups=("G",), call="a.b.read"),
        RetriableError("busy", sent=True, retry_after=3, remedy="wait"),
        OutcomeUnknown("cut", repeatable=False),
        DataError("no"),
    ],
)
def test_an_error_survives_the_way_between_processes(error: OdooError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (str(back), back.remedy, vars(back)) == (str(error), error.remedy, vars(error))


SECRETS = st.text(st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc"]), min_size=6, max_size=40)
CLASSES = st.sampled_from([ConfigurationError, AuthenticationError, AccessDenied, DataError, RetriableError, OutcomeUnknown])


@given(SECRETS, CLASSES)
def test_no_error_keeps_the_key(secret: str, kind: type[OdooError]) -> None:
    text = f"before {secret} after {secret!r}"

    def failing() -> None:
        extra = {"model": text, "operation": text, "groups": (text,)} if kind is AccessDenied else {}
        extra |= {"sent": True} if kind is RetriableError else {}
        raise kind(text, call=text, **extra) from ValueError(text)

    with pytest.raises(OdooError) as caught:
        tried(failing, safe=False, secret=secret)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    for shown in (str(error), repr(error), repr(error.args), error.remedy, repr(vars(error))):
        assert secret not in shown


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("secret", [SECRET, "with\"quote\\and'", "<b>&amp;é漢"])
def test_a_server_that_echoes_the_whole_request_does_not_reveal_the_key(protocol: str, secret: str) -> None:
    if protocol == "json2" and not secret.isascii():
        pytest.skip("not a header: refused before it is sent (test_json2)")

    def echo(request: bytes) -> bytes:
        return failure(protocol, "odoo.exceptions.UserError", f"you sent {request.decode()!s}", 422)

    with Loopback(echo) as server:
        connection = transport(protocol, server, key=secret)
        with pytest.raises(DataError) as caught:
            tried(lambda: connection.call("res.partner", "write", [1], None, {}), safe=False, secret=secret)
    assert "you sent" in caught.value.message
    assert "***" in caught.value.message
    for spelling in (secret, secret.replace("&", "&amp;").replace("<", "&lt;"), repr(secret)[1:-1]):
        assert spelling not in str(caught.value)
