"""The forecast of margins over 90 days: what orders plan by mission, business manager and month, and what none covers."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from connectors.odoo import Odoo, OdooSettings
from flows.forecast_pull import pull_forecast
from flows.margin_month import MarginNames
from flows.margins_pull import names_of
from flows.margins_xlsx import book, keep
from flows.render_forecast import pages, search_rows, tables
from flows.shape import FORECAST, Report, Screen
from flows.workplace import open_workplace
from mappings.vocabulary import datasets as ds
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from rules.margin.forecast import Covered, Forecast, Slice, forecast, window


@dataclass(frozen=True)
class MarginForecast(MarginNames):
    """The forecast of a company, and what people call what it is about."""

    forecast: Forecast

    @property
    def period(self) -> Period:
        """The 90 days."""
        return self.forecast.period

    def title(self, one: Slice) -> str:
        """`S00012 / Mission Data Engineer`, the same `(sans commande)`, or `Intercontrat`."""
        if one.kind is Covered.PLANNED:
            return self.sold[one.line_id]
        return self.labels(f"margins.forecast.{one.kind}_of", mission=self.sold.get(one.line_id, ""))


def margin_forecast(
    company: str, since: date, screen: Screen, odoo: Odoo | OdooSettings | None = None, xlsx: Path | None = None
) -> tuple[Report, MarginForecast]:
    """Show the forecast of the 90 days from `since` on, and write it to an Excel file where one is named.

    Raises RunStopped, OdooError or FileError with what to do. Nothing is written in Odoo.
    """
    place = open_workplace(company, odoo, screen)
    screen.progress("read", 0, 0)
    period = window(since)
    data = pull_forecast(place, period)
    screen.progress("decide", 0, 0)
    found = forecast(data, period, place.labels)
    slices, reader = found.slices, place.reader
    made = MarginForecast(
        labels=place.labels,
        currency=data.sold.name("currencies", data.sold.company.currency_id),
        forecast=found,
        sold={one.line_id: data.sold.sold_as(one.line_id) for one in slices if one.line_id},
        employees=names_of(reader, ds.EMPLOYEES, (who for who, _ in found.times)),
        partners=names_of(reader, ds.PARTNERS, (one.client_id for one in slices if one.client_id)),
        users=names_of(reader, ds.USERS, (one.manager_id for one in slices if one.manager_id)),
    )
    report = Report(
        company=place.file.name,
        period=period,
        language=place.file.language,
        currency=made.currency,
        plan=Plan(findings=found.findings),
        document=FORECAST,
        page=pages(made),
        rows=search_rows(made),
    )
    screen.preview(report)
    if xlsx is not None:
        keep(place.labels, xlsx, book(place.labels, period.since, tables(made)))
    screen.finish(report)
    return report, made
