"""What every rule of a closing looks at."""

from dataclasses import dataclass

import pandas as pd

from mappings.vocabulary.closing_policy import ClosingPolicy
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.policy import Accounts, BillingPolicy
from rules.billing.data import BillingData
from rules.billing.history import History
from rules.billing.modes import Mode
from rules.wip.books import ClosingBooks


@dataclass(frozen=True)
class Policies:
    """What the company file says on the closing date: `billing` of what is earned, the others of where it is written."""

    billing: BillingPolicy
    closing: ClosingPolicy
    accounts: Accounts


@dataclass(frozen=True)
class Case:
    """One closing.

    books   as they stand now
    data    what billing would have read on the closing date (`as_of`)
    modes   how each order line is billed
    past    what the invoices that count say of each line
    sheet   the validated timesheets, qualified and marked open as billing takes them
    """

    books: ClosingBooks
    data: BillingData
    modes: dict[int, Mode]
    past: History
    sheet: pd.DataFrame
    period: Period
    policies: Policies
    labels: Labels

    @property
    def closing(self) -> pd.Timestamp:
        """The day that is closed."""
        return pd.Timestamp(self.period.until)
