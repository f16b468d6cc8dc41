"""The table of the breach register."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Rows are added and never edited: a trigger of the migration refuses anything else.
breaches = Table(
    "breaches",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("breach", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
    Index(None, "school", "breach"),
    Index(None, "breach"),
)
