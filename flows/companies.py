"""Where the company files stand, and how one is found."""

import os
from pathlib import Path

from mappings.company import CompanyFile, find

FOLDER = "companies"
"""Folder of the company files where REGIE_COMPANIES names no other."""


def companies_folder() -> Path:
    """The folder of the company files."""
    return Path(os.environ.get("REGIE_COMPANIES", FOLDER))


def company_file(name: str) -> CompanyFile:
    """The company file called `name`, or of the company called so in Odoo; FileError where there is none or it is faulty."""
    return find(name, companies_folder())
