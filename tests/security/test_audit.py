"""What `make audit` makes of pip-audit's answer: a known hole fails, no answer is told and is no clean bill."""

import subprocess

import pytest

from tests.security import audit

KNOWN = {"name": "httpx", "version": "0.28.1", "vulns": []}
HOLE = {"name": "requests", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"], "aliases": []}]}
UNKNOWN = {"name": "typst", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([KNOWN, UNKNOWN], 0, "1 packages looked up at pypi, 0 known vulnerabilities"),
        ([KNOWN, HOLE], 1, "requests 2.0: PYSEC-1, mended in 2.1"),
        ([UNKNOWN, UNKNOWN], 0, "SKIPPED, no vulnerability service answers"),
        (None, 0, "SKIPPED, no vulnerability service answers"),
    ],
)
def test_a_known_hole_fails_and_no_answer_is_told(packages, code, said, monkeypatch, capsys):
    monkeypatch.setattr(audit, "asked", lambda service: None if packages is None else {"dependencies": packages})
    assert audit.main() == code
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "err",
    ["ERROR:pip_audit._cli:Could not connect to PyPI's vulnerability feed\nERROR:pip_audit._cli:Tip: it may be blocked",
     "Traceback (most recent call last):\n  File \nrequests.exceptions.ConnectionError: HTTPSConnectionPool(host='x')\n"],
)  # fmt: skip
def test_a_network_that_does_not_answer_is_skipped(err, monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "", err))
    assert audit.main() == 0
    assert "SKIPPED" in capsys.readouterr().out


@pytest.mark.parametrize(
    "err",
    ["ERROR:pip_audit._cli:requirements-dev.txt:3: unpinned requirement", "/usr/bin/python: No module named pip_audit",
     "Traceback (most recent call last):\nrequests.exceptions.ConnectionError: x\nDuring another:\nKeyError: 'vulns'", ""],
)  # fmt: skip
def test_a_pip_audit_that_fails_is_no_skip(err, monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1, "no json", err))
    assert audit.main() == 1
    said = capsys.readouterr().out
    assert "FAILED" in said and (err or "no json") in said
