"""Runs a case through the real entry points, in this process, and judges what a person would see.

The address of Odoo is a recorder on loopback that says it is an Odoo 19 and knows no key; no other host has an address.
"""

import io
import json
import os
import re
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

from connectors.odoo import retry
from regie import cli
from tests.fuzz.case import KEY, Case, Outcome
from tests.fuzz.form import said

MESSAGE = {
    "company file": re.compile(r"acme\.yaml: (line \d+: |is empty|is larger|cannot be read)|no company file for 'acme'"),
    "environment": re.compile(r"REGIE_(ODOO_[A-Z_]+|COMPANIES|LANGUAGE)|proxy|regie up"),
    ".env file": re.compile(r"\.env: (line \d+: )?|REGIE_ODOO_[A-Z_]+"),
    "command line": re.compile(r"--(company|month|until|nope|known-on|xlsx|to|forecast)|Missing option|"
                               r"No such (option|command)|unexpected extra arg|requires an argument|no company file|"
                               r"Mois incorrect|clôtur|Usage|^.+ : (ce|ne|le|des|ligne|dépasse) "),
    "payroll profile": re.compile(r"own\.yaml: (line \d+: |is empty|is larger|cannot be read)"),
    "payroll file": re.compile(r"paie\.txt : "),
    "flow parameters": re.compile(r"company|month|until|mode|nope|known_on|file:|folder|xlsx|forecast|Mois|mois|clôtur|"
                                  r"^.+ : (ce|ne|le|des|ligne|dépasse) "),
}  # fmt: skip
"""What a clear message names, by kind of input: file and line, or the setting."""
READING = re.compile(rb"^(GET|POST) (/web/version|/json/2/res\.users/(context_get|read)|/jsonrpc|/xmlrpc/2/common) ")
REFUSED = re.compile(r"refuse|refuses|key|JSON-2|AuthenticationError")
LONGEST = 8_000
"""Characters of a message: a file may have forty faults, each is told; and what was typed may be shown again."""
PATIENCE = 10
"""Seconds of processor time for one input, so that a busy machine fails nothing; the first flow imports Prefect in two."""
_GETADDRINFO = socket.getaddrinfo


class Stage:
    """A directory to work in and a recorder to speak to, for any number of cases."""

    def __init__(self) -> None:
        from tests.connectors.loopback import Loopback

        self._folder = Path(tempfile.mkdtemp(prefix="regie-fuzz-"))
        self._recorder = Loopback(_odoo)
        self._before = Path.cwd()

    def __enter__(self) -> "Stage":
        self._recorder.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._recorder.__exit__()
        os.chdir(self._before)
        shutil.rmtree(self._folder, ignore_errors=True)

    def play(self, case: Case) -> Outcome:
        """Run one case and judge it."""
        self._recorder.received.clear()
        self._lay_out(case.files)
        before = self._contents()
        begun = time.process_time()
        with self._surroundings(case.environment):
            code, output = _command(case.arguments) if case.parameters is None else _flow(case.flow, case.parameters)
        took = time.process_time() - begun
        fault = _judged(case, code, output, self._recorder.received)
        if not fault and self._contents() != before:
            fault = "it wrote a file"
        if not fault and took > PATIENCE:
            fault = "it took too long"
        ending = "valid" if self._recorder.received else "helped" if code == 0 else "refused"
        return Outcome(ending, fault, output)

    def _lay_out(self, files: Mapping[str, bytes]) -> None:
        os.chdir(self._before)
        shutil.rmtree(self._folder, ignore_errors=True)
        for name, content in files.items():
            path = self._folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        os.chdir(self._folder)

    def _contents(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in self._folder.rglob("*") if path.is_file()}

    @contextmanager
    def _surroundings(self, environment: Mapping[str, str]) -> Iterator[None]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("REGIE_", "XDG_")) and "PROXY" not in name.upper()
        }
        ours = {"HOME": str(self._folder), "REGIE_ODOO_URL": self._recorder.url} | dict(environment)
        if Path(".env").exists():
            ours.pop("REGIE_ODOO_URL")
        administrator = {
            name.replace("ODOO_", "ODOO_ADMIN_"): value for name, value in ours.items() if name.endswith(("LOGIN", "KEY"))
        }
        with (
            mock.patch.dict(os.environ, kept | administrator | ours, clear=True),
            mock.patch.object(retry, "pause", lambda seconds: None),
            mock.patch.object(socket, "getaddrinfo", _loopback_only),
        ):
            yield


def _command(arguments: tuple[str, ...]) -> tuple[int | str, str]:
    """Exit code and everything shown by `regie <arguments>`; the kind of an exception that got through, for a code."""
    code: int | str = 0
    with _captured() as shown, mock.patch.object(sys, "argv", ["regie", *arguments]):
        try:
            cli.main()
        except SystemExit as exit_:
            code = exit_.code if isinstance(exit_.code, int) else 1
        except BaseException as error:
            code = f"{type(error).__name__}: {error}"
    return code, shown()


def _flow(flow: str, parameters: Mapping[str, Any]) -> tuple[int | str, str]:
    """As `_command`; a flow that no Odoo lets in never ends well."""
    with _captured() as shown:
        try:
            message, code = said(flow, parameters), 1
        except BaseException as error:
            message, code = "", f"{type(error).__name__}: {error}"
    return code, shown() + message


@contextmanager
def _captured() -> Iterator[Callable[[], str]]:
    """Standard output and error as a terminal has them: UTF-8, where only errors may hold what is none."""
    out = io.TextIOWrapper(io.BytesIO(), "utf-8", "strict", write_through=True)
    err = io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", write_through=True)
    with redirect_stdout(out), redirect_stderr(err):
        yield lambda: b"".join(stream.buffer.getvalue() for stream in (out, err)).decode("utf-8", "replace")  # type: ignore[attr-defined]


def _judged(case: Case, code: int | str, output: str, received: list[bytes]) -> str:
    """What is wrong, or ""."""
    named = REFUSED if received else MESSAGE[case.kind]
    checks: dict[str, bool] = {
        f"an exception got through: {str(code)[:200]}": isinstance(code, str),
        "a traceback, or a fault of Regie": "Traceback" in output or "fault of Regie" in output,
        "a key or a password is shown": KEY in output or "hunter2" in output,
        "more than a login was asked": not all(map(READING.match, received)),
        "a message longer than a screen": len(output) > LONGEST + 2 * len(str(case.arguments)),
        "it seemed to work": code == 0 and "Usage:" not in output,
        "the message names neither file and line nor setting": code != 0 and not named.search(output),
    }
    return next((fault for fault, holds in checks.items() if holds), "")


def _loopback_only(host: Any, *arguments: Any, **named: Any) -> Any:
    if host in ("127.0.0.1", "localhost"):
        return _GETADDRINFO("127.0.0.1", *arguments, **named)
    if isinstance(host, str):
        host.encode("idna")  # as the real one: some names it cannot even ask for
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def _odoo(request: bytes) -> bytes:
    from tests.connectors.loopback import failure, http, result

    if request.startswith(b"GET /web/version"):
        return http(json.dumps({"version_info": [19, 0], "version": "19.0"}))
    if request.startswith(b"POST /json/2/"):
        return failure("json2", "werkzeug.exceptions.Unauthorized", "Invalid apikey", 401)
    return result("xmlrpc" if b"/xmlrpc/" in request[:40] else "jsonrpc", False)
