"""What the command line imports before its first request to Odoo: nothing that takes long."""

import subprocess
import sys

BEFORE_THE_FIRST_REQUEST = (
    "regie.cli", "regie.commands.run", "regie.terminal", "connectors.odoo.probe", "connectors.odoo.json2", "flows.companies",
    "flows.period", "flows.shape", "mappings.vocabulary.labels",
)  # fmt: skip


def test_the_first_request_waits_for_no_frame_and_no_page() -> None:
    program = f"import sys, {', '.join(BEFORE_THE_FIRST_REQUEST)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert not {"pandas", "numpy", "rules", "rich.markdown", "odoorpc", "prefect", "typst"}.intersection(loaded)
