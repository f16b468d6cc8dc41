"""A pull in a process of its own, by a clock so many seconds ahead: to be killed."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

from api.wiring import open_bench
from graphsync.settings import Need, load_settings
from reports.dlp.pulling import pull_feed

AHEAD = timedelta(seconds=float(sys.argv[1]))


def ahead() -> datetime:
    return datetime.now(UTC) + AHEAD


with open_bench(load_settings(), Need.PACKS, Need.TENANT, Need.FEED, clock=ahead) as bench:
    asyncio.run(pull_feed(bench))
