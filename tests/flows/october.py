"""Hydro Verte's October as a plain flow would report it: a stand-in for the deciding, to see what Prefect shows and asks."""

from decimal import Decimal

from flows.shape import Balance, Mode, Report, Screen
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Line, Plan, Ref, Severity, Upsert
from mappings.vocabulary.written import Written

NAMES = {
    ("partners", 1): "Atrium SA",
    ("partners", 2): "Bellevue",
    ("partners", 3): "Dubois | <img src=x onerror=alert(1)> [ici](http://exemple.invalid)",
    ("units", 1): "h",
    ("units", 2): "Unité",
    ("currencies", 1): "EUR",
}


def line(key: str, name: str, quantity: str, price: str, unit: int = 2) -> Line:
    values = {"name": name, "quantity": Decimal(quantity), "price_unit": Decimal(price), "unit_id": unit}
    return Line(key=key, values=values)


def draft(number: int, why: str, *lines: Line) -> Upsert:
    amount = sum((one.values["quantity"] * one.values["price_unit"] for one in lines), Decimal(0))
    values = {"partner_id": number, "origin": f"S0000{number}", "currency_id": 1}
    return Upsert(
        key=f"__regie__.inv_{number}_2026-10_n1",
        model="invoice",
        values=values,
        lines=lines,
        reasons=(why,),
        amount_untaxed=amount,
    )


PLAN = Plan(
    upserts=(
        draft(
            1,
            "Forfait d'octobre 2026 et 4 déplacements",
            line("l1", "Entretien, forfait mensuel\nOctobre 2026", "1", "180"),
            line("l2", "Déplacement", "4", "25"),
        ),
        draft(
            2, "Forfait du trimestre et un déplacement", line("l3", "Entretien", "1", "390"), line("l4", "Trajet", "1", "25")
        ),
        draft(3, "2 h validées le 20/10/2026 par Steve × 65,00 €", line("l5", "Main d'œuvre", "2", "65", unit=1)),
    ),
    findings=(
        Finding(
            code="not_validated",
            severity=Severity.CRITICAL,
            record=Ref(dataset="orders", id=9, name="S00009"),
            language="fr",
            words={"order": "S00009", "client": "Lumen", "line": "Assistance", "project": "Lumen"},
            hours=Decimal(3),
            amount=Decimal(195),
            currency="EUR",
        ),
        Finding(
            code="milestone_rounding",
            severity=Severity.INFO,
            record=Ref(dataset="orders", id=2, name="S00002"),
            language="fr",
            words={"order": "S00002", "client": "Bellevue", "line": "Entretien"},
            amount=Decimal(17),
            currency="EUR",
        ),
    ),
)


def report(company: str, period: Period, written: Written | None = None, plan: Plan = PLAN, language: str = "fr") -> Report:
    buckets = {"invoiced": Decimal(2), "included": Decimal("22"), "non_billable": Decimal("1.5"), "blocked": Decimal(3)}
    return Report(
        company=company,
        period=period,
        language=language,
        currency="EUR",
        plan=plan,
        balance=Balance(buckets, Decimal("28.5")),
        earlier=Balance({}, Decimal(0)),
        names=NAMES,
        written=written,
    )


class Deciding:
    """A plain flow that notes what it would have written."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self.calls: list[tuple[str, Period, Mode]] = []
        self.written: list[str] = []

    def __call__(self, company: str, period: Period, mode: Mode, screen: Screen, settings: object = None) -> Report:
        self.calls.append((company, period, mode))
        screen.progress("read", 0, 2)
        screen.progress("read", 2, 2)
        shown = report(company, period, plan=self.plan)
        screen.preview(shown)
        left_out = screen.approve(shown) if mode is Mode.APPROVE else () if mode is Mode.APPLY else None
        if left_out is None:
            screen.finish(shown)
            return shown
        self.written = [one.key for one in self.plan.upserts if one.key not in left_out]
        done = report(company, period, Written(created=tuple(self.written)), self.plan)
        screen.finish(done)
        return done
