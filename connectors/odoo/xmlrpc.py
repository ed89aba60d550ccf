"""XML-RPC (every Odoo up to 21) over a requests session: for servers where nothing else is open."""

import xmlrpc.client
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self
from xml.parsers.expat import ExpatError

import requests
import requests.adapters
import urllib3.exceptions

from connectors.odoo import faults
from connectors.odoo.errors import AuthenticationError, OdooError
from connectors.odoo.settings import OdooSettings, ProtocolName
from connectors.odoo.transport import CONNECT_TIMEOUT, PIECE, USER_AGENT, AnswerTooLarge, in_language, positional, trust, whole

_FAULTS = {2: "odoo.exceptions.UserError", 3: "odoo.exceptions.AccessDenied", 4: "odoo.exceptions.AccessError"}
"""Odoo's own fault codes; 1 is everything else, told by its traceback."""


class XmlRpc:
    """A keep-alive session."""

    name: ClassVar[ProtocolName] = "xmlrpc"
    uid: int = 0

    def __init__(self, settings: OdooSettings) -> None:
        self._settings = settings
        self._http = requests.Session()
        self._http.trust_env = not settings.loopback
        self._http.headers.update({"User-Agent": USER_AGENT, "Content-Type": "text/xml"})
        self._http.mount("https://", _Trusting())

    def login(self) -> None:
        settings = self._settings
        uid = self._post("common", "authenticate", (settings.database, settings.login, settings.key.get_secret_value(), {}))
        if not uid:
            raise AuthenticationError("Odoo refuses this login and key", call="common.authenticate")
        self.uid = uid
        who = self.call("res.users", "context_get", None, None, {})
        self._http.headers.update(in_language(who.get("lang")))

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None,
        context: Mapping[str, Any] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        args, named = positional(method, ids, context, arguments)
        settings = self._settings
        params = (settings.database, self.uid, settings.key.get_secret_value(), model, method, args, named)
        return self._post("object", "execute_kw", params, (model, method))

    def clone(self) -> Self:
        other = type(self)(self._settings)
        other.uid = self.uid
        other._http.headers = self._http.headers
        return other

    def close(self) -> None:
        self._http.close()

    def _post(self, service: str, procedure: str, params: tuple[Any, ...], called: tuple[str, str] | None = None) -> Any:
        model, method = called or (service, procedure)
        where = f"{model}.{method}"
        try:
            body = xmlrpc.client.dumps(params, procedure, allow_none=True).encode()
        except (TypeError, ValueError, OverflowError) as error:
            raise faults.not_sendable(error, where) from None
        try:
            response = self._http.post(
                f"{self._settings.url}/xmlrpc/2/{service}",
                data=body,
                timeout=(CONNECT_TIMEOUT, self._settings.timeout),
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = whole(response.iter_content(PIECE))
        except requests.RequestException as error:
            raise _failure(error, where) from None
        except AnswerTooLarge:
            raise faults.too_large(where) from None
        if response.status_code != 200:
            raise faults.refused_by_http(response.status_code, response.headers.get("Retry-After"), where)
        try:
            (answer,), _ = xmlrpc.client.loads(content)
        except xmlrpc.client.Fault as fault:
            raise _refusal(fault, model, method) from None
        except (ExpatError, ValueError, xmlrpc.client.Error, LookupError, TypeError) as error:
            raise faults.no_answer(error, where) from None
        return answer


class _Trusting(requests.adapters.HTTPAdapter):
    """Trusts what the machine trusts, as the other two protocols do."""

    def init_poolmanager(self, *args: Any, **named: Any) -> None:
        super().init_poolmanager(*args, ssl_context=trust(), **named)


def _refusal(fault: xmlrpc.client.Fault, model: str, method: str) -> OdooError:
    name, message = _FAULTS.get(fault.faultCode, ""), fault.faultString
    if not name:
        name, message = faults.traceback_end(message)
    return faults.raised(name, message, model, method)


def _failure(error: requests.RequestException, where: str) -> OdooError:
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    not_connected = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError)
    if (
        isinstance(error, requests.ConnectTimeout)
        or isinstance(reason, not_connected)
        or "CERTIFICATE_VERIFY_FAILED" in str(error)
    ):
        return faults.not_sent(reason, where)
    return faults.no_answer(error, where)
