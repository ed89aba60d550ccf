"""A run over a connection that counts: requests, and the rows that come back."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from connectors.odoo import Odoo
from connectors.odoo.probe import opened, server_version
from connectors.odoo.transport import Transport
from flows.bill import bill
from flows.shape import Mode, Report
from sandbox.access import Access
from tests.bench.ground import COMPANY, settings
from tests.odoo.trade import OCTOBER, QuietScreen

Flow = Callable[[Odoo, Mode], Report]
"""A flow over October of the benchmark's company."""

WRITES = ("load", "action_post")
"""The methods by which flows write."""


@dataclass
class Count:
    """What went over the connections of one run, from its first question after the login."""

    requests: int = 0
    writes: int = 0
    rows: int = 0
    seconds: float = 0
    calls: list[tuple[str, float, int]] = field(default_factory=list)
    """Model and method, seconds and rows of each request, in order of the answers."""

    @property
    def reads(self) -> int:
        return self.requests - self.writes

    def add(self, call: str, seconds: float, answer: Any) -> None:
        """One request."""
        rows = len(answer) if isinstance(answer, list) else 1
        self.requests += 1
        self.writes += call.rpartition(".")[2] in WRITES
        self.rows += rows
        self.calls.append((call, seconds, rows))


class Counting:
    """A transport that counts what passes it; its clones count with it."""

    def __init__(self, transport: Transport, count: Count) -> None:
        self._transport, self._count = transport, count
        self.name, self.uid = transport.name, transport.uid

    def call(self, model: str, method: str, *given: Any) -> Any:
        start = time.perf_counter()
        answer = self._transport.call(model, method, *given)
        self._count.add(f"{model}.{method}", time.perf_counter() - start, answer)
        return answer

    def login(self) -> None:
        self._transport.login()

    def clone(self) -> Self:
        return type(self)(self._transport.clone(), self._count)

    def close(self) -> None:
        self._transport.close()


def billed(odoo: Odoo, mode: Mode) -> Report:
    """October billed."""
    return bill(COMPANY, OCTOBER, mode, QuietScreen(), odoo)


def counted(access: Access, mode: Mode, flow: Flow = billed) -> tuple[Report, Count]:
    """A flow as the integration user on a sandbox that `grown` answered, and what it took."""
    told, count = settings(access), Count()
    version = server_version(told)
    with Odoo(told, Counting(opened(told, version), count), version) as odoo:
        start = time.perf_counter()
        report = flow(odoo, mode)
        count.seconds = time.perf_counter() - start
    return report, count
