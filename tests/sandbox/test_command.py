"""The command line: quick to start, and an error is a message."""

import subprocess
import sys

import pytest

from regie import cli


def test_help__lists_every_command_and_imports_none() -> None:
    code = (
        "import sys; from regie import cli\n"
        "try: cli.application(['--help'])(['--help'])\n"
        "except SystemExit: pass\n"
        "print('HEAVY', sorted({'pandas', 'prefect', 'httpx', 'pydantic', 'sandbox', 'flows'} & set(sys.modules)))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "HEAVY []" in printed
    for name in cli.COMMANDS:
        assert f"  {name} " in printed


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_is_there(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from regie.cli import main; main()", name, "--help"], check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()


def _main(monkeypatch: pytest.MonkeyPatch, error: Exception, *arguments: str) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setitem(cli.COMMANDS, "fail", cli.Command("nowhere:fail", "Fails."))
    monkeypatch.setattr(cli.Command, "load", lambda self: fail)
    monkeypatch.setattr(sys, "argv", ["regie", *arguments, "fail"])
    cli.main()


class Refused(Exception):
    """An error that knows what to do about it."""

    remedy = "Ask for the right."


def test_a_known_error_is_its_message_and_remedy(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        _main(monkeypatch, Refused("No right to read orders."))
    assert stopped.value.code == 1
    assert capsys.readouterr().err == "No right to read orders.\n→ Ask for the right.\n"


def test_a_fault_is_one_line_that_names_its_kind(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _main(monkeypatch, KeyError("orders"))
    shown = capsys.readouterr().err
    assert shown.startswith("KeyError: 'orders'\n")
    assert "Traceback" not in shown


def test_debug_shows_the_whole_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused):
        _main(monkeypatch, Refused("No right."), "--debug")
