"""The table of names that safeguarding keeps: no column for notes (law A3.8)."""

from sqlalchemy import Column, Date, Index, PrimaryKeyConstraint, Table, Text

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

kept_names = Table(
    "kept_names",
    TABLES,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("given_name", Text, nullable=False),
    Column("surname", Text, nullable=False),
    Column("ground", Text, nullable=False),
    Column("reference", Text, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_by", Text),
    Column("ended_at", Moment),
    PrimaryKeyConstraint("id"),
    Index(None, "school"),
)
