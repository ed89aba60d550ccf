"""What tests of several folders share."""

import os
from dataclasses import dataclass
from typing import Literal

import pytest
from hypothesis import settings

from sandbox import server
from sandbox.access import Access
from sandbox.odoo_server import hashed
from tests import undo

# A busy machine makes any example slow: properties say what holds, the benchmarks how fast.
settings.register_profile("regie", parent=settings(), deadline=None)
settings.load_profile("regie")


def sandbox_port(offset: int = 0) -> int:
    """The port of this test run's sandbox (REGIE_TEST_PORT, else 8169), or one `offset` above it; one for each xdist worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return int(os.environ.get("REGIE_TEST_PORT", "8169")) + worker + offset


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Torture first, then what needs no Odoo: on a new machine one worker builds Odoo while the other has work to do.

    Of what needs it the longest first: the last of two workers would go on alone for minutes with a file begun at the end.
    """

    def turn(item: pytest.Item) -> int:
        if item.nodeid.startswith("tests/torture/"):
            return 0
        if item.get_closest_marker("sandbox") is None:
            return 1
        return 2 if item.nodeid.startswith("tests/odoo/test_bill_demo_data.py") else 3

    items.sort(key=turn)


@dataclass
class Ground:
    """This test run's sandbox with the companies in it. It stays up: the next run starts sooner."""

    state: Literal["unknown", "new", "read", "written"] = "unknown"

    def new(self) -> Access:
        """As new: made so once, later by taking back what was written since."""
        if self.state == "unknown" or not (self.state == "new" or undo.undone(sandbox_port())):
            _check_keys_quickly(server.reset(sandbox_port()))
            undo.keep(sandbox_port())
        self.state = "new"
        return server.access(sandbox_port())


def _check_keys_quickly(access: Access) -> None:
    """Odoo checks the key at every request, for an eighth of the time it takes; here nobody steals them."""
    for key in (access.admin_key, access.bot_key):
        quick = hashed(key, rounds=1)
        server.sql(access, f"UPDATE res_users_apikeys SET key = '{quick}' WHERE index = '{key[:8]}'")


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground()


@pytest.fixture(scope="module")
def sandbox_access(ground: Ground) -> Access:
    """A sandbox on which no module has billed: for those that read, or write what nobody else looks at."""
    access = server.access(sandbox_port()) if ground.state == "read" else ground.new()
    ground.state = "read"
    return access


@pytest.fixture(scope="module")
def fresh_sandbox(ground: Ground) -> Access:
    """A sandbox as new, for a module that writes."""
    access = ground.new()
    ground.state = "written"
    return access
