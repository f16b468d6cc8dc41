"""The tables of staff who leave: each departure, and what happened to it, never edited."""

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

departures = Table(
    "departures",
    TABLES,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text),
    Column("object_id", Text, nullable=False),
    Column("sign_in_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    PrimaryKeyConstraint("id"),
    Index(None, "school"),
    Index(None, "object_id"),
)

# Only ever added to; the last row of a departure counts.
departure_handovers = Table(
    "departure_handovers",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("departure", Text, nullable=False),
    Column("line_manager", Text),
    Column("handover_owner", Text),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Index(None, "departure"),
)

departure_moves = Table(
    "departure_moves",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("departure", Text, nullable=False),
    Column("did", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("leaves_at", Moment),
    Column("state", Text),
    Column("receipt", LargeBinary),
    Index(None, "departure"),
)
