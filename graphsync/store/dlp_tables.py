"""The tables about data loss: scrubbed events, what was imported, what was quarantined."""

from sqlalchemy import Column, Index, Integer, LargeBinary, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

dlp_events = Table(
    "dlp_events",
    TABLES,
    Column("organisation", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("incident", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("sender", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("classes", Text, nullable=False),
    Column("fullness", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("organisation", "id"),
    Index(None, "school", "incident"),
    Index(None, "school", "message"),
)

dlp_imports = Table(
    "dlp_imports",
    TABLES,
    Column("sha256", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("merged", Integer, nullable=False),
    Column("out_of_scope", Integer, nullable=False),
    PrimaryKeyConstraint("sha256"),
)

dlp_quarantine = Table(
    "dlp_quarantine",
    TABLES,
    Column("sha256", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("records", Integer, nullable=False),
    PrimaryKeyConstraint("sha256", "reason"),
)
