"""`python -m tests.fuzz`: counts by kind and ending; every failure with what makes it again, and exit code 1."""

import argparse
import secrets
import sys
import time

from tests.fuzz.campaign import Failure, Result, run


def main() -> int:
    """Run a campaign and show it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--only", type=int, help="the number of one case")
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    begun = time.monotonic()
    result = run(given.count, given.seed, given.only)
    show(result)
    print(f"{sum(result.counts.values())} inputs in {time.monotonic() - begun:.0f} s, {len(result.failures)} failed")
    return 1 if result.failures else 0


def show(result: Result) -> None:
    """Counts, then failures."""
    for (kind, ending), count in sorted(result.counts.items()):
        print(f"{kind:16} {ending:8} {count:6}")
    for failure in result.failures:
        print(told(result.seed, failure))


def told(seed: int, failure: Failure) -> str:
    """A failure for whoever mends it."""
    case = failure.case
    given = {"flow": case.flow, **case.parameters} if case.parameters is not None else {"words": case.arguments}
    lines = [f"\nFAILED --seed {seed} --only {failure.number} ({case.kind}): {failure.outcome.fault}"]
    lines += [f"  {name}: {content[:400]!r}" for name, content in case.files.items()]
    lines += [f"  {name} = {str(value)[:200]!r}" for name, value in (*case.environment.items(), *given.items())]
    return "\n".join([*lines, f"  shown: {failure.outcome.output[:600]!r}"])


if __name__ == "__main__":
    sys.exit(main())
