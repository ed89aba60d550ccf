"""How to reach the Odoo of a sandbox: kept in a file that only its owner reads."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Access:
    """Where the sandbox's Odoo is and who may enter: the administrator, and the integration user once a company is loaded."""

    port: int
    url: str
    database: str
    admin_login: str = "admin"
    admin_password: str = field(default="admin", repr=False)
    admin_key: str = field(default="", repr=False)
    bot_login: str = ""
    bot_key: str = field(default="", repr=False)

    def environment(self) -> dict[str, str]:
        """The variables by which Regie finds this Odoo: as the integration user, and as administrator to provision."""
        return {
            "REGIE_ODOO_URL": self.url,
            "REGIE_ODOO_DATABASE": self.database,
            "REGIE_ODOO_LOGIN": self.bot_login or self.admin_login,
            "REGIE_ODOO_KEY": self.bot_key or self.admin_key,
            "REGIE_ODOO_ADMIN_LOGIN": self.admin_login,
            "REGIE_ODOO_ADMIN_KEY": self.admin_key,
        }

    def save(self, file: Path) -> None:
        """Write it to a file only its owner may read."""
        new = file.with_name(file.name + ".part")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as target:
            json.dump(asdict(self), target, indent=1)
        new.replace(file)

    @classmethod
    def read(cls, file: Path) -> "Access":
        """What `save` wrote."""
        return cls(**json.loads(file.read_text()))
