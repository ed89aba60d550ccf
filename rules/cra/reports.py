"""The CRAs a month needs: made once, kept up to date until the consultant signs, put back where signed days changed.

A mission has a project for its CRAs (never the mission's own: cra.md), and a CRA a month. One that was signed stays as it was
signed; if the days behind it change, it goes back to the consultant, and a finding says so. Who may still act on it follows the
mission until it is validated, so that a manager who left does not hold it up; once it is signed, a finding says who came for
whom. Who is late is listed, and reminded once before the month ends and once after. Source: cra.md; issue "Consulting".
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from mappings.vocabulary.labels import Labels, language_of
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity, Upsert
from mappings.vocabulary.policy import CraPolicy
from mappings.vocabulary.records import ACTIVITY, CRA, CRA_PROJECT, CRA_STAGES, MODULE
from mappings.vocabulary.units import quantity, round_to
from rules.billing import findings
from rules.cra import grid
from rules.cra.activity import Activity, ActivityData, Cra
from rules.cra.signed import Content, SignedDay, dump, key, parse
from rules.cra.signers import client_signs, contact_of

STILL_ACT = {"client": ("manager_id", "deputy_id", "contact_id"), "manager": ("manager_id", "deputy_id")}
"""Whom a CRA still waits for, or may be sent on to, at a step after its signature."""


@dataclass(frozen=True)
class ReportData(ActivityData):
    """Activity, the CRAs that stand and their projects, and the users who sign.

    reminders  those of these CRAs that were ever made, settled ones included
    steps      the step that each stage of Odoo's stands for, by the stage's id
    """

    cras: pd.DataFrame
    cra_projects: pd.DataFrame
    reminders: pd.DataFrame
    users: pd.DataFrame
    steps: Mapping[int, str]


def reports(data: ReportData, made: Activity, today: date, policy: CraPolicy, labels: Labels) -> Plan:
    """The projects and CRAs to make or to bring up to date, reminders, and what a person must settle."""
    standing = {row.key: row for row in data.rows("cras").values()}
    projects = {row.key for row in data.rows("cra_projects").values()}
    reminded = {row.key for row in data.rows("reminders").values()}
    new, upserts, found = list[Upsert](), list[Upsert](), list[Finding]()
    decisions = [_Report(data, cra, reminded, today, policy, labels) for cra in made.cras]
    for decided in decisions:
        found += decided.lacks()
        if decided.may_stand:
            there = standing.get(decided.name)
            if there is None and decided.project not in projects:
                new.append(decided.make_project())
                projects.add(decided.project)
            changes, said = decided.bring_up_to_date(there)
            upserts += changes
            found += said
    for name in sorted(standing.keys() - {decided.name for decided in decisions}):
        changes, said = _without_mission(data, standing[name], labels)
        upserts += changes
        found += said
    # Projects first, all of them: models are written in the plan's order.
    return Plan(upserts=(*new, *upserts), findings=(*found, *made.findings))


def content(cra: Cra, today: date) -> Content:
    """What a CRA says now; days after `today` are not missing yet."""
    days = tuple(
        SignedDay(day=day.day, scheduled=day.scheduled, worked=day.worked, absent=day.absent, holiday=day.holiday)
        for day in cra.days
        if day.scheduled or day.worked
    )
    return Content(
        unit=cra.mission.unit, days=days, missing=tuple(day.day for day in cra.days if day.missing > 0 and day.day <= today)
    )


def _without_mission(data: ReportData, there: Any, labels: Labels) -> tuple[list[Upsert], list[Finding]]:
    """A CRA of which nothing is left this month: another consultant on the line, an order cancelled, hours taken away.

    It goes back, without work, where anybody could still sign it or bill by it; its manager may then archive it.
    """
    kept = parse(there.content)
    if not there.active or (data.steps.get(there.stage_id) == CRA_STAGES[0] and not kept.worked):
        return [], []
    now = kept.model_copy(update={"days": tuple(day.model_copy(update={"worked": 0}) for day in kept.days)})
    contact = data.rows("partners").get(there.contact_id)
    back = Upsert(
        key=MODULE + there.key,
        model=CRA.name,
        values={
            "company_id": data.company.id,
            "stage": f"{MODULE}cra_stage_{CRA_STAGES[0]}",
            "name": there.name,
            "description": grid.html(now, there.name, Labels(language_of(contact.language if contact else ""))),
            "content": dump(now),
        },
        reasons=(labels("why.cra_without_mission"),),
        extends=True,
        replaces=there.content,
    )
    found = Finding(
        code="cra_without_mission",
        severity=Severity.WARNING,
        record=Ref(dataset="cras", id=there.id, name=there.name),
        language=labels.language,
        words={"name": there.name, "manager": data.name("users", there.manager_id)},
        hours=quantity(kept.worked),
    )
    return [back], [found]


@dataclass(frozen=True)
class _Report:
    """One CRA in question. `reminded`: the keys of every CRA's reminders that were ever made."""

    data: ReportData
    cra: Cra
    reminded: Set[str]
    today: date
    policy: CraPolicy
    labels: Labels

    @property
    def project(self) -> str:
        return f"cra_project_{self.cra.mission.line_id}_{self.cra.mission.consultant_id}"

    @property
    def name(self) -> str:
        """Its key without the module."""
        return key(self.cra.mission.line_id, self.cra.mission.consultant_id, self.cra.period.since)

    @property
    def user_id(self) -> int:
        return int(self.data.rows("employees")[self.cra.mission.consultant_id].user_id)

    @property
    def manager_id(self) -> int:
        return self.cra.mission.manager_id or self.cra.mission.business_manager_id

    @property
    def order(self) -> Any:
        return self.data.order_of(self.cra.mission.line_id)

    @property
    def contact_id(self) -> int:
        return contact_of(self.order)

    @property
    def client_signs(self) -> bool:
        return client_signs(self.order, self.policy)

    @property
    def may_stand(self) -> bool:
        """Whether there is somebody to sign it and somebody to validate it."""
        return bool(self.user_id and self.manager_id)

    def lacks(self) -> Iterator[Finding]:
        """Who is missing for a CRA to come about, or to be approved."""
        if not self.user_id:
            yield self._finding("cra_no_user", Severity.CRITICAL)
        if not self.manager_id:
            yield self._finding("cra_no_manager", Severity.CRITICAL)
        portal = self.data.users
        contacts = set(portal.loc[portal["portal"], "partner_id"])
        if self.client_signs and self.contact_id not in contacts:
            yield self._finding("cra_no_portal", Severity.WARNING, contact=self.data.name("partners", self.contact_id))

    def make_project(self) -> Upsert:
        """Shared with invited people only; no time is logged on it and nothing of it is billed."""
        said = {"consultant": self.consultant, "client": self.client, "order": self.order.name}
        return Upsert(
            key=MODULE + self.project,
            model=CRA_PROJECT.name,
            values={
                "company_id": self.data.company.id,
                "owner_id": self.data.company.id,
                "name": self.words("cra.project", **said),
                "stages": ",".join(f"{MODULE}cra_stage_{step}" for step in CRA_STAGES),
                "leader_id": self.manager_id,
            },
            reasons=(self.labels("why.cra_project", **said),),
        )

    def bring_up_to_date(self, there: Any | None) -> tuple[list[Upsert], list[Finding]]:
        """What is written for this CRA, and what is to be said of it. `there`: the one that stands."""
        now = content(self.cra, self.today)
        if there is None:
            return [self._upsert(now)], []
        if not there.active:
            return [], []  # the manager put it away
        step = self.data.steps.get(there.stage_id, "")
        return self._signed(there, step, now) if step != CRA_STAGES[0] else self._not_signed(there, now)

    def _not_signed(self, there: Any, now: Content) -> tuple[list[Upsert], list[Finding]]:
        changed = dump(now) != there.content or self._replaced(there, self._signers())
        written = [self._upsert(now, there)] if changed else []
        return [*written, *self._reminders(there)], self._late(CRA_STAGES[0], parse(there.content))

    def _signed(self, there: Any, step: str, now: Content) -> tuple[list[Upsert], list[Finding]]:
        kept = parse(there.content)
        if not now.same_as(kept):
            return [self._upsert(now, there)], [self._changed(kept, now)]
        if self._goes_another_way(step, there):
            return [self._upsert(now, there)], [self._finding("cra_other_way", Severity.WARNING, kept.worked)]
        replaced = self._replaced(there, STILL_ACT.get(step, ()))
        if replaced:
            who = self._who(there, replaced)
            told = self._finding("cra_hand_over", Severity.INFO, kept.worked, who=who)
            return [self._hand_over(there, replaced, who)], [told, *self._late(step, kept)]
        return [], self._late(step, kept)

    def _goes_another_way(self, step: str, there: Any) -> bool:
        """Whether it waits for a client who need not approve any more, or passed by one who now must."""
        return bool(there.client_signs != self.client_signs) and step == ("client" if there.client_signs else "manager")

    def _replaced(self, there: Any, of: Iterable[str]) -> dict[str, Any]:
        """Those of these who are others than when the CRA was last written, and who they are now."""
        now = self._signers()
        return {name: now[name] for name in of if now[name] != getattr(there, name)}

    def _hand_over(self, there: Any, replaced: Mapping[str, Any], who: str) -> Upsert:
        """A signed CRA with other people to decide on it: neither its days nor its step change."""
        return Upsert(
            key=MODULE + self.name,
            model=CRA.name,
            values={"company_id": self.data.company.id, "name": there.name, "content": there.content, **replaced},
            reasons=(self.labels("why.cra_hand_over", consultant=self.consultant, who=who),),
            extends=True,
            replaces=there.content,
        )

    def _who(self, there: Any, replaced: Mapping[str, Any]) -> str:
        """ "manager : Claire Martin → Sophie Leroy"."""
        return ", ".join(
            self.labels(f"cra.signer.{name}", was=self._person(name, getattr(there, name)), now=self._person(name, now))
            for name, now in replaced.items()
        )

    def _person(self, name: str, record_id: int) -> str:
        dataset = "partners" if name == "contact_id" else "users"
        return self.data.name(dataset, record_id) if record_id else self.labels("cra.signer.nobody")

    def _upsert(self, now: Content, there: Any | None = None) -> Upsert:
        """The whole CRA at the consultant's step; of one that stands, only its days and who signs them."""
        values: dict[str, Any] = {
            "company_id": self.data.company.id,
            "stage": f"{MODULE}cra_stage_{CRA_STAGES[0]}",
            "name": self.title if there is None else there.name,
            "description": grid.html(now, self.mission, Labels(self.language)),
            "content": dump(now),
            "assignee_ids": (self.user_id,),
            **self._signers(),
        }
        if there is None:
            values |= self._heading()
        return Upsert(
            key=MODULE + self.name,
            model=CRA.name,
            values=values,
            reasons=(self.labels.later("why.cra", consultant=self.consultant, days=round_to(now.worked_days, 2)),),
            amount_untaxed=self._worth(now.worked),
            extends=there is not None,
            replaces=there.content if there is not None else "",
        )

    def _heading(self) -> dict[str, Any]:
        return {
            "project": MODULE + self.project,
            "month": self.cra.period.since,
            "order_line_id": self.cra.mission.line_id,
        }

    def _signers(self) -> dict[str, Any]:
        """Who takes which step, as the mission and its order say now."""
        project = self.data.rows("projects").get(self.cra.mission.project_id)
        return {
            "consultant_id": self.user_id,
            "manager_id": self.manager_id,
            "deputy_id": project.deputy_id if project else 0,
            "contact_id": self.contact_id,
            "client_signs": self.client_signs,
        }

    def _reminders(self, there: Any) -> list[Upsert]:
        """To the consultant, once each: when the month is about to end, and when it is over.

        One that was settled is not made again; one that stands follows the CRA to another consultant by itself (Odoo's rule).
        """
        last = self.cra.period.until
        left = (last - self.today).days
        kinds = {"before": 0 <= left <= self.policy.remind_before, "after": -left >= self.policy.remind_after}
        due = {"before": last, "after": self.today}
        keys = {kind: f"{self.name}_remind_{kind}" for kind, wanted in kinds.items() if wanted}
        return [
            Upsert(
                key=MODULE + key,
                model=ACTIVITY.name,
                values={
                    "company_id": self.data.company.id,
                    "cra_id": there.id,
                    "summary": self.words("cra.remind", name=there.name),
                    "user_id": self.user_id,
                    "due_on": due[kind],
                },
                reasons=(self.labels(f"why.cra_remind_{kind}", consultant=self.consultant),),
            )
            for kind, key in keys.items()
            if key not in self.reminded
        ]

    def _late(self, step: str, kept: Content) -> list[Finding]:
        """Once the month is over, whoever's turn it is."""
        if step in ("", CRA_STAGES[-1]) or self.today <= self.cra.period.until:
            return []
        who = {"consultant": self.consultant, "client": self.data.name("partners", self.contact_id)}
        waits = who.get(step) or self.data.name("users", self.manager_id)
        return [self._finding(f"cra_late_{step}", Severity.WARNING, kept.worked, who=waits)]

    def _changed(self, kept: Content, now: Content) -> Finding:
        days = ", ".join(self.labels.day(day) for day in now.differing(kept))
        return self._finding("cra_changed", Severity.WARNING, abs(now.worked - kept.worked), days=days)

    def _finding(self, code: str, severity: Severity, micro_hours: int = 0, **words: object) -> Finding:
        month = self.labels.period(self.cra.period.since, self.cra.period.until)
        return findings.about_line(
            self.data, self.labels, self.cra.mission.line_id, code, severity,
            hours=quantity(micro_hours), worth=self._worth(micro_hours), consultant=self.consultant, month=month, **words,
        )  # fmt: skip

    def _worth(self, micro_hours: int) -> Decimal:
        unit = self.cra.mission.unit
        worth = self.cra.mission.rate * micro_hours / unit if unit else Decimal(0)
        return round_to(worth, self.data.digits(self.order))

    @property
    def consultant(self) -> str:
        return self.data.name("employees", self.cra.mission.consultant_id)

    @property
    def client(self) -> str:
        return self.data.name("partners", self.order.partner_id)

    @property
    def mission(self) -> str:
        return f"{self.order.name} · {self.data.line_title(self.cra.mission.line_id)}"

    @property
    def title(self) -> str:
        month = Labels(self.language).period(self.cra.period.since, self.cra.period.until)
        return self.words("cra.title", month=month, consultant=self.consultant, client=self.client)

    @property
    def language(self) -> str:
        """The client's: it is they who read it."""
        contact = self.data.rows("partners").get(self.contact_id)
        return language_of(contact.language if contact else "")

    def words(self, key: str, **values: object) -> str:
        return Labels(self.language)(key, **values)
