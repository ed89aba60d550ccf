"""The balance of hours: every validated hour of the period in exactly one bucket.

Time and materials billed, now or before: invoiced. Time on what is sold otherwise: included. Internal, bench, goodwill:
non-billable. Everything else: blocked, with its reason, or accrued once a closing covers it. Source: billing.md, "Buckets of
the balance".
"""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd


def buckets(sheet: pd.DataFrame, accrued: Mapping[int, int] = MappingProxyType({})) -> dict[str, int]:
    """Micro-hours of each bucket; their sum is that of the rows, since each row's blocked part and rest are its hours.

    accrued  micro-hours by timesheet that an accrual of the closing date covers: what is blocked of them is accrued
    """
    rest = (sheet["hours"] - sheet["blocked_hours"]).groupby(sheet["qualified"], observed=True).sum()
    covered = 0
    if accrued:
        by_row = sheet["id"].map(accrued).fillna(0).astype("int64")
        covered = int(sheet["blocked_hours"].clip(lower=0, upper=by_row).sum())
    return {
        "invoiced": int(rest.get("billable", 0)),
        "accrued": covered,
        "included": int(rest.get("included", 0)),
        "non_billable": int(rest.get("non_billable", 0)),
        "blocked": int(sheet["blocked_hours"].sum()) - covered,
    }
