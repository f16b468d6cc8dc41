"""The tables of long work, and of the outlines that lists of runs are made of."""

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from graphsync.store.metadata import TABLES
from graphsync.store.moments import Moment

# `slot` names one night (or hour) of the clock, so that no two processes do the same one.
jobs = Table(
    "jobs",
    TABLES,
    Column("id", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("schools", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("asked", LargeBinary, nullable=False),
    Column("slot", Text),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("runs", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("begun_at", Moment),
    Column("ended_at", Moment),
    Column("seen_at", Moment, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started", Text, nullable=False),
    PrimaryKeyConstraint("id"),
    UniqueConstraint("slot"),
    Index(None, "state"),
    Index(None, "asked_at"),
)

# Beside `runs`, whose rows hold whole plans: SQLite would walk through each to reach the outline.
run_outlines = Table(
    "run_outlines",
    TABLES,
    Column("run", Text, nullable=False),
    Column("outline", LargeBinary, nullable=False),
    PrimaryKeyConstraint("run"),
)
