"""One tenant for the nights of a module, a school of one's own for each test."""

import itertools
import os
from collections.abc import Callable, Iterator

import pytest
from night import School
from running_tenant import Tenant, start_tenant


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tenant]:
    """A tenant of a hundred domains with nobody in them.

    One for all modules fills up: a new school's first look at it reads everybody else.
    """
    for name in [name for name in os.environ if name.startswith("GRAPHSYNC_")]:
        del os.environ[name]
    running = start_tenant(tmp_path_factory.mktemp("tenant"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def schools(tenant: Tenant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """New schools without end, each in a domain that nobody used before."""
    names = (f"s{number:02}" for number in itertools.count(1))
    return (School(tenant, name, tmp_path_factory.mktemp(name)) for name in names)


@pytest.fixture
def new_school(tenant: Tenant, schools: Iterator[School]) -> Iterator[Callable[[], School]]:
    """Makes schools; faults end with the test."""
    yield lambda: next(schools)
    tenant.faults()


@pytest.fixture
def school(new_school: Callable[[], School]) -> School:
    """A school of six pupils in two forms and two teachers."""
    return new_school()
