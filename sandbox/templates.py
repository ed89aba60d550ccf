"""What each database of a sandbox is made from, and the caches of the finished ones.

Three layers over the packages, each remade only when what it depends on changed:

- `base`: Odoo with its modules and languages, empty;
- `demo`: the same with Odoo's own demo data, only when asked for;
- `company`: `base` with the companies loaded, remade when a source of the loading changes.

A finished layer is kept as a dump, its attachments and its keys, for every sandbox on this machine. Inside a sandbox it is
a PostgreSQL template, which is copied in a second.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from sandbox.access import Access
from sandbox.building import Progress, built
from sandbox.odoo_server import OdooServer
from sandbox.packages import Packages
from sandbox.paths import Places, cache_root
from sandbox.postgres import Cluster

MODULES = (
    "sale_management",
    "sale_timesheet",
    "sale_project",
    "sale_expense",
    "hr_timesheet",
    "hr_expense",
    "hr_holidays",
    "project_timesheet_holidays",
    "crm",
    "sale_crm",
    "hr_recruitment",
    "base_automation",
    "l10n_fr_account",
    "l10n_be",
    "contract",
    "helpdesk_mgmt",
    "helpdesk_mgmt_sla",
    "helpdesk_mgmt_project",
    "helpdesk_mgmt_sale",
    "api_doc",
)
LANGUAGES = ("fr_FR", "fr_BE")
_SOURCES = ("sandbox/companies*", "mappings/odoo/provision*", "flows/provision*")
_KEPT = 3  # company layers left in the cache: the current one and those of branches worked on beside it
_REVISION = "1"  # to raise when the way a layer is made changes


def base_key(packages: Packages, *, demo: bool) -> str:
    """What the layers `base` and `demo` depend on."""
    return _digest(_REVISION, packages.version, *MODULES, *LANGUAGES, str(demo))


def company_key(base: str, root: Path = Path(__file__).parents[1]) -> str:
    """What the layer `company` depends on: `base`, and every source that takes part in loading it."""
    matches = [path for pattern in _SOURCES for path in root.glob(pattern)]
    files = {file for path in matches for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()}
    sources = sorted(file for file in files if "__pycache__" not in file.parts)
    return _digest(base, *(f"{file.relative_to(root)}\n{file.read_text()}" for file in sources))


@cache
def current_key(base: str) -> str:
    """`company_key` as it was when this process first asked: it loads the companies with the sources it began with, whatever
    somebody edits meanwhile."""
    return company_key(base)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Databases:
    """The databases of one sandbox, over its running PostgreSQL."""

    places: Places
    packages: Packages
    cluster: Cluster
    progress: Progress

    def server(self, database: str, port: int = 0) -> OdooServer:
        """The Odoo for one of them; on the sandbox's port unless another is given."""
        return OdooServer(self.places, self.packages, self.cluster, database, port or self.places.port)

    def base(self) -> str:
        """Have the template `base`; answers its key."""
        return self._install("base", "Making Odoo's database (about two minutes, once)", demo=False)

    def demo(self) -> str:
        """Have the template `demo`; answers its key."""
        return self._install("demo", "Making a database with Odoo's demo data (about three minutes, once)", demo=True)

    def company(self) -> str:
        """Have the template `company`; answers its key.

        Without a module `sandbox.companies` the layer is the same as `base`.

        Raises:
            whatever the loading raises; nothing of it is kept then.
        """
        key = current_key(self.base())

        def make(database: str) -> None:
            self._copy("base", database)
            server = self.server(database)
            access = replace(Access.read(self.places.access("base")), port=self.places.port, url=server.url, database=database)
            if find_spec("sandbox.companies") is not None:
                self.progress("Loading the companies")
                server.start()
                try:
                    loaded = import_module("sandbox.companies").load(access, self.progress)
                finally:
                    server.stop()
                access = loaded or access
            access.save(self.places.access(database))

        self._template("company", key, make)
        _forget_older(cache_root() / "databases", "company-*")
        return key

    def renew(self, server: OdooServer, template: str, key: str) -> None:
        """Make a server's database anew as a copy of a template, and tell it its address. The server must be stopped."""
        self.progress("Copying the database")
        database, half = server.database, f"{server.database}_new"
        self._drop(database)
        self._copy(template, half)
        for name, value in (("web.base.url", server.url), ("web.base.url.freeze", "True")):
            self.cluster.sql(
                f"INSERT INTO ir_config_parameter (key, value) VALUES ('{name}', '{value}')"
                f" ON CONFLICT (key) DO UPDATE SET value = '{value}'",
                half,
            )
        access = Access.read(self.places.access(template))
        replace(access, port=self.places.port, url=server.url, database=database).save(self.places.access(database))
        self.places.filestore(half).rename(self.places.filestore(database))
        self.cluster.finish(half, database, key)

    def _install(self, name: str, stage: str, *, demo: bool) -> str:
        key = base_key(self.packages, demo=demo)

        def make(database: str) -> None:
            self.progress(stage)
            server = self.server(database)
            server.install(MODULES, LANGUAGES, demo=demo)
            access = Access(self.places.port, server.url, database, admin_key=server.make_key("admin"))
            access.save(self.places.access(database))

        self._template(name, key, make)
        return key

    def _template(self, name: str, key: str, make: Callable[[str], None]) -> None:
        """Have a finished layer here: as it is, from the cache, or by `make(database)`, which also writes its access file."""
        if self.cluster.databases().get(name) == key:
            return
        half = f"{name}_new"
        self._drop(name)
        self._drop(half)

        def build(folder: Path) -> None:
            folder.chmod(0o700)  # it holds the keys
            make(half)
            self.cluster.dump(half, folder / "dump")
            shutil.copytree(self.places.filestore(half), folder / "filestore")
            shutil.copy2(self.places.access(half), folder / "access.json")

        cached = cache_root() / "databases" / f"{name}-{key}"
        built(cached, build)
        if half not in self.cluster.databases():
            self.progress(f"Restoring the database '{name}' from the cache")
            self.cluster.restore(cached / "dump", half)
            shutil.copytree(cached / "filestore", self.places.filestore(half))
            shutil.copy2(cached / "access.json", self.places.access(half))
        self.places.filestore(half).rename(self.places.filestore(name))
        self.places.access(half).rename(self.places.access(name))
        self.cluster.finish(half, name, key)

    def _copy(self, template: str, database: str) -> None:
        self._drop(database)
        self.cluster.copy(template, database)
        shutil.copytree(self.places.filestore(template), self.places.filestore(database))

    def _drop(self, database: str) -> None:
        self.cluster.drop(database)
        shutil.rmtree(self.places.filestore(database), ignore_errors=True)


def _forget_older(folder: Path, pattern: str) -> None:
    layers = sorted((path for path in folder.glob(pattern) if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in layers[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
