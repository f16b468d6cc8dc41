"""The tables of the console and the API: who is signed in, and which writes were answered."""

from sqlalchemy import Column, Index, LargeBinary, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# A session's cookie is nowhere, only its digest.
sessions = Table(
    "sessions",
    TABLES,
    Column("token_sha256", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("proved_at", Moment),
    PrimaryKeyConstraint("token_sha256"),
    Index(None, "expires_at"),
)

# What a write with an idempotency key was answered, so that the same one again is not done twice.
answered_writes = Table(
    "answered_writes",
    TABLES,
    Column("key_sha256", Text, nullable=False),
    Column("request_sha256", Text, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("key_sha256"),
    Index(None, "at"),
)
