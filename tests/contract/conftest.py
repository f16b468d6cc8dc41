"""Served tenants to hold the contract against."""

from collections.abc import Iterator

import pytest
from contract_target import Target, served


@pytest.fixture(scope="session")
def graph(tmp_path_factory) -> Iterator[Target]:
    """A tenant for all rows that leave its clock and its quota alone."""
    target = served(tmp_path_factory.mktemp("contract"))
    yield target
    assert target.stop() == 0


@pytest.fixture(scope="session")
def aged(tmp_path_factory) -> Iterator[Target]:
    """A tenant whose clock is moved."""
    target = served(tmp_path_factory.mktemp("aged"))
    yield target
    assert target.stop() == 0


@pytest.fixture(scope="session")
def spent(tmp_path_factory) -> Iterator[Target]:
    """A tenant whose buckets refill as slowly as Graph's."""
    target = served(tmp_path_factory.mktemp("spent"), 1)
    yield target
    assert target.stop() == 0
