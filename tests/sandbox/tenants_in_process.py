"""A tenant without a server, whose replicas a test drives by hand; and a mirror of its deltas."""

import contextlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from graphsync.sandbox import groups, members, users
from graphsync.sandbox.apps import PRODUCT_PERMISSIONS, Apps
from graphsync.sandbox.calls import Answer, Call
from graphsync.sandbox.deleted_items import restore
from graphsync.sandbox.delta import PageSize, delta
from graphsync.sandbox.directory import Directory
from graphsync.sandbox.objects import ACTIVE, DELETED, GONE
from graphsync.sandbox.problems import Refusal
from graphsync.sandbox.query import parse_query
from graphsync.sandbox.replication import Replicas, Timeline
from graphsync.sandbox.storage import Storage
from graphsync.sandbox.tenant import Tenant, founding_facts
from graphsync.sandbox.tenant_seed import SkuSeed

SKU = SkuSeed("SMALL", "314c4481-f395-4525-be8b-2ec4bb1e9d91", 2, ())


class HandDriven(Replicas):
    """Replicas that stand where the test puts them: anything from ``floor`` on."""

    def __init__(self, tenant: Tenant):
        super().__init__(tenant.timeline, tenant.choice, 1.0)
        self.floor = tenant.timeline.latest
        self.at = self.floor

    def horizon(self) -> int:
        return self.at

    def slowest(self) -> int:
        return self.floor


def a_storage(*skus: SkuSeed) -> Storage:
    storage = Storage(Path(":memory:"))
    facts = founding_facts(
        "0d5a1d5c-0000-0000-0000-000000000000",
        "School",
        "2026-09-01T00:00:00Z",
        ("school.onmicrosoft.com", "school.example"),
        skus or (SKU,),
        (),
        Apps([]),
    )
    storage.save(Directory(Timeline()), facts, (), ())
    return storage


def a_tenant(storage: Storage | None = None, scale: float = 1.0) -> Tenant:
    tenant = Tenant(storage or a_storage(), scale)
    tenant.replicas = HandDriven(tenant)
    return tenant


def call(tenant: Tenant, keys=(), query="", body=None, here="https://localhost/v1.0/x", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(
        tenant=tenant,
        keys=tuple(keys),
        query=parse_query(query, named),
        headers=named,
        body=body,
        roles=frozenset(PRODUCT_PERMISSIONS),
        horizon=tenant.replicas.horizon(),
        here=here,
    )


def caught_up(tenant: Tenant) -> None:
    """Every replica has seen everything."""
    tenant.replicas.floor = tenant.replicas.at = tenant.timeline.latest


class Actor:
    """Makes changes picked by number, so that hypothesis can shrink them."""

    def __init__(self, tenant: Tenant):
        self.tenant = tenant
        self.users: list[str] = []
        self.groups: list[str] = []
        self._named = 0

    def act(self, what: int, first: int, second: int) -> None:
        """One change; one that Graph refuses changes nothing."""
        actions = (self.create, self.rename, self.delete, self.restore, self.form, self.toggle)
        at = self.tenant.replicas.at
        self.tenant.replicas.at = self.tenant.timeline.latest
        with contextlib.suppress(Refusal):
            actions[what % len(actions)](first, second)
        self.tenant.replicas.at = at

    def create(self, *_):
        self._named += 1
        body = {
            "accountEnabled": True,
            "displayName": "New",
            "mailNickname": f"u{self._named}",
            "userPrincipalName": f"u{self._named}@school.example",
            "passwordProfile": {"password": "Orange-Kite-42"},
        }
        self.users.append(users.create_user(call(self.tenant, body=body)).body["id"])

    def rename(self, first, second):
        if self.users:
            body = {"displayName": f"Name {second % 3}", "department": f"{second % 2}"}
            users.patch_user(call(self.tenant, [self._user(first)], body=body))

    def delete(self, first, _):
        if self.users:
            users.delete_user(call(self.tenant, [self._user(first)]))

    def restore(self, first, _):
        if self.users:
            restore(call(self.tenant, [self._user(first)]))

    def form(self, first, second):
        if first % 4 == 0 and self.groups:
            groups.delete_group(call(self.tenant, [self.groups[second % len(self.groups)]]))
            return
        self._named += 1
        body = {
            "displayName": f"Group {self._named}",
            "mailEnabled": False,
            "mailNickname": "g",
            "securityEnabled": True,
        }
        self.groups.append(groups.create_group(call(self.tenant, body=body)).body["id"])

    def toggle(self, first, second):
        if not (self.users and self.groups):
            return
        user, group = self._user(first), self.groups[second % len(self.groups)]
        directory = self.tenant.directory
        if directory.is_member(directory.entries[group], directory.entries[user]):
            members.remove_member(call(self.tenant, [group, user]))
        else:
            url = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{user}"}
            members.add_member(call(self.tenant, [group], body=url))

    def _user(self, number):
        return self.users[number % len(self.users)]


class Mirror:
    """What a client knows from deltas alone."""

    def __init__(self, tenant: Tenant, kind: str, query: str):
        self.tenant, self.kind, self.query = tenant, kind, query
        self.rows: dict[str, dict[str, Any]] = {}
        self.members: dict[str, set[str]] = {}

    def turn_a_page(self) -> bool:
        """Reads one page as the replica has it; whether the round ended with it."""
        here = f"https://localhost/v1.0/{self.kind}s/delta"
        answer: Answer = delta(
            call(self.tenant, query=self.query, here=here), self.kind, PageSize(2, 2)
        )
        for row in answer.body["value"]:
            self._take(row)
        done = "@odata.deltaLink" in answer.body
        link = answer.body["@odata.deltaLink" if done else "@odata.nextLink"]
        self.query = urlsplit(link).query
        return done

    def is_true_to_its_round(self) -> bool:
        """Whether it shows the tenant as of the end of its last round, which must be complete."""
        token = self.query.rpartition("=")[2]
        _, state = self.tenant.handles.redeem(token)
        until = state["round"][3]
        if until < self.tenant.replicas.floor:
            return True  # the tenant no longer knows how it was then
        names, people = pictured(self.tenant, self.kind, until)
        told = {key: row["displayName"] for key, row in self.rows.items()}
        held = {key: self.members[key] for key in self.rows}
        return told == names and (self.kind == "user" or held == people)

    def catch_up(self):
        for _ in range(2):  # the round under way, then one up to now
            while not self.turn_a_page():
                pass

    def _take(self, row):
        if "@removed" in row:
            self.rows.pop(row["id"], None)
            if row["@removed"]["reason"] == "deleted":
                self.members.pop(row["id"], None)
            return
        self.rows.setdefault(row["id"], {}).update(row)
        held = self.members.setdefault(row["id"], set())
        for member in row.get("members@delta", ()):
            (held.discard if "@removed" in member else held.add)(member["id"])


def pictured(tenant: Tenant, kind: str, horizon: int):
    """Names and members (those in the recycle bin included) of active objects at a horizon."""
    names, people = {}, {}
    entries = tenant.directory.entries
    for entry in tenant.directory.listings[kind]:
        version = entry.seen(horizon)
        if version is None or version.state != ACTIVE:
            continue
        names[entry.id] = version.properties["displayName"]
        people[entry.id] = {
            key
            for key, link in tenant.directory.members.get(entry.id, {}).items()
            if link.seen(horizon) and entries[key].seen(horizon).state != GONE
        }
    return names, people


def truth(tenant: Tenant, kind: str) -> dict[str, str]:
    """Active objects: id to display name."""
    return {
        entry.id: entry.current.properties["displayName"]
        for entry in tenant.directory.listings[kind]
        if entry.current.state == ACTIVE
    }


def true_members(tenant: Tenant) -> dict[str, set[str]]:
    """Active groups: members that are not gone for good."""
    directory = tenant.directory
    return {
        group.id: {
            key
            for key, link in directory.members.get(group.id, {}).items()
            if link.present and directory.entries[key].current.state in {ACTIVE, DELETED}
        }
        for group in directory.listings["group"]
        if group.current.state not in {DELETED, GONE}
    }
