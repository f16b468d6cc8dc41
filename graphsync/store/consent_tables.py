"""The tables about consent: the register, batches, links, modes, and what is done instead."""

from sqlalchemy import (
    Column,
    Date,
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

# Rows are added and never edited: a trigger of the migration refuses anything else.
consents = Table(
    "consents",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("batch", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id"),
    Index(None, "school", "mis_id"),
    Index(None, "school", "at"),
)

consent_batches = Table(
    "consent_batches",
    TABLES,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("sample", Text),
    PrimaryKeyConstraint("id"),
    Index(None, "school"),
)

# What a parent's link leads to; the token itself is nowhere, only its digest.
consent_links = Table(
    "consent_links",
    TABLES,
    Column("token_sha256", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("pupils", Text, nullable=False),
    Column("use", Text, nullable=False),
    Column("way", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("ended", Text, nullable=False),
    Column("misses", Integer, nullable=False),
    PrimaryKeyConstraint("token_sha256"),
    Index(None, "school", "contact"),
)

# When the head let enforcement begin or end, and whom it was said to reach.
consent_modes = Table(
    "consent_modes",
    TABLES,
    Column("seq", Integer, primary_key=True),
    Column("school", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("begins", Date, nullable=False),
    Column("digest", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("alternative", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "school"),
)

# What the school does instead for a pupil without a licence (UK GDPR: no detriment for refusing).
provisions = Table(
    "provisions",
    TABLES,
    Column("id", Text, nullable=False),
    Column("school", Text, nullable=False),
    Column("mis_id", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("due", Date, nullable=False),
    Column("arranged", Text, nullable=False),
    Column("closed_at", Moment),
    Column("closed_by", Text, nullable=False),
    Column("review", Date),
    PrimaryKeyConstraint("id"),
    Index(None, "school", "closed_at"),
)
