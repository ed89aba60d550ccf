"""What an Odoo can do for Regie and what hinders it: each check tells what it found and what to do about it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from connectors.odoo import Odoo, OdooSettings, connect, errors
from connectors.odoo.reader import Reader
from connectors.odoo.schema import Schema, detect
from flows import provision
from flows.chunks import by_ids
from flows.companies import companies_folder
from flows.doctor_verdicts import Diagnosis, Hinders, Level, Verdict
from flows.mission_pull import pull_missions
from flows.rights import has_group, missing_rules
from mappings.company import FileError, files_of, load
from mappings.odoo import needs
from mappings.odoo import provision as declared
from mappings.odoo.sources import check, source_of
from mappings.vocabulary import datasets
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.policy import CraPolicy
from mappings.vocabulary.units import quantity
from rules.billing.contracts import left_by_odoo
from rules.billing.gates import day_agrees
from rules.cra.signers import client_signs, contact_of
from rules.missions.missions import Lack, Mission, MissionData, missions, title

NAMED = 5
"""How many records a message names before it only counts."""


def diagnose(settings: OdooSettings, admin: OdooSettings | None, labels: Labels) -> Diagnosis:
    """Look at the Odoo of `settings` as its integration user, and with `admin` at what only an administrator sees."""
    try:
        with connect(settings) as odoo:
            return Diagnosis(tuple(_Doctor(odoo, admin, labels).verdicts()))
    except errors.OdooError as error:
        say = labels("doctor.connection.failed", url=settings.url, error=error.message)
        return Diagnosis((Verdict("connection", Level.BLOCK, say, error.remedy, Hinders.PREVIEW),))


_READ = ("companies", "units", "contracts", "missions")
"""Areas that read data: pointless where the user may not read."""


class _Doctor:
    """The checks of one connected Odoo; each yields its verdicts, and one that fails does not hide the others."""

    def __init__(self, odoo: Odoo, admin: OdooSettings | None, labels: Labels) -> None:
        self._odoo, self._admin, self._labels = odoo, admin, labels
        self._schema: Schema = detect(odoo)

    def verdicts(self) -> Iterator[Verdict]:
        checks: tuple[tuple[str, Callable[[], Iterator[Verdict]]], ...] = (
            ("connection", self._connection),
            ("version", self._version),
            ("applications", self._applications),
            ("fields", self._fields),
            ("rights", self._reading),
            ("rights", self._writing),
            ("companies", self._companies),
            ("provision", self._guard),
            ("provision", self._provisioned),
            ("units", self._units),
            ("contracts", self._contracts),
            ("missions", self._missions),
        )
        unreadable = False
        for area, look in checks:
            if unreadable and area in _READ:
                continue
            try:
                for verdict in look():
                    unreadable |= verdict.area == "rights" and verdict.hinders is Hinders.PREVIEW
                    yield verdict
            except errors.OdooError as error:
                yield Verdict(area, Level.BLOCK, error.message, error.remedy, Hinders.APPLY)

    def _verdict(self, area: str, level: Level, key: str, hinders: Hinders = Hinders.NOTHING, **values: object) -> Verdict:
        """A verdict whose texts are `doctor.<area>.<key>` and, unless all is well, `doctor.<area>.<key>_remedy`."""
        name = f"doctor.{area}.{key}"
        remedy = "" if level in (Level.OK, Level.NOTE) else self._labels(f"{name}_remedy", **values)
        return Verdict(area, level, self._labels(name, **values), remedy, hinders)

    def _reader(self, *company_ids: int) -> Reader:
        return Reader(self._odoo, self._schema, company_ids)

    def _connection(self) -> Iterator[Verdict]:
        odoo = self._odoo
        values: dict[str, Any] = {"url": odoo.url, "database": odoo.database, "login": odoo.login, "protocol": odoo.protocol}
        yield self._verdict("connection", Level.OK, "works", **values)

    def _version(self) -> Iterator[Verdict]:
        major = self._schema.version[0]
        version, edition = ".".join(map(str, self._schema.version)), self._labels(f"doctor.editions.{self._schema.edition}")
        values: dict[str, Any] = {"version": version, "edition": edition}
        if major not in needs.KNOWN:
            yield self._verdict("version", Level.BLOCK, "unknown", Hinders.APPLY, **values)
        elif major != needs.RUN_ON or self._schema.edition == "enterprise":
            yield self._verdict("version", Level.WARNING, "not_run", **values)
        else:
            yield self._verdict("version", Level.OK, "run", **values)

    def _applications(self) -> Iterator[Verdict]:
        lacking = [application for application in needs.REQUIRED if not declared.has(self._schema, application.brings)]
        for application in lacking:
            yield self._verdict("applications", Level.BLOCK, "missing", Hinders.APPLY, module=application.module)
        if not lacking:
            yield self._verdict("applications", Level.OK, "there")
        for application in needs.OPTIONAL:
            if not declared.has(self._schema, application.brings):
                yield self._verdict("applications", Level.NOTE, "optional", module=application.module)

    def _fields(self) -> Iterator[Verdict]:
        problems = check(self._schema)
        for problem in problems:
            yield Verdict("fields", Level.BLOCK, problem.text(self._labels), "", Hinders.PREVIEW)
        if not problems:
            yield self._verdict("fields", Level.OK, "there", count=len(datasets.DATASETS))

    def _reading(self) -> Iterator[Verdict]:
        unread = []
        for name, dataset in datasets.DATASETS.items():
            try:
                self._reader().read(dataset, [("id", "=", 0)])
            except errors.AccessDenied:
                unread.append(name)
            except errors.ConfigurationError:
                continue  # a missing field: told with the fields
        if unread:
            models = self._listed(sorted({source_of(name).model for name in unread}))
            yield self._verdict("rights", Level.BLOCK, "unread", Hinders.PREVIEW, models=models)
        else:
            yield self._verdict("rights", Level.OK, "read", count=len(datasets.DATASETS))
        if not has_group(self._odoo, declared.APPROVERS):
            yield self._verdict("rights", Level.BLOCK, "no_hours", Hinders.PREVIEW, login=self._odoo.login)
        if not has_group(self._odoo, declared.ROBOT_GROUP):
            yield self._verdict("rights", Level.WARNING, "no_robot", login=self._odoo.login)
        elif lost := missing_rules(self._odoo):
            known = {item.key: item.label[self._labels.language] for item in declared.items([])}
            yield self._verdict(
                "rights", Level.BLOCK, "no_rule", Hinders.APPLY, rules=self._listed([known[key] for key in lost])
            )

    def _writing(self) -> Iterator[Verdict]:
        lacking = [(model, operation) for model, operation in needs.WRITES if not self._may(model, operation)]
        if lacking:
            rights = self._listed([f"{model} ({operation})" for model, operation in lacking])
            yield self._verdict("rights", Level.BLOCK, "unwritten", Hinders.APPLY, rights=rights)
        else:
            yield self._verdict("rights", Level.OK, "write")

    def _may(self, model: str, operation: str) -> bool:
        if self._schema.version >= (18, 0):
            return bool(self._odoo.call(model, "has_access", ids=[], operation=operation, safe=True))
        return bool(self._odoo.call(model, "check_access_rights", operation=operation, raise_exception=False, safe=True))

    def _companies(self) -> Iterator[Verdict]:
        try:
            files = {load(path).name: path.name for path in files_of(companies_folder())}
        except FileError as error:
            yield Verdict("companies", Level.BLOCK, str(error), error.remedy, Hinders.PREVIEW)
            return
        named = self._reader().read(datasets.COMPANIES, columns=["name"])
        for company, name in zip(named["id"], named["name"], strict=True):
            journals = self._reader(int(company)).read(datasets.JOURNALS, [("type", "=", "sale")])
            if journals.empty:
                billed = name in files
                level = Level.BLOCK if billed else Level.NOTE
                yield self._verdict("companies", level, "no_chart", Hinders.APPLY if billed else Hinders.NOTHING, company=name)
            else:
                key = "ready" if name in files else "no_file"
                yield self._verdict("companies", Level.OK if name in files else Level.NOTE, key, company=name)
        for name, file in files.items():
            if name not in set(named["name"]):
                yield self._verdict("companies", Level.BLOCK, "unknown", Hinders.PREVIEW, company=name, file=file)

    def _guard(self) -> Iterator[Verdict]:
        try:
            stands = provision.guard_stands(self._odoo)
        except errors.AccessDenied:
            yield self._verdict("provision", Level.BLOCK, "guard_unseen", Hinders.APPLY, login=self._odoo.login)
            return
        if stands:
            yield self._verdict("provision", Level.OK, "guard")
        else:
            yield self._verdict("provision", Level.BLOCK, "no_guard", Hinders.APPLY)

    def _provisioned(self) -> Iterator[Verdict]:
        report = self._preview()
        if report is None:
            yield self._verdict("provision", Level.NOTE, "no_admin")
            return
        if missing := report.of(provision.State.MISSING, provision.State.FOUND):
            locks = any(row.item.key in (*declared.LOCKS, *declared.CONTRACT_LOCKS) for row in missing)
            level, hinders = (Level.BLOCK, Hinders.APPLY) if locks else (Level.WARNING, Hinders.NOTHING)
            yield self._verdict("provision", level, "missing", hinders, count=len(missing), items=self._items(missing))
        if archived := report.of(provision.State.ARCHIVED):
            yield self._verdict("provision", Level.BLOCK, "archived", Hinders.APPLY, items=self._items(archived))
        if not missing and not archived:
            yield self._verdict("provision", Level.OK, "complete")

    def _preview(self) -> provision.ProvisionReport | None:
        """What an administrator sees; None where there is none, or a user that is called so and is not."""
        if self._admin is None:
            return None
        try:
            with connect(self._admin) as admin:
                return provision.preview(admin)
        except errors.AccessDenied:
            return None

    def _items(self, rows: tuple[provision.Row, ...]) -> str:
        return self._listed([row.label[self._labels.language] for row in rows])

    def _units(self) -> Iterator[Verdict]:
        companies = self._reader().read(datasets.COMPANIES, columns=["name", "calendar_id"])
        calendars = self._reader().read(datasets.CALENDARS, columns=["hours_per_day"]).set_index("id")["hours_per_day"]
        units = self._reader().read(datasets.UNITS, columns=["name", "hours"]).set_index("id")
        wrong = False
        for company, name, calendar in companies[["id", "name", "calendar_id"]].itertuples(index=False):
            length = int(calendars.get(calendar, 0))
            odd = self._odd_orders(int(company), length, units["hours"])
            if odd:
                wrong = True
                values: dict[str, Any] = {"company": name, "hours": self._labels.quantity(quantity(length)), "count": len(odd)}
                yield self._verdict("units", Level.BLOCK, "disagree", Hinders.APPLY, orders=self._listed(odd), **values)
        if not wrong:
            yield self._verdict("units", Level.OK, "agree")

    def _odd_orders(self, company: int, length: int, hours: "pd.Series[int]") -> list[str]:
        """Numbers of the confirmed orders with a line that is billed on hours in a day of another length."""
        reader = self._reader(company)
        orders = reader.read(datasets.ORDERS, [("state", "=", "sale")], columns=["name"]).set_index("id")["name"]
        lines = reader.read(datasets.ORDER_LINES, [("delivered_by", "=", "timesheet")], columns=["order_id", "unit_id"])
        odd = lines[[not day_agrees(int(hours.get(unit, 0)), length) for unit in lines["unit_id"]]]
        return sorted({str(orders[order]) for order in odd["order_id"] if order in orders.index})

    def _contracts(self) -> Iterator[Verdict]:
        companies = self._reader().read(datasets.COMPANIES, columns=["name"])["id"]
        reader = self._reader(*(int(company) for company in companies))
        contracts = reader.read(datasets.CONTRACTS, columns=["name", "owned_by_regie", "next_on"])
        if contracts.empty:
            return
        ours = contracts[contracts["owned_by_regie"]]
        both = [str(contract.name) for contract in ours.itertuples() if not left_by_odoo(contract)]
        if both:
            yield self._verdict("contracts", Level.BLOCK, "both", count=len(both), contracts=self._listed(both))
        else:
            yield self._verdict("contracts", Level.OK, "owners", owned=len(ours), others=len(contracts) - len(ours))

    def _missions(self) -> Iterator[Verdict]:
        """Of each company with a file: the missions that are worked or billed still, and what they lack."""
        named = self._reader().read(datasets.COMPANIES, columns=["name"]).set_index("name")["id"]
        try:
            files = [load(path) for path in files_of(companies_folder())]
        except FileError:
            return  # told with the companies
        for file in files:
            if file.name not in named.index:
                continue
            company, today = int(named[file.name]), datetime.now(ZoneInfo(file.timezone)).date()
            data = pull_missions(self._reader(company), company)
            open_missions = [one for one in missions(data, file.at(today).billing) if one.open]
            for lack in Lack:
                if lacking := [title(data, one) for one in open_missions if lack in one.lacks]:
                    values: dict[str, Any] = {"company": file.name, "count": len(lacking), "missions": self._listed(lacking)}
                    yield self._verdict("missions", Level.WARNING, lack.value, **values)
            if silent := self._without_portal(data, open_missions, file.at(today).cra, company):
                values = {"company": file.name, "count": len(silent), "contacts": self._listed(silent)}
                yield self._verdict("missions", Level.WARNING, "no_portal", **values)
            whole = sum(not one.lacks for one in open_missions)
            if whole:
                yield self._verdict("missions", Level.OK, "whole", company=file.name, count=whole)

    def _without_portal(self, data: MissionData, sold: list[Mission], policy: CraPolicy, company: int) -> list[str]:
        """Who is to approve these missions' CRAs at the client's and cannot enter the portal: `Laure Petit (S00012)`."""
        orders = {one.order_id: data.order_of(one.line_id) for one in sold}
        contacts = {contact_of(order): order.name for order in orders.values() if client_signs(order, policy)}
        reader, ids = self._reader(company), pd.Series(sorted(contacts), dtype="int64")
        entering = set(by_ids(reader, datasets.USERS, "partner_id", ids, [("portal", "=", True)])["partner_id"])
        people = by_ids(reader, datasets.PARTNERS, "id", ids[~ids.isin(entering)], columns=["name"])
        return [f"{name} ({contacts[contact]})" for contact, name in people[["id", "name"]].itertuples(index=False)]

    def _listed(self, names: list[str]) -> str:
        more = len(names) - NAMED
        shown = ", ".join(names[:NAMED])
        return self._labels("doctor.and_more", names=shown, count=more) if more > 0 else shown
