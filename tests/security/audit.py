"""`python -m tests.security.audit`: known vulnerabilities of what requirements-dev.txt pins, requirements.txt included.

Exit code 1 where there is one, and where pip-audit itself fails. Where no service can be reached, or none knows any package,
one line says so and the exit code is 0: that is no clean bill, only no answer.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

PINNED = Path(__file__).parents[2] / "requirements-dev.txt"
SERVICES = ("pypi", "osv")
SECONDS = 300
UNREACHED = re.compile(
    r"^ERROR:\S+:Could not connect to "
    r"|^requests\.exceptions\.(ConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError): .*\s*\Z",
    re.MULTILINE,
)
"""How pip-audit ends where the network does not let it ask: its own words, or the last line of a traceback."""


class Broken(Exception):
    """pip-audit failed, and not for want of a network: what it said."""


class Verdict(NamedTuple):
    """Of what a service answered: how many packages it knew, those it did not, and what is wrong with the others."""

    audited: int
    unknown: tuple[str, ...]
    vulnerable: tuple[str, ...]


def main() -> int:
    """Ask one service after the other until one knows any of the packages."""
    for service in SERVICES:
        try:
            answer = asked(service)
        except Broken as error:
            print(f"audit: FAILED, pip-audit gave no answer with {service}:\n{error}")
            return 1
        verdict = judged(answer) if answer is not None else None
        if verdict is not None and verdict.audited:
            return told(service, verdict)
    print(
        f"audit: SKIPPED, no vulnerability service answers from here ({', '.join(SERVICES)} were asked): nothing was looked up"
    )
    return 0


def asked(service: str) -> dict[str, Any] | None:
    """What pip-audit says of the pinned packages; None where it could not reach the service."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps", "--disable-pip"]
    command += ["--vulnerability-service", service, "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    return understood(done.stdout, done.stderr)


def understood(out: str, err: str) -> dict[str, Any] | None:
    """The JSON of pip-audit's answer; None for an error of the network, Broken for any other."""
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        if UNREACHED.search(err):
            return None
        raise Broken(err or out) from None
    return answer


def judged(answer: dict[str, Any]) -> Verdict:
    """Sort the packages of pip-audit's answer."""
    packages = answer["dependencies"]
    known = [package for package in packages if "skip_reason" not in package]
    wrong = [
        f"{package['name']} {package['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in known
        for hole in package["vulns"]
    ]
    return Verdict(len(known), tuple(p["name"] for p in packages if "skip_reason" in p), tuple(wrong))


def told(service: str, verdict: Verdict) -> int:
    """Print it; the exit code."""
    print(f"audit: {verdict.audited} packages looked up at {service}, {len(verdict.vulnerable)} known vulnerabilities")
    if verdict.unknown:
        print(f"audit: not known there: {', '.join(verdict.unknown)}")
    for line in verdict.vulnerable:
        print(f"audit: {line}")
    return 1 if verdict.vulnerable else 0


if __name__ == "__main__":
    sys.exit(main())
