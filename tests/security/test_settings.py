"""The address of Odoo is one host for all three protocols, and no refusal shows what was written."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from connectors.odoo import OdooSettings
from connectors.odoo.errors import ConfigurationError
from connectors.odoo.probe import server_version

GOOD = {"url": "https://odoo.example.com", "database": "db", "login": "bot", "key": "abcdef"}


def refused(**values: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        OdooSettings(**{**GOOD, **values})
    assert caught.value.__context__ is None and caught.value.__cause__ is None
    return str(caught.value)


HOSTS = (
    "a..b", "a" * 64, "exa mple.com", "[v1.x]", "h\\x", "h\x00x", "h\tx", "*", ".", "-", "h;x", "h|x", "xn--é", "١٢٧.0.0.1",
    "h%41", "[::1%25lo]", "\ud800", ".".join(["a" * 60] * 5), "société.example", "exam℀ple.com",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
def test_only_a_host_that_every_protocol_reads_alike_is_one(host: str) -> None:
    assert "REGIE_ODOO_URL: " in refused(url=f"https://{host}")


@pytest.mark.parametrize(
    "url", ["http://evil.example\\.localhost", "http://db.localhost", "http://localhost.", "http://127.1", "http://0"]
)
def test_plain_http_is_for_loopback_alone(url: str) -> None:
    """urllib3 reads `evil.example` in the first; a name under `.localhost` may be anybody's in a DNS."""
    assert "REGIE_ODOO_URL: " in refused(url=url)


@pytest.mark.parametrize(
    "url",
    [
        "https://h:hunter22",
        "https://[hunter22]",
        "https://u:hunter22@exam℀ple.com",
        "https://u:hunter22@h",
        "https://hunter22 x",
    ],
)
def test_a_password_in_the_address_is_not_repeated(url: str) -> None:
    assert "hunter22" not in refused(url=url)


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://ODOO.Example.com:08069/", "https://odoo.example.com:8069"),
        ("https://xn--socit-esab.example", "https://xn--socit-esab.example"),
        ("http://[::1]:8069", "http://[::1]:8069"),
        ("https://odoo_1.lan", "https://odoo_1.lan"),
    ],
)
def test_a_good_address_is_written_one_way(url: str, read: str) -> None:
    assert OdooSettings(**{**GOOD, "url": url}).url == read


@pytest.mark.parametrize("name", ["database", "login", "key"])
def test_bytes_that_are_no_text_are_told_by_the_variable(name: str) -> None:
    assert f"REGIE_ODOO_{name.upper()}: " in refused(**{name: "abc\udcffdef"})


def test_a_dot_env_that_is_no_text_is_told_by_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").write_bytes(b"REGIE_ODOO_LOGIN=bot\nREGIE_ODOO_KEY=hunter22\xff\n")
    assert ".env: line 2: is not UTF-8 text" in refused()
    assert "hunter22" not in refused()


@pytest.mark.parametrize("proxy", ["garbage://u:hunter22@h", "http://u:hunter22@[::1", "socks5://u:hunter22@h:1"])
def test_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="proxy") as caught:
        server_version(OdooSettings(**{**GOOD, "url": "https://odoo.invalid"}))
    assert "HTTPS_PROXY" in caught.value.remedy
    assert "hunter22" not in str(caught.value) + caught.value.remedy


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.text(st.characters(), max_size=30), st.sampled_from(["http", "https"]))
def test_whatever_is_written_http_never_leaves_the_machine(text: str, scheme: str) -> None:
    import httpx
    import urllib3.util

    try:
        read = OdooSettings(**{**GOOD, "url": f"{scheme}://{text}"})
    except ConfigurationError:
        return
    assert read.encrypted or read.loopback
    hosts = {
        read.host,
        httpx.URL(read.url).raw_host.decode().strip("[]"),
        (urllib3.util.parse_url(read.url).host or "").strip("[]"),
    }
    assert len(hosts) == 1
