"""Records poisoned, with what Odoo refuses and what it wrongly accepts: the others are done, each bad one named.

Forty drafts, two bad ones, or one of every kind at once. Some poison stands in Odoo itself, some is put into the plan between
the rule and the writer, where a person or another release could put it.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import flows.bill
from connectors.odoo import OdooSettings
from connectors.odoo.writer import Writer
from flows.shape import Mode, Report
from mappings.vocabulary.plan import Plan, Upsert
from mappings.vocabulary.written import Written
from sandbox.access import Access
from tests.torture import slice as orders
from tests.torture import twin
from tests.torture.family import Family, Trial
from tests.torture.runs import Around, Watched, aside
from tests.torture.stage import Stage, folder

_COMPANY = "SELECT id FROM res_company WHERE name = 'Stafforia Services SAS'"
_RECEIVABLE = (
    "SELECT min(a.id) FROM account_account a JOIN account_account_res_company_rel r ON r.account_account_id = a.id"
    f" WHERE a.account_type = 'asset_receivable' AND r.res_company_id IN ({_COMPANY})"
)
_PRODUCT = "SELECT min(id) FROM product_product WHERE default_code = '{}'"


@dataclass(frozen=True)
class Poison:
    """`values`, `line`: what is changed in a plan, from a number that `found` (SQL) gives; `before`: SQL that poisons Odoo."""

    name: str
    found: str = "SELECT 0"
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    values: Callable[[int], dict[str, Any]] = lambda number: {}
    line: Callable[[int], dict[str, Any]] = lambda number: {}
    reference: str = ""
    """The order of this client reference is the bad one, whose article Odoo holds poisoned."""


POISONS = (
    Poison("empty partner", values=lambda number: {"partner_id": 0}),
    Poison(
        "archived product",
        found=_PRODUCT.format("FRAIS-REPAS"),
        before=(f"UPDATE product_product SET active = false WHERE id = ({_PRODUCT.format('FRAIS-REPAS')})",),
        after=(f"UPDATE product_product SET active = true WHERE id = ({_PRODUCT.format('FRAIS-REPAS')})",),
        line=lambda number: {"product_id": number},
    ),
    Poison("receivable account", found=_RECEIVABLE, line=lambda number: {"account_id": number}),
    Poison(
        "locked period",
        before=(f"UPDATE res_company SET fiscalyear_lock_date = '2026-08-31' WHERE id = ({_COMPANY})",),
        after=(f"UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = ({_COMPANY})",),
        values=lambda number: {"invoice_date": date(2026, 8, 15)},
    ),
    Poison("an order line that is none (Odoo refuses)", line=lambda number: {"order_line_ids": [987_654_321]}),
    Poison(
        "a tax of another company (Odoo refuses)",
        found=f"SELECT min(id) FROM account_tax WHERE type_tax_use = 'sale' AND company_id NOT IN ({_COMPANY})",
        line=lambda number: {"tax_ids": [number]},
    ),
    Poison(
        "archived product, in Odoo",
        before=(f"UPDATE product_product SET active = false WHERE id = ({_PRODUCT.format('OWN-1')})",),
        after=(f"UPDATE product_product SET active = true WHERE id = ({_PRODUCT.format('OWN-1')})",),
        reference=orders.OWN["OWN-1"],
    ),
    Poison(
        "receivable account of the product, in Odoo",
        before=(
            "UPDATE product_template SET property_account_income_id = jsonb_build_object("
            f"({_COMPANY})::text, ({_RECEIVABLE})) WHERE default_code = 'OWN-2'",
        ),
        after=(
            "UPDATE product_template t SET property_account_income_id = b.property_account_income_id"
            " FROM kept.product_template b WHERE b.id = t.id AND t.default_code = 'OWN-2'",
        ),
        reference=orders.OWN["OWN-2"],
    ),
)
_MOMENT = frozenset({"x_regie_validated_on"})
"""When the manager validated the crowd: a moment, other in each trial."""


@dataclass(frozen=True)
class Dose:
    """What one run is poisoned with: `each` records of every kind, or the one whose article is bad."""

    poisons: tuple[Poison, ...]
    each: int
    plain: int = orders.CROWD - len(orders.OWN)
    """Of so many plain orders the hours are validated."""

    @property
    def name(self) -> str:
        return " and ".join(one.name for one in self.poisons)

    def chosen(self, plan: Plan) -> dict[str, Poison]:
        """The keys of the bad ones, among the plain orders: the same each time, so that the twin is made once."""
        marks = {one.reference: one for one in self.poisons if one.reference}
        found = {one.key: marks[mark] for one in plan.upserts if (mark := one.values.get("reference")) in marks}
        plain = sorted(one.key for one in plan.upserts if one.values.get("reference") == orders.PLAIN)
        wanted = [one for one in self.poisons if not one.reference for _ in range(self.each)]
        return found | dict(zip(random.Random(self.name).sample(plain, len(wanted)), wanted, strict=True))


DOSES = (Dose(POISONS, 1, 10), *(Dose((one,), 2) for one in POISONS))


def _bad(upsert: Upsert, poison: Poison, number: int) -> Upsert:
    first, *rest = upsert.lines
    line = first._replace(values={**first.values, **poison.line(number)})
    return upsert._replace(values={**upsert.values, **poison.values(number)}, lines=(line, *rest))


def _poisoning(dose: Dose, numbers: dict[str, int]) -> Around:
    """A run whose plan is poisoned on its way to Odoo."""

    class Poisoned(Writer):
        def push(self, plan: Plan, *given: Any, **named: Any) -> Written:
            bad = dose.chosen(plan)
            records = tuple(
                _bad(one, bad[one.key], numbers[bad[one.key].name]) if one.key in bad else one for one in plan.upserts
            )
            return super().push(plan._replace(upserts=records), *given, **named)

    @contextmanager
    def around(settings: OdooSettings, told: Counter[str]) -> Iterator[OdooSettings]:
        flows.bill.Writer = Poisoned
        yield settings

    return around


class LeavingOut(Watched):
    """Approves all but the bad ones."""

    def __init__(self, reached: Any, dose: Dose) -> None:
        super().__init__(reached)
        self._dose = dose

    def approve(self, report: Report) -> Sequence[str] | None:
        return list(self._dose.chosen(report.plan))


_TWINS: dict[str, tuple[twin.State, twin.State]] = {}


def _set_up(stage: Stage, dose: Dose) -> None:
    stage.reset()
    aside(lambda: _validate(stage.access, dose.plain))


def _validate(access: Access, plain: int) -> None:
    """The manager validates hours of the crowd."""
    here = orders.desk(access, folder("slice"))
    of = "so_line.order_id.client_order_ref"
    sheets = here.rows("account.analytic.line", [(of, "=", orders.PLAIN)], "id")[:plain]
    sheets += here.rows("account.analytic.line", [(of, "in", list(orders.OWN.values()))], "id")
    here.action("validate", "account.analytic.line", [row["id"] for row in sheets])


def _twins(stage: Stage, dose: Dose) -> tuple[twin.State, twin.State]:
    """Nothing poisoned: all but those that the poison takes, then these too."""
    if dose.name not in _TWINS:
        _set_up(stage, dose)
        stage.run(mode=Mode.APPROVE, screen=lambda reached: LeavingOut(reached, dose)).finished()
        stage.idle()
        others = stage.state()
        stage.run().finished()
        stage.idle()
        _TWINS[dose.name] = (others, stage.state())
    return _TWINS[dose.name]


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """All kinds at once, then each."""
    dose = DOSES[number % len(DOSES)]
    others, whole = _twins(stage, dose)
    _set_up(stage, dose)
    numbers = {one.name: int(stage.sql(one.found)[0][0]) for one in dose.poisons}
    for statement in (statement for one in dose.poisons for statement in one.before):
        stage.sql(statement)
    stage.sql("INSERT INTO orm_signaling_default DEFAULT VALUES")
    run = stage.run(around=_poisoning(dose, numbers)).ended()
    problems = [words for words in (run.error, run.broken) if words]
    drafts, bad = 0, dict[str, Poison]()
    if run.report and run.report.written:
        bad = dose.chosen(run.report.plan)
        drafts = len(run.report.plan.upserts)
        problems += _unnamed(run.report, list(bad))
    problems += stage.unlike(others, _MOMENT)
    for statement in (statement for one in dose.poisons for statement in one.after):
        stage.sql(statement)
    stage.sql("INSERT INTO orm_signaling_default DEFAULT VALUES")
    problems += [*stage.run().ended().wrong, *stage.unlike(whole, _MOMENT)]
    notes = Counter({"of them bad": len(bad), "drafts": drafts})
    return Trial(len(dose.poisons), notes, [f"{dose.name}: {words}" for words in problems])


def _unnamed(report: Report, bad: list[str]) -> Iterator[str]:
    """What is missing for each bad record to be named with a reason, and no other."""
    assert report.written is not None
    reasons = {one.key: one.message for one in report.written.rejected}
    for key in sorted(reasons.keys() ^ set(bad)):
        yield f"{key} is {'named though good: ' + reasons[key] if key in reasons else 'bad and not named'}"
    for key in bad:
        if not any(one.code == "rejected" and key in one.record.name and one.message for one in report.findings_after):
            yield f"no finding names {key}"


FAMILY = Family(
    name="poisoned",
    fault="5 % of records poisoned, or every kind at once, with what Odoo refuses and with what it wrongly accepts",
    checked="each bad one is named, the others equal the twin; mended, the next run does the rest",
    full=32,
    short=(0,),
    trial=trial,
)
