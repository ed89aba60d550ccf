"""What a person must look at before payroll variables go out; a critical one refuses the whole export."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Ref, Severity
from mappings.vocabulary.units import money, quantity
from rules.cra.calendar import WAITING, covers, days_of
from rules.variables.data import Case, Record
from rules.variables.elements import parts_of
from rules.variables.managers import Statement
from rules.variables.secrets import holds_secret

_NOBODY = Ref(dataset="employees", id=0, name="-")


def finding(labels: Labels, month: Period, code: str, severity: Severity, ref: Ref = _NOBODY, **words: Any) -> Finding:
    """A finding about a payroll month in the company's language; its texts may name `name`, `month` and `words`."""
    told = {"name": ref.name, "month": labels.period(month.since, month.until), **words}
    return Finding(code=code, severity=severity, record=ref, language=labels.language, words=told)


def about(case: Case, code: str, severity: Severity, ref: Ref = _NOBODY, **words: Any) -> Finding:
    """A finding about the month that is decided."""
    return finding(case.labels, case.month, code, severity, ref, **words)


def refusals(case: Case, records: Sequence[Record]) -> Iterator[Finding]:
    """Every missing or doubtful number and code at once: payroll would book the row on nobody, or on somebody else."""
    without: dict[int, set[str]] = defaultdict(set)
    for record in records:
        if not record["number"]:
            without[record["employee_id"]].add(str(record["label"]))
    for employee_id, labels in without.items():
        yield about(case, "pay_no_number", Severity.CRITICAL, _employee(case, employee_id), what=", ".join(sorted(labels)))
    yield from _shared_numbers(case, {record["number"] for record in records} - {""})
    for record in records:
        if any(holds_secret(str(record[name])) for name in ("number", "name", "code", "label")):
            yield about(case, "pay_secret", Severity.CRITICAL, _employee(case, record["employee_id"]), source=record["source"])
    for label in sorted({str(record["label"]) for record in records if not record["code"]}):
        people = sorted({str(record["name"]) for record in records if not record["code"] and record["label"] == label})
        yield about(case, "pay_no_code", Severity.CRITICAL, kind=label, who=", ".join(people))


def _shared_numbers(case: Case, numbers: set[str]) -> Iterator[Finding]:
    count = Counter(row.number for row in case.staff.values())
    for number in sorted(one for one in numbers if count[one] > 1):
        people = sorted(row.name for row in case.staff.values() if row.number == number)
        yield about(case, "pay_number_twice", Severity.CRITICAL, number=number, who=", ".join(people))


def strangers(case: Case, statements: Iterable[Statement]) -> Iterator[Finding]:
    """Numbers that the company file names and that nobody in Odoo has."""
    named = {one.employee for one in statements}
    named |= {one.employee for one in case.policy.elements if one.month == case.month.month}
    for number in sorted(named - set(case.by_number)):
        yield about(case, "pay_unknown_number", Severity.CRITICAL, number=number)


def numbers_still_had(case: Case) -> Iterator[Finding]:
    """Numbers that the company file says somebody had before, and that another has now: whose pay is meant is unknown."""
    for one in case.policy.renumbered:
        if person := case.by_number.get(one.was):
            yield about(case, "pay_number_still", Severity.CRITICAL, number=one.was, now=one.employee, who=person.name)


def waiting(case: Case) -> Iterator[Finding]:
    """Leave that is asked for and not approved: it is not exported."""
    for leave in each(case.data.leaves[case.data.leaves["state"].isin(WAITING)]):
        days = [day for day in days_of(case.month) if covers(leave, day)]
        if days and leave.employee_id in case.staff:
            ref = _employee(case, leave.employee_id)
            listed = _stretch(case, days[0], days[-1])
            yield about(case, "pay_leave_waiting", Severity.WARNING, ref, days=listed)


def overtime_waiting(case: Case) -> Iterator[Finding]:
    """Overtime that no manager approved or refused yet, an employee at a time: it is not exported."""
    hours: dict[int, int] = defaultdict(int)
    for row in each(case.data.overtime):
        if row.status == "to_approve" and case.month.since <= row.date.date() <= case.month.until:
            hours[row.employee_id] += row.hours
    for employee_id, total in hours.items():
        if total and employee_id in case.staff:
            told = case.labels.hours(quantity(total))
            yield about(case, "pay_overtime_waiting", Severity.WARNING, _employee(case, employee_id), total=told)


def without_margin(case: Case, statement: Statement, missing: Sequence[date]) -> Finding:
    """A variable that is not counted because nobody declared what it is counted on."""
    months = ", ".join(f"{month:%Y-%m}" for month in missing)
    return about(
        case, "pay_no_margin", Severity.WARNING, plan=statement.plan.name, number=statement.employee, months=months,
        period=case.labels.period(statement.period.since, statement.period.until),
    )  # fmt: skip


def paid_elsewhere(case: Case, statement: Statement, payment: Any) -> Finding:
    """A variable that may have been paid under another plan's name or another number: it would be paid again."""
    return about(
        case, "pay_paid_elsewhere", Severity.CRITICAL, plan=statement.plan.name, number=statement.employee,
        period=case.labels.period(statement.period.since, statement.period.until), was_plan=payment.plan,
        was_number=payment.employee, paid=case.labels.money(money(payment.amount), case.data.currency),
        earlier=f"{payment.month:%Y-%m}",
    )  # fmt: skip


def sent_elsewhere(case: Case, record: Record, source: str, month: date) -> Finding:
    """A declared element of a past month that may have gone out under another code or number: it would be paid again."""
    code, number, *_ = parts_of(source)
    ref = _employee(case, record["employee_id"])
    told = {
        "what": record["label"],
        "now_code": record["code"],
        "now": record["number"],
        "was_code": code,
        "was_number": number,
    }
    return about(case, "pay_sent_elsewhere", Severity.CRITICAL, ref, earlier=f"{month:%Y-%m}", **told)


def changed(case: Case, record: Record, sent: Any, now: str) -> Finding:
    """What went out with an earlier month, a row of SENT, is no longer so: a person corrects it in payroll."""
    ref, code = _employee(case, record["employee_id"]), f"{_sent(case, sent)}_differs"
    return about(
        case, code, Severity.WARNING, ref, what=record["label"], sent=sent.figure, now=now, earlier=f"{sent.month:%Y-%m}"
    )


def gone(case: Case, sent: Any) -> Finding:
    """What went out with an earlier month, a row of SENT, no longer exists in Odoo or in the company file."""
    code = f"{_sent(case, sent)}_gone"
    return about(case, code, Severity.WARNING, what=sent.source, sent=sent.figure, earlier=f"{sent.month:%Y-%m}")


def _sent(case: Case, sent: Any) -> str:
    """How findings about a month begin: one after which another went out cannot be handed in once more."""
    return "pay_settled" if (case.data.sent["month"] > sent.month).any() else "pay_sent"


def paid_since(case: Case, expense: Any, sent: Any) -> Finding:
    """An expense that went out with an earlier month, a row of SENT, is paid in Odoo too: the employee may have it twice."""
    ref = _employee(case, expense.employee_id) if expense.employee_id in case.staff else _NOBODY
    day, total = case.labels.day(expense.date.date()), case.labels.money(money(expense.total), case.data.currency)
    return about(
        case, "pay_expense_paid", Severity.WARNING, ref, what=expense.name, day=day, total=total, earlier=f"{sent.month:%Y-%m}"
    )


def notes(case: Case, records: Sequence[Record]) -> Iterator[Finding]:
    """What Odoo Community does not tell and Regie does not make up."""
    kinds = {record["kind"] for record in records}
    if "MEAL" in kinds:
        count = sum(record["kind"] == "MEAL" for record in records)
        yield about(case, "pay_whole_month", Severity.INFO, count=count)
    if "OVERTIME" not in kinds:
        yield about(case, "pay_no_overtime", Severity.INFO)
    if "ABSENCE" in kinds and any(record.get("unit") == "H" and record["kind"] == "ABSENCE" for record in records):
        hours = sum(quantity(r["quantity"]) for r in records if r["kind"] == "ABSENCE" and r["unit"] == "H")
        yield about(case, "pay_absence_in_hours", Severity.INFO, total=case.labels.hours(Decimal(hours)))


def _employee(case: Case, employee_id: int) -> Ref:
    return Ref(dataset="employees", id=employee_id, name=case.staff[employee_id].name)


def _stretch(case: Case, first: date, last: date) -> str:
    return case.labels.period(first, last)
