"""The flow "Préparer les CRA" in Prefect, on the real sandbox: its form, its months, its pages."""

import json
from datetime import date
from pathlib import Path

import pytest
from prefect.client.schemas.objects import StateType
from prefect.utilities.callables import parameter_schema

from flows.prefect_flows import prepare_cras
from sandbox.access import Access

pytestmark = [pytest.mark.prefect, pytest.mark.sandbox]


COMPANIES = Path(__file__).parents[2] / "sandbox" / "companies"


@pytest.fixture
def connected(sandbox_access: Access, monkeypatch):
    monkeypatch.setenv("REGIE_COMPANIES", str(COMPANIES))
    for name, value in sandbox_access.environment().items():
        monkeypatch.setenv(name, value)


def test_the_form_names_and_explains_every_parameter():
    properties = parameter_schema(prepare_cras).model_dump()["properties"]
    assert {name: field["title"] for name, field in properties.items()} == {
        "company": "Société",
        "month": "Mois",
        "mode": "Mode",
    }
    assert all(field["description"] for field in properties.values())
    assert properties["mode"]["default"] == "preview"


def test_a_preview_shows_the_month_and_what_would_be_written(prefect_server, connected):
    from prefect.artifacts import Artifact

    state = prepare_cras("stafforia", month="2026-10", return_state=True)
    assert (state.type, state.name) == (StateType.COMPLETED, "Aperçu")
    page = Artifact.get("stafforia-services-sas-cra").data
    for shown in ("Camille Durand", "13,5", "ven. 30", "CRA octobre 2026", "Congés payés"):
        assert shown in page
    rows = json.loads(Artifact.get("stafforia-services-sas-lignes").data)
    assert "13,5 jours travaillés" in rows[-1]["Pourquoi"]


def test_without_a_month_it_does_the_one_before_and_this_one(prefect_server, connected, monkeypatch):
    from flows import cra as plain

    asked = []
    monkeypatch.setattr(plain, "cra", lambda company, period, *_: asked.append(period.month))
    state = prepare_cras("stafforia", return_state=True)
    assert state.type is StateType.COMPLETED
    today = date.today()
    assert len(asked) == 2 and asked[1] == f"{today:%Y-%m}" and asked[0] < asked[1]
