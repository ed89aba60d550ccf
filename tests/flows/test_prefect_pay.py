"""The flow "Préparer les variables de paie" in Prefect: what its pages tell, and that nobody's pay comes out."""

import logging
import re
import sqlite3
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from prefect.client.schemas.objects import StateType
from prefect.settings import PREFECT_API_DATABASE_CONNECTION_URL
from prefect.utilities.callables import parameter_schema

from connectors.odoo.errors import DataError
from flows import pay_variables as plain
from flows.pay_variables import PayReport
from flows.prefect_flows import prepare_pay
from flows.render_pay import page
from flows.run import run as run_shape
from mappings.vocabulary.labels import Labels, catalogue
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Finding, Plan, Ref, Severity, Upsert
from mappings.vocabulary.written import Document, Rejection, Written
from tests.rules.variables.office import CP, Office

pytestmark = pytest.mark.prefect

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WHO, PLACE = "Zébulon Quatrecinq", "hydro-verte-srl-variables-de-paie"
SECRETS = (WHO, "Quatrecinq", "Prime de Noël", "4321.09", "4321,09", "4 321,09", "4\u202f321,09", "4\u00a0321,09", "43210900")
"""What of the office below may stand nowhere: a name, what they are paid for, and how much, in every spelling."""


def paid(**given) -> PayReport:
    """An export with somebody's leave and bonus, and findings that quote them."""
    office = Office()
    office.staff[0]["name"] = WHO
    office.takes("2026-10-30")
    bonus = {
        "employee": "00012",
        "month": "2026-10",
        "code": "PN",
        "label": "Prime de Noël",
        "amount": "4321.09",
    }
    export = office.export(**CP, elements=[bonus])
    upsert = Upsert(
        key="__regie__.evp_1_2026_10_r1", model="pay_export",
        values={"reference": "EVP 2026-10 r1", "content": {"paid": "4321.09"}},
        reasons=(f"{WHO} : 4 321,09 €",), amount_untaxed=Decimal("4321.09"),
    )  # fmt: skip
    findings = (
        about("pay_sent_differs", 1, what="Prime de Noël", sent="PN 4321.09", now="PN 0", earlier="2026-09"),
        about("pay_leave_waiting", 2, days="30/10/2026"),
        about("pay_leave_waiting", 1, days="29/10/2026"),
    )
    told = {
        "plan": Plan(upserts=(upsert,), findings=findings),
        "files": (Document("EVP_acme_2026-10_r1.csv", "text/csv", b"4321.09"),),
    }
    return PayReport(
        company="Hydro Verte SRL", period=OCTOBER, language="fr", currency="EUR", document="pay_export", export=export,
        journal="OD", folder=Path("payroll-out/acme-2026-10"), page=page(export, (), Labels("fr"), "EUR"), **(told | given),
    )  # fmt: skip


def about(code: str, employee: int, severity: Severity = Severity.WARNING, **words: object) -> Finding:
    ref = Ref(dataset="employees", id=employee, name=WHO)
    return Finding(
        code=code, severity=severity, record=ref, language="fr", words={"name": WHO, **words}, amount=Decimal("4321.09")
    )


@pytest.fixture
def deciding(monkeypatch):
    """The flow with a stand-in for what it decides and writes."""
    for name, value in {"URL": "http://localhost:1", "DATABASE": "d", "LOGIN": "l", "KEY": "k"}.items():
        monkeypatch.setenv(f"REGIE_ODOO_{name}", value)

    def decides(report, written=None):
        def stand_in(company, month, mode, screen, folder, odoo):
            logging.getLogger("connectors.odoo.retry").error("refused: %s 4321.09", WHO)
            screen.progress("read", 0, 0)
            if isinstance(report, Exception):
                raise report
            return run_shape(mode, screen, Labels("fr"), lambda: report, lambda *_: written or Written(created=report_keys))

        report_keys = () if isinstance(report, Exception) else tuple(one.key for one in report.plan.upserts)
        monkeypatch.setattr(plain, "pay_variables", stand_in)

    return decides


@pytest.fixture(autouse=True)
def nothing_leaks(request, caplog):
    """After each test nothing of anybody's pay stands in a log line, or in any table of Prefect's database."""
    yield
    if "prefect_server" in request.fixturenames:
        assert rows_with("hydro-verte") and rows_with(*SECRETS) == []
        assert not any(secret in caplog.text for secret in SECRETS)


def rows_with(*texts: str) -> list[str]:
    """The rows of any table of Prefect's database with one of the texts."""
    place = str(PREFECT_API_DATABASE_CONNECTION_URL.value()).partition("///")[2]
    found = []
    with sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=60) as database:
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in database.execute(f'SELECT * FROM "{table}"'):
                told = " ".join(map(str, row))
                told += re.sub(r"\\u([0-9a-f]{4})", lambda sign: chr(int(sign[1], 16)), told)  # as JSON may write it
                found += [f"{table}: {told[:200]}"] if any(text in told for text in texts) else []
    return found


def shown(key: str = PLACE) -> str:
    from prefect.artifacts import Artifact

    return Artifact.get(key).data


def test_the_form_names_and_explains_every_parameter():
    properties = parameter_schema(prepare_pay).model_dump()["properties"]
    titles = {name: field["title"] for name, field in properties.items()}
    assert titles == {"company": "Société", "month": "Mois", "folder": "Dossier", "mode": "Mode"}
    assert all(field["description"] for field in properties.values())
    assert (properties["mode"]["default"], properties["folder"]["default"]) == ("preview", "payroll-out")


def test_a_preview_counts_names_files_and_says_what_blocks_of_whom_by_number(prefect_server, companies, deciding):
    deciding(paid())
    state = prepare_pay("hydro-verte", "2026-10", return_state=True)
    assert (state.type, state.name) == (StateType.COMPLETED, "Aperçu")
    said = shown()
    for text in (
        "| Lignes de paie | 2 |",
        "| Personnes | 1 |",
        "`EVP_acme_2026-10_r1.csv`",
        "« EVP 2026-10 r1 » du journal OD",
    ):
        assert text in said
    assert "| `pay_leave_waiting` | 2 | 1, 2 |" in said and "| `pay_sent_differs` | 1 | 1 |" in said
    assert "relancer le mois 2026-09" in said and "payroll-out/acme-2026-10" in said
    assert not any(secret in said for secret in SECRETS)


def test_the_approval_and_the_result_tell_no_more(client, companies, deciding, monkeypatch):
    asked = []

    def answered(*, wait_for_input, **_):
        asked.append(str(wait_for_input._description))
        return wait_for_input(decision="Écrire les brouillons")

    monkeypatch.setattr("flows.prefect_screen.pause_flow_run", answered)
    deciding(paid())
    state = prepare_pay("hydro-verte", "2026-10", mode="approve", return_state=True)
    assert state.name == "Écrit", state
    assert "EVP_acme_2026-10_r1.csv" in asked[0] and not any(secret in asked[0] for secret in SECRETS)
    said = shown("hydro-verte-srl-resultat")
    assert "Joints dans Odoo au brouillon « EVP 2026-10 r1 » du journal OD" in said and "Créés : 1" in said
    assert not any(secret in said for secret in SECRETS)


def test_what_odoo_refuses_is_told_without_its_words(prefect_server, companies, deciding):
    report = paid()
    deciding(report, Written(rejected=(Rejection(report.plan.upserts[0].key, f"{WHO} 4321.09"),)))
    state = prepare_pay("hydro-verte", "2026-10", mode="apply", return_state=True)
    assert state.type is StateType.FAILED
    said = shown("hydro-verte-srl-resultat")
    assert "`rejected`" in said and "Joints dans Odoo" not in said and not any(secret in said for secret in SECRETS)


def test_what_refuses_the_files_fails_the_run(prefect_server, companies, deciding):
    plan = Plan(findings=(about("pay_no_number", 7, Severity.CRITICAL, what="Prime de Noël"),))
    deciding(paid(plan=plan, files=()))
    state = prepare_pay("hydro-verte", "2026-10", mode="apply", return_state=True)
    assert state.type is StateType.FAILED and "ce qui l'empêche" in state.message
    assert "| `pay_no_number` | 1 | 7 |" in shown() and "Saisir le matricule" in shown()


@pytest.mark.parametrize("error", [DataError(f"{WHO}: 4321.09 is refused"), ValueError(f"{WHO} 4321.09"), KeyError("4321.09")])
def test_an_error_is_told_by_its_kind_alone(prefect_server, companies, deciding, error):
    deciding(error)
    state = prepare_pay("hydro-verte", "2026-10", return_state=True)
    assert state.type is StateType.FAILED
    assert type(error).__name__ in state.message and "regie run pay-variables" in state.message


@pytest.mark.parametrize("asked", ["hydro-verte", "Hydro Verte SRL"])
def test_a_fault_in_the_declared_bonuses_is_told_by_its_place(prefect_server, companies, asked):
    file = companies / "hydro-verte.yaml"
    file.write_text(
        f'{file.read_text()}language: de\npay_variables:\n  elements: [{{employee: "1", amount: "4321.09{WHO}"}}]\n'
    )
    state = prepare_pay(asked, "2026-10", return_state=True)
    assert state.type is StateType.FAILED
    assert "line 6: pay_variables.elements[1]" in state.message and "language" in state.message
    assert not any(secret in state.message for secret in SECRETS)


def test_log_lines_of_other_flows_go_on(prefect_server, companies, deciding):
    deciding(paid())
    before = [(logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in ("connectors", "flows")]
    prepare_pay("hydro-verte", "2026-10", return_state=True)
    assert before == [(logging.getLogger(name).handlers, logging.getLogger(name).propagate) for name in ("connectors", "flows")]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_to_do_about_a_finding_names_no_person_and_no_figure(language):
    texts = [text for key, text in catalogue(language).items() if re.fullmatch(r"finding\.pay_\w+\.remedy", key)]
    named = {field for text in texts for _, field, *_ in Formatter().parse(text) if field}
    assert texts and named <= {"month", "earlier", "revision"}
