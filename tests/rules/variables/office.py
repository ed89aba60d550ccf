"""A small office for the rules of payroll variables: a week of 35 hours, employees with numbers, what they take and spend."""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from mappings.vocabulary import datasets as ds
from mappings.vocabulary import pay_frames as pf
from mappings.vocabulary.dataset import each, frame
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.pay_policy import PayPolicy
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import money, quantity, to_micro, to_money
from rules.cra.calendar import Calendars
from rules.margin.margin import Figures, Kind, Row
from rules.variables.data import PayData
from rules.variables.decide import Export, decide
from rules.variables.margins import margin_bases
from rules.variables.memory import memory, recalled

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
CAMILLE, JULIEN = 1, 2
CP = {"leaves": [{"leave": "Congés payés", "code": "CP"}]}


@dataclass
class Office:
    """Its rows; `export` decides a month and remembers it, as Odoo does once the files went out."""

    staff: list[dict[str, Any]] = field(default_factory=lambda: [
        {"id": CAMILLE, "name": "Camille Durand", "number": "00012", "calendar_id": 1, "active": True},
        {"id": JULIEN, "name": "Julien Roussel", "number": "00015", "calendar_id": 1, "active": True},
    ])  # fmt: skip
    week: list[tuple[int, int, str]] = field(
        default_factory=lambda: [(1, day, part) for day in range(5) for part in ("morning", "afternoon")]
    )
    leaves: list[dict[str, Any]] = field(default_factory=list)
    holidays: list[dict[str, Any]] = field(default_factory=list)
    expenses: list[dict[str, Any]] = field(default_factory=list)
    overtime: list[dict[str, Any]] = field(default_factory=list)
    bases: list[dict[str, Any]] = field(default_factory=list)
    legal_leave_id: int = 0
    left: dict[str, str] = field(default_factory=dict)
    unpriced: dict[date, list[Finding]] = field(default_factory=dict)

    def takes(self, since: str, until: str = "", employee: int = CAMILLE, **values: Any) -> dict[str, Any]:
        days = {"since": pd.Timestamp(since), "until": pd.Timestamp(until or since)}
        told = {"employee_id": employee, "type_id": 1, "state": "validate", **days, **values}
        self.leaves.append({"id": len(self.leaves) + 1, **told})
        return self.leaves[-1]

    def closed(self, day: str) -> None:
        at = {"since": pd.Timestamp(day), "until": pd.Timestamp(day)}
        self.holidays.append({"id": len(self.holidays) + 1, "name": "Férié", **at})

    def spends(self, day: str, total: Any, employee: int = CAMILLE, **values: Any) -> None:
        told = {"state": "approved", "paid_by": "employee", "name": "Train", "product_id": 1, **values}
        told.setdefault("due", to_money(total) if told["state"] == "posted" else 0)
        whose = {"id": len(self.expenses) + 1, "employee_id": employee}
        self.expenses.append({**whose, "date": pd.Timestamp(day), "total": to_money(total), **told})

    def stays(self, day: str, hours: Any, rate: Any = "1.25", status: str = "approved", employee: int = CAMILLE) -> None:
        told = {"employee_id": employee, "date": pd.Timestamp(day), "status": status}
        self.overtime.append({"id": len(self.overtime) + 1, "hours": to_micro(hours), "rate": to_micro(rate), **told})

    def invoices(self, month: str, amount: Any, number: str = "00015", origin: str = "F1") -> None:
        self.bases.append({
            "employee": number, "basis": "revenue_invoiced", "month": pd.Timestamp(f"{month}-01"),
            "amount": to_money(amount), "origin": origin,
        })  # fmt: skip

    def earns(self, month: str, *missions: tuple[str, Figures], number: str = "00015") -> None:
        """What a business manager's missions left of a month that is worked out; none: a month without any."""
        rows = [(Row(Kind.MISSION, place, 1, 70, figures), name) for place, (name, figures) in enumerate(missions, 1)]
        self.bases += each_as_dict(margin_bases({date.fromisoformat(f"{month}-01"): rows}, {70: number}))

    def export(self, month: Period = OCTOBER, *, keep: bool = True, language: str = "fr", **policy: Any) -> Export:
        decided = PayPolicy.model_validate(policy)
        sent, paid = recalled(self.left.values(), decided)
        made = decide(self._data(sent, paid), month, decided, lambda day: decided.plans, Labels(language))
        if keep and not made.refused:
            self.left[month.month] = json.dumps(memory(made, month.month, "digest"))
        return made

    def calendars(self) -> Calendars:
        data = self._data(frame(pf.SENT), frame(pf.PAID))
        return Calendars(data.attendances, data.holidays, data.leaves, data.leave_types)

    def _data(self, sent: pd.DataFrame, paid: pd.DataFrame) -> PayData:
        begins = {"morning": to_micro(8.5), "afternoon": to_micro(13)}
        week = [
            {"id": place, "calendar_id": calendar, "weekday": str(day), "part": part, "begins": begins[part],
             "ends": begins[part] + to_micro(3.5)}
            for place, (calendar, day, part) in enumerate(self.week, 1)
        ]  # fmt: skip
        return PayData(
            staff=frame(pf.STAFF, self.staff),
            attendances=frame(ds.ATTENDANCES, week),
            holidays=frame(ds.HOLIDAYS, self.holidays),
            leaves=frame(ds.LEAVES, self.leaves),
            leave_types=frame(ds.LEAVE_TYPES, [{"id": 1, "name": "Congés payés"}, {"id": 2, "name": "Maladie"}]),
            overtime=frame(ds.OVERTIME, self.overtime),
            expenses=frame(ds.EXPENSES, self.expenses),
            products=frame(ds.PRODUCTS, [{"id": 1, "code": "FRAIS-TRAIN"}, {"id": 2, "code": "FRAIS-REPAS"}]),
            bases=frame(pf.BASES, self.bases),
            paid=paid,
            sent=sent,
            calendar_id=1,
            currency="EUR",
            legal_leave_id=self.legal_leave_id,
            unpriced=self.unpriced,
        )


def rows(made: Export, kind: str, *columns: str) -> list[tuple[Any, ...]]:
    """The records of a kind; days as ISO, figures as numbers."""
    return [tuple(_plain(name, getattr(row, name)) for name in columns) for row in each(made.records) if row.kind == kind]


def codes(made: Export) -> list[str]:
    """Findings but the notes on what Odoo does not tell."""
    return [one.code for one in made.findings if one.code not in ("pay_no_overtime", "pay_whole_month")]


def each_as_dict(data: pd.DataFrame) -> list[dict[str, Any]]:
    return [row._asdict() for row in each(data)]


def _plain(name: str, value: Any) -> Any:
    if name in ("amount", "base"):
        return money(value)
    if name == "quantity":
        return quantity(value)
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
