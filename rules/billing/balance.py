"""The balance of hours: every validated hour of the period in exactly one bucket.

Time and materials billed, now or before: invoiced. Time on what is sold otherwise: included. Internal, bench, goodwill:
non-billable. Everything else: blocked, with its reason. Source: billing.md, "Buckets of the balance".
"""

import pandas as pd


def buckets(sheet: pd.DataFrame) -> dict[str, int]:
    """Micro-hours of each bucket; their sum is that of the rows, since each row's blocked part and rest are its hours."""
    rest = (sheet["hours"] - sheet["blocked_hours"]).groupby(sheet["qualified"], observed=True).sum()
    return {
        "invoiced": int(rest.get("billable", 0)),
        "accrued": 0,
        "included": int(rest.get("included", 0)),
        "non_billable": int(rest.get("non_billable", 0)),
        "blocked": int(sheet["blocked_hours"].sum()),
    }
