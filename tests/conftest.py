"""What tests of several folders share."""

import os

import pytest
from hypothesis import settings

from sandbox import server
from sandbox.access import Access

# A busy machine makes any example slow: properties say what holds, the benchmarks how fast.
settings.register_profile("regie", parent=settings(), deadline=None)
settings.load_profile("regie")


def sandbox_port(offset: int = 0) -> int:
    """The port of this test run's sandbox (REGIE_TEST_PORT, else 8169), or one `offset` above it; one for each xdist worker."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return int(os.environ.get("REGIE_TEST_PORT", "8169")) + worker + offset


_LONGEST = ("tests/torture/", "tests/odoo/test_bill_demo_data.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first: the last of two workers would go on alone for minutes with one that began at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


@pytest.fixture(scope="session")
def sandbox_access() -> Access:
    """A sandbox with the companies in it, as new at the start of the run. It stays up: the next run starts sooner."""
    return server.reset(sandbox_port())
