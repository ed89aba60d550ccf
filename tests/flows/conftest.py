"""One Prefect server for all tests of flows, with heartbeats off: each would cost a second at every flow's end."""

import pytest


@pytest.fixture(scope="session")
def prefect_server():
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_SERVER_ANALYTICS_ENABLED, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    quiet = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_SERVER_ANALYTICS_ENABLED: False}
    with temporary_settings(quiet), prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def client(prefect_server):
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def companies(tmp_path, monkeypatch):
    folder = tmp_path / "companies"
    folder.mkdir()
    (folder / "hydro-verte.yaml").write_text(
        'company: Hydro Verte SRL\ntimezone: Europe/Brussels\nschedule: {bill: "0 7 1 * *"}\n'
    )
    monkeypatch.setenv("REGIE_COMPANIES", str(folder))
    return folder
