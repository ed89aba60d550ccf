"""Deployments made from company files, and runs whose process is gone."""

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.states import Cancelling, Paused, Pending, Running

from connectors.odoo.errors import ConfigurationError
from flows.prefect_odoo import RegieOdoo, odoo_settings
from flows.prefect_watch import UNSTARTED, end_orphans, is_orphan
from mappings.company import Company, CompanyFile, Schedule
from regie import prefect_server
from regie.prefect_deploy import company_files, deploy, deployments, template
from regie.services import Service

pytestmark = pytest.mark.prefect

POOL = "regie"
WORKER = "regie-thishost"
SANDBOX = Path(__file__).parents[2] / "sandbox" / "companies"


@pytest.fixture
def started():
    """Starts processes that carry a flow run's id, as Prefect's do; ends them."""
    processes = []

    def start(run):
        environment = {**os.environ, "PREFECT__FLOW_RUN_ID": str(run.id)}
        command = [sys.executable, "-c", "print(flush=True); import time; time.sleep(600)"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        process.stdout.readline()
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def held(client, companies):
    """Makes a run of the pool that a worker of this host was given, in the state asked for."""
    deploy(company_files(companies), companies)
    deployment = client.read_deployment_by_name("Facturer le mois/Hydro Verte SRL")

    def make(state, worker=f"{WORKER}-1"):
        run = client.create_flow_run_from_deployment(deployment.id, parameters={"mode": "approve"})
        client.update_flow_run_labels(run.id, {"prefect.worker.name": worker})
        client.update_flow_run(run.id, infrastructure_pid="1")
        client.set_flow_run_state(run.id, Running(), force=True)
        client.set_flow_run_state(run.id, state, force=True)
        return client.read_flow_run(run.id)

    return make


@pytest.mark.parametrize("state", [Paused, Running])
def test_a_run_whose_process_is_gone_ends_as_crashed(client, held, started, state):
    run = held(state())
    started(run).kill()
    end_orphans(client, POOL, WORKER)
    ended = client.read_flow_run(run.id).state
    assert ended.type is StateType.CRASHED
    assert "Relancez-la" in ended.message


def test_a_run_that_was_being_cancelled_ends_as_cancelled(client, held):
    run = held(Cancelling())
    end_orphans(client, POOL, WORKER)
    assert client.read_flow_run(run.id).state.type is StateType.CANCELLED


def test_a_run_that_waits_is_left_alone_while_its_process_lives(client, held, started):
    run = held(Paused())
    process = started(run)
    assert run.id not in [ended.id for ended in end_orphans(client, POOL, WORKER)]
    assert client.read_flow_run(run.id).state.type is StateType.PAUSED
    process.kill()
    process.wait()
    assert [ended.id for ended in end_orphans(client, POOL, WORKER)] == [run.id]


def test_a_run_of_another_host_is_left_to_it(client, held):
    run = held(Paused(), worker="regie-otherhost-1")
    assert run.id not in [ended.id for ended in end_orphans(client, POOL, WORKER)]
    end_orphans(client, POOL, "regie-otherhost")


@pytest.mark.parametrize(
    ("worker", "state", "process", "age", "orphan"),
    [
        ("regie-thishost-17", Paused(), "12", timedelta(0), True),
        ("regie-thishost-2-17", Paused(), "12", timedelta(0), False),
        ("", Running(), "12", timedelta(0), False),
        ("regie-thishost-17", Pending(), None, timedelta(0), False),
        ("regie-thishost-17", Pending(), None, UNSTARTED + timedelta(seconds=1), True),
        ("regie-thishost-17", Pending(), "12", timedelta(0), True),
    ],
)
def test_whose_run_it_is_and_whether_it_should_have_a_process(worker, state, process, age, orphan):
    labels = {"prefect.worker.name": worker} if worker else {}
    run = FlowRun(flow_id=uuid4(), state=state, infrastructure_pid=process, labels=labels)
    assert is_orphan(run, WORKER, state.timestamp + age) is orphan


def test_the_demo_companies_in_prefect_yaml_are_what_their_files_say():
    listed = {(spec["entrypoint"], spec["name"]): spec for spec in template()["deployments"]}
    made = {(spec["entrypoint"], spec["name"]): spec for file in company_files(SANDBOX) for spec in deployments(file)}
    assert listed == made


def test_one_deployment_per_company_and_flow_with_its_schedule_and_timezone(client, companies):
    (companies / "sans.yaml").write_text("company: Sans Horaire / SA\n")
    standing, _ = deploy(company_files(companies), companies)
    assert standing == [
        ("bill", "Hydro Verte SRL"),
        ("accrue", "Hydro Verte SRL"),
        ("payroll_entries", "Hydro Verte SRL"),
        ("pay_variables", "Hydro Verte SRL"),
        ("cra", "Hydro Verte SRL"),
        ("margins", "Hydro Verte SRL"),
        ("bill", "Sans Horaire - SA"),
        ("accrue", "Sans Horaire - SA"),
        ("payroll_entries", "Sans Horaire - SA"),
        ("pay_variables", "Sans Horaire - SA"),
        ("cra", "Sans Horaire - SA"),
        ("margins", "Sans Horaire - SA"),
    ]
    made = client.read_deployment_by_name("Facturer le mois/Hydro Verte SRL")
    assert made.parameters == {"company": "Hydro Verte SRL"}
    assert [(one.schedule.cron, one.schedule.timezone, one.parameters) for one in made.schedules] == [
        ("0 7 1 * *", "Europe/Brussels", {"mode": "preview"})
    ]
    # A limit would crash runs that wait for approval; without the step each run would copy the worker's directory.
    assert made.global_concurrency_limit is None
    assert "prefect.deployments.steps.set_working_directory" in made.pull_steps[0]
    assert client.read_deployment_by_name("Facturer le mois/Sans Horaire - SA").schedules == []
    payroll = client.read_deployment_by_name("Reprendre l'OD de paie/Hydro Verte SRL")
    assert (payroll.parameters, payroll.schedules) == ({"company": "Hydro Verte SRL"}, [])


@pytest.mark.parametrize(
    ("flow", "told"),
    [("bill", {"mode": "preview"}), ("accrue", {"mode": "approve"}), ("cra", {"mode": "apply"}), ("margins", {})],
)
def test_a_flow_that_runs_by_itself_goes_as_far_as_nobody_need_answer_for(companies, flow, told):
    from prefect.flows import load_flow_from_entrypoint

    (companies / "own.yaml").write_text(f'company: Avec horaire\ntimezone: Asia/Tokyo\nschedule:\n  {flow}: "0 6 * * *"\n')
    [company] = [file for file in company_files(companies) if file.name == "Avec horaire"]
    [made] = [spec for spec in deployments(company) if spec["schedules"]]
    assert made["entrypoint"] == template()["definitions"][flow]["entrypoint"]
    assert made["schedules"] == [{"slug": flow, "cron": "0 6 * * *", "timezone": "Asia/Tokyo", "parameters": told}]
    load_flow_from_entrypoint(made["entrypoint"]).validate_parameters({**made["parameters"], **told})


def test_every_schedule_of_a_company_file_is_kept():
    crons = dict.fromkeys(Schedule.model_fields, "0 6 * * *")
    file = CompanyFile(Path("a.yaml"), ((date.min, Company(company="A", schedule=Schedule(**crons))),))
    assert {spec["schedules"][0]["slug"] for spec in deployments(file) if spec["schedules"]} == set(crons)


def test_deploying_again_follows_the_files_and_leaves_a_paused_schedule_paused(client, companies):
    other = companies / "other.yaml"
    other.write_text("company: Autre\n")
    deploy(company_files(companies), companies)
    before = client.read_deployment_by_name("Facturer le mois/Hydro Verte SRL")
    client.update_deployment_schedule(before.id, before.schedules[0].id, active=False)
    text = (companies / "hydro-verte.yaml").read_text()
    (companies / "hydro-verte.yaml").write_text(text.replace("0 7 1", "0 9 2"))
    other.unlink()
    _, gone = deploy(company_files(companies), companies)
    after = client.read_deployment_by_name("Facturer le mois/Hydro Verte SRL")
    assert {("bill", "Autre"), ("payroll_entries", "Autre")} <= set(gone)
    assert after.id == before.id
    assert [(one.schedule.cron, one.active) for one in after.schedules] == [("0 9 2 * *", False)]

    (companies / "hydro-verte.yaml").write_text("company: Hydro Verte SRL\n")
    deploy(company_files(companies), companies)
    assert client.read_deployment_by_name("Facturer le mois/Hydro Verte SRL").schedules == []


@pytest.mark.parametrize(
    ("flow", "name"),
    [
        ("bill", "Facturer le mois"),
        ("accrue", "Arrêter FAE et PCA"),
        ("payroll_entries", "Reprendre l'OD de paie"),
        ("pay_variables", "Préparer les variables de paie"),
        ("cra", "Préparer les CRA"),
        ("margins", "Marges du mois"),
    ],
)
def test_the_entrypoint_is_the_flow(flow, name):
    from prefect.flows import load_flow_from_entrypoint

    loaded = load_flow_from_entrypoint(template()["definitions"][flow]["entrypoint"])
    assert loaded.name == name


def test_a_block_gives_the_connection_and_hides_its_key(prefect_server, monkeypatch, caplog):
    monkeypatch.setenv("REGIE_ODOO_BLOCK", "essai-odoo")
    with pytest.raises(ConfigurationError, match="essai-odoo"):
        odoo_settings()
    block = RegieOdoo(url="http://localhost:8069", database="regie", login="regie", key="very-secret")
    block.save("essai-odoo")
    settings = odoo_settings()
    assert (settings.url, settings.database, settings.login) == ("http://localhost:8069", "regie", "regie")
    assert settings.key.get_secret_value() == "very-secret"
    assert "very-secret" not in repr(settings) + repr(block) + caplog.text


def test_without_a_block_the_environment_says_it(prefect_server, monkeypatch):
    monkeypatch.delenv("REGIE_ODOO_BLOCK", raising=False)
    for name, value in {"URL": "http://localhost:1", "DATABASE": "d", "LOGIN": "l", "KEY": "k"}.items():
        monkeypatch.setenv(f"REGIE_ODOO_{name}", value)
    assert odoo_settings().url == "http://localhost:1"


def test_a_service_is_found_by_pid_and_start_time_and_stopped_alone(tmp_path):
    service = Service("sleeper", tmp_path)
    service.start([sys.executable, "-c", "import time; time.sleep(600)"], os.environ)
    process = service.process()
    assert process is not None
    record = tmp_path / "sleeper.json"
    kept = record.read_text()
    record.write_text(kept.replace('"started": ', '"started": 1'))
    assert service.process() is None and process.is_running()
    record.write_text(kept)
    assert service.stop() and not process.is_running()
    assert not service.stop()


def test_a_service_heeds_an_interrupt_even_if_started_from_a_scripts_background(tmp_path):
    """Such a script ignores interrupts; Prefect's worker, asked to stop, interrupts itself, and would go on until killed."""
    service = Service("worker", tmp_path)
    start = (
        "import sys; from pathlib import Path; from regie.services import Service;"
        "Service('worker', Path(sys.argv[1])).start([sys.executable, '-c', sys.argv[2]], {})"
    )
    says = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    script = ["sh", "-c", """trap '' INT; exec "$@" """, "sh", sys.executable, "-c", start, str(tmp_path), says]
    subprocess.run(script, check=True, timeout=60)
    for _ in range(100):
        if service.last_words():
            break
        time.sleep(0.1)
    assert service.last_words() == "True"


def test_a_taken_port_is_told_and_nothing_is_started(tmp_path, monkeypatch, companies):
    import socket

    from mappings.vocabulary.labels import Labels

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(prefect_server.ServerError, match=f"{port}.*--port"):
            prefect_server.up(port, companies, lambda _: None, Labels("fr"))
    assert all(service.process() is None for service in prefect_server.services(port).values())
