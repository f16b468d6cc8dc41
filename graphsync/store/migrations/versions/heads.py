"""What a head decides: plans that were sent back, what becomes of a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "run_returns",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("redrafted", sa.Text(), nullable=False),
        sa.Column("lifted", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_run_returns"),
    )
    op.create_index("ix_run_returns_school_likeness", "run_returns", ["school", "likeness"])
    op.create_table(
        "policy_decisions",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("review", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_policy_decisions"),
    )
    op.create_index("ix_policy_decisions_school", "policy_decisions", ["school"])
