"""The mirror of a tenant between two runs, and our writes that its delta has not shown yet.

Decision 18: the delta is drained into the mirror, our own writes overlay it until they show.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Connection,
    LargeBinary,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from graphsync.accounts import Account, Group, Sku
from graphsync.store import tables
from graphsync.store.database import Database, chunks, upsert

if TYPE_CHECKING:  # the tenant door brings an HTTP client, which no other user of the store needs
    from graphsync.tenant.mirror import Mirror, Refreshed

_MIRRORS, _ACCOUNTS, _GROUPS, _PENDING = (
    tables.mirrors,
    tables.mirror_accounts,
    tables.mirror_groups,
    tables.pending,
)
_encode = msgspec.msgpack.Encoder().encode


class Pending(Struct, frozen=True, kw_only=True):
    """One accepted write to an object: `data` is JSON that the writer understands."""

    object_id: str
    run: str
    data: bytes
    at: datetime

    def __repr__(self) -> str:
        return f"Pending({self.object_id}, {self.run})"


class Mirrors:
    """One mirror per tenant; each account and each group with its members is a row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, tenant: str) -> "Mirror | None":
        """The mirror as it was saved last, None before the first time."""
        from graphsync.tenant.mirror import Mirror

        with self._database.reading() as connection:
            query = select(_MIRRORS).where(_MIRRORS.c.tenant == tenant)
            row = connection.execute(query).one_or_none()
            if row is None:
                return None
            return Mirror(
                accounts=_objects(connection, _ACCOUNTS, tenant, Account),
                groups=_objects(connection, _GROUPS, tenant, Group),
                skus=msgspec.msgpack.decode(row.skus, type=dict[str, Sku]),
                protected=msgspec.msgpack.decode(row.protected, type=frozenset[str]),
                users_link=row.users_link,
                groups_link=row.groups_link,
                roles_read_on=row.roles_read_on,
                school_data_sync=msgspec.msgpack.decode(row.school_data_sync, type=frozenset[str]),
                select=row.selected,
            )

    def some(self, tenant: str, object_ids: Collection[str]) -> dict[str, Account]:
        """These accounts as they were seen last, without reading the whole mirror."""
        found: dict[str, Account] = {}
        with self._database.reading() as connection:
            for part in chunks(object_ids):
                query = select(_ACCOUNTS.c.body).where(
                    _ACCOUNTS.c.tenant == tenant, _ACCOUNTS.c.object_id.in_(part)
                )
                for body in connection.scalars(query):
                    account = msgspec.msgpack.decode(body, type=Account)
                    found[account.id] = account
        return found

    def named(self, tenant: str, address: str) -> list[Account]:
        """The accounts with this sign-in name or mail address, as it is written or in small."""
        found: list[Account] = []
        with self._database.reading() as connection:
            for text in dict.fromkeys((address, address.lower())):
                bodies = _holding(connection, _ACCOUNTS, tenant, text)
                found += [msgspec.msgpack.decode(one, type=Account) for one in bodies]
        known = {one.id: one for one in found}
        return [one for one in known.values() if address.casefold() in _addresses(one)]

    def groups_of(self, tenant: str, object_id: str) -> list[Group]:
        """The groups that this account is a member of, as they were seen last."""
        with self._database.reading() as connection:
            bodies = _holding(connection, _GROUPS, tenant, object_id)
        groups = [msgspec.msgpack.decode(one, type=Group) for one in bodies]
        return [one for one in groups if object_id in (one.members or ())]

    def skus(self, tenant: str) -> dict[str, Sku]:
        """The subscriptions, as they were seen last."""
        query = select(_MIRRORS.c.skus).where(_MIRRORS.c.tenant == tenant)
        with self._database.reading() as connection:
            found = connection.scalar(query)
        return msgspec.msgpack.decode(found, type=dict[str, Sku]) if found else {}

    def save(self, tenant: str, refreshed: "Refreshed") -> None:
        """Keep what a refresh changed: only those rows, or everything after a full reading."""
        mirror = refreshed.mirror
        with self._database.writing() as connection:
            for table, objects, changed, gone in (
                (_ACCOUNTS, mirror.accounts, refreshed.accounts, refreshed.gone),
                (_GROUPS, mirror.groups, refreshed.groups, refreshed.groups_gone),
            ):
                if refreshed.full:
                    connection.execute(delete(table).where(table.c.tenant == tenant))
                    _put(connection, table, tenant, objects.items())
                else:
                    # Gone goes first: an object that left and came back in one delta is kept.
                    _drop(connection, table, tenant, gone)
                    kept = [(one, objects[one]) for one in changed if one in objects]
                    _put(connection, table, tenant, kept)
            upsert(connection, _MIRRORS, [_state(tenant, mirror)])

    def put_pending(self, rows: Sequence[Pending]) -> None:
        """Remember accepted writes until the delta shows them."""
        if not rows:
            return
        with self._database.writing() as connection:
            connection.execute(insert(_PENDING), [msgspec.structs.asdict(row) for row in rows])

    def pending(self) -> list[Pending]:
        """The writes still to be shown by the delta, in the order they were accepted."""
        columns = [_PENDING.c[name] for name in Pending.__struct_fields__]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(_PENDING.c.seq)).all()
        return [Pending(**row._asdict()) for row in rows]

    def drop_pending(self, object_ids: Collection[str]) -> None:
        """The delta has shown these objects."""
        with self._database.writing() as connection:
            for part in chunks(object_ids):
                connection.execute(delete(_PENDING).where(_PENDING.c.object_id.in_(part)))


def _objects(connection: Connection, table: Table, tenant: str, kind: type[Any]) -> dict[str, Any]:
    decode = msgspec.msgpack.Decoder(kind).decode
    query = select(table.c.body).where(table.c.tenant == tenant)
    return {one.id: one for one in map(decode, connection.scalars(query).all())}


def _holding(connection: Connection, table: Table, tenant: str, text: str) -> list[bytes]:
    """The bodies with these bytes in them: one look through a table costs less than decoding it."""
    sought = bindparam("sought", text.encode(), LargeBinary)
    place = (
        func.position(sought.op("IN")(table.c.body))
        if connection.dialect.name == "postgresql"
        else func.instr(table.c.body, sought)
    )
    query = select(table.c.body).where(table.c.tenant == tenant, place > 0)
    return list(connection.scalars(query))


def _addresses(account: Account) -> set[str]:
    return {account.user_principal_name.casefold(), (account.mail or "").casefold()}


def _put(
    connection: Connection, table: Table, tenant: str, objects: Iterable[tuple[str, Any]]
) -> None:
    rows = [
        {"tenant": tenant, "object_id": object_id, "body": _encode(value)}
        for object_id, value in objects
    ]
    upsert(connection, table, rows)


def _drop(connection: Connection, table: Table, tenant: str, gone: Iterable[str]) -> None:
    for part in chunks(gone):
        connection.execute(
            delete(table).where(table.c.tenant == tenant, table.c.object_id.in_(part))
        )


def _state(tenant: str, mirror: "Mirror") -> dict[str, Any]:
    return {
        "tenant": tenant,
        "users_link": mirror.users_link,
        "groups_link": mirror.groups_link,
        "roles_read_on": mirror.roles_read_on,
        "selected": mirror.select,
        "skus": _encode(mirror.skus),
        "protected": _encode(sorted(mirror.protected)),
        "school_data_sync": _encode(sorted(mirror.school_data_sync)),
    }
