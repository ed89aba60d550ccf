"""JSON-2 (Odoo 19 and newer): POST /json/2/<model>/<method> with named arguments and a bearer API key, over httpx."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, ClassVar, Self

import httpx

from connectors.odoo import faults
from connectors.odoo.errors import AuthenticationError, ConfigurationError, OdooError
from connectors.odoo.settings import OdooSettings, ProtocolName
from connectors.odoo.transport import CONNECT_TIMEOUT, USER_AGENT, AnswerTooLarge, in_language, trust, whole

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_HEADER = re.compile(r"[!-~]+")
"""What a header can carry: a password with accents would break the request, and show itself doing so."""


class Json2:
    """A pooled keep-alive connection; the key travels in a header of each request."""

    name: ClassVar[ProtocolName] = "json2"
    uid: int = 0

    def __init__(self, settings: OdooSettings) -> None:
        self._settings = settings
        key = settings.key.get_secret_value()
        if not _HEADER.fullmatch(key):
            raise AuthenticationError(
                "JSON-2 takes an API key; this is none", remedy="Make an API key in Odoo (user preferences)."
            )
        if not _HEADER.fullmatch(settings.database):
            raise ConfigurationError(
                "JSON-2 cannot name this database",
                remedy="Set REGIE_ODOO_PROTOCOL to jsonrpc, or rename the database in plain letters.",
            )
        self._http = httpx.Client(
            base_url=settings.url,
            headers={
                "Authorization": f"bearer {key}",
                "X-Odoo-Database": settings.database,
                "User-Agent": USER_AGENT,
            },
            timeout=httpx.Timeout(settings.timeout, connect=CONNECT_TIMEOUT),
            verify=trust(),
            trust_env=not settings.loopback,
            follow_redirects=False,
        )

    def login(self) -> None:
        who = self.call("res.users", "context_get", None, None, {})
        self.uid = who["uid"]
        self._http.headers.update(in_language(who.get("lang")))
        found = self.call("res.users", "read", [self.uid], None, {"fields": ["login"]})
        login = found[0]["login"] if found else ""
        if login != self._settings.login:
            raise AuthenticationError(
                f"the key belongs to {login!r}, the login is {self._settings.login!r}",
                remedy="Set the login of the key's own user, or make a key as the user of this login.",
            )

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None,
        context: Mapping[str, Any] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        where = f"{model}.{method}"
        body = dict(arguments)
        if ids is not None:
            body["ids"] = list(ids)
        if context is not None:
            body["context"] = dict(context)
        try:
            request = self._http.build_request("POST", f"/json/2/{model}/{method}", json=body)
        except (TypeError, ValueError, httpx.InvalidURL) as error:
            raise faults.not_sendable(error, where) from None
        try:
            response = self._http.send(request, stream=True)
            with closing(response):
                content = whole(response.iter_bytes())
        except _NOT_SENT as error:
            raise faults.not_sent(error, where) from None
        except httpx.HTTPError as error:
            raise faults.no_answer(error, where) from None
        except AnswerTooLarge:
            raise faults.too_large(where) from None
        return self._result(response, content, model, method)

    def clone(self) -> Self:
        other = type(self)(self._settings)
        other.uid = self.uid
        other._http.headers = self._http.headers
        return other

    def close(self) -> None:
        self._http.close()

    def _result(self, response: httpx.Response, content: bytes, model: str, method: str) -> Any:
        where = f"{model}.{method}"
        try:
            body = json.loads(content)
        except ValueError as error:
            if response.is_success:
                raise faults.no_answer(error, where) from None
            raise faults.refused_by_http(response.status_code, response.headers.get("Retry-After"), where) from None
        if response.is_success:
            return body
        raise _refusal(response, body, model, method)


def _refusal(response: httpx.Response, body: Any, model: str, method: str) -> OdooError:
    if not isinstance(body, dict) or not isinstance(body.get("name"), str):
        return faults.refused_by_http(response.status_code, response.headers.get("Retry-After"), f"{model}.{method}")
    return faults.raised(body["name"], str(body.get("message") or ""), model, method)
