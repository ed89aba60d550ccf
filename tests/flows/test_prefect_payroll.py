"""The flow "Reprendre l'OD de paie" in Prefect: its form, and how it ends."""

from datetime import date
from decimal import Decimal

import pytest
from prefect.client.schemas.objects import StateType
from prefect.utilities.callables import parameter_schema

from flows import payroll_entries as plain
from flows import render
from flows.prefect_flows import take_over_payroll
from flows.prefect_screen import documents
from flows.shape import Mode, Report
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Line, Plan, Ref, Severity, Upsert
from tests.payroll_files import fec

pytestmark = pytest.mark.prefect

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
ENTRY = Upsert(
    key="__regie__.payroll_3_2026_10",
    model="entry",
    values={"date": date(2026, 10, 31), "reference": "OD-PAIE 2026-10 abc", "company_id": 3},
    lines=(
        Line(key="k1", values={"account_id": 1, "name": "Salaires", "debit": Decimal(5), "credit": Decimal(0)}),
        Line(key="k2", values={"account_id": 2, "name": "Net *à payer*", "debit": Decimal(0), "credit": Decimal(5)}),
    ),
    reasons=("paie.txt",),
    amount_untaxed=Decimal(5),
)
UNKNOWN = Finding(
    code="payroll_unknown_account", severity=Severity.CRITICAL, record=Ref(dataset="payroll_file", id=2, name="paie.txt"),
    language="fr", words={"account": "641999", "odoo": "641999", "lines": "2"}, amount=Decimal(5), currency="EUR",
)  # fmt: skip


@pytest.fixture
def deciding(monkeypatch):
    """The flow with a stand-in for what it decides; what it was told."""
    told = []

    def decides(plan):
        def stand_in(company, path, month, mode, screen, odoo):
            told.append((company, str(path), month, mode))
            names = {("accounts", 1): "641100 Salaires", ("accounts", 2): "421000 Personnel"}
            report = Report("Hydro Verte SRL", OCTOBER, "fr", "EUR", plan, document="entry", names=names)
            screen.preview(report)
            if mode is Mode.APPROVE:
                screen.approve(report)
            screen.finish(report)
            return report

        monkeypatch.setattr(plain, "payroll_entries", stand_in)
        return told

    for name, value in {"URL": "http://localhost:1", "DATABASE": "d", "LOGIN": "l", "KEY": "k"}.items():
        monkeypatch.setenv(f"REGIE_ODOO_{name}", value)
    return decides


def test_the_form_names_and_explains_every_parameter():
    properties = parameter_schema(take_over_payroll).model_dump()["properties"]
    titles = {name: field["title"] for name, field in properties.items()}
    assert titles == {"company": "Société", "file": "Fichier", "month": "Mois", "mode": "Mode"}
    assert all(field["description"] for field in properties.values())
    assert properties["mode"]["default"] == "preview"


@pytest.mark.parametrize("wrong", [{"month": "octobre"}, {"file": ""}, {"mode": "post"}])
def test_a_wrong_parameter_is_refused_before_the_run(wrong):
    with pytest.raises(Exception, match=next(iter(wrong))):
        take_over_payroll.validate_parameters({"company": "hydro-verte", "file": "paie.txt", **wrong})


def test_a_preview_shows_the_entry(prefect_server, companies, deciding):
    from prefect.artifacts import Artifact

    told = deciding(Plan(upserts=(ENTRY,)))
    state = take_over_payroll("hydro-verte", "paie.txt", month="2026-10", return_state=True)
    assert (state.type, state.name) == (StateType.COMPLETED, "Aperçu")
    assert told == [("hydro-verte", "paie.txt", OCTOBER, Mode.PREVIEW)]
    shown = Artifact.get("hydro-verte-srl-a-reprendre").data
    assert "641100 Salaires" in shown and "Net \\*à payer\\*" in shown and "OD" in shown


def test_a_file_that_is_refused_ends_the_run_as_failed(prefect_server, companies, deciding):
    deciding(Plan(findings=(UNKNOWN,)))
    state = take_over_payroll("hydro-verte", "paie.txt", return_state=True)
    assert state.type is StateType.FAILED
    assert "Points à corriger : 1" in state.message


def test_nothing_to_approve(prefect_server, companies, deciding):
    told = deciding(Plan())
    state = take_over_payroll("hydro-verte", "paie.txt", mode="approve", return_state=True)
    assert (state.type, state.name) == (StateType.COMPLETED, "Rien à écrire")
    assert told[0][2:] == (None, Mode.APPROVE)


def test_a_file_that_cannot_be_read_ends_the_run_in_words(prefect_server, companies, tmp_path, monkeypatch):
    monkeypatch.setenv("REGIE_ODOO_URL", "http://localhost:1")
    for name in ("DATABASE", "LOGIN", "KEY"):
        monkeypatch.setenv(f"REGIE_ODOO_{name}", "x")
    state = take_over_payroll("hydro-verte", str(tmp_path / "rien.txt"), return_state=True)
    assert (state.type, state.message) == (StateType.FAILED, "rien.txt : ce fichier n'existe pas.")
    (tmp_path / "paie.txt").write_text(fec())
    state = take_over_payroll("hydro-verte", str(tmp_path / "paie.txt"), month="2199-01", return_state=True)
    assert state.type is StateType.FAILED and "2199" in state.message


def test_a_person_picks_an_entry_by_its_reference_and_sees_its_lines():
    names = {("accounts", 1): "641100 Salaires", ("accounts", 2): "421000 Personnel"}
    report = Report("Hydro Verte SRL", OCTOBER, "fr", "EUR", Plan(upserts=(ENTRY,)), document="entry", names=names)
    (name,) = documents(report)
    assert name.startswith("OD-PAIE 2026-10 abc · 5,00")
    first, second = render.line_rows(report)
    assert (first["Compte"], first["Libellé"], first["Crédit"]) == ("641100 Salaires", "Salaires", "")
    assert (second["Débit"], second["Libellé"]) == ("", "Net \\*à payer\\*")
    assert "Net \\*à payer\\*" in render.proposals(report)
    assert "HT" not in render.in_short(report) + render.summary(report)
