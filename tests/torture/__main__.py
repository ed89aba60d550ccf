"""`python -m tests.torture`: every fault, counted, on two sandboxes of its own; goes on where it was stopped."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: a process that forks should have no threads

from tests import measured
from tests.torture import runner
from tests.torture.families import FAMILIES
from tests.torture.family import Family
from tests.torture.progress import HEAD, ROOT, Progress
from tests.torture.stage import open_stage

PORT = 8469
PAGE = "torture.md"


STAGES = 2


def main() -> None:
    """Run what is asked for, print the table, answer 1 where anything was lost."""
    asked = _arguments()
    families = [family for family in FAMILIES if not asked.only or family.name in asked.only]
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"{(time.monotonic() - begun) / 60:6.1f} min {asked.share or ''} {words}", flush=True)

    progress = Progress.of(asked.port, asked.seed, asked.again, say)
    progress.save()
    say(f"seed {progress.seed}")
    if asked.short or asked.trial is not None or asked.share:
        _on_one_stage(asked, families, progress, say)
    else:
        progress = _on_several(asked, progress, say)
    if asked.trial is None and not asked.share:
        _tell(asked, families, progress, (time.monotonic() - begun) / 60)
    if progress.failed:
        sys.exit(1)


def _on_one_stage(
    asked: argparse.Namespace, families: Sequence[Family], progress: Progress, say: Callable[[str], None]
) -> None:
    stage = open_stage(asked.port, say, 2 if asked.short else 3)
    stage.seed = progress.seed
    say(f"an undisturbed run takes {stage.seconds:.1f} s")
    if asked.trial is None:
        share = runner.Share(*map(int, asked.share.split("/"))) if asked.share else runner.Share()
        runner.all_of(families, stage, progress, asked.short, say, share)
    else:
        trial = runner.one(families[0], asked.trial, stage, progress, say)
        say(f"{families[0].name} {asked.trial}: {'; '.join(trial.problems) or 'equal'} {dict(trial.notes)}")


def _on_several(asked: argparse.Namespace, progress: Progress, say: Callable[[str], None]) -> Progress:
    """A process for each stage, with its share of every family: a run waits for Odoo half of its time."""
    ports = [asked.port + place for place in range(STAGES)]
    given = ["--seed", str(progress.seed), *(word for name in asked.only or () for word in ("--only", name))]
    given += ["--again"] if asked.again else []
    stages = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.torture", *given, "--port", str(port), "--share", f"{place}/{STAGES}"],
            cwd=ROOT,
        )
        for place, port in enumerate(ports)
    ]
    try:
        ended = [stage.wait() for stage in stages]
    except BaseException:
        for stage in stages:
            stage.terminate()
        raise
    joined = Progress.joined([Progress.kept(port) for port in ports])
    if any(ended) and not joined.failed:
        raise SystemExit("A stage ended before its time: see above.")
    return joined


def _tell(asked: argparse.Namespace, families: Sequence[Family], progress: Progress, minutes: float) -> None:
    """The table, here and, of a whole torture, in its page."""
    table = "\n".join([HEAD, *(progress.row(family, asked.short) for family in families)])
    told = f"Seed {progress.seed}; {minutes:.0f} minutes"
    if not asked.short:
        trials = sum(map(progress.seconds, families)) / 60
        told += f" for {trials:.0f} minutes of trials, which {STAGES} sandboxes share"
    print(f"\n{table}\n\n{told}.")
    if not asked.only and not asked.short:
        measured.write(PAGE, "measured", table, f"{told}.")
        if any(map(progress.lacking, families)):
            sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, help="of all random numbers; another one forgets what was reached")
    parser.add_argument("--only", action="append", metavar="NAME", help=", ".join(family.name for family in FAMILIES))
    parser.add_argument("--trial", type=int, help="only this trial of the family named by --only")
    parser.add_argument("--short", action="store_true", help="as few as in continuous integration")
    parser.add_argument("--again", action="store_true", help="forget what was reached")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the first sandbox, {PORT} if not given")
    parser.add_argument("--share", help=argparse.SUPPRESS)  # 0/2: a process that plays every second trial on one stage
    return parser.parse_args()


if __name__ == "__main__":
    main()
