"""Which Odoo, as whom: environment variables, a `.env` file of the current directory, or arguments."""

import ipaddress
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.odoo.errors import ConfigurationError

_REMEDY = (
    "Set the variable in the environment or in .env. Without an Odoo of your own: `regie sandbox up`, then "
    '`eval "$(regie sandbox env)"`.'
)

ProtocolName = Literal["json2", "jsonrpc", "xmlrpc"]


class OdooSettings(BaseSettings):
    """The address of an Odoo and the user Regie works as.

    Arguments win over environment variables (REGIE_ODOO_URL, REGIE_ODOO_DATABASE, ...), these over `.env`.
    Raises ConfigurationError that names the variable and says what is allowed; it never shows a value.
    """

    model_config = SettingsConfigDict(
        env_prefix="REGIE_ODOO_",
        env_file=".env",
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
            super().__init__(**values)
        except ValidationError as error:
            problem = ConfigurationError(_told(error, type(self)), remedy=_REMEDY)
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
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @field_validator("url")
    @classmethod
    def _address_only(cls, url: str) -> str:
        parts = urlsplit(url.strip())
        if parts.username is not None or parts.password is not None:
            raise ValueError("must not carry a login or password")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("must start with https:// (or http:// on this machine) and name a host")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must be the address alone, without a path such as /odoo or /web")
        _ = parts.port  # raises ValueError where it is no port
        return f"{parts.scheme}://{parts.netloc.lower()}"

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
