"""Which Odoo, as whom: what is accepted, what is refused, and by which words."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.odoo import OdooSettings
from connectors.odoo.errors import ConfigurationError

GOOD = {"url": "https://odoo.example.com", "database": "db", "login": "bot", "key": "abcdef"}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "DATABASE", "LOGIN", "KEY", "PROTOCOL", "TIMEOUT", "ALLOW_HTTP", "ADMIN_LOGIN", "ADMIN_KEY"):
        monkeypatch.delenv(f"REGIE_ODOO_{name}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(ConfigurationError) as caught:
        OdooSettings()
    for name in ("REGIE_ODOO_URL", "REGIE_ODOO_DATABASE", "REGIE_ODOO_LOGIN", "REGIE_ODOO_KEY"):
        assert f"{name}: is missing" in str(caught.value)


def test_arguments_win_over_the_environment_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [
        "REGIE_ODOO_URL=https://file.example.com/",
        "REGIE_ODOO_DATABASE=file",
        "REGIE_ODOO_LOGIN=file",
        "REGIE_ODOO_KEY=k",
    ]
    (tmp_path / ".env").write_text("\n".join([*lines, "OTHER=1", "REGIE_ODOO_ADMIN_LOGIN=boss", "REGIE_ODOO_ADMIN_KEY=bk"]))
    monkeypatch.setenv("REGIE_ODOO_DATABASE", "environment")
    monkeypatch.setenv("REGIE_ODOO_LOGIN", "environment")
    read = OdooSettings(login="argument")
    assert (read.url, read.database, read.login) == ("https://file.example.com", "environment", "argument")
    admin = OdooSettings.admin()
    assert (admin.url, admin.database, admin.login) == (read.url, "environment", "boss")
    assert admin.key.get_secret_value() == "bk"
    assert OdooSettings.admin(login="x", key="y").login == "x"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("OTHER='x'\nREGIE_ODOO_URL=\"https://a.example\nREGIE_ODOO_KEY=abcdef\n", 2),  # nothing after it would be read
        ("\nREGIE_ODOO_LOGIN bot\n", 2),
        ("# a note\n\nexport REGIE_ODOO_LOGIN='bot' # and a reason\nALONE\n", 0),
    ],
)
def test_a_line_of_the_file_that_says_nothing_is_named(tmp_path: Path, text: str, line: int) -> None:
    (tmp_path / ".env").write_text(text)
    if not line:
        assert OdooSettings(**GOOD).login == "bot"
        return
    with pytest.raises(ConfigurationError, match=rf"\.env: line {line}: is neither") as caught:
        OdooSettings(**GOOD)
    assert "abcdef" not in str(caught.value)


def test_a_folder_of_the_files_name_is_none(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    assert OdooSettings(**GOOD).login == "bot"


def test_the_administrator_has_variables_of_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGIN", "of the shell")
    monkeypatch.setenv("KEY", "of the shell")
    monkeypatch.setenv("REGIE_ODOO_LOGIN", "regie")
    monkeypatch.setenv("REGIE_ODOO_KEY", "of the everyday user")
    with pytest.raises(ConfigurationError) as caught:
        OdooSettings.admin(url=GOOD["url"], database="db")
    assert "REGIE_ODOO_ADMIN_LOGIN: is missing" in str(caught.value)
    assert "REGIE_ODOO_ADMIN_KEY: is missing" in str(caught.value)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGIE_ODOO_PROTOCOL", "")
    assert OdooSettings(**GOOD).protocol == "auto"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "odoo.example.com"}, "REGIE_ODOO_URL: must start with https://"),
        ({"url": "https://bot:hunter22@odoo.example.com"}, "REGIE_ODOO_URL: must not carry a login or password"),
        ({"url": "https://odoo.example.com/odoo"}, "REGIE_ODOO_URL: must be the address alone"),
        ({"url": "https://odoo.example.com:99999"}, "REGIE_ODOO_URL: "),
        ({"url": "http://odoo.example.com"}, "REGIE_ODOO_ALLOW_HTTP=1"),
        ({"url": "http://192.168.1.5:8069"}, "REGIE_ODOO_ALLOW_HTTP=1"),
        ({"url": "http://127.0.0.1.example.com"}, "REGIE_ODOO_ALLOW_HTTP=1"),
        ({"protocol": "soap"}, "REGIE_ODOO_PROTOCOL: "),
        ({"timeout": 0}, "REGIE_ODOO_TIMEOUT: "),
        ({"timeout": "soon"}, "REGIE_ODOO_TIMEOUT: "),
        ({"database": ""}, "REGIE_ODOO_DATABASE: "),
        ({"key": ""}, "REGIE_ODOO_KEY: "),
    ],
)
def test_a_wrong_value_names_its_variable(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        OdooSettings(**{**GOOD, **wrong})
    assert told in str(caught.value)
    assert "hunter22" not in str(caught.value)
    assert "pydantic" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://localhost:8069", "http://127.0.0.1", "http://[::1]:8069", "http://127.8.8.8"])
def test_http_is_accepted_on_this_machine(url: str) -> None:
    assert OdooSettings(**{**GOOD, "url": url}).loopback


def test_http_elsewhere_must_be_allowed() -> None:
    allowed = OdooSettings(**{**GOOD, "url": "http://odoo.lan", "allow_http": True})
    assert (allowed.host, allowed.port, allowed.encrypted, allowed.loopback) == ("odoo.lan", 80, False, False)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=6))
def test_the_key_is_never_shown(key: str) -> None:
    shown = OdooSettings(**{**GOOD, "key": key})
    if key in "REGIE_ODOO_" + repr({**GOOD, "key": "*" * 10}):
        return
    for text in (repr(shown), str(shown), shown.model_dump_json()):
        assert key not in text
    for wrong in ({"protocol": key}, {"timeout": key}, {"key": [key]}, {"url": f"https://x:{key}@h"}):
        with pytest.raises(ConfigurationError) as caught:
            OdooSettings(**{**GOOD, "key": key, **wrong})
        assert key not in str(caught.value)
        assert caught.value.__context__ is None
