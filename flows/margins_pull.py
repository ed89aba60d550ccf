"""What margins are read from: the closings at both ends of a month, and what the month cost, summed by the server."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

import pandas as pd

from connectors.odoo.reader import Reader
from flows.accrue import policies
from flows.accrue_pull import pull, spendings
from flows.chunks import by_ids, joined
from flows.mission_pull import pull_missions
from flows.workplace import Workplace
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import Dataset, conform
from mappings.vocabulary.period import Period
from rules.margin.books import WORK_COSTS, Closed, MarginBooks
from rules.margin.loose import accounts_in
from rules.missions.missions import MissionData, missions
from rules.wip.decide import decide


def pull_margins(place: Workplace, periods: Sequence[Period]) -> Iterator[MarginBooks]:
    """Everything the rule of margins needs about one company and each of these whole months, in their order.

    The end of one month is the eve of the next: of months that follow each other no closing is read twice.
    """
    sold = pull_missions(place.reader, place.company_id)
    held: dict[Period, Closed] = {}
    for period in periods:
        eve = period.since - timedelta(days=1)
        ends = (period, Period(eve.replace(day=1), eve))
        held = {end: held.get(end) or _closed(place, end) for end in ends}
        yield _month(place, period, sold, *held.values())


def _month(place: Workplace, period: Period, sold: MissionData, now: Closed, before: Closed) -> MarginBooks:
    reader = place.reader
    costs = _work_costs(reader, period)
    known = joined([now.books.billing.projects, sold.projects])
    loose = reader.read(ds.LOOSE_SALES, [("state", "=", "posted"), *_within(period)])
    named = {account for one in loose["analytic_distribution"] for account in accounts_in(one)} - set(known["account_id"])
    of_accounts = by_ids(reader, ds.PROJECTS, "account_id", pd.Series(sorted(named), dtype="int64"))
    projects = joined([known, by_ids(reader, ds.PROJECTS, "id", costs["project_id"]), of_accounts])
    return MarginBooks(
        now=now,
        before=before,
        missions=missions(sold, place.at(period.until).billing),
        work_costs=costs,
        spendings=spendings(reader, projects["account_id"], _within(period)),
        projects=projects,
        loose=loose,
    )


def names_of(reader: Reader, dataset: Dataset, ids: Iterable[int]) -> dict[int, str]:
    """What people call these records."""
    found = by_ids(reader, dataset, "id", pd.Series(sorted(set(ids)), dtype="int64"), columns=["name"])
    return dict(zip(found["id"].tolist(), found["name"].tolist(), strict=True))


def _closed(place: Workplace, period: Period) -> Closed:
    books = pull(place, period, None)
    return Closed(books, decide(books, period, policies(place, period), place.labels))


def _within(period: Period) -> Where:
    return [("date", ">=", period.since), ("date", "<=", period.until)]


def _work_costs(reader: Reader, period: Period) -> pd.DataFrame:
    by = ["order_line_id", "project_id", "employee_id"]
    return conform(WORK_COSTS, reader.totals(ds.TIMESHEETS, by, "cost", [("is_absence", "=", False), *_within(period)]))
