"""The forecast as it is shown: pages, the JSON document, the Excel file, and the flow in Prefect."""

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from prefect.artifacts import Artifact

from flows import forecast as plain
from flows import render
from flows.forecast import MarginForecast
from flows.margins_xlsx import book
from flows.period import PeriodError, first_day
from flows.prefect_flows import month_margins
from flows.render_forecast import forecast_document, pages, search_rows, tables
from flows.shape import FORECAST, Report
from mappings.vocabulary.labels import LANGUAGES, Labels
from mappings.vocabulary.plan import Plan
from rules.margin.forecast import Forecast, window
from tests.rules.margin.test_forecast import SINCE, UNTIL_22_JANUARY, camille

D = Decimal
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
FORMULA = '=HYPERLINK("http://example.com";"Data | Engineer")'


def made(language: str = "fr") -> MarginForecast:
    return MarginForecast(
        labels=Labels(language), currency="EUR", forecast=camille().ahead(**UNTIL_22_JANUARY), sold={1: FORMULA},
        employees={1: "Camille"}, partners={1: "[Clientis](http://y)"}, users={90: "<b>Claire"},
    )  # fmt: skip


def report(one: MarginForecast) -> Report:
    return Report(
        company="Stafforia", period=one.period, language="fr", currency="EUR", plan=Plan(findings=one.forecast.findings),
        document=FORECAST, page=pages(one), rows=search_rows(one),
    )  # fmt: skip


def test_the_page_says_days_revenue_cost_and_margin_by_month_and_what_is_not_covered() -> None:
    page = pages(made()).translate(SPACES)
    assert "| 19,5 | 11 700,00 € | 6 240,00 € | 0,00 € | 5 460,00 € | 46,7 % |" in page
    assert "jours épuisés" in page and "| Intercontrat | Camille |" in page and "marge de 9 820,00 €" in page
    assert "| novembre 2026 | Camille | 21 | 1 | 0,5 | 19,5 | 0 | 0 | 0 |" in page
    assert "| janvier 2027 | Camille | 21 | 1 | 0 | 10 | 5 | 5 | 0 |" in page
    assert "](http" not in page and "<b>" not in page
    assert "9 820,00 €" in render.proposed(report(made())).translate(SPACES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_excel_file_holds_numbers_and_runs_no_text(language: str) -> None:
    one = made(language)
    content = book(one.labels, SINCE, tables(one))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = "\n".join(parts.read(name).decode() for name in parts.namelist())
    assert "<v>19.5</v>" in xml and "<v>5460</v>" in xml and "<f>" not in xml and "HYPERLINK" in xml
    assert content == book(one.labels, SINCE, tables(one)) and one.labels("margins.coverage") in xml


def test_the_document_has_exact_figures() -> None:
    found = forecast_document(report(made()), made())
    [november] = [one for one in found["forecast"]["missions"] if one["month"] == "novembre 2026"]
    assert (november["days"], november["revenue"], november["margin"], november["rate"]) == (
        "19.50",
        "11700.00",
        "5460.00",
        "46.7",
    )
    assert found["forecast"]["total"]["margin"] == "9820.00"
    assert {one["code"] for one in found["findings"]} == {"forecast_runs_out", "forecast_bench"}


def test_nobody_with_a_mission_is_said() -> None:
    none = Forecast(window(SINCE), (), {}, ())
    nothing = MarginForecast(
        labels=Labels("fr"), currency="EUR", forecast=none, sold={}, employees={}, partners={}, users={}
    )  # fmt: skip
    assert pages(nothing) == Labels("fr")("margins.forecast.none")


@pytest.mark.parametrize(
    ("month", "first"), [("2026-10", date(2026, 11, 1)), ("2026-12", date(2027, 1, 1)), (None, date(2026, 11, 27))]
)
def test_it_begins_after_the_month_else_tomorrow(month: str | None, first: date) -> None:
    assert first_day(month, date(2026, 11, 26), Labels("fr")) == first


def test_what_is_no_month_is_refused() -> None:
    with pytest.raises(PeriodError):
        first_day("2026-13", date(2026, 11, 26), Labels("fr"))


@pytest.mark.prefect
def test_in_prefect_the_forecast_is_a_page_and_a_table(prefect_server, monkeypatch) -> None:
    monkeypatch.setattr(plain, "margin_forecast", lambda company, since, screen, *_: screen.preview(report(made())))
    monkeypatch.setenv("REGIE_COMPANIES", "sandbox/companies")
    for name, value in {"URL": "http://localhost:1", "DATABASE": "d", "LOGIN": "l", "KEY": "k"}.items():
        monkeypatch.setenv(f"REGIE_ODOO_{name}", value)
    state = month_margins("stafforia", "2026-10", forecast=True, mode="apply", return_state=True)
    assert state.is_completed()
    assert "9 820,00 €" in Artifact.get("stafforia-services-sas-prevision").data.translate(SPACES)
    assert "19,5" in Artifact.get("stafforia-services-sas-lignes").data
