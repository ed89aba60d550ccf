"""The house as it is meant: which folder may import which, and top-level names that are Regie's alone."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
TOP = sorted({package.split(".")[0] for package in PACKAGES})

ALLOWED = {
    "mappings": {"mappings"},
    "rules": {"rules", "mappings.vocabulary"},
    "connectors": {"connectors", "mappings"},
    "flows": {"flows", "rules", "connectors", "mappings"},
    "deployments": set(),
    "sandbox": {"sandbox", "connectors", "mappings", "flows.provision"},
    "regie": set(TOP),
}
"""What each folder may import of Regie's own. Nothing imports `flows` or `sandbox` but the command line; the sandbox provisions
the Odoo it makes."""


def imported(file: Path) -> set[str]:
    """The modules of Regie that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {node.module, *(f"{node.module}.{name.name}" for name in node.names)} if node.module in TOP else {node.module}
            )
    return {name for name in found if name.split(".")[0] in TOP and name not in TOP}


@pytest.mark.parametrize("folder", TOP)
def test_arrows_run_one_way(folder: str) -> None:
    for file in (ROOT / folder).rglob("*.py"):
        strangers = {
            name
            for name in imported(file)
            if not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ALLOWED[folder])
        }
        assert not strangers, f"{file.relative_to(ROOT)} imports {sorted(strangers)}"


def test_every_package_is_listed() -> None:
    there = {".".join(file.parent.relative_to(ROOT).parts) for folder in TOP for file in (ROOT / folder).rglob("*.py")}
    assert there == set(PACKAGES)


def test_what_is_pinned_needs_nothing_more_on_this_python() -> None:
    """Some packages ask for another one on some versions of Python only; make installs what is pinned and nothing else."""
    checked = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_top_level_names_are_regies_alone() -> None:
    owners = packages_distributions()
    assert {name: set(owners[name]) for name in TOP} == {name: {PROJECT["project"]["name"]} for name in TOP}


ODOOS_WORDS = re.compile(
    r"x_regie_|\b(account|sale|product|project|uom|hr|res|contract)\.(move|order|analytic|product|task|uom|expense|contract)\b"
)


@pytest.mark.parametrize("folder", ["rules", "flows", "regie", "mappings/vocabulary"])
def test_odoos_words_stay_in_the_mappings(folder: str) -> None:
    named = {
        f"{file.relative_to(ROOT)}: {found[0]}"
        for file in (ROOT / folder).rglob("*.py")
        for found in ODOOS_WORDS.finditer(_without_imports(file.read_text()))
    }
    assert not named


def _without_imports(source: str) -> str:
    return "\n".join(line for line in source.splitlines() if not line.lstrip().startswith(("import ", "from ")))
