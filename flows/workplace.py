"""Where a flow works: one company of one Odoo, with its company file, opened the same way by every flow."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from connectors.odoo import Odoo, OdooSettings, connect
from connectors.odoo.reader import Reader
from connectors.odoo.schema import Schema, detect
from flows.companies import company_file
from flows.rights import has_group
from flows.shape import RunStopped, Screen
from mappings.company import Company, CompanyFile
from mappings.odoo.provision import APPROVERS
from mappings.vocabulary import datasets
from mappings.vocabulary.labels import Labels

CONNECTIONS = 2
"""How many calls run at once: what two Odoo workers serve."""


@dataclass(frozen=True)
class Workplace:
    """A connected Odoo, one of its companies, and what the company's file says."""

    odoo: Odoo
    schema: Schema
    company_id: int
    file: CompanyFile
    other_company_ids: tuple[int, ...] = ()
    """The user's other companies: time may have been logged there by mistake."""

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.odoo, self.schema, [self.company_id], self.file.timezone, CONNECTIONS, self.file.language)

    @cached_property
    def elsewhere(self) -> Reader:
        """Reads what stands in the user's other companies."""
        companies = self.other_company_ids
        return Reader(self.odoo, self.schema, companies, self.file.timezone, CONNECTIONS, self.file.language)

    @cached_property
    def labels(self) -> Labels:
        return Labels(self.file.language)

    def at(self, day: date) -> Company:
        """What the company's file says on a day."""
        return self.file.at(day)


def open_workplace(company: str, odoo: Odoo | OdooSettings | None = None, screen: Screen | None = None) -> Workplace:
    """Connect where there is no connection yet, telling the screen so, and find the company by its file's or its own name.

    Raises FileError for an unknown or faulty company file, OdooError where Odoo does not answer, RunStopped where this Odoo has
    no such company or the user may not see it, or where the user sees no hours but their own: Odoo does not say that it hides
    the others, and every hour would be missing from the balance, on both sides.
    """
    file = company_file(company)
    if not isinstance(odoo, Odoo):
        if screen is not None:
            screen.progress("connect", 0, 0)
        odoo = connect(odoo or OdooSettings())
    schema = detect(odoo)
    if not has_group(odoo, APPROVERS):
        raise RunStopped(Labels(file.language)("run.hours_hidden", user=odoo.login))
    everywhere = Reader(odoo, schema, [], file.timezone, CONNECTIONS)
    companies = everywhere.read(datasets.COMPANIES, columns=["name"])
    named = companies["name"] == file.name
    if named.sum() != 1:
        labels = Labels(file.language)
        raise RunStopped(labels("run.company_unknown", company=file.name, file=file.path.name, user=odoo.uid))
    others = tuple(int(number) for number in companies.loc[~named, "id"])
    return Workplace(odoo, schema, int(companies.loc[named, "id"].iloc[0]), file, others)
