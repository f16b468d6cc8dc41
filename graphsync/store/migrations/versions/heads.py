"""What a head decides: plans that were sent back."""

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
