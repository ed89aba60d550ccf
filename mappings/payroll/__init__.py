"""The layouts of payroll products, one YAML file each: those of Regie, and a company's own beside its company files."""

from importlib.resources import as_file, files
from pathlib import Path

from pydantic import ValidationError

from mappings.checked import problems
from mappings.dated import FileError, Problem, read, short
from mappings.vocabulary.pay_profile import PayProfile

OWN = "payroll"
"""Folder of a company's own profiles, inside that of the company files."""


def profile(name: str, companies: Path) -> PayProfile:
    """The profile of a name: the company's own where there is one, else Regie's.

    Raises FileError with every problem of the file, its line and its key, or with the profiles there are.
    """
    own = companies / OWN / f"{name}.yaml"
    if own.is_file():
        return load(own)
    known = _shipped()
    if name not in known:
        there = ", ".join(known)
        raise FileError(own, [Problem(0, "", f"no payroll profile {short(name)!r}; there are: {there}, or write this file")])
    with as_file(files(__package__).joinpath(f"{name}.yaml")) as path:
        return load(path)


def load(path: Path) -> PayProfile:
    """Read and check a profile. Raises FileError with every problem: its line, its key and what is allowed."""
    document = read(path, "product: My payroll")
    try:
        checked = PayProfile.model_validate(document.values)
    except ValidationError as error:
        document.problems += problems(document, PayProfile, error)
    if document.problems:
        raise FileError(path, document.problems)
    return checked


def _shipped() -> list[str]:
    names = (entry.name for entry in files(__package__).iterdir())
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))
