"""One record in twenty poisoned, with what Odoo refuses and what it wrongly accepts: the others are done, each bad one named.

Forty drafts, two bad ones. Some poison stands in Odoo itself, some is put into the plan between the rule and the writer, where
a person or another release could put it.
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
            " FROM torture.product_template b WHERE b.id = t.id AND t.default_code = 'OWN-2'",
        ),
        reference=orders.OWN["OWN-2"],
    ),
)
BAD = 2
_MOMENT = frozenset({"x_regie_validated_on"})
"""When the manager validated the crowd: a moment, other in each trial."""


def _chosen(poison: Poison, plan: Plan) -> list[str]:
    """The keys of the bad ones, among the plain orders: the same for a poison each time, so that its twin is made once."""
    if poison.reference:
        return [one.key for one in plan.upserts if one.values.get("reference") == poison.reference]
    plain = sorted(one.key for one in plan.upserts if one.values.get("reference") == orders.PLAIN)
    return random.Random(poison.name).sample(plain, BAD)


def _bad(upsert: Upsert, poison: Poison, number: int) -> Upsert:
    first, *rest = upsert.lines
    line = first.model_copy(update={"values": {**first.values, **poison.line(number)}})
    return upsert.model_copy(update={"values": {**upsert.values, **poison.values(number)}, "lines": (line, *rest)})


def _poisoning(poison: Poison, number: int) -> Around:
    """A run whose plan is poisoned on its way to Odoo."""

    class Poisoned(Writer):
        def push(self, plan: Plan, *given: Any, **named: Any) -> Written:
            keys = _chosen(poison, plan)
            records = tuple(_bad(one, poison, number) if one.key in keys else one for one in plan.upserts)
            return super().push(plan.model_copy(update={"upserts": records}), *given, **named)

    @contextmanager
    def around(settings: OdooSettings, told: Counter[str]) -> Iterator[OdooSettings]:
        flows.bill.Writer = Poisoned
        yield settings

    return around


class LeavingOut(Watched):
    """Approves all but the bad ones."""

    def __init__(self, reached: Any, poison: Poison) -> None:
        super().__init__(reached)
        self._poison = poison

    def approve(self, report: Report) -> Sequence[str] | None:
        return _chosen(self._poison, report.plan)


_TWINS: dict[str, twin.State] = {}


def _set_up(stage: Stage) -> None:
    stage.reset()
    aside(lambda: orders.validate_crowd(stage.access, folder("slice")))


def _twin(stage: Stage, poison: Poison | None) -> twin.State:
    """Nothing poisoned: all forty, or all but those that the poison takes."""
    name = poison.name if poison else ""
    if name not in _TWINS:
        _set_up(stage)
        run = stage.run(mode=Mode.APPROVE, screen=lambda reached: LeavingOut(reached, poison)) if poison else stage.run()
        run.finished()
        stage.idle()
        _TWINS[name] = stage.state()
    return _TWINS[name]


def trial(stage: Stage, rng: random.Random, number: int) -> Trial:
    """Every poison by turns."""
    poison = POISONS[number % len(POISONS)]
    others, whole = _twin(stage, poison), _twin(stage, None)
    _set_up(stage)
    [[found]] = stage.sql(poison.found)
    for statement in poison.before:
        stage.sql(statement)
    stage.sql("INSERT INTO orm_signaling_default DEFAULT VALUES")
    run = stage.run(around=_poisoning(poison, int(found))).ended()
    problems = [words for words in (run.error, run.broken) if words]
    drafts = 0
    if run.report and run.report.written:
        keys = _chosen(poison, run.report.plan)
        drafts = len(run.report.plan.upserts)
        problems += _unnamed(run.report, keys)
    problems += stage.unlike(others, _MOMENT)
    for statement in poison.after:
        stage.sql(statement)
    stage.sql("INSERT INTO orm_signaling_default DEFAULT VALUES")
    problems += [*stage.run().ended().wrong, *stage.unlike(whole, _MOMENT)]
    return Trial(1, Counter({"drafts": drafts}), [f"{poison.name}: {words}" for words in problems])


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
    fault="5 % of records poisoned, with what Odoo refuses and with what it wrongly accepts",
    checked="each bad one is named, the other 95 % equal the twin; mended, the next run does the rest",
    full=16,
    short=1,
    trial=trial,
)
