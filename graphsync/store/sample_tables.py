"""The table of samples of the consent gate; whom one drew stands nowhere."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Only ever added to.
consent_samples = Table(
    "consent_samples",
    TABLES,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("licensed", Integer, nullable=False),
    Column("consented", Integer, nullable=False),
    Column("marked", Integer, nullable=False),
    Column("uncovered", Integer, nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "school", "at"),
)
