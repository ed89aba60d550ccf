"""What the three protocols share: the face they show to the client, timeouts and trust."""

import re
import ssl
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Protocol, Self

from connectors.odoo.settings import ProtocolName

CONNECT_TIMEOUT = 10.0
"""Seconds to wait for a connection; the wait for an answer is a setting."""

USER_AGENT = "regie"

MOST = 256 * 2**20
"""Bytes of an answer, unpacked: a page of rows has a tenth of it. What sends more is not the company's Odoo."""

PIECE = 2**20
"""Bytes read at a time."""


class AnswerTooLarge(Exception):
    """More than `MOST` came; the rest was not read."""


def whole(chunks: Iterable[bytes]) -> bytes:
    """All of an answer, put together. Raises AnswerTooLarge."""
    kept, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST:
            raise AnswerTooLarge
        kept.append(chunk)
    return b"".join(kept)


class Transport(Protocol):
    """One connection over one protocol, for one thread. Raises `connectors.odoo.errors` only."""

    name: ClassVar[ProtocolName]
    uid: int

    def login(self) -> None:
        """Prove the login and the key; sets `uid`."""

    def call(
        self,
        model: str,
        method: str,
        ids: Sequence[int] | None,
        context: Mapping[str, Any] | None,
        arguments: Mapping[str, Any],
    ) -> Any:
        """One call, once: no retries."""

    def clone(self) -> Self:
        """Another connection of the same user, for another thread."""

    def close(self) -> None:
        """Close the connection."""


def positional(
    method: str, ids: Sequence[int] | None, context: Mapping[str, Any] | None, arguments: Mapping[str, Any]
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of `execute_kw`: ids first, everything else by name.

    `create` is the exception: Odoo's dispatcher looks at its first positional argument to choose between an id and ids.
    It gets a list here, so every protocol answers a list.
    """
    named = dict(arguments)
    args: list[Any] = [] if ids is None else [list(ids)]
    if method == "create" and "vals_list" in named:
        values = named.pop("vals_list")
        args.append([values] if isinstance(values, Mapping) else values)
    if context is not None:
        named["context"] = dict(context)
    return args, named


_LOCALE = re.compile(r"[A-Za-z0-9_]+")


def in_language(locale: object) -> dict[str, str]:
    """The header that says a user's language, as Odoo names it (`fr_FR`); none where it is no plain name.

    Without it Odoo takes English. Where English is not installed, as in a database that was made in French, each request then
    reads its user, their company and its address to find a language: a third of the time of a small request, two fifths over
    JSON-RPC.
    """
    return {"Accept-Language": locale.replace("_", "-")} if isinstance(locale, str) and _LOCALE.fullmatch(locale) else {}


@cache
def trust() -> ssl.SSLContext:
    """The machine's own trust store (SSL_CERT_FILE and SSL_CERT_DIR are honoured), always verified."""
    return ssl.create_default_context()
