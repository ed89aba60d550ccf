"""Which Odoo, as whom: environment variables, a `.env` file of the current directory, or arguments."""

import ipaddress
import re
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from dotenv.parser import parse_stream
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.odoo.errors import ConfigurationError

_REMEDY = (
    "Set the variable in the environment or in .env. Without an Odoo of your own: `regie sandbox up`, then "
    '`eval "$(regie sandbox env)"`.'
)

_FILE = ".env"
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
"""A name of plain letters, in lower case. Nothing else: the three protocols would not all read the same host in it."""

ProtocolName = Literal["json2", "jsonrpc", "xmlrpc"]


class OdooSettings(BaseSettings):
    """The address of an Odoo and the user Regie works as.

    Arguments win over environment variables (REGIE_ODOO_URL, REGIE_ODOO_DATABASE, ...), these over `.env`.
    Raises ConfigurationError that names the variable and says what is allowed; it never shows a value.
    """

    model_config = SettingsConfigDict(
        env_prefix="REGIE_ODOO_",
        env_file=_FILE,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    url: str = Field(description="address of Odoo, as https://odoo.example.com")
    database: str = Field(min_length=1, description="name of the database")
    login: str = Field(min_length=1, description="login of the Odoo user")
    key: SecretStr = Field(min_length=1, description="an API key of this user, or its password")
    protocol: Literal["auto", "json2", "jsonrpc", "xmlrpc"] = Field("auto", description="auto, json2, jsonrpc or xmlrpc")
    timeout: float = Field(120, gt=0, le=3600, description="seconds to wait for an answer, 1 to 3600")
    allow_http: bool = Field(False, description="1 to send the key unencrypted to another machine")

    def __init__(self, **values: Any) -> None:
        try:
            if line := _first_unread():
                told = f"{_FILE}: line {line}: is neither NAME=value nor a comment; a quote may not be closed"
                raise ConfigurationError(told, remedy=f"Mend {_FILE} in the directory you work in, or remove it.")
            super().__init__(**values)
        except ValidationError as error:
            problem = ConfigurationError(_told(error, type(self)), remedy=_REMEDY)
        except (OSError, UnicodeDecodeError) as error:
            problem = ConfigurationError(_unreadable(error), remedy=f"Mend {_FILE} in the directory you work in, or remove it.")
        else:
            return
        raise problem

    @classmethod
    def admin(cls, **values: Any) -> "OdooSettings":
        """The administrator's settings: login and key from REGIE_ODOO_ADMIN_LOGIN and REGIE_ODOO_ADMIN_KEY."""
        own = {"login": "REGIE_ODOO_ADMIN_LOGIN", "key": "REGIE_ODOO_ADMIN_KEY"}
        return _AdminSettings(**{own.get(name, name): value for name, value in values.items()})

    @property
    def host(self) -> str:
        """Host name or address; IPv6 without brackets."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        parts = urlsplit(self.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def encrypted(self) -> bool:
        return self.url.startswith("https:")

    @property
    def loopback(self) -> bool:
        """Whether the address is this machine's own."""
        address = _ip(self.host)
        return self.host == "localhost" or bool(address and address.is_loopback)

    @field_validator("url")
    @classmethod
    def _address_only(cls, url: str) -> str:
        url = url.strip()
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its words would show the value, and a password may stand in it
            raise ValueError("is no address; write it as https://odoo.example.com, with a port as :8069") from None
        if parts.username is not None or parts.password is not None:
            raise ValueError("must not carry a login or password")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must start with https:// (or http:// on this machine) and name a host")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must be the address alone, without a path such as /odoo or /web")
        return f"{parts.scheme}://{_checked_host(url, parts.hostname)}{'' if port is None else f':{port}'}"

    @field_validator("database", "login", "key")
    @classmethod
    def _can_be_sent(cls, value: str | SecretStr) -> str | SecretStr:
        text = value if isinstance(value, str) else value.get_secret_value()
        if any("\ud800" <= character <= "\udfff" for character in text):  # how Python shows bytes that are no UTF-8
            raise ValueError("is not UTF-8 text")
        return value

    @model_validator(mode="after")
    def _encrypted(self) -> Self:
        if not (self.encrypted or self.loopback or self.allow_http):
            raise ValueError(
                "REGIE_ODOO_URL: http:// would send the key unencrypted; use https://, or accept it by REGIE_ODOO_ALLOW_HTTP=1"
            )
        return self


class _AdminSettings(OdooSettings):
    model_config = SettingsConfigDict(populate_by_name=False)  # else REGIE_ODOO_LOGIN would stand in for a missing variable

    login: str = Field(
        min_length=1,
        validation_alias="REGIE_ODOO_ADMIN_LOGIN",
        description="login of an administrator",
    )
    key: SecretStr = Field(
        min_length=1,
        validation_alias="REGIE_ODOO_ADMIN_KEY",
        description="an API key of this administrator, or the password",
    )


def _first_unread() -> int:
    """The first line of `.env` that says nothing: the reader skips it, and another Odoo might be meant. 0 for none.

    Raises OSError and UnicodeDecodeError.
    """
    if not Path(_FILE).is_file():  # a folder of that name is an environment of Python's
        return 0
    with Path(_FILE).open(encoding="utf-8") as stream:
        unread = next((read.original for read in parse_stream(stream) if read.error), None)
    if unread is None:
        return 0
    text = unread.string  # begins with the blank lines before it
    return int(unread.line) + text[: len(text) - len(text.lstrip())].count("\n")


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _checked_host(url: str, host: str) -> str:
    """The host as every protocol reads it: an IP address, or a name in plain letters."""
    address = _ip(host)
    if address is not None and "%" not in host:
        return f"[{host}]" if address.version == 6 else host
    if not _HOST.fullmatch(host) or "[" in url or not url.isprintable():
        raise ValueError("names no host: plain letters (xn--... for others), digits, dots and hyphens, or an IP address")
    return host


def _unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Which line of `.env` is no text, or why it cannot be read; never what stands in it."""
    if isinstance(error, OSError):
        return f"{_FILE}: cannot be read: {error.strerror}"
    try:
        Path(_FILE).read_bytes().decode()
    except UnicodeDecodeError as whole:
        line = whole.object[: whole.start].count(b"\n") + 1
        return f"{_FILE}: line {line}: is not UTF-8 text; save the file as UTF-8"
    return f"{_FILE}: is not UTF-8 text; save the file as UTF-8"  # it was changed meanwhile


def _told(error: ValidationError, settings: type[OdooSettings]) -> str:
    """Every problem by the name of its variable, without the values."""
    problems = []
    for item in error.errors(include_url=False, include_context=False, include_input=False):
        reason = item["msg"].removeprefix("Value error, ")
        if not item["loc"]:
            problems.append(reason)
            continue
        name = str(item["loc"][0]).lower().removeprefix("regie_odoo_").removeprefix("admin_")
        field = settings.model_fields.get(name)
        if field is None:
            problems.append(f"{name}: {reason}")
            continue
        reason = "is missing" if item["type"] == "missing" else reason
        problems.append(f"{_variable(name, settings)}: {reason} ({field.description})")
    return "; ".join(problems)


def _variable(name: str, settings: type[OdooSettings]) -> str:
    alias = settings.model_fields[name].validation_alias
    return alias if isinstance(alias, str) else f"REGIE_ODOO_{name.upper()}"
