"""One tenant for all nights, a school of one's own for each test."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from night import School
from running_tenant import Tenant, start_tenant

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant of three hundred domains with nobody in them: 1 to 290 for new schools."""
    for name in [name for name in os.environ if name.startswith("GRAPHSYNC_")]:
        del os.environ[name]
    running = start_tenant(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture
def new_school(tenant: Tenant, tmp_path: Path) -> Iterator[Callable[[], School]]:
    """Makes schools, each in a domain that nobody used before; faults end with the test."""

    def make() -> School:
        school = f"s{next(_numbers):02}"
        folder = tmp_path / school
        folder.mkdir()
        return School(tenant, school, folder)

    yield make
    tenant.faults()


@pytest.fixture
def school(new_school: Callable[[], School]) -> School:
    """A school of six pupils in two forms and two teachers."""
    return new_school()
