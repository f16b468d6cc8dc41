"""The tables of what the tenant held, as far as the delta has told."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

mirrors = Table(
    "mirrors",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("users_link", Text, nullable=False),
    Column("groups_link", Text, nullable=False),
    Column("roles_read_on", Date),
    Column("selected", Text, nullable=False),
    Column("skus", LargeBinary, nullable=False),
    Column("protected", LargeBinary, nullable=False),
    Column("school_data_sync", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant"),
)

mirror_accounts = Table(
    "mirror_accounts",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "object_id"),
    sqlite_with_rowid=False,  # a mirror is read whole: its rows lie in the order of the key
)

mirror_groups = Table(
    "mirror_groups",
    TABLES,
    Column("tenant", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("tenant", "object_id"),
    sqlite_with_rowid=False,
)

bound_members = Table(
    "bound_members",
    TABLES,
    Column("group_id", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    PrimaryKeyConstraint("group_id", "object_id"),
)

pending = Table(
    "pending",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("object_id", Text, nullable=False),
    Column("run", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "object_id"),
)
