"""The flow "CRA": the activity reports of a month, as Odoo's hours and leaves tell them. It reads; nothing is written yet."""

from dataclasses import dataclass
from datetime import date

from connectors.odoo import Odoo, OdooSettings
from flows.activity_pull import pull_activity
from flows.rights import sees_leaves
from flows.shape import RunStopped
from flows.workplace import Workplace, open_workplace
from mappings.vocabulary.period import Period
from rules.cra.activity import Activity, ActivityData, Cra, activity


@dataclass(frozen=True)
class Month:
    """The activity reports of a company's month, and what they were read from."""

    place: Workplace
    period: Period
    data: ActivityData
    activity: Activity

    def consultant(self, cra: Cra) -> str:
        """Whose report it is."""
        return self.data.name("employees", cra.mission.consultant_id)

    def client(self, cra: Cra) -> str:
        """For whom it was worked."""
        return self.data.name("partners", cra.mission.client_id)

    def sold_as(self, cra: Cra) -> str:
        """Order and line: `S00012 / Mission Data Engineer`."""
        name = self.data.line(cra.mission.line_id).name
        return f"{self.data.order_of(cra.mission.line_id).name} / {name.splitlines()[0] if name else ''}"


def cra_month(company: str, period: Period, today: date, odoo: Odoo | OdooSettings | None = None) -> Month:
    """The reports of every mission of the period; what is missing up to `today` is told.

    Raises RunStopped, OdooError or FileError with what to do. A user who does not see every leave is stopped: Odoo does not say
    that it hides them, and days of leave would look as if somebody forgot to log them.
    """
    place = open_workplace(company, odoo)
    if not sees_leaves(place.odoo):
        raise RunStopped(place.labels("run.leaves_hidden", user=place.odoo.login))
    data = pull_activity(place, period)
    policy = place.at(period.until).billing
    return Month(place, period, data, activity(data, period, today, policy, place.labels))
