"""What a company decided about its payroll: the journal and the accounts its product means, and how its CSV is laid out."""

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mappings.vocabulary.model import Model


class AccountName(Model):
    """An account that the payroll product calls otherwise than Odoo does."""

    file: str = Field(min_length=1, description="code in the payroll product's file")
    odoo: str = Field(min_length=1, description="code of the account in Odoo")


class CsvProfile(Model):
    """Headings of the product's own CSV: `debit` and `credit`, or `amount` and `sign`. Case, accents and spaces are free."""

    date: str = Field(default="Date", min_length=1, description="day of the entry: 31/10/2026, 2026-10-31 or 20261031")
    journal: str = Field(default="Journal", min_length=1, description="journal's code; may be missing")
    account: str = Field(default="Compte", min_length=1, description="account's code")
    label: str = Field(default="Libellé", min_length=1, description="text of the line; may be missing")
    debit: str = Field(default="Débit", min_length=1, description="debit")
    credit: str = Field(default="Crédit", min_length=1, description="credit")
    amount: str = Field(default="Montant", min_length=1, description="amount, beside `sign`")
    sign: str = Field(default="Sens", min_length=1, description="D for debit, C for credit")
    entry: str = Field(default="Pièce", min_length=1, description="number of the entry; may be missing")
    third_party: str = Field(default="Tiers", min_length=1, description="auxiliary account; may be missing")
    section: str = Field(default="Section", min_length=1, description="analytic section; may be missing")


class PayrollPolicy(Model):
    """How a payroll product's journal (OD de paie) becomes a draft entry. No account is ever created, nothing ever posted."""

    journal: str = Field(default="OD", min_length=1, description="code of the Odoo journal that receives the entry")
    journals: tuple[str, ...] = Field(
        default=(), description="journal codes of the file that are payroll; none given: any, but one only in a file"
    )
    accounts: tuple[AccountName, ...] = Field(
        default=(), description="accounts that the file calls otherwise than Odoo; the others have Odoo's own code"
    )
    account_length: int = Field(
        default=6,
        ge=0,
        le=20,
        description="a shorter code of the file gets zeros at its end up to this length, as in Odoo's chart: "
        "421 is 421000; `0`: codes stand as they are",
    )
    prefixes: tuple[str, ...] = Field(
        default=("421", "425", "427", "428", "431", "437", "438", "442", "443", "447", "467", "62", "63", "64"),
        description="what an account of payroll begins with, in Odoo; a line on another account is refused",
    )
    third_parties: Literal["ignore", "reference"] = Field(
        default="ignore",
        description="auxiliary accounts of the file: `ignore`: not taken over; `reference`: each is the internal reference of "
        "one partner in Odoo, who stands on the line",
    )
    analytic: Literal["ignore", "section"] = Field(
        default="ignore",
        description="analytic sections of the file (missions): `ignore`: not taken over; `section`: each is the "
        "reference, or the name, of an analytic account in Odoo; several with their shares in percent: `A:40|B:60`",
    )
    csv: CsvProfile = Field(
        default=CsvProfile(),
        description="layout of the product's own CSV; FEC and Quadratus need none. Separator "
        "(semicolon, comma, tab, bar), encoding and decimal sign are detected",
    )

    @model_validator(mode="after")
    def _each_account_once(self) -> Self:
        codes = [account.file for account in self.accounts]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice is not None:
            raise PydanticCustomError("twice", "accounts names {code} twice; keep one", {"code": twice})
        return self
