"""Where the sandbox keeps its things: a cache that can be made again, and one state folder for each port."""

import os
from dataclasses import dataclass
from pathlib import Path

DEFAULT_PORT = 8069


def cache_root() -> Path:
    """The folder of everything downloaded or built once: `$REGIE_CACHE`, else `$XDG_CACHE_HOME/regie`, else a default.

    For root the default is the system's own place: PostgreSQL then runs as another user, who may not enter root's home.
    """
    if chosen := os.environ.get("REGIE_CACHE"):
        return Path(chosen).expanduser().absolute()
    return _base("XDG_CACHE_HOME", ".cache", "/var/cache") / "regie"


def state_root() -> Path:
    """The folder of the sandboxes' databases, logs and keys: `$XDG_STATE_HOME/regie`, else a default as for the cache."""
    return _base("XDG_STATE_HOME", ".local/state", "/var/lib") / "regie"


def _base(variable: str, in_home: str, for_root: str) -> Path:
    if chosen := os.environ.get(variable):
        return Path(chosen).expanduser().absolute()
    return Path(for_root) if os.geteuid() == 0 else Path.home() / in_home


@dataclass(frozen=True, slots=True)
class Places:
    """The files of the sandbox on one port."""

    port: int

    @property
    def root(self) -> Path:
        return state_root() / f"sandbox-{self.port}"

    @property
    def lock(self) -> Path:
        return state_root() / f"sandbox-{self.port}.lock"

    @property
    def cluster(self) -> Path:
        return self.root / "pg"

    @property
    def data(self) -> Path:
        """Odoo's `data_dir`: filestore and sessions."""
        return self.root / "data"

    def filestore(self, database: str) -> Path:
        """Where Odoo keeps that database's attachments."""
        return self.data / "filestore" / database

    def config(self, database: str) -> Path:
        """Odoo's configuration file for serving that database."""
        return self.root / f"{database}.conf"

    def log(self, database: str) -> Path:
        """The log of the Odoo that serves that database."""
        return self.root / f"{database}.log"

    def process(self, database: str) -> Path:
        """Which process serves that database."""
        return self.root / f"{database}.pid.json"

    def access(self, database: str) -> Path:
        """Logins and keys of that database, readable by its owner only."""
        return self.root / f"{database}.access.json"
