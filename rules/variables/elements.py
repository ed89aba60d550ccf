"""Bonuses and overtime that a person decided, and business managers' variables: what is paid as an amount or in hours."""

from collections import Counter
from collections.abc import Iterable, Iterator

from mappings.vocabulary.units import to_micro, to_money
from rules.variables.data import Case, Record
from rules.variables.managers import Statement


def elements(case: Case) -> Iterator[Record]:
    """The rows of what the company file declares; of an unknown employee there is none, which is told elsewhere."""
    months = {month.month: month for month in case.months}
    seen: Counter[tuple[str, str, str]] = Counter()
    for one in case.policy.elements:
        seen[one.month, one.employee, one.code] += 1
        employee, month = case.by_number.get(one.employee), months.get(one.month)
        if employee is None or month is None:
            continue
        source = f"elements:{one.code}:{one.employee}:{seen[one.month, one.employee, one.code]}"
        if one.hours is not None:
            worth = {"kind": "OVERTIME", "quantity": to_micro(one.hours), "unit": "H"}
        else:
            worth = {"kind": "PRIME", "amount": to_money(one.amount or 0), "unit": case.data.currency}
        yield case.record(employee, month, source, code=one.code, label=one.label, **worth)


def parts_of(source: str) -> tuple[str, str, str, str]:
    """Code, employee number, place and month of a declared element's source; a code may hold a colon."""
    code, number, place, month = source.removeprefix("elements:").rsplit(":", 3)
    return code, number, place, month


def bonuses(case: Case, statements: Iterable[Statement]) -> Iterator[Record]:
    """The rows of variables to be paid or taken back; nothing where what is due was paid."""
    for one in statements:
        employee = case.by_number.get(one.employee)
        if employee is not None and one.to_pay:
            period = case.labels.period(one.period.since, one.period.until)
            yield case.record(
                employee, case.month, f"variables:{one.plan.name}:{one.employee}:{one.period.since:%Y-%m}",
                kind="PRIME", code=one.plan.code, label=case.labels("pay.variable", plan=one.plan.name, period=period),
                unit=case.data.currency, base=to_money(one.base), amount=to_money(one.to_pay),
            ) | {"regularises": one.period.month if one.period.until < case.month.since else ""}  # fmt: skip
