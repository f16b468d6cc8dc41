"""A school's records on a desk: a store, a pack, an accepted roster, and plans without a tenant."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
from fresh_store import fresh_store

from graphsync.accounts import Account, Group, Sku, Snapshot
from graphsync.bench import Bench
from graphsync.drafting import Linked, Scope, draft
from graphsync.intake import recall
from graphsync.report import RunReport
from graphsync.run_desk import keep
from graphsync.store.db import Store
from graphsync.store.exports import Export
from graphsync.store.journal import Entry
from graphsync.store.links import Link
from graphsync.tenant.credentials import TenantSettings
from graphsync.tenant.mirror import Mirror, Refreshed
from policies.people import Contact, Kind, Person, PersonKey, Roster

TODAY = date(2026, 11, 25)
PACK = """\
school: {id: oak, name: Oak School, domain: oak.example}
naming: {pupil: "{entry:2}{surname:8}{initial}", staff: "{initial}.{surname}"}
groups: {all_pupils: "{school} All pupils", all_staff: "{school} All staff"}
approval: {small_school_waiver: {until: 2099-12-31, reason: test, named_by: head}}
"""


class Silent:
    """Progress that nobody watches."""

    def stage(self, text: str) -> None:
        """Nobody looks."""

    def count(self, done: int, of: int) -> None:
        """Nobody looks."""


def key(mis_id: str) -> PersonKey:
    return PersonKey("oak", mis_id)


def a_pupil(mis_id: str, **fields: Any) -> Person:
    usual: dict[str, Any] = {
        "kind": Kind.PUPIL,
        "given_name": f"Amy{mis_id}",
        "surname": f"Smith{mis_id}",
        "year": "7",
        "form": "7B",
        "entry_year": 2025,
    }
    return Person(key=key(mis_id), **(usual | fields))


class Office:
    """The desk of Oak School; tests move `now`."""

    def __init__(self, folder: Path) -> None:
        self.now = datetime.combine(TODAY, time(2), tzinfo=UTC)
        self.folder = folder
        self.packs = folder / "packs"
        self.packs.mkdir()
        self.pack()
        self.store = Store.open(fresh_store(folder / "graphsync.db"), lambda: self.now)
        chance = random.Random(1)  # noqa: S311 - ids of a test
        self.bench = Bench(
            store=self.store,
            packs_dir=self.packs,
            tenant=TenantSettings(tenant_id="t", client_id="c"),
            sealer=None,
            now=lambda: self.now,
            sleep=asyncio.sleep,
            requester="head",
            new_id=lambda: f"{chance.getrandbits(40):010x}",
            choose=chance.choice,
            digit=chance.randrange,
            progress=Silent(),
        )
        self.exports = 0

    def pack(self, more: str = "") -> None:
        """Write the pack, with more keys below it."""
        (self.packs / "oak.yaml").write_text(PACK + more, "utf-8")

    def days(self, number: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=number)

    def accept(self, *people: Person, contacts: Iterable[Contact] = ()) -> str:
        """Tonight's roster is accepted; its digest."""
        self.exports += 1
        sha256 = f"{self.exports:064x}"
        roster = Roster.of("oak", people, contacts=contacts, complete=frozenset(Kind))
        export = Export(
            school="oak",
            sha256=sha256,
            accepted_at=self.now,
            complete=roster.complete,
            fingerprint=b"",
        )
        self.store.exports.accept(export, msgspec.msgpack.encode(roster))
        return sha256

    def link(self, mis_id: str, **fields: Any) -> Account:
        """The account of a pupil, made by us some time ago."""
        link = Link(
            person=key(mis_id),
            kind=Kind.PUPIL,
            object_id=f"o-{mis_id}",
            how="created",
            linked_at=self.now,
        )
        self.store.links.put(link)
        return an_account(mis_id, **fields)

    def plan(self, *accounts: Account, groups: Sequence[Group] = (), **scope: Any) -> RunReport:
        """Tonight's plan over these accounts and groups, drafted, judged and kept."""
        latest = self.store.exports.latest("oak", self.now)
        assert latest is not None
        snapshot = Snapshot(
            accounts={one.id: one for one in accounts},
            groups={one.id: one for one in groups},
            skus={},
            taken_at=self.now,
            protected=frozenset(),
        )
        intake = recall(self.bench, "oak", latest.sha256, self.now.date())
        with self.store.transaction():
            made = draft(self.bench, intake, snapshot, Scope(**scope), Linked.read(self.bench))
            return keep(self.bench, made, Scope(**scope))

    def sees(
        self, *accounts: Account, groups: Sequence[Group] = (), skus: Sequence[Sku] = ()
    ) -> None:
        """The last look at the tenant showed these."""
        nothing: frozenset[str] = frozenset()
        mirror = Mirror(
            accounts={one.id: one for one in accounts},
            groups={one.id: one for one in groups},
            skus={one.sku_id: one for one in skus},
            protected=nothing,
            users_link="",
            groups_link="",
            roles_read_on=None,
            select="",
        )
        whole = Refreshed(mirror, nothing, nothing, nothing, nothing, full=True)
        self.store.mirror.save("t", whole)

    def did(self, operation: str, object_id: str, person: PersonKey | None = None) -> None:
        """A run did this to somebody, or to a group, now."""
        entry = Entry(
            school="oak",
            run="r-1",
            item=f"{operation} {object_id}",
            what="outcome",
            operation=operation,
            person=person,
            object_id=object_id,
            population="pupil" if person else "",
            result="done",
        )
        self.store.journal.append([entry])

    def file(self, text: str) -> Path:
        """A file that somebody filled in."""
        path = self.folder / "filled.csv"
        path.write_text(text, "utf-8")
        return path


def an_account(mis_id: str, **fields: Any) -> Account:
    usual: dict[str, Any] = {
        "user_principal_name": f"25smith{mis_id}a@oak.example",
        "display_name": f"Amy{mis_id} Smith{mis_id}",
        "account_enabled": True,
        "user_type": "Member",
    }
    return Account(id=f"o-{mis_id}", **(usual | fields))
