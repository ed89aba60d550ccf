"""A rate that changes is a new order line with its first day; time logged on the old line from that day on is held back.

Odoo has no dated rate: the old line would go on billing the old price without a word. Two time-and-materials lines of one order
and one product succeed each other by their first day. Source: billing.md, "Rates".
"""

from collections import defaultdict
from itertools import pairwise
from typing import Any

import pandas as pd

from rules.billing.data import BillingData
from rules.billing.modes import Mode
from rules.billing.qualification import Reason
from rules.billing.sold import Sold


def superseded(data: Sold, modes: dict[int, Mode]) -> dict[int, pd.Timestamp]:
    """The first day of the line that follows each time-and-materials line, where one does."""
    lines = data.order_lines
    begins = lines.loc[lines["starts_on"].notna(), ["order_id", "product_id"]]
    dated = set(begins.itertuples(index=False, name=None))
    succession: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for line in data.rows("order_lines").values():
        if (line.order_id, line.product_id) in dated and modes[line.id] is Mode.TIME:
            succession[line.order_id, line.product_id].append(line)
    ends: dict[int, pd.Timestamp] = {}
    for several in succession.values():
        several.sort(key=lambda line: pd.Timestamp.min if pd.isna(line.starts_on) else line.starts_on)
        for old, new in pairwise(several):
            if not pd.isna(new.starts_on):
                ends[old.id] = new.starts_on
    return ends


def hold_old_rates(data: BillingData, modes: dict[int, Mode], sheet: pd.DataFrame) -> None:
    """Block the open billable rows that stand on a line whose successor had begun."""
    ends = superseded(data, modes)
    if not ends:
        return
    late = sheet["date"] >= sheet["order_line_id"].map(ends)
    held = late & sheet["open"] & (sheet["qualified"] == "billable") & (sheet["reason"] == "")
    sheet.loc[held, "reason"] = Reason.OLD_RATE
