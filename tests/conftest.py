"""For all tests: no connection leaves this machine, and settings of the shell do not leak in."""

import ipaddress
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

# A law is about what comes out, not about how busy the machine is. A build draws the same examples
# every time; at a desk each run draws new ones.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("desk", unhurried)
settings.register_profile("build", unhurried, derandomize=True)
settings.load_profile("build" if os.environ.get("CI") else "desk")

for name in [name for name in os.environ if name.startswith("GRAPHSYNC_")]:
    del os.environ[name]


def _loopback_only(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: it sees every connection that this process makes."""
    if event != "socket.connect" or not isinstance(args[1], tuple):
        return
    host = str(args[1][0])
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ConnectionError(f"a test tried to reach {host}")


sys.addaudithook(_loopback_only)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole nights first: they take longest, and so both workers end at about the same time."""
    items.sort(key=lambda item: "tests/e2e" not in item.nodeid)
