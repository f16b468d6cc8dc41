"""Following the tenant: the mirror in the store, fed by delta, with our own writes laid over it."""

from datetime import timedelta

import msgspec

from graphsync.accounts import Account, Group, Snapshot
from graphsync.bench import Bench
from graphsync.confirming import Tenant, Written, confirmed, overlay
from graphsync.tenant.door import Door
from graphsync.tenant.mirror import Mirror, refresh
from graphsync.tenant.snapshot import snapshot
from policies.school_days import school_day

OURS = "gs-"
# Replication that takes longer is no lag: what the tenant shows then is somebody's doing.
LONGEST_LAG = timedelta(hours=1)


class Watch:
    """One process's view of one tenant; `bound` are the ids of groups that packs bind."""

    def __init__(self, bench: Bench, door: Door, bound: frozenset[str]) -> None:
        self.bench = bench
        self.door = door
        self.bound = bound
        self._mirror: Mirror | None = None

    @property
    def accounts(self) -> dict[str, Account]:
        """The accounts as they were at the last look."""
        return self._mirror.accounts if self._mirror else {}

    async def look(self) -> Mirror:
        """The mirror brought up to date and kept: two delta requests when nothing changed."""
        store, tenant = self.bench.store, self.bench.tenant
        earlier = self._mirror or store.mirror.load(tenant.tenant_id)
        refreshed = await refresh(
            self.door, earlier, tenant, school_day(self.bench.now()), self._managed
        )
        store.mirror.save(tenant.tenant_id, refreshed)
        self._mirror = refreshed.mirror
        return refreshed.mirror

    async def snapshot(self) -> Snapshot:
        """The tenant now, with the writes laid over it that delta has not shown yet."""
        seen = snapshot(await self.look(), self.bench.now())
        pending = self.bench.store.mirror.pending()
        if not pending:
            return seen
        seen = msgspec.structs.replace(seen, accounts=dict(seen.accounts), groups=dict(seen.groups))
        tenant = Tenant(seen.accounts, seen.groups)
        open_objects = set()
        for row in pending:
            written = msgspec.msgpack.decode(row.data, type=Written)
            if not confirmed(written, tenant) and self.bench.now() - row.at <= LONGEST_LAG:
                overlay(written, tenant)
                open_objects.add(row.object_id)
        self.bench.store.mirror.drop_pending({row.object_id for row in pending} - open_objects)
        return seen

    def _managed(self, group: Group) -> bool:
        return (group.unique_name or "").startswith(OURS) or group.id in self.bound
