"""What a company decided about its closings: where revenue done and not invoiced (FAE) and billed ahead (PCA) is written."""

from typing import Literal

from pydantic import Field

from mappings.vocabulary.model import Model


class ClosingPolicy(Model):
    """How a closing becomes draft entries, with their reversal on the next day. The accounts are those of `accounts`."""

    journal: str = Field(default="OD", min_length=1, description="code of the Odoo journal that receives the entries")
    accrue_vat: bool = Field(
        default=True,
        description="`true`: what is accrued includes VAT (4181 with tax, the tax on `accounts.vat_accrued`); `false`: before "
        "tax only, as many monthly closings are",
    )
    not_validated: Literal["leave_out", "accrue"] = Field(
        default="leave_out",
        description="time up to the closing date that nobody validated when the run starts: `leave_out` or `accrue`; listed "
        "under both",
    )
    old_after: int = Field(
        default=60,
        ge=0,
        description="work done more than this many days before the closing date and still not invoiced is named",
    )
    post: bool = Field(
        default=False, description="`true`: the entries are posted as soon as they are written; `false`: they stay drafts"
    )
