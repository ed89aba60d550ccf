"""The analytic split by mission, as the file has it: a line's section is an analytic account, or several with their shares.

Example: `CLIENTIS:60|KEPLER:40` puts 60 % of the line on one mission and 40 % on the other; `CLIENTIS` alone all of it. A line
without a section has none. Shares that do not make 100 % are refused. Opting out: `payroll.analytic: ignore`, the default.
"""

import re
from collections import defaultdict
from decimal import Decimal

import pandas as pd

from mappings.vocabulary.dataset import each

WHOLE = Decimal(100)

_SHARED = re.compile(r"(?P<name>.+?) *: *(?P<share>[0-9]{1,3}(?:[.,][0-9]{1,2})?) *%?", re.DOTALL)


def shares(section: str) -> dict[str, Decimal]:
    """Names of a section with their percentages. Raises ValueError where they do not make 100 %, or a name stands twice."""
    parts = [part.strip() for part in section.split("|")]
    shared = [_SHARED.fullmatch(part) for part in parts]
    if len(parts) == 1 and shared[0] is None:
        return {parts[0]: WHOLE}
    found = {match["name"]: Decimal(match["share"].replace(",", ".")) for match in shared if match}
    if len(found) != len(parts) or sum(found.values()) != WHOLE or not all(found.values()):
        raise ValueError(section)
    return found


def by_name(analytic_accounts: pd.DataFrame) -> dict[str, list[int]]:
    """Analytic accounts by what a file may call them: their reference, or their name where no reference is called so."""
    codes: dict[str, list[int]] = defaultdict(list)
    names: dict[str, list[int]] = defaultdict(list)
    for account in each(analytic_accounts):
        names[account.name].append(int(account.id))
        if account.code:
            codes[account.code].append(int(account.id))
    return {**names, **codes}


def distribution(parts: dict[str, Decimal], known: dict[str, list[int]]) -> str:
    """The share of each analytic account as the JSON that a line holds: `{"9":60,"12":40}`."""
    return "{" + ",".join(f'"{known[name][0]}":{share.normalize():f}' for name, share in parts.items()) + "}"
