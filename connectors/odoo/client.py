"""One client over three protocols: named arguments in, plain JSON values out, errors sorted by what the caller must do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from connectors.odoo.errors import OutcomeUnknown, RetriableError
from connectors.odoo.retry import tried
from connectors.odoo.settings import OdooSettings
from connectors.odoo.transport import Transport

CONNECT_TRIES = 3
"""First contact: a wrong address is likelier than a server that restarts, and somebody waits for the message."""

T = TypeVar("T")


class Odoo:
    """A connection to one database as one user; for one thread at a time (`clone` for another)."""

    def __init__(self, settings: OdooSettings, transport: Transport, version: tuple[int, int]) -> None:
        self._settings = settings
        self._transport = transport
        self.version = version
        self.url = settings.url
        self.database = settings.database
        self.login = settings.login

    @property
    def protocol(self) -> str:
        """json2, jsonrpc or xmlrpc."""
        return self._transport.name

    @property
    def uid(self) -> int:
        """Database id of the user."""
        return self._transport.uid

    def call(
        self,
        model: str,
        method: str,
        /,
        *,
        ids: Sequence[int] | None = None,
        context: Mapping[str, Any] | None = None,
        safe: bool = False,
        **named_arguments: Any,
    ) -> Any:
        """What `model.method` answers, arguments named as in Odoo's Python signature.

        ids: the records, for record methods; None for model methods (search_read, create, load, fields_get ...).
        safe: the call may be done twice (reads, keyed loads): then it is tried up to five times. Any other call is tried
        again only where it was not even sent. `create` always answers a list of ids.

        Raises the errors of `connectors.odoo.errors`.
        """
        return tried(
            lambda: self._transport.call(model, method, ids, context, named_arguments),
            safe=safe,
            secret=self._settings.key.get_secret_value(),
        )

    def clone(self) -> Self:
        """Another connection of the same user, for another thread."""
        return type(self)(self._settings, _reached(self._transport.clone, self._settings), self.version)

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Odoo {self.version[0]}.{self.version[1]} {self.url} {self.database} as {self.login} over {self.protocol}>"


def connect(settings: OdooSettings) -> Odoo:
    """A connection to the Odoo of `settings`: version found, protocol chosen, login and key proved.

    Raises ConfigurationError, AuthenticationError, DataError or RetriableError (`connectors.odoo.errors`).
    """
    from connectors.odoo.probe import opened, server_version  # httpx comes with it

    version = _reached(lambda: server_version(settings), settings)
    return Odoo(settings, _reached(lambda: opened(settings, version), settings), version)


def _reached(call: Callable[[], T], settings: OdooSettings) -> T:
    """A first contact writes nothing: where its outcome is unknown, nothing was done."""
    try:
        return tried(call, safe=True, secret=settings.key.get_secret_value(), tries=CONNECT_TRIES)
    except OutcomeUnknown as error:
        unreachable = RetriableError(error.message, sent=True, call=error.call)
    raise unreachable
