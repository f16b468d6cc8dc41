"""The door, cancelled while batches are on the way: what has left is told, no more leaves."""

import asyncio
from datetime import UTC, datetime

import pytest
from quick_loop import QuickLoop
from tenant_in_a_box import Ids, Journal, a_create, cleared

from graphsync.tenant.door import for_writing, open_door
from graphsync.tenant.requests import items
from graphsync.tenant.sending import GRACE, perform

BATCH = r"/\$batch$"
HURRY = 4
NARROW = "45/600s"  # two batches of twenty at once; the next waits its turn for minutes


async def batches(tenant, count):
    """Returns once so many batches have arrived."""
    while sum(one["path"].endswith("$batch") for one in tenant.graph_calls()) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def cancelled(tenant, slow):
    """A performance of sixty creates, cancelled with two batches on the way; and their names."""
    creates = [a_create() for _ in range(60)]
    tenant.faults({"kind": "slow", "path": BATCH, "seconds": slow, "count": None})
    journal, ids = Journal(), Ids()
    settings = tenant.settings(write_quota=NARROW)
    async with open_door(settings, lambda: datetime.now(UTC)) as door:
        made = items(creates, ids, settings)
        running = asyncio.create_task(perform(for_writing(door, cleared()), made, journal))
        await batches(tenant, 2)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    return journal, {one.user_principal_name for one in creates}


async def test_what_is_on_the_way_is_told_and_no_more_leaves(tenant):
    journal, names = await cancelled(tenant, slow=0.4)
    assert journal.meanings() == ["done"] * 40
    assert sorted(journal.intents) == sorted(journal.outcomes)
    assert len(names & tenant.users().keys()) == 40


def test_an_answer_that_never_comes_is_not_waited_for_longer_than_the_grace(tenant):
    with asyncio.Runner(loop_factory=lambda: QuickLoop(HURRY)) as runner:
        began = runner.get_loop().time()
        journal, _ = runner.run(cancelled(tenant, slow=15))  # sixty of this loop's seconds
        assert GRACE <= runner.get_loop().time() - began < 40
    assert len(journal.intents) == 40
    assert journal.outcomes == {}
