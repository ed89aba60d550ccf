"""The company file: what one company decided, in YAML, checked as a whole, with the date from which each value holds."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from mappings.checked import nearest, problems
from mappings.dated import FileError, Problem, read, short, versions
from mappings.vocabulary.closing_policy import ClosingPolicy
from mappings.vocabulary.model import Model
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.payroll_policy import PayrollPolicy
from mappings.vocabulary.policy import Accounts, BillingPolicy, CraPolicy, Thresholds

__all__ = ["DATED", "Company", "CompanyFile", "FileError", "Schedule", "files_of", "find", "load"]

DATED = frozenset({"billing", "cra", "accounts", "thresholds", "payroll", "pay_variables", "closing"})
"""Sections whose values may be dated."""

_CRON = ((0, 59, ""), (0, 23, ""), (1, 31, ""), (1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
         (0, 7, "sun mon tue wed thu fri sat"))  # fmt: skip
"""The fields of a cron line: lowest and highest number, and names."""


class Schedule(Model):
    """When flows run by themselves, as cron lines in the company's timezone; a flow without one is run by a person."""

    bill: str | None = Field(
        default=None, description="when the month is proposed: `0 7 1 * *` is the first of each month at 7:00"
    )
    accrue: str | None = Field(
        default=None,
        description="when the month's closing (FAE, PCA) is shown; it then waits half a day for a person's approval and writes "
        "nothing without it: `0 8 5 * *` is the fifth of each month at 8:00",
    )
    cra: str | None = Field(
        default=None,
        description="when the CRAs of the month before and of this one are brought up to date in Odoo: `0 6 * * *` is every "
        "day at 6:00",
    )
    margins: str | None = Field(
        default=None,
        description="when the margins of the month before, and of this one up to the day, are shown: `0 19 * * mon-fri` is "
        "every working day at 19:00",
    )

    @field_validator("*")
    @classmethod
    def _cron(cls, value: str | None) -> str | None:
        fields = [] if value is None else value.split()
        if value is not None and (len(fields) != 5 or not all(map(_fits_cron, fields, _CRON))):
            raise PydanticCustomError("cron", 'must be five fields: minute hour day month weekday, as "0 7 1 * *"')
        return value


def _fits_cron(text: str, allowed: tuple[int, int, str]) -> bool:
    """Whether one field of a cron line is in its range: `*`, `*/15`, `1,15`, `mon-fri`."""
    low, high, names = allowed
    for item in text.lower().split(","):
        parts = re.fullmatch(r"(?:\*|(\w+)(?:-(\w+))?)(?:/[1-9]\d*)?", item)
        if not parts:
            return False
        for end in filter(None, parts.groups()):
            if end not in names.split() and not (re.fullmatch(r"[0-9]{1,2}", end) and low <= int(end) <= high):
                return False
    return True


class Company(Model):
    """A company's decisions as they hold on one day."""

    company: str = Field(description="name of the company in Odoo", min_length=1)
    language: Literal["fr", "en"] = Field(default="fr", description="language of previews, reports and findings")
    timezone: str = Field(default="Europe/Paris", description="IANA name: decides which day and month a moment belongs to")
    billing: BillingPolicy = Field(default=BillingPolicy(), description="how validated work becomes draft invoices")
    cra: CraPolicy = Field(default=CraPolicy(), description="how consultants' months are signed")
    accounts: Accounts = Field(
        default=Accounts(), description="accounts, by their code in the company's chart; defaults: the French chart"
    )
    thresholds: Thresholds = Field(default=Thresholds(), description="when a figure becomes a finding")
    payroll: PayrollPolicy = Field(default=PayrollPolicy(), description="how a payroll product's journal becomes a draft entry")
    pay_variables: PayPolicy = Field(default=PayPolicy(), description="what payroll needs each month, and its codes")
    closing: ClosingPolicy = Field(
        default=ClosingPolicy(), description="how revenue not invoiced, or invoiced ahead, becomes draft entries"
    )
    schedule: Schedule = Field(default=Schedule(), description="when flows run by themselves")

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError):
            near = nearest(value, available_timezones())
            told = {"value": short(value), "near": near}
            raise PydanticCustomError("timezone", "{value} is no timezone{near}", told) from None


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """A checked company file. What may be dated is asked by day: `at`."""

    path: Path
    stretches: tuple[tuple[date, Company], ...]
    """What holds from a day on, oldest first, from `date.min`."""

    def at(self, day: date) -> Company:
        """The company's decisions as they held on a day: a past month recomputes as it was."""
        return next(company for since, company in reversed(self.stretches) if since <= day)

    @property
    def name(self) -> str:
        """Odoo's name of the company."""
        return self.stretches[0][1].company

    @property
    def language(self) -> str:
        return self.stretches[0][1].language

    @property
    def timezone(self) -> str:
        return self.stretches[0][1].timezone

    @property
    def schedule(self) -> Schedule:
        return self.stretches[0][1].schedule


def load(path: Path) -> CompanyFile:
    """Read and check a company file. Raises FileError with every problem: its line, its key and what is allowed."""
    document = read(path)
    stretches = []
    for version in versions(document, DATED):
        try:
            stretches.append((version.since, Company.model_validate(version.values)))
        except ValidationError as error:
            document.problems += problems(document, Company, error, version)
    if document.problems:
        raise FileError(path, document.problems)
    return CompanyFile(path, tuple(stretches))


def files_of(directory: Path) -> list[Path]:
    """The company files of a folder, in the order of their names; none where there is no such folder.

    Raises FileError where the folder cannot be looked into.
    """
    try:
        return sorted(path for path in directory.iterdir() if path.suffix in (".yaml", ".yml"))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no folder is called so"
        raise FileError(Path(short(directory)), [Problem(0, "", f"cannot be read: {reason} (REGIE_COMPANIES)")]) from None


def find(name: str, directory: Path) -> CompanyFile:
    """The company file called `name` (`hydro-verte`) or of the company called so in Odoo (`Hydro Verte SRL`).

    Raises FileError where there is none (it lists those there are), where two say they are that company, or where it is faulty.
    """
    paths = files_of(directory)
    for path in paths:
        if path.stem.casefold() == name.casefold():
            return load(path)
    readable: list[CompanyFile] = []
    faulty: list[FileError] = []
    for path in paths:
        try:
            readable.append(load(path))
        except FileError as error:
            faulty.append(error)
    named = [file for file in readable if file.name.casefold() == name.casefold()]
    if len(named) == 1:
        return named[0]
    if named:
        names = " and ".join(file.path.name for file in named)
        raise FileError(directory, [Problem(0, "", f"{name} is the company of {names}; keep one")])
    known = ", ".join(f"{file.path.stem} ({file.name})" for file in readable) or "none"
    unusable = "".join(f"\n{error}" for error in faulty)
    there = f"there are: {known} (REGIE_COMPANIES names another folder){unusable}"
    raise FileError(directory, [Problem(0, "", f"no company file for {short(name)!r}; {there}")])
