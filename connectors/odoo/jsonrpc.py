"""JSON-RPC (every Odoo up to 21) through odoorpc, with its `execute_kw` alone.

odoorpc logs the whole request at DEBUG, the key included: its logger is closed below INFO here, whatever the levels.
"""

import http.client
import logging
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import odoorpc

from connectors.odoo import faults
from connectors.odoo.errors import AuthenticationError, OdooError
from connectors.odoo.settings import OdooSettings, ProtocolName
from connectors.odoo.transport import CONNECT_TIMEOUT, PIECE, AnswerTooLarge, in_language, positional, trust, whole

logging.getLogger("odoorpc.rpc.jsonrpclib").addFilter(lambda record: record.levelno > logging.DEBUG)


class JsonRpc:
    """A session of odoorpc: one request, one connection."""

    name: ClassVar[ProtocolName] = "jsonrpc"
    uid: int = 0

    def __init__(self, settings: OdooSettings, version: str) -> None:
        self._settings = settings
        self._version = version
        self._opener = _opener(settings)
        self._odoo = odoorpc.ODOO(
            host=f"[{settings.host}]" if ":" in settings.host else settings.host,
            protocol="jsonrpc+ssl" if settings.encrypted else "jsonrpc",
            port=settings.port,
            timeout=settings.timeout,
            version=version,
            opener=self._opener,
        )

    def login(self) -> None:
        settings = self._settings
        try:
            self._odoo.login(settings.database, settings.login, settings.key.get_secret_value())
        except odoorpc.error.RPCError as error:
            if not error.info:
                raise AuthenticationError("Odoo refuses this login and key", call="common.login") from None
            raise _refusal(error, "common", "login") from None
        except Exception as error:
            raise _failure(error, "common.login") from None
        self.uid = self._odoo.env.uid
        self._opener.addheaders += in_language(self._odoo.env.context.get("lang")).items()

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None,
        context: Mapping[str, Any] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        args, named = positional(method, ids, context, arguments)
        try:
            return self._odoo.execute_kw(model, method, args, named)
        except odoorpc.error.RPCError as error:
            raise _refusal(error, model, method) from None
        except Exception as error:  # urllib, http.client and odoorpc itself raise many kinds; each is told apart below
            raise _failure(error, f"{model}.{method}") from None

    def clone(self) -> Self:
        other = type(self)(self._settings, self._version)
        other.login()
        return other

    def close(self) -> None:
        self._odoo.logout()


class NotConnected(OSError):
    """No connection came about: known to be before anything was sent."""


class _Bounded(http.client.HTTPResponse):
    """odoorpc reads an answer at once, however large."""

    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        return whole(iter(lambda: super(_Bounded, self).read(PIECE), b""))


class _Connecting(http.client.HTTPConnection):
    """Tells a failed connect from a failed exchange, and gives it its own timeout."""

    response_class = _Bounded

    def connect(self) -> None:
        answer_timeout, self.timeout = self.timeout, CONNECT_TIMEOUT
        try:
            super().connect()
        except OSError as error:
            raise NotConnected(str(error)) from None
        self.timeout = answer_timeout
        self.sock.settimeout(answer_timeout)


class _ConnectingTls(_Connecting, http.client.HTTPSConnection):
    """The same over TLS: the handshake belongs to the connect."""


class _HttpHandler(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_Connecting, request)


class _HttpsHandler(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_ConnectingTls, request, context=trust())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def _opener(settings: OdooSettings) -> urllib.request.OpenerDirector:
    proxies = urllib.request.ProxyHandler({} if settings.loopback else None)
    return urllib.request.build_opener(proxies, _HttpHandler, _HttpsHandler, _NoRedirect)


def _refusal(error: Any, model: str, method: str) -> OdooError:
    if error.info.get("code") == 404:  # Odoo answers, but has no such service: /jsonrpc is closed
        return faults.refused_by_http(404, None, f"{model}.{method}")
    data = error.info.get("data") or {}
    return faults.raised(str(data.get("name") or ""), str(data.get("message") or error), model, method)


def _failure(error: Exception, where: str) -> OdooError:
    if isinstance(error, AnswerTooLarge):
        return faults.too_large(where)
    if isinstance(error, urllib.error.HTTPError):
        return faults.refused_by_http(error.code, error.headers.get("Retry-After"), where)
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, NotConnected):
        return faults.not_sent(error.reason, where)
    if isinstance(error, TypeError) and "not JSON serializable" in str(error):
        return faults.not_sendable(error, where)
    return faults.no_answer(error, where)
