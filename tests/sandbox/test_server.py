"""The sandbox for real: Odoo and PostgreSQL started, killed, mended, reset; two of them side by side."""

import json
import os
import re
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest

from sandbox import packages, server
from sandbox.access import Access
from sandbox.building import quiet
from sandbox.errors import SandboxError
from sandbox.paths import Places
from tests.conftest import sandbox_port

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def empty() -> Iterator[Access]:
    """A sandbox of these tests' own, without companies."""
    port = sandbox_port(20)
    yield server.reset(port, company=False)
    server.down(port, remove=True)


@pytest.fixture
def running(empty: Access) -> Access:
    """The same, running whatever the test before did to it."""
    return server.up(empty.port)


def call(access: Access, model: str, method: str, key: str = "", **arguments: Any) -> Any:
    """One JSON-2 call, by nothing but the standard library."""
    headers = {"Authorization": f"bearer {key or access.admin_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{access.url}/json/2/{model}/{method}", json.dumps(arguments).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def partner(access: Access, name: str) -> int:
    return int(call(access, "res.partner", "create", vals_list=[{"name": name}])[0])


def partners(access: Access, name: str) -> int:
    return int(call(access, "res.partner", "search_count", domain=[["name", "=", name]]))


def gone(pid: int) -> None:
    """Kill a process as nothing should, and wait until it is dead."""
    process = psutil.Process(pid)
    process.kill()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        pass


def status_of(url: str) -> int:
    with urllib.request.urlopen(url, timeout=60) as answer:
        answer.read()
        return int(answer.status)


def test_it_is_up_with_every_module_and_language(running: Access) -> None:
    found = server.status(running.port)
    assert (found.state, found.problems, found.stale) == ("up", [], False)
    modules = call(running, "ir.module.module", "search_read", domain=[["state", "=", "installed"]], fields=["name"])
    assert {"sale_timesheet", "helpdesk_mgmt_sla", "contract", "l10n_be", "l10n_fr_account"} <= {one["name"] for one in modules}
    languages = call(running, "res.lang", "search_read", domain=[], fields=["code"])
    assert {"fr_FR", "fr_BE"} <= {one["code"] for one in languages}


def test_pages_styles_and_icons_are_served(running: Access) -> None:
    with urllib.request.urlopen(f"{running.url}/web/login", timeout=120) as answer:
        page = answer.read().decode()
    files = [found for found in re.findall(r'(?:href|src)="(/[^"]+)"', page) if "/assets/" in found]
    assert files
    for file in [*files, "/my", "/web/static/src/libs/fontawesome/fonts/fontawesome-webfont.woff2"]:
        assert status_of(running.url + file) == 200


def test_links_that_odoo_makes_lead_back_to_it(running: Access) -> None:
    found = call(running, "ir.config_parameter", "search_read", domain=[["key", "=", "web.base.url"]], fields=["value"])
    assert [one["value"] for one in found] == [running.url]


def test_up_again_changes_nothing(running: Access) -> None:
    before = server.status(running.port)
    assert server.up(running.port) == running
    assert server.status(running.port) == before


def test_a_killed_odoo_is_said_and_mended(running: Access) -> None:
    kept = partner(running, "Before the kill")
    pid = server.status(running.port).odoo_pid
    assert pid
    gone(pid)
    broken = server.status(running.port)
    assert broken.state == "broken"
    assert "Odoo is not running: it was killed" in broken.problems[0]
    server.up(running.port)
    assert server.status(running.port).state == "up"
    assert call(running, "res.partner", "read", ids=[kept], fields=["name"])[0]["name"] == "Before the kill"


def test_a_killed_postgresql_is_said_and_mended_with_all_that_was_committed(running: Access) -> None:
    kept = partner(running, "Before the crash")
    pid = server.status(running.port).postgres_pid
    assert pid
    gone(pid)
    broken = server.status(running.port)
    assert broken.state == "broken"
    assert "PostgreSQL is not running" in broken.problems[0]
    server.up(running.port)
    assert server.status(running.port).state == "up"
    assert call(running, "res.partner", "read", ids=[kept], fields=["name"])[0]["name"] == "Before the crash"


def test_reset_restores_records_and_attachments_and_keeps_the_key(running: Access) -> None:
    before = call(running, "ir.attachment", "search_count", domain=[])
    partner(running, "To be forgotten")
    call(running, "ir.attachment", "create", vals_list=[{"name": "forget.txt", "raw": "some text " * 5000}])
    assert server.reset(running.port, company=False) == running
    assert partners(running, "To be forgotten") == 0
    assert call(running, "ir.attachment", "search_count", domain=[["name", "=", "forget.txt"]]) == 0
    assert call(running, "ir.attachment", "search_count", domain=[]) <= before


def test_restart_keeps_the_data(running: Access) -> None:
    partner(running, "Kept")
    pid = server.status(running.port).odoo_pid
    server.restart(running.port)
    assert server.status(running.port).odoo_pid not in (None, pid)
    assert partners(running, "Kept") == 1


def test_down_stops_all_of_it_and_up_has_the_data_again(running: Access) -> None:
    partner(running, "Overnight")
    pid = server.status(running.port).odoo_pid
    server.down(running.port)
    assert server.status(running.port).state == "down"
    assert not [one for one in psutil.process_iter() if psutil.pid_exists(one.pid) and _of_session(one.pid, pid)]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", running.port)) != 0
    server.up(running.port)
    assert partners(running, "Overnight") == 1


def _of_session(pid: int, leader: int | None) -> bool:
    try:
        return os.getsid(pid) == leader
    except ProcessLookupError:
        return False


def test_a_key_works_as_its_user_only(running: Access) -> None:
    group = server.sql(running, "SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'group_user'")[0][0]
    call(running, "res.users", "create", vals_list=[{"name": "Key", "login": "key", "group_ids": [[6, 0, [int(group)]]]}])
    key = server.make_key(running, "key")
    found = call(running, "res.users", "search_read", key, domain=[["login", "=", "key"]], fields=["login"])
    assert found[0]["login"] == "key"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        call(running, "res.users", "create", key, vals_list=[{"name": "More", "login": "more"}])


def test_a_key_for_nobody_is_refused(running: Access) -> None:
    with pytest.raises(SandboxError, match="No user has the login nobody"):
        server.make_key(running, "nobody")


def test_a_half_made_database_is_made_again(running: Access) -> None:
    partner(running, "In a half-made database")
    server.sql(running, "COMMENT ON DATABASE regie IS NULL")  # what tells a finished one
    server.down(running.port)
    server.up(running.port, company=False)
    assert partners(running, "In a half-made database") == 0


def test_a_taken_port_is_refused_before_any_work(empty: Access) -> None:
    server.down(empty.port)
    stages: list[str] = []
    with socket.create_server(("127.0.0.1", empty.port)):
        with pytest.raises(SandboxError, match=f"Port {empty.port} is already in use") as caught:
            server.up(empty.port, lambda stage, done=0, total=0: stages.append(stage))
        assert stages == []
    assert "--port" in caught.value.remedy
    assert server.up(empty.port).url == empty.url


def test_two_at_once_do_not_disturb_each_other(running: Access) -> None:
    other_port = sandbox_port(21)
    try:
        _both(lambda: server.up(other_port, company=False), lambda: server.reset(running.port, company=False))
        other = server.access(other_port)
        partner(other, "Only in the other")
        assert (partners(other, "Only in the other"), partners(running, "Only in the other")) == (1, 0)
        server.down(other_port)
        assert server.status(running.port).state == "up"
    finally:
        server.down(other_port, remove=True)
    assert server.status(other_port).state == "absent"
    assert server.status(running.port).state == "up"


def _both(*works: Callable[[], object]) -> None:
    errors: list[BaseException] = []

    def catching(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=catching, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


def test_keys_and_data_are_not_for_other_users_of_the_machine(running: Access) -> None:
    places = Places(running.port)
    for path in (places.access("regie"), places.data, places.cluster):
        assert path.stat().st_mode & 0o077 == 0


def test_packages__again_is_nothing() -> None:
    stages: list[str] = []
    assert packages.ensure(lambda stage, done=0, total=0: stages.append(stage)) == packages.ensure(quiet)
    assert stages == []
