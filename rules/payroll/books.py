"""What Odoo knows that a payroll entry needs, and what the company decided."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from mappings.vocabulary.dataset import each


@dataclass(frozen=True)
class PayrollBooks:
    """Frames of `mappings.vocabulary.datasets`, of one company.

    companies  its row
    currencies the row of its currency
    accounts   those that may be used (archived ones are left out)
    journals   those that may be used
    partners   those whose reference the file names
    analytic_accounts  those that may be used, where the company splits by them
    entries    Regie's payroll entries of this company and month, and the entries that take one of them back
    """

    companies: pd.DataFrame
    currencies: pd.DataFrame
    accounts: pd.DataFrame
    journals: pd.DataFrame
    partners: pd.DataFrame
    analytic_accounts: pd.DataFrame
    entries: pd.DataFrame

    @property
    def company(self) -> Any:
        """The company's row."""
        return next(each(self.companies))

    @property
    def currency(self) -> str:
        """ISO code of the company's currency."""
        return str(self.currencies["name"].iloc[0])
