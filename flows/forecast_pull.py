"""What a forecast is read from: missions, calendars and leaves, what orders have given, and what time cost lately."""

from datetime import timedelta

import pandas as pd

from flows.chunks import by_ids, chunks
from flows.mission_pull import pull_missions
from flows.workplace import Workplace
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.dataset import conform, each, frame
from mappings.vocabulary.period import Period
from rules.margin.forecast import DAYS, LOGGED, RECENT, SPENT, ForecastData
from rules.missions.missions import missions


def pull_forecast(place: Workplace, period: Period) -> ForecastData:
    """Everything the rule of the forecast needs about one company and the 90 days."""
    reader = place.reader
    sold = pull_missions(reader, place.company_id)
    found = missions(sold, place.at(period.since).billing)
    people = pd.Series(sorted({one.consultant_id for one in found} - {0}), dtype="int64")
    here = reader.read(ds.EMPLOYEES, [("company_id", "=", place.company_id)], archived=False)
    begin = period.since - timedelta(days=DAYS)
    around: Where = [("since", "<=", period.until), ("until", ">=", begin)]
    before: Where = [("date", "<", period.since)]
    lately: Where = [*before, ("date", ">=", begin), ("is_absence", "=", False)]
    lines = pd.Series([one.line_id for one in found], dtype="int64")
    drawn = [
        reader.totals(ds.TIMESHEETS, ["order_line_id", "qualification"], "hours", [("order_line_id", "in", ids), *before])
        for ids in chunks(lines)
    ]
    spent = [
        reader.totals(ds.TIMESHEETS, ["employee_id"], "hours", [("employee_id", "in", ids), *lately]).merge(
            reader.totals(ds.TIMESHEETS, ["employee_id"], "cost", [("employee_id", "in", ids), *lately]), on="employee_id"
        )
        for ids in chunks(people)
    ]
    return ForecastData(
        sold=sold,
        missions=found,
        attendances=reader.read(ds.ATTENDANCES),
        holidays=reader.read(ds.HOLIDAYS),
        leaves=by_ids(reader, ds.LEAVES, "employee_id", people, around),
        leave_types=reader.read(ds.LEAVE_TYPES),
        logged=conform(LOGGED, pd.concat(drawn, ignore_index=True)) if drawn else frame(LOGGED),
        spent=conform(SPENT, pd.concat(spent, ignore_index=True)) if spent else frame(SPENT),
        recent=conform(RECENT, by_ids(reader, ds.TIMESHEETS, "employee_id", people, lately, RECENT.names)),
        rates=reader.read(ds.RATES, [("date", "<=", period.since)]),
        weeks={row.id: row.calendar_id or sold.company.calendar_id for row in each(here)},
    )
