"""Which Odoo answers at an address, and over which of the three protocols Regie may speak to it."""

import json
import re
import xmlrpc.client
from collections.abc import Callable, Sequence
from typing import Any
from xml.parsers.expat import ExpatError

import httpx

from connectors.odoo import faults
from connectors.odoo.errors import AuthenticationError, ConfigurationError, OdooError, RetriableError
from connectors.odoo.settings import OdooSettings, ProtocolName
from connectors.odoo.transport import CONNECT_TIMEOUT, USER_AGENT, AnswerTooLarge, Transport, trust, whole

JSON2_SINCE = (19, 0)


def server_version(settings: OdooSettings) -> tuple[int, int]:
    """Major and minor version of the server; neither login nor key is sent.

    Raises RetriableError where nothing listens, ConfigurationError where no Odoo does.
    """
    with _client(settings) as http:
        for ask in (_web_version, _jsonrpc_version, _xmlrpc_version):
            version = _answered(ask, http)
            if version:
                return version
    raise ConfigurationError(
        "no Odoo answers at this address", remedy="Set REGIE_ODOO_URL to the address at which Odoo's login page opens."
    )


def _client(settings: OdooSettings) -> httpx.Client:
    """The first client that is made. A proxy that cannot be used is told without its address: a password may stand in it."""
    try:
        return httpx.Client(
            base_url=settings.url,
            headers={"User-Agent": USER_AGENT},
            timeout=httpx.Timeout(settings.timeout, connect=CONNECT_TIMEOUT),
            verify=trust(),
            trust_env=not settings.loopback,
            follow_redirects=False,
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        problem = ConfigurationError(
            "the proxy named in the environment cannot be used",
            remedy="Set HTTPS_PROXY, HTTP_PROXY, ALL_PROXY as http://proxy.example.com:3128, or name Odoo in NO_PROXY.",
        )
    raise problem


def opened(settings: OdooSettings, version: tuple[int, int]) -> Transport:
    """A connection that knows its user, over the protocol that is set or else the best one open.

    JSON-2 takes API keys only, so a refused login falls through to JSON-RPC, which takes passwords too.
    """
    protocols: Sequence[ProtocolName]
    if settings.protocol != "auto":
        protocols = (settings.protocol,)
    else:
        protocols = ("json2", "jsonrpc", "xmlrpc") if version >= JSON2_SINCE else ("jsonrpc", "xmlrpc")
    failures: list[OdooError] = []
    for protocol in protocols:
        try:
            return _logged_in(_made(protocol, settings, version))
        except (AuthenticationError, ConfigurationError) as error:
            failures.append(error)
            if isinstance(error, AuthenticationError) and protocol != "json2":
                break
    raise next((error for error in failures if isinstance(error, AuthenticationError)), failures[-1])


def _logged_in(transport: Transport) -> Transport:
    try:
        transport.login()
    except OdooError:
        transport.close()
        raise
    return transport


def _made(protocol: ProtocolName, settings: OdooSettings, version: tuple[int, int]) -> Transport:
    """The transport of a protocol; its libraries are imported only when it is used."""
    if protocol == "json2":
        from connectors.odoo.json2 import Json2

        return Json2(settings)
    if protocol == "jsonrpc":
        from connectors.odoo.jsonrpc import JsonRpc

        return JsonRpc(settings, f"{version[0]}.{version[1]}")
    from connectors.odoo.xmlrpc import XmlRpc

    return XmlRpc(settings)


def _answered(ask: Callable[[httpx.Client], Any], http: httpx.Client) -> tuple[int, int] | None:
    try:
        return _parsed(ask(http))
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise faults.not_sent(error, "") from None
    except httpx.HTTPError as error:
        raise RetriableError(f"no clear answer ({type(error).__name__}): {error}", sent=True) from None
    except (ValueError, LookupError, TypeError, RecursionError, ExpatError, xmlrpc.client.Error, AnswerTooLarge):
        return None  # another door may be open


def _web_version(http: httpx.Client) -> Any:
    return json.loads(_sent(http, "GET", "/web/version"))["version_info"]


def _jsonrpc_version(http: httpx.Client) -> Any:
    params = {"service": "common", "method": "version", "args": []}
    answer = _sent(http, "POST", "/jsonrpc", json={"jsonrpc": "2.0", "method": "call", "params": params})
    return json.loads(answer)["result"]["server_version_info"]


def _xmlrpc_version(http: httpx.Client) -> Any:
    body = xmlrpc.client.dumps((), "version")
    sent = _sent(http, "POST", "/xmlrpc/2/common", content=body, headers={"Content-Type": "text/xml"})
    (answer,), _ = xmlrpc.client.loads(sent)
    return answer["server_version_info"]  # type: ignore[call-overload,index]


def _sent(http: httpx.Client, method: str, path: str, **given: Any) -> bytes:
    """The whole answer."""
    with http.stream(method, path, **given) as response:
        if response.status_code == 429 or response.status_code >= 500:
            raise RetriableError(f"the server is too busy or stopped (HTTP {response.status_code})", sent=True)
        return whole(response.iter_bytes())


def _parsed(info: Sequence[Any]) -> tuple[int, int]:
    """(19, 0) from [19, 0, "final", ...]; Odoo Online says ["saas~18", 2, ...]."""
    digits = re.search(r"\d+", str(info[0]))
    if not digits:
        raise ValueError(f"no version: {info!r}")
    return int(digits[0]), int(info[1])
