"""The tables of the queue of data-loss exceptions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make items, moves, and who looked at what."""
    op.create_table(
        "dlp_items",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("due_from", sa.String(27), nullable=False),
        sa.Column("due", sa.String(27), nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column("thread_due", sa.String(27), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("item", name="pk_dlp_items"),
    )
    order = ["thread_due", "thread", "item"]
    filters = ["school", "state", "severity", "kinds", "classes", "rules", "assignee", "due"]
    op.create_index("ix_dlp_items_open", "dlp_items", ["open", *order, *filters])
    op.create_index("ix_dlp_items_every", "dlp_items", [*order, *filters])
    for column in ("thread", "likeness"):
        op.create_index(f"ix_dlp_items_school_{column}", "dlp_items", ["school", column])
    op.create_table(
        "dlp_moves",
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("warned", sa.Text(), nullable=False),
        sa.Column("contrary", sa.Boolean(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item", "number", name="pk_dlp_moves"),
    )
    op.create_index("ix_dlp_moves_step_contrary_at", "dlp_moves", ["step", "contrary", "at"])
    op.create_table(
        "dlp_looks",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_dlp_looks"),
    )
    op.create_index("ix_dlp_looks_at", "dlp_looks", ["at"])
