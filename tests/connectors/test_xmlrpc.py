"""XML-RPC over a requests session on the wire."""

import xmlrpc.client
from typing import Any

import pytest
import requests
import responses
from loopback import SECRET, settings

from connectors.odoo.errors import AuthenticationError, DataError, OutcomeUnknown, RetriableError
from connectors.odoo.xmlrpc import XmlRpc

URL = "https://odoo.example.com"
OBJECT = f"{URL}/xmlrpc/2/object"


def answer(value: Any) -> str:
    return xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True)


def fault(code: int, message: str) -> str:
    return xmlrpc.client.dumps(xmlrpc.client.Fault(code, message), methodresponse=True)


@pytest.fixture
def connection() -> XmlRpc:
    made = XmlRpc(settings(URL))
    made.uid = 2
    return made


@responses.activate
def test_a_call_is_execute_kw_with_named_arguments(connection: XmlRpc) -> None:
    responses.post(OBJECT, body=answer([{"id": 1, "name": "é", "parent_id": False}]))
    read = connection.call("res.partner", "read", [1], {"lang": "fr_FR"}, {"fields": ["name", "parent_id"], "load": None})
    assert read == [{"id": 1, "name": "é", "parent_id": False}]
    params, method = xmlrpc.client.loads(responses.calls[0].request.body or b"")
    assert method == "execute_kw"
    named = {"fields": ["name", "parent_id"], "load": None, "context": {"lang": "fr_FR"}}
    assert params == ("db", 2, SECRET, "res.partner", "read", [[1]], named)


@responses.activate
def test_login() -> None:
    responses.post(f"{URL}/xmlrpc/2/common", body=answer(7))
    responses.post(OBJECT, body=answer({"lang": "fr_FR", "tz": False}))
    connection = XmlRpc(settings(URL))
    connection.login()
    assert connection.uid == 7
    other = connection.clone()
    assert other.uid == 7
    for one in (connection, other):
        one.call("res.partner", "search_count", None, None, {"domain": []})
    told = [call.request.headers.get("Accept-Language") for call in responses.calls]
    assert told == [None, None, "fr-FR", "fr-FR"], "the language of the user, once it is known"
    params, method = xmlrpc.client.loads(responses.calls[0].request.body or b"")
    assert (method, params) == ("authenticate", ("db", "bot", SECRET, {}))


@responses.activate
def test_a_refused_login() -> None:
    responses.post(f"{URL}/xmlrpc/2/common", body=answer(False))
    with pytest.raises(AuthenticationError):
        XmlRpc(settings(URL)).login()


@responses.activate
@pytest.mark.parametrize(
    "last",
    [
        "TypeError: cannot marshal None unless allow_none is enabled",
        "OverflowError: int exceeds XML-RPC limits",
        "TypeError: dictionary key must be string",
    ],
)
def test_an_answer_xmlrpc_cannot_tell_is_not_worth_repeating(connection: XmlRpc, last: str) -> None:
    responses.post(
        OBJECT, body=fault(1, f'Traceback (most recent call last):\n  File "x", line 1, in dumps\n    f()\n{last}\n')
    )
    with pytest.raises(OutcomeUnknown) as caught:
        connection.call("sale.advance.payment.inv", "create_invoices", [1], None, {})
    assert not caught.value.repeatable


@responses.activate
def test_a_fault_without_a_traceback_is_a_data_error(connection: XmlRpc) -> None:
    responses.post(OBJECT, body=fault(2, "Il manque un compte."))
    with pytest.raises(DataError) as caught:
        connection.call("account.move", "action_post", [1], None, {})
    assert caught.value.message == "Il manque un compte."


@responses.activate
@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (requests.ConnectTimeout("slow"), RetriableError),
        (requests.ReadTimeout("slow"), OutcomeUnknown),
        (requests.ConnectionError("Connection aborted."), OutcomeUnknown),
        (requests.exceptions.ChunkedEncodingError("IncompleteRead"), OutcomeUnknown),
        (requests.exceptions.ProxyError("Cannot connect to proxy"), OutcomeUnknown),
    ],
)
def test_failures_of_the_session(connection: XmlRpc, failure: Exception, kind: type[Exception]) -> None:
    responses.post(OBJECT, body=failure)
    with pytest.raises(kind):
        connection.call("account.move", "action_post", [1], None, {})


def test_an_integer_beyond_the_protocol_is_not_sent(connection: XmlRpc) -> None:
    with pytest.raises(DataError):
        connection.call("res.partner", "read", [2**40], None, {})
