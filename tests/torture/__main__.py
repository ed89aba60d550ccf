"""`python -m tests.torture`: every fault, counted, on a sandbox of its own; goes on where it was stopped."""

import argparse
import os
import sys
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: a process that forks should have no threads

from tests import measured
from tests.torture import runner
from tests.torture.families import FAMILIES
from tests.torture.progress import HEAD, Progress
from tests.torture.stage import open_stage

PORT = 8469
PAGE = "torture.md"


def main() -> None:
    """Run what is asked for, print the table, answer 1 where anything was lost."""
    asked = _arguments()
    families = [family for family in FAMILIES if not asked.only or family.name in asked.only]
    begun = time.monotonic()

    def say(words: str) -> None:
        print(f"{(time.monotonic() - begun) / 60:6.1f} min  {words}", flush=True)

    progress = Progress.of(asked.port, asked.seed, asked.again, say)
    say(f"seed {progress.seed}")
    stage = open_stage(asked.port, say, 2 if asked.short else 3)
    stage.seed = progress.seed
    say(f"an undisturbed run takes {stage.seconds:.1f} s")
    if asked.trial is None:
        runner.all_of(families, stage, progress, asked.short, say)
    else:
        trial = runner.one(families[0], asked.trial, stage, progress, say)
        say(f"{families[0].name} {asked.trial}: {'; '.join(trial.problems) or 'equal'} {dict(trial.notes)}")
    table = "\n".join([HEAD, *(progress.row(family, asked.short) for family in families)])
    minutes = sum(map(progress.seconds, families)) / 60
    seed = f"Seed {progress.seed}; {minutes:.1f} minutes of trials in all; an undisturbed run takes {stage.seconds:.1f} s."
    print(f"\n{table}\n\n{seed}")
    if not asked.only and not asked.short:
        measured.write(PAGE, table, seed)
    if progress.failed or (not (asked.short or asked.trial is not None) and any(map(progress.lacking, families))):
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, help="of all random numbers; another one forgets what was reached")
    parser.add_argument("--only", action="append", metavar="NAME", help=", ".join(family.name for family in FAMILIES))
    parser.add_argument("--trial", type=int, help="only this trial of the family named by --only")
    parser.add_argument("--short", action="store_true", help="as few as in continuous integration")
    parser.add_argument("--again", action="store_true", help="forget what was reached")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the sandbox, {PORT} if not given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
