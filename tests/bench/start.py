"""How soon the command answers, and how soon a run asks Odoo its first question; bytecode compiled, as once installed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox import companies
from tests.bench.measure import Row, alternating

REGIE = Path(sys.executable).with_name("regie")
HELP, FIRST_REQUEST = 0.3, 1.0


def rows() -> Iterator[Row]:
    """The warm-up compiles what each command imports into a folder of its own; `import pandas` tells the machine's pace."""
    with TemporaryDirectory() as bytecode:
        here = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        here["PYTHONPYCACHEPREFIX"] = bytecode
        took = alternating(
            {
                "help": lambda: subprocess.run([REGIE, "--help"], env=here, check=True, stdout=subprocess.DEVNULL),
                "run": lambda: _first_request(here),
                "pandas": lambda: subprocess.run([sys.executable, "-c", "import pandas"], env=here, check=True),
            },
            rounds=9,
        )
    beside = f"Python's own `import pandas`: {took['pandas']:.2f} s"
    yield Row("`regie --help`", beside, f"under {HELP} s", f"{took['help']:.2f} s", took["help"] < HELP)
    yield Row(
        "`regie run bill` until its first request", beside, f"under {FIRST_REQUEST:.0f} s", f"{took['run']:.2f} s",
        took["run"] < FIRST_REQUEST,
    )  # fmt: skip


def _first_request(environment: dict[str, str]) -> None:
    """Start the run against a listener, and end it once its first request is there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        port = listener.getsockname()[1]
        odoo = {"URL": f"http://127.0.0.1:{port}", "DATABASE": "none", "LOGIN": "nobody", "KEY": "x" * 40}
        settings = {f"REGIE_ODOO_{name}": value for name, value in odoo.items()}
        settings["REGIE_COMPANIES"] = str(Path(companies.__file__).parent)
        command = [REGIE, "run", "bill", "--company", "stafforia", "--month", "2026-10"]
        run = subprocess.Popen(command, env=environment | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1)
        finally:
            run.kill()
            run.wait()
