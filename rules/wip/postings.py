"""Which invoices of today's books were not posted yet on an evening, as Odoo tracked their states since."""

import pandas as pd

from mappings.vocabulary.dataset import each


def posted_later(changes: pd.DataFrame, messages: pd.DataFrame, invoices: pd.DataFrame) -> set[int]:
    """Ids of the invoices that were no invoice yet, of those that are posted now.

    Odoo keeps the states in the words of the language of whoever changed them. What an invoice that is posted now became last
    is such a word for "posted", so one whose first change since began with another word was not. One that was taken back
    since is not among them: what stood on it then, nobody knows any more.

    changes   dataset `state_changes`, since that evening
    messages  dataset `entry_messages`, of these changes
    invoices  dataset `invoices`, posted ones
    """
    entry_of = dict(zip(messages["id"].tolist(), messages["entry_id"].tolist(), strict=True))
    first, last, ours = dict[int, str](), dict[int, str](), set(invoices["id"].tolist())
    for row in each(changes.sort_values("id")):
        entry_id = entry_of.get(row.message_id, 0)
        if entry_id in ours:
            first.setdefault(entry_id, row.was)
            last[entry_id] = row.now
    posted = set(last.values())
    return {entry_id for entry_id, was in first.items() if was not in posted}
