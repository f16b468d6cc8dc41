"""One tenant with an activity feed for all pulls; each test has an app and a store of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from feed_tenant import FeedTenant, feed_desk, start_feed

from graphsync.bench import Bench


@pytest.fixture(scope="session")
def feed_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FeedTenant]:
    running = start_feed(tmp_path_factory.mktemp("feed"))
    yield running
    assert running.process.stop() == 0


@pytest.fixture
def tenant(feed_process: FeedTenant) -> Iterator[FeedTenant]:
    """Its clock only goes on; its faults end with the test."""
    feed_process.slept.clear()
    yield feed_process
    feed_process.control("DELETE", "faults")


@pytest.fixture
def pulling(tenant: FeedTenant, tmp_path: Path) -> Iterator[Bench]:
    """A desk whose subscription runs, its first twelve hours over."""
    with feed_desk(tenant, tmp_path / "desk", **tenant.app()) as bench:
        first = tenant.pull(bench)
        assert (first.started, first.listed, first.newest_blob) == (True, 0, None)
        tenant.later(hours=12)
        yield bench
