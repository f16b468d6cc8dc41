"""The table of requests about somebody's data."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# Rows are added and never edited: a trigger of the migration refuses anything else.
data_requests = Table(
    "data_requests",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("request", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
    Index(None, "school", "request"),
    Index(None, "request"),
)
