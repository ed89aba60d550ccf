"""Odoo's server from Debian's `sid`, unpacked into a folder: no root, and the machine's own packages stay as they are."""

import platform
import re
import shutil
from pathlib import Path

from sandbox.errors import SandboxError
from sandbox.shell import run

PACKAGES = (
    "odoo-19",
    # Files that links inside Odoo's package point at: without them the login page and the portal answer 500.
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-dejavu-core",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "gsfonts",
)
_APT = Path("/etc/apt")
_STANZA = "Types: deb\nURIs: {uris}\nSuites: sid\nComponents: main\n{extra}\n"


def check_debian() -> None:
    """Raise `SandboxError` on a system that cannot fetch and unpack Debian packages."""
    missing = [tool for tool in ("apt-get", "dpkg") if not shutil.which(tool)]
    if missing or _release().get("ID") != "debian":
        raise SandboxError(
            "The sandbox unpacks Odoo 19 from Debian's packages, and this system is not Debian"
            + (f" (no {' and no '.join(missing)})" if missing else "")
            + ".",
            "Run it on Debian 12 or newer: a machine, a virtual machine or a container of the public image `debian`. "
            "Or use an Odoo that you already have: set REGIE_ODOO_URL and REGIE_ODOO_DATABASE.",
        )


def _release() -> dict[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def sid_source(apt: Path = _APT) -> str:
    """A sources stanza (deb822) for `sid`, from the same mirror and key as the machine's own Debian release.

    Raises:
        SandboxError: none of the machine's sources is a Debian archive.
    """
    stanzas = [stanza for file in sorted(apt.glob("sources.list.d/*.sources")) for stanza in _stanzas(file.read_text())]
    lines = [apt / "sources.list", *sorted(apt.glob("sources.list.d/*.list"))]
    stanzas += [one for file in lines if file.exists() for one in _one_line(file.read_text())]
    for stanza in filter(_is_debian, stanzas):
        extra = [f"{name}: {stanza[name.lower()]}" for name in ("Signed-By", "Trusted") if stanza.get(name.lower())]
        return _STANZA.format(uris=stanza["uris"], extra="\n".join(extra))
    raise SandboxError(
        f"None of the package sources under {apt} is a Debian archive, from which Odoo 19 could be fetched.",
        "Add a Debian mirror to the machine's package sources, then repeat the command.",
    )


def _is_debian(stanza: dict[str, str]) -> bool:
    """Whether it is the main archive of a Debian release: not its security updates, not another vendor's."""
    suites = set(stanza.get("suites", "").split())
    ours = _release().get("VERSION_CODENAME") in suites
    by_rank = bool(suites & {"stable", "testing", "unstable", "sid"}) and "debian" in stanza.get("uris", "")
    return (
        (ours or by_rank)
        and "deb" in stanza.get("types", "").split()
        and "main" in stanza.get("components", "").split()
        and stanza.get("enabled", "yes").lower() not in ("no", "false", "0")
    )


def _stanzas(text: str) -> list[dict[str, str]]:
    """The stanzas of a deb822 file: names in lower case, continued lines (an inline key) kept as they are."""
    found = []
    for block in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", text)):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line[:1].isspace():
                fields[name] = fields.get(name, "") + "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.lower()
                fields[name] = value.strip()
        if fields:
            found.append(fields)
    return found


def _one_line(text: str) -> list[dict[str, str]]:
    """The `deb [options] uri suite components` lines, in the terms of a stanza."""
    found = []
    for line in text.splitlines():
        if match := re.match(r"deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line.strip()):
            options = dict(option.split("=", 1) for option in (match[1] or "").split() if "=" in option)
            found.append(
                {"types": "deb", "uris": match[2], "suites": match[3], "components": match[4].strip()}
                | {name.lower(): value for name, value in options.items()}
            )
    return found


def fetch(folder: Path) -> list[Path]:
    """Download `PACKAGES` of `sid` into `folder` with an apt state of its own, and answer the files.

    Raises:
        SandboxError: not Debian, no network, no such package.
    """
    check_debian()
    for name in ("lists/partial", "cache/archives/partial", "state", "sources.d", "debs"):
        (folder / name).mkdir(parents=True)
    (folder / "sources.d/sid.sources").write_text(sid_source())
    (folder / "state/status").touch()
    settings = {
        "Dir::State": folder / "state",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": folder / "state/status",
        "Dir::Cache": folder / "cache",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": folder / "sources.d",
        "Acquire::Languages": "none",
        "APT::Sandbox::User": "",  # as root, apt would otherwise drop to a user who may not write here
    }
    apt = ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
    remedy = "Check that `apt-get update` works on this machine (network, proxy, package sources), then repeat the command."
    run([*apt, "update"], "Reading the list of Debian's packages", remedy=remedy)
    run([*apt, "download", *PACKAGES], "Downloading Odoo from Debian", cwd=folder / "debs", remedy=remedy)
    return sorted((folder / "debs").glob("*.deb"))


def unpack(files: list[Path], root: Path) -> None:
    """Unpack packages into `root`, as any user."""
    for file in files:
        run(["dpkg", "-x", file, root], f"Unpacking {file.name.split('_')[0]}", remedy="Check the free space on the disk.")
