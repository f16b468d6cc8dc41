"""Times of which the activity feed lost events, and what people did about them."""

from graphsync.bench import Bench
from graphsync.store.dlp_feeds import Gap
from graphsync.store.journal import Entry
from graphsync.trouble import Usage


def gaps(bench: Bench) -> list[Gap]:
    """Every gap of the tenant, the acknowledged ones too, in the order they were found."""
    return bench.store.dlp_feeds.gaps(bench.tenant.tenant_id)


def acknowledge(bench: Bench, number: int, reason: str) -> Gap:
    """Somebody says what was done about a gap; raises Usage where none of this number waits."""
    if not reason.strip():
        raise Usage("say what was done about the gap: --reason TEXT")
    feeds, tenant = bench.store.dlp_feeds, bench.tenant.tenant_id
    entry = Entry(
        school="",
        run="",
        item=str(number),
        what="event",
        operation="acknowledge_dlp_gap",
        result=bench.requester,
        after={"reason": reason},
    )
    with bench.store.transaction():
        if not feeds.acknowledge(tenant, number, bench.requester, reason, bench.now()):
            raise Usage(f"no gap {number} waits for anybody; graphsync dlp gaps lists them")
        bench.store.journal.append([entry])
    return next(gap for gap in feeds.gaps(tenant) if gap.number == number)
