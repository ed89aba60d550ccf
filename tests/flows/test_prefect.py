"""The flow in Prefect: its form, its pages, its approval, and how it ends."""

import threading
import time
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from prefect import flow
from prefect.artifacts import Artifact
from prefect.client.schemas.objects import StateType
from prefect.exceptions import PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.states import Paused, Running
from prefect.utilities.callables import parameter_schema

from connectors.odoo.errors import OdooError
from flows import prefect_flows, prefect_odoo
from flows.prefect_flows import bill_the_month, in_prefect, month_margins
from flows.prefect_screen import PrefectScreen, documents, slug
from flows.shape import Mode
from mappings.vocabulary.labels import Labels
from mappings.vocabulary.period import Period
from mappings.vocabulary.plan import Plan
from tests.flows.october import PLAN, Deciding, report

pytestmark = pytest.mark.prefect

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})
KEYS = [one.key for one in PLAN.upserts]


def run(decide, mode=Mode.PREVIEW, month="2026-10", until=None, company="hydro-verte"):
    """The flow as Prefect runs it, with a stand-in for what it decides; answers its final state."""

    @flow(name="Essai")
    def essai():
        return in_prefect(decide, company, month, until, mode)

    return essai(return_state=True)


class Waiting(threading.Thread):
    """A run in a thread of its own, until it waits for a person."""

    def __init__(self, client, decide):
        super().__init__(daemon=True)
        self.name_of_run = f"essai-{uuid4()}"
        self._decide, self._client, self.state = decide, client, None
        self.start()

    def run(self):
        @flow(name="Essai", flow_run_name=self.name_of_run)
        def essai():
            return in_prefect(self._decide, "hydro-verte", "2026-10", None, Mode.APPROVE)

        self.state = essai(return_state=True)

    def paused(self):
        from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterName

        named = FlowRunFilter(name=FlowRunFilterName(any_=[self.name_of_run]))
        for _ in range(600):
            found = self._client.read_flow_runs(flow_run_filter=named)
            if found and found[0].state.type is StateType.PAUSED:
                return found[0]
            assert self.is_alive(), self.state
            time.sleep(0.1)
        raise AssertionError("never waited for a person")

    def end(self):
        self.join(60)
        return self.state


def page(key):
    return Artifact.get(f"hydro-verte-srl-{key}").data.translate(SPACES)


def test_the_form_names_and_explains_every_parameter():
    properties = parameter_schema(bill_the_month).model_dump()["properties"]
    assert {name: field["title"] for name, field in properties.items()} == {
        "company": "Société",
        "month": "Mois",
        "until": "Date de clôture",
        "mode": "Mode",
    }
    assert all(field["description"] for field in properties.values())
    assert properties["mode"]["enum"] == ["preview", "approve", "apply"]
    assert properties["mode"]["default"] == "preview"


@pytest.mark.parametrize(
    "wrong", [{"month": "2026-13"}, {"month": "octobre"}, {"mode": "post"}, {"company": ""}, {"until": "hier"}]
)
def test_a_wrong_parameter_is_refused_before_the_run(wrong):
    with pytest.raises(Exception, match=next(iter(wrong))):
        bill_the_month.validate_parameters({"company": "hydro-verte", **wrong})


def test_a_month_and_a_closing_date_are_refused_in_words(prefect_server, companies):
    deciding = Deciding()
    state = run(deciding, until=date(2026, 10, 16))
    assert (state.type, state.message) == (StateType.FAILED, "Indiquez le mois ou la date de clôture, pas les deux.")
    assert not deciding.calls


@pytest.mark.parametrize(
    ("month", "until", "since", "closed"),
    [
        ("2026-02", None, date(2026, 2, 1), date(2026, 2, 28)),
        (None, date(2026, 10, 16), date(2026, 10, 1), date(2026, 10, 16)),
    ],
)
def test_the_period_is_the_month_or_up_to_the_closing_date(prefect_server, companies, month, until, since, closed):
    deciding = Deciding()
    run(deciding, month=month, until=until)
    assert deciding.calls == [("hydro-verte", Period(since, closed), Mode.PREVIEW)]


def test_an_unknown_company_is_named_with_those_there_are(prefect_server, companies):
    state = run(Deciding(), company="hydro-bleue")
    assert state.is_failed()
    assert "hydro-bleue" in state.message and "hydro-verte (Hydro Verte SRL)" in state.message


def test_an_error_of_odoo_ends_the_run_with_its_words(prefect_server, companies):
    def refused(*_):
        raise OdooError("the key was refused")

    state = run(refused)
    assert state.is_failed() and "the key was refused" in state.message


def test_a_preview_writes_nothing_and_shows_everything(prefect_server, companies):
    deciding = Deciding()
    state = run(deciding)
    assert (state.type, state.name) == (StateType.COMPLETED, "Aperçu")
    assert state.message == "Aperçu seulement : rien n'a été écrit dans Odoo."
    assert deciding.written == []
    assert "octobre 2026" in page("a-facturer") and "| Bellevue | S00002 | 415,00 € |" in page("a-facturer")
    assert "Faire valider les heures par le responsable" in page("a-verifier")
    assert "| **Total** | **28,5 h** |" in page("heures")
    assert "<img" not in page("a-facturer") and "<img" not in page("lignes")


def test_apply_writes_and_reports(prefect_server, companies):
    deciding = Deciding()
    state = run(deciding, Mode.APPLY)
    assert deciding.written == KEYS
    assert state.name == "Écrit" and state.message.startswith("Créés : 3 ;")
    assert "| Bellevue | S00002 | 415,00 € | créé |" in page("resultat")


def test_an_approval_leaves_out_what_the_person_ticked(client, companies):
    deciding = Deciding()
    waiting = Waiting(client, deciding)
    bellevue = next(name for name, key in documents(report("Hydro Verte SRL", OCTOBER)).items() if key == KEYS[1])
    answer = {"decision": "Écrire les brouillons", "laisser_de_cote": [bellevue]}
    client.resume_flow_run(waiting.paused().id, run_input=answer)
    assert waiting.end().name == "Écrit"
    assert deciding.written == [KEYS[0], KEYS[2]]


def test_a_refusal_writes_nothing_and_says_so(client, companies):
    deciding = Deciding()
    waiting = Waiting(client, deciding)
    client.resume_flow_run(waiting.paused().id, run_input={"decision": "Ne rien écrire"})
    state = waiting.end()
    assert (state.name, deciding.written) == ("Refusé", [])
    assert "Rien n'a été écrit" in state.message


@pytest.mark.parametrize(
    "answer", [{}, {"decision": "Oui"}, {"decision": "Écrire les brouillons", "laisser_de_cote": ["Inconnu"]}]
)
def test_an_answer_that_is_none_leaves_the_run_waiting(client, companies, answer):
    deciding = Deciding()
    waiting = Waiting(client, deciding)
    waiter = waiting.paused()
    try:
        refused = client.resume_flow_run(waiter.id, run_input=answer).status != "ACCEPT"
    except PrefectHTTPStatusError:
        refused = True
    assert refused and client.read_flow_run(waiter.id).state.type is StateType.PAUSED
    client.resume_flow_run(waiter.id, run_input={"decision": "Ne rien écrire"})
    assert waiting.end().name == "Refusé" and deciding.written == []


def test_nobody_answers_and_nothing_is_written(prefect_server, companies, monkeypatch):
    monkeypatch.setattr(prefect_flows, "PrefectScreen", lambda *given: PrefectScreen(*given, wait_seconds=1))
    deciding = Deciding()
    state = run(deciding, Mode.APPROVE)
    assert (state.type, state.name, deciding.written) == (StateType.COMPLETED, "Sans réponse", [])


@pytest.mark.parametrize(
    ("month", "xlsx", "asked"),
    [
        ("2026-09", "", [(Period(date(2026, 9, 1), date(2026, 9, 30)), None, Mode.APPLY)]),
        (
            "",
            "marges.xlsx",
            [
                (Period(date(2026, 12, 1), date(2026, 12, 31)), Path("marges.xlsx"), Mode.APPLY),
                (Period(date(2027, 1, 1), date(2027, 1, 8)), None, Mode.PREVIEW),
            ],
        ),
    ],
)
def test_margins_without_a_month_are_those_of_the_last_one_and_of_this_one_up_to_today(
    prefect_server, companies, monkeypatch, month, xlsx, asked
):
    from flows import margins

    told = []
    monkeypatch.setattr(prefect_flows, "_today", lambda _: date(2027, 1, 8))
    monkeypatch.setattr(prefect_odoo, "odoo_settings", lambda: None)

    def shown(_, period, screen, odoo, file=None, mode=Mode.PREVIEW):
        told.append((period, file, mode))

    monkeypatch.setattr(margins, "margins_of_month", shown)
    assert month_margins("hydro-verte", month, xlsx, "apply", return_state=True).type is StateType.COMPLETED
    assert told == asked


@pytest.mark.parametrize("mode", [Mode.APPROVE, Mode.APPLY])
def test_nothing_to_invoice_asks_nobody_and_says_so(prefect_server, companies, mode):
    state = run(Deciding(Plan()), mode)
    assert state.name == "Rien à facturer"


def test_two_documents_of_one_name_can_be_told_apart():
    twins = Plan(upserts=(PLAN.upserts[0], PLAN.upserts[0]._replace(key="other")))
    assert list(documents(report("X", OCTOBER, plan=twins)).values()) == [KEYS[0], "other"]


@pytest.mark.parametrize(
    ("name", "key"), [("Hydro Verte SRL", "hydro-verte-srl"), ("Élan & Cie (Fr.)", "elan-cie-fr"), ("株", "societe")]
)
def test_a_company_s_name_as_an_artifact_key(name, key):
    assert slug(name) == key


@pytest.mark.parametrize(
    ("theirs", "state", "mine", "stopped"),
    [
        ("approve", Paused(), "apply", True),
        ("apply", Running(), "approve", True),
        ("approve", Paused(), "preview", False),
        ("preview", Running(), "apply", False),
        ("approve", None, "apply", False),
    ],
)
def test_a_run_stops_where_another_of_its_company_may_still_write(client, companies, theirs, state, mine, stopped):
    deciding = Deciding()

    @flow(name="Essai")
    def essai(mode: str):
        return in_prefect(deciding, "hydro-verte", "2026-10", None, Mode(mode))

    deployment = client.create_deployment(client.create_flow(essai), name=f"essai-{uuid4()}")
    other = client.create_flow_run_from_deployment(deployment, parameters={"mode": theirs}, name="la-première")
    if state is not None:
        client.set_flow_run_state(other.id, Running(), force=True)
        client.set_flow_run_state(other.id, state, force=True)
    this = client.create_flow_run_from_deployment(deployment, parameters={"mode": mine})
    if mine == "approve":
        assert stopped  # else it would wait for a person
    ended = run_flow(essai, client.read_flow_run(this.id), parameters={"mode": mine}, return_type="state")
    assert (ended.name == "Déjà en cours") is stopped
    assert bool(deciding.calls) is not stopped
    assert not stopped or "la-première" in ended.message


def test_texts_of_every_ending_exist_in_both_languages():
    for language in ("fr", "en"):
        for outcome in ("previewed", "written", "refused", "expired", "nothing", "busy"):
            assert Labels(language)(f"prefect.outcome.{outcome}")
