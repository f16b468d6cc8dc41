"""The tenant: everything one sandbox holds while it runs."""

import random
from dataclasses import asdict
from typing import Any

from graphsync.sandbox.apps import Apps
from graphsync.sandbox.audit import AuditLog
from graphsync.sandbox.clock import SandboxClock
from graphsync.sandbox.directory import Directory
from graphsync.sandbox.extensions import Extensions
from graphsync.sandbox.faults import Faults
from graphsync.sandbox.objects import DELETED, GONE
from graphsync.sandbox.paging import Handles
from graphsync.sandbox.purview import Blob, Purview
from graphsync.sandbox.replication import Replicas, Timeline
from graphsync.sandbox.request_log import RequestLog
from graphsync.sandbox.roles import DirectoryRole, roles_from_rows
from graphsync.sandbox.storage import Storage
from graphsync.sandbox.tenant_seed import SkuSeed
from graphsync.sandbox.throttle import Throttle

SEED_OF_CHANCE = 20260901
_RECYCLE_SECONDS = 30 * 24 * 3600


class Tenant:
    """One tenant over its storage, which ``found.found_tenant`` filled once.

    ``time_scale`` multiplies throttle refill and divides replication lag, nothing else.
    """

    def __init__(self, storage: Storage, time_scale: float) -> None:
        self._storage = storage
        self.time_scale = time_scale
        self.id: str = storage.fact("id")
        self.organization: str = storage.fact("organization")
        self.created: str = storage.fact("created")
        self.domains: tuple[str, ...] = tuple(storage.fact("domains"))
        self.skus: dict[str, SkuSeed] = {row["sku_id"]: _sku(row) for row in storage.fact("skus")}
        self.roles: tuple[DirectoryRole, ...] = roles_from_rows(storage.fact("roles"))
        self.apps = Apps(storage.fact("apps"))
        self.extensions = Extensions(storage.fact("extensions") or [])
        self.retired_keys: list[dict[str, Any]] = storage.fact("retired_keys") or []
        self.outbox: list[dict[str, Any]] = storage.fact("outbox") or []
        self.clock = SandboxClock(storage.fact("clock") or 0.0)
        self.timeline = Timeline(storage.fact("commits") or 0)
        self.directory = Directory(self.timeline)
        storage.load(self.directory)
        self.choice = random.Random(SEED_OF_CHANCE)  # noqa: S311 - chance that repeats
        self.replicas = Replicas(self.timeline, self.choice, time_scale)
        self.handles = Handles(storage.load_handles())
        self.throttle = Throttle(self.id, time_scale)
        self.faults = Faults(self.choice, self.clock.seconds)
        self.log = RequestLog()
        self.audit = AuditLog(storage.last_audit(), storage.audits)
        self.families: tuple[str, ...] = tuple(storage.fact("families") or ())
        held = (Blob(*row) for row in storage.blobs())
        self.purview = Purview(held, storage.blob, storage.fact("purview"))
        self.jobs: list[list[Any]] = storage.fact("jobs") or []  # the licence worker's, a heap
        self.licence_errors = self._licence_errors()
        self._saved_facts = self._facts()

    def holds_role(self, key: str) -> bool:
        """Whether the user with this id holds a directory role."""
        return any(key in role.members for role in self.roles)

    def flush(self) -> None:
        """Writes to storage what changed since the last flush, and forgets the past."""
        self._forget()
        facts = self._facts()
        changed = {name: value for name, value in facts.items() if value != self._saved_facts[name]}
        handles = self.handles
        directory = self.directory
        if not (
            changed
            or directory.unsaved
            or directory.unsaved_links
            or handles.unsaved
            or handles.dead
            or self.audit.unsaved
            or self.purview.unsaved
        ):
            return
        self._storage.save(
            directory,
            changed,
            handles.unsaved,
            handles.dead,
            self.audit.unsaved,
            self.purview.unsaved,
        )
        handles.saved()
        self.audit.unsaved.clear()
        self.purview.unsaved.clear()
        self._saved_facts = facts

    def close(self) -> None:
        """Flushes and closes the storage."""
        self.flush()
        self._storage.close()

    def empty_recycle_bin(self) -> None:
        """Purges what was deleted 30 days ago or more (Graph docs: directory-deleteditems)."""
        limit = self.clock.seconds() - _RECYCLE_SECONDS
        for listing in self.directory.listings.values():
            for entry in listing:
                version = entry.current
                if version.state == DELETED and version.properties["_deletedAt"] <= limit:
                    self.directory.move(entry, GONE, {})

    def _licence_errors(self) -> dict[str, set[str]]:
        """Group to the users whose licence from it failed, as their rows tell."""
        found: dict[str, set[str]] = {}
        for user in self.directory.listings["user"]:
            if user.active:
                for row in user.current.properties.get("licenseAssignmentStates", ()):
                    if row.get("assignedByGroup") and row["error"] != "None":
                        found.setdefault(row["assignedByGroup"], set()).add(user.id)
        return found

    def _forget(self) -> None:
        slowest = self.replicas.slowest()
        self.directory.forget_before(slowest)
        self.timeline.forget_up_to(slowest)

    def _facts(self) -> dict[str, Any]:
        return {
            "apps": self.apps.rows(),
            "extensions": self.extensions.rows(),
            "retired_keys": list(self.retired_keys),
            "outbox": list(self.outbox),
            "clock": self.clock.offset_seconds,
            "jobs": list(self.jobs),
            "purview": self.purview.facts(),
            "commits": self.timeline.latest,
        }


def _sku(row: dict[str, Any]) -> SkuSeed:
    return SkuSeed(**{**row, "plans": tuple((name, key) for name, key in row["plans"])})


def founding_facts(
    tenant_id: str,
    organization: str,
    created: str,
    domains: tuple[str, ...],
    skus: tuple[SkuSeed, ...],
    roles: tuple[DirectoryRole, ...],
    apps: Apps,
) -> dict[str, Any]:
    """The facts a tenant is founded on, as storage keeps them."""
    return {
        "id": tenant_id,
        "organization": organization,
        "created": created,
        "domains": list(domains),
        "skus": [asdict(sku) for sku in skus],
        "roles": [asdict(role) for role in roles],
        "apps": apps.rows(),
    }
