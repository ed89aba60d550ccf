"""`python -m demo`: the story on a sandbox as new, on a port of its own, with its files in a folder."""

import argparse
import shutil
import sys
from pathlib import Path

from connectors.odoo.errors import OdooError
from demo.browser import Programs
from demo.story import Story
from demo.telling import StoryError, Telling
from sandbox import companies, server
from sandbox.errors import SandboxError

PORT = 8070
"""Not that of `regie sandbox up`: the story begins with an Odoo as new, and somebody may work on the other."""

MARK = ".recit"  # the story empties only a folder that it made itself


def main() -> int:
    """Tell the story; exit code 1 where it stopped."""
    options = _options()
    try:
        programs = Programs.found()
        folder = _emptied(options.to)
        access = server.reset(options.port, _progress)
        telling = Telling(folder)
        Story.on(access, programs, telling).tell()
        telling.summary()
    except (StoryError, SandboxError, OdooError) as error:
        print(f"\n{error}", file=sys.stderr)
        if remedy := getattr(error, "remedy", ""):
            print(f"→ {remedy}", file=sys.stderr)
        return 1
    print(f"\nL'Odoo du récit : {access.url}, admin / {access.admin_password}, les personnes / {companies.PASSWORD}.")
    print(f"L'arrêter : regie sandbox down --port {options.port}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="Octobre et novembre 2026 chez Stafforia, du CRA à l'OD."
    )
    parser.add_argument("--to", type=Path, default=Path("demo-out"), help="dossier des fichiers et captures (demo-out)")
    parser.add_argument("--port", type=int, default=PORT, help=f"port du bac à sable, remis à neuf ({PORT})")
    return parser.parse_args()


def _emptied(folder: Path) -> Path:
    """The folder for this telling, without what an earlier one left. Raises StoryError where it holds other things."""
    folder = folder.absolute()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise StoryError(f"{folder} contient autre chose.", "Donner avec --to un dossier vide ou à créer.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


def _progress(stage: str, done: int = 0, total: int = 0) -> None:
    if done == 0:
        print(f"  {stage} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
