"""What became of holds after they were put, when an arrangement is looked at again, events."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, add the column and an index to the journal."""
    op.create_table(
        "hold_moves",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hold", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_hold_moves"),
    )
    op.create_index("ix_hold_moves_hold", "hold_moves", ["hold"])
    op.create_index("ix_hold_moves_school_mis_id", "hold_moves", ["school", "mis_id"])
    events = sa.text("what = 'event'")
    op.create_index(
        "ix_journal_events",
        "journal",
        ["school", "operation", "at", "person", "result"],
        sqlite_where=events,
        postgresql_where=events,
    )
    op.add_column("provisions", sa.Column("review", sa.Date()))
