"""What activity reports are read from: missions, and the month of their consultants."""

from connectors.odoo.reader import Reader
from flows.chunks import by_ids, joined
from flows.mission_pull import pull_missions
from flows.workplace import Workplace
from mappings.odoo.where import Where
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from rules.cra.activity import ActivityData


def pull_activity(place: Workplace, period: Period) -> ActivityData:
    """Everything the rule of activity reports needs about one company and period."""
    reader: Reader = place.reader
    sold = pull_missions(reader, place.company_id)
    within: Where = [("is_absence", "=", False), ("date", ">=", period.since), ("date", "<=", period.until)]
    sheets = joined([
        by_ids(reader, ds.TIMESHEETS, "employee_id", sold.employees["id"], within),
        by_ids(reader, ds.TIMESHEETS, "order_line_id", sold.order_lines["id"], within),
    ])  # fmt: skip
    taken: Where = [("since", "<=", period.until), ("until", ">=", period.since)]
    return ActivityData(
        **vars(sold),
        timesheets=sheets,
        attendances=reader.read(ds.ATTENDANCES),
        holidays=reader.read(ds.HOLIDAYS),
        leaves=by_ids(reader, ds.LEAVES, "employee_id", sold.employees["id"], taken),
        leave_types=reader.read(ds.LEAVE_TYPES),
    )
