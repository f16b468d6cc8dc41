"""The tables of the activity feed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make how far the feed was read, what of it was lost, and the tests of its rules."""
    op.create_table(
        "dlp_feeds",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("started_at", sa.String(27), nullable=False),
        sa.Column("read_until", sa.String(27), nullable=False),
        sa.Column("succeeded_at", sa.String(27)),
        sa.Column("newest_blob", sa.String(27)),
        sa.PrimaryKeyConstraint("tenant", name="pk_dlp_feeds"),
    )
    op.create_table(
        "dlp_feed_blobs",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("content_id", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("unread", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "content_id", name="pk_dlp_feed_blobs"),
    )
    op.create_index("ix_dlp_feed_blobs_tenant_made_at", "dlp_feed_blobs", ["tenant", "made_at"])
    op.create_table(
        "dlp_feed_gaps",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("begin", sa.String(27), nullable=False),
        sa.Column("end", sa.String(27), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("found_at", sa.String(27), nullable=False),
        sa.Column("acknowledged_at", sa.String(27)),
        sa.Column("acknowledged_by", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("tenant", "number", name="pk_dlp_feed_gaps"),
    )
    op.create_table(
        "dlp_proofs",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "name", "sent_at", name="pk_dlp_proofs"),
    )
    op.create_table(
        "dlp_bites",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("fate", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "name", "at", "fate", name="pk_dlp_bites"),
    )
