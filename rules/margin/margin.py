"""The margins of a month: revenue less the cost of time, expenses and bench, by mission, client and business manager.

    margin = revenue - cost - expenses - bench        rate = margin / revenue, in percent
    revenue = invoiced + accrued

Cost is what the timesheets of the month say they cost, validated or not. Expenses are what was posted to expense accounts on
the missions' analytic accounts, re-billed or not: what is re-billed is in the revenue. An invoice made by hand is revenue of
the mission whose analytic account its lines have (`rules.margin.loose`). Bench (intercontrat) is time without an order line on
a project that is not billable: it is in the business manager's margin and in no mission's or client's. All rows add up to the
total, and so do all managers. Source: the issue, section 5; scenarios S6 and S7.

Example: 8,220.00 earned, 4,320.00 of time, 206.40 of expenses: 3,693.60, 44.9 %; 2,240.00 of bench: 1,453.60 for the manager.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from mappings.vocabulary.dataset import each
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding
from mappings.vocabulary.units import money, round_to
from rules.billing import findings
from rules.margin.bench import bench_managers
from rules.margin.books import MarginBooks
from rules.margin.homes import NOBODY, Homes
from rules.margin.loose import loose_revenue
from rules.margin.revenue import not_accrued, revenue

KEPT = frozenset({"closing_contract", "closing_elsewhere", "closing_loss", "closing_no_progress", "closing_old_progress"})
"""What a closing finds about revenue; its other findings are about its entries."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Before tax, in the company's currency; costs are positive."""

    revenue: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    expenses: Decimal = Decimal(0)
    bench: Decimal = Decimal(0)
    invoiced: Decimal = Decimal(0)
    """Of the revenue: what the month's invoices, less its credit notes, hold."""

    @property
    def accrued(self) -> Decimal:
        """Of the revenue: what is done and not invoiced, more than a month before; negative where older work was invoiced."""
        return self.revenue - self.invoiced

    @property
    def margin(self) -> Decimal:
        """What is left."""
        return self.revenue - self.cost - self.expenses - self.bench

    @property
    def rate(self) -> Decimal | None:
        """Percent of the revenue, rounded half up to 0.1; None where there is no revenue to compare with."""
        return round_to(self.margin * 100 / self.revenue, 1) if self.revenue > 0 else None

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.revenue + other.revenue,
            self.cost + other.cost,
            self.expenses + other.expenses,
            self.bench + other.bench,
            self.invoiced + other.invoiced,
        )


class Kind(StrEnum):
    """What a row is about: an order line; time or expenses on a project that no one line takes; somebody without a mission."""

    MISSION = "mission"
    PROJECT = "project"
    BENCH = "bench"


@dataclass(frozen=True, slots=True)
class Row:
    """One part of the whole. `record_id` is an order line, a project or an employee; ids are 0 for nobody."""

    kind: Kind
    record_id: int
    client_id: int
    manager_id: int
    figures: Figures
    project_id: int = 0
    """Of a mission: where it is worked on."""


@dataclass(frozen=True)
class Margins:
    """The month: `clients` and `managers` by id, the former without bench."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]

    @property
    def clients(self) -> dict[int, Figures]:
        """By client; their sum and the bench are the total."""
        return _sums((row.client_id, row.figures) for row in self.rows if row.kind is not Kind.BENCH)

    @property
    def managers(self) -> dict[int, Figures]:
        """By business manager; their sum is the total."""
        return _sums((row.manager_id, row.figures) for row in self.rows)

    @property
    def total(self) -> Figures:
        """Of the company."""
        return total(row.figures for row in self.rows)


def margins(books: MarginBooks, period: Period, labels: Labels) -> Margins:
    """The margins of a whole month. Pure: the same frames give the same figures."""
    homes = Homes(books)
    earned, missing = revenue(books, period, labels)
    parts: dict[tuple[Kind, int], Figures] = defaultdict(Figures)
    for line_id, one in earned.items():
        parts[Kind.MISSION, homes.of_line(line_id)] += Figures(revenue=one.amount, invoiced=one.invoiced)
    loose, untold = loose_revenue(books, labels)
    for account, amount in loose.items():
        parts[_place_of_account(homes, account)] += Figures(revenue=amount, invoiced=amount)
    for row in each(books.work_costs):
        place = _place_of_time(homes, row.order_line_id, row.project_id, row.employee_id)
        spent = -money(row.cost)
        parts[place] += Figures(bench=spent) if place[0] is Kind.BENCH else Figures(cost=spent)
    for row in each(books.spendings):
        parts[_place_of_spending(homes, row.account_id, row.order_line_id)] += Figures(expenses=-money(row.amount))
    managers = bench_managers(books.missions, period)
    rows = [_row(homes, managers, *place, figures) for place, figures in sorted(parts.items()) if figures != Figures()]
    apart = not_accrued(books, period, labels)
    told = [one for one in books.now.closing.plan.findings if not one.code.startswith("closing_") or one.code in KEPT]
    return Margins(tuple(rows), tuple(sorted([*missing, *untold, *apart, *told], key=findings.urgency)))


def total(figures: Iterable[Figures]) -> Figures:
    """The sum of parts."""
    return sum(figures, Figures())


def _place_of_time(homes: Homes, line_id: int, project_id: int, employee_id: int) -> tuple[Kind, int]:
    if homes.knows(line_id):
        return Kind.MISSION, homes.of_line(line_id)
    project = homes.projects.get(project_id)
    if line_id or (project is not None and project.billable):
        return Kind.PROJECT, project_id
    return Kind.BENCH, employee_id


def _place_of_spending(homes: Homes, account_id: int, line_id: int) -> tuple[Kind, int]:
    if homes.knows(line_id):
        return Kind.MISSION, homes.of_line(line_id)
    return _place_of_account(homes, account_id)


def _place_of_account(homes: Homes, account_id: int) -> tuple[Kind, int]:
    if home := homes.of_account(account_id):
        return Kind.MISSION, home
    return Kind.PROJECT, homes.project_of_account(account_id)


def _row(homes: Homes, managers: dict[int, int], kind: Kind, record_id: int, figures: Figures) -> Row:
    if kind is Kind.BENCH:
        return Row(kind, record_id, NOBODY, managers.get(record_id, NOBODY), figures)
    if kind is Kind.MISSION:
        order = homes.books.now.closing.data.order_of(record_id)
        return Row(
            kind, record_id, homes.client(order.partner_id), order.salesperson_id, figures, homes.project_of_line(record_id)
        )
    project = homes.projects.get(record_id)
    client = homes.client(project.partner_id) if project else NOBODY
    return Row(kind, record_id, client, homes.manager_of_project(record_id), figures)


def _sums(parts: Iterable[tuple[int, Figures]]) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(Figures)
    for key, figures in parts:
        found[key] += figures
    return dict(sorted(found.items()))
