"""What the sandbox does before any server runs: where things go, what is refused and with which words."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sandbox import debian, packages, paths, processes, templates
from sandbox.access import Access
from sandbox.building import built, need_space
from sandbox.errors import SandboxError
from sandbox.odoo_server import check_port, free_port
from sandbox.shell import run

DEB822 = """\
# a comment
Types: deb
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(debian, "_release", lambda: {"ID": "debian", "VERSION_CODENAME": "bookworm"})
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_sid_source__deb822(apt: Path) -> None:
    (apt / "sources.list.d/debian.sources").write_text(DEB822)
    assert debian.sid_source(apt).split("\n")[:5] == [
        "Types: deb",
        "URIs: http://mirror.test/debian",
        "Suites: sid",
        "Components: main",
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg",
    ]


def test_sid_source__one_line_with_options(apt: Path) -> None:
    (apt / "sources.list.d/another.list").write_text("deb http://vendor.test/apt cloud-bookworm main\n")
    (apt / "sources.list").write_text(
        "# deb http://off.test/debian bookworm main\n"
        "deb http://mirror.test/debian-security bookworm-security main\n"
        "deb [arch=amd64 signed-by=/etc/key.gpg] http://mirror.test/debian bookworm main contrib\n"
    )
    source = debian.sid_source(apt)
    assert "URIs: http://mirror.test/debian\n" in source
    assert "Signed-By: /etc/key.gpg\n" in source


def test_sid_source__disabled_stanza_is_not_used(apt: Path) -> None:
    (apt / "sources.list.d/debian.sources").write_text(DEB822.replace("Types: deb\n", "Types: deb\nEnabled: no\n", 1))
    with pytest.raises(SandboxError, match="is a Debian archive") as caught:
        debian.sid_source(apt)
    assert "mirror" in caught.value.remedy


def test_sid_source__inline_key_is_kept_whole(apt: Path) -> None:
    key = "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc=\n -----END PGP PUBLIC KEY BLOCK-----"
    sources = DEB822.replace("Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg", key)
    (apt / "sources.list.d/debian.sources").write_text(sources)
    assert " abc=\n -----END PGP" in debian.sid_source(apt)


def test_another_system_is_told_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debian, "_release", lambda: {"ID": "ubuntu"})
    with pytest.raises(SandboxError, match="not Debian") as caught:
        debian.check_debian()
    assert "REGIE_ODOO_URL" in caught.value.remedy


def test_places__chosen_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("REGIE_CACHE", raising=False)
    assert paths.cache_root() == tmp_path / "cache/regie"
    assert paths.Places(8123).root == tmp_path / "state/regie/sandbox-8123"
    monkeypatch.setenv("REGIE_CACHE", str(tmp_path / "elsewhere"))
    assert paths.cache_root() == tmp_path / "elsewhere"


def test_a_full_disk_is_refused_before_anything_is_downloaded(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="too full") as caught:
        need_space(tmp_path, 1e9, "a sandbox")
    assert "REGIE_CACHE" in caught.value.remedy


def test_a_taken_port_is_refused_and_says_by_whom() -> None:
    port = free_port()
    code = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(SandboxError, match=rf"Port {port} is already in use by process {other.pid} ") as caught:
            check_port(port)
        other.kill()
    assert "--port" in caught.value.remedy
    check_port(port)


def test_a_failed_program_shows_its_last_words() -> None:
    with pytest.raises(SandboxError, match=r"Counting failed \(sh, exit code 3\):\nno such thing"):
        run(["sh", "-c", "echo no such thing >&2; exit 3"], "Counting")


def test_a_missing_program_is_named() -> None:
    with pytest.raises(SandboxError, match="Counting failed: no-such-program"):
        run(["no-such-program"], "Counting")


def test_built__once_for_all_who_ask_at_the_same_time(tmp_path: Path) -> None:
    built_in: list[Path] = []
    inside = threading.Event()

    def build(folder: Path) -> None:
        built_in.append(folder)
        inside.wait(5)
        (folder / "whole").touch()

    askers = [threading.Thread(target=built, args=(tmp_path / "thing", build)) for _ in range(3)]
    for asker in askers:
        asker.start()
    inside.set()
    for asker in askers:
        asker.join()
    assert len(built_in) == 1
    assert (tmp_path / "thing/whole").exists()


def test_built__what_broke_off_is_made_again_from_nothing(tmp_path: Path) -> None:
    def broken(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError

    with pytest.raises(OSError):
        built(tmp_path / "thing", broken)
    assert not (tmp_path / "thing").exists()
    built(tmp_path / "thing", lambda folder: (folder / "whole").touch())
    assert [file.name for file in (tmp_path / "thing").iterdir()] == ["whole"]


def test_access__only_its_owner_reads_it_and_no_log_shows_it(tmp_path: Path) -> None:
    access = Access(8123, "http://127.0.0.1:8123", "regie", admin_key="secret-a", bot_login="bot", bot_key="secret-b")
    access.save(tmp_path / "access.json")
    assert stat.S_IMODE((tmp_path / "access.json").stat().st_mode) == 0o600
    assert Access.read(tmp_path / "access.json") == access
    assert "secret" not in repr(access)
    assert access.environment()["REGIE_ODOO_KEY"] == "secret-b"


def test_company_key__follows_the_sources_of_the_loading_only(tmp_path: Path) -> None:
    sources = ["sandbox/companies/load.py", "mappings/odoo/provision/fields.yaml", "flows/provision.py"]
    for source in [*sources, "flows/bill.py", "sandbox/companies/__pycache__/load.pyc"]:
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_text("1")
    keys = {templates.company_key("base", tmp_path), templates.company_key("another base", tmp_path)}
    for source in sources:
        (tmp_path / source).write_text("2")
        keys.add(templates.company_key("base", tmp_path))
    assert len(keys) == 5
    (tmp_path / "flows/bill.py").write_text("2")
    (tmp_path / "sandbox/companies/__pycache__/load.pyc").write_text("2")
    assert templates.company_key("base", tmp_path) in keys


def test_stop__ends_what_was_started_and_its_children(tmp_path: Path) -> None:
    file = tmp_path / "one.pid.json"
    record = processes.start(["sh", "-c", "sleep 60 & sleep 60 & wait"], tmp_path / "log", file)
    while len(record.family()) < 3:
        pass
    processes.stop(file)
    assert not record.alive
    assert record.family() == []
    assert not file.exists()


def test_stop__ends_the_orphans_of_a_killed_one(tmp_path: Path) -> None:
    file = tmp_path / "one.pid.json"
    record = processes.start(["sh", "-c", "sleep 60 & wait"], tmp_path / "log", file)
    while len(record.family()) < 2:
        pass
    os.kill(record.pid, 9)
    while record.alive:
        pass
    assert len(record.family()) == 1
    processes.stop(file)
    assert record.family() == []


def test_stop__leaves_another_program_that_got_the_same_process_id(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"], start_new_session=True) as other:
        file = tmp_path / "one.pid.json"
        file.write_text(f'{{"pid": {other.pid}, "started": 4102444800}}')  # ours began at another time
        processes.stop(file)
        assert other.poll() is None
        other.kill()


def test_links__one_that_stays_dangling_is_named(tmp_path: Path) -> None:
    (tmp_path / "icons").mkdir()
    addon = tmp_path / "root/usr/lib/python3/dist-packages/odoo/addons/web"
    addon.mkdir(parents=True)
    (addon / "new.js").symlink_to("/nowhere/new.js")
    with pytest.raises(SandboxError, match=r"new\.js -> /nowhere/new\.js"):
        packages.repair_links(tmp_path / "root", tmp_path / "icons")
