"""Sandboxes to test, each a process of its own."""

from collections.abc import Callable, Iterator

import pytest
from running_sandbox import Sandbox, start


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory) -> Iterator[Sandbox]:
    """A tenant for all tests that leave its clock, its faults and its quota alone."""
    running = start(tmp_path_factory.mktemp("sandbox"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def moved_on(tmp_path_factory) -> Iterator[Sandbox]:
    """A tenant whose clock tests move: each signs in again afterwards."""
    running = start(tmp_path_factory.mktemp("moved"))
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="session")
def slow(tmp_path_factory) -> Iterator[Sandbox]:
    """A tenant whose replicas lag by a second and more."""
    running = start(tmp_path_factory.mktemp("slow"), 3)
    yield running
    assert running.stop() == 0


@pytest.fixture
def start_sandbox(tmp_path) -> Iterator[Callable[..., Sandbox]]:
    """Starts servers of the test's own; stops those that the test left running."""
    started: list[Sandbox] = []

    def starting(scale: float = 200, *more: str) -> Sandbox:
        started.append(start(tmp_path / "tenant", scale, *more))
        return started[-1]

    yield starting
    for running in started:
        if running.process.returncode is None:
            running.stop()
