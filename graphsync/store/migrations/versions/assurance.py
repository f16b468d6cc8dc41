"""The tables of samples of the consent gate, and of who takes over from whoever leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both."""
    numbers = ("passed", "failed", "licensed", "consented", "marked", "uncovered")
    op.create_table(
        "consent_samples",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.PrimaryKeyConstraint("id", name="pk_consent_samples"),
    )
    op.create_index("ix_consent_samples_school_at", "consent_samples", ["school", "at"])
    op.create_table(
        "departure_handovers",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("departure", sa.Text(), nullable=False),
        sa.Column("line_manager", sa.Text(), nullable=True),
        sa.Column("handover_owner", sa.Text(), nullable=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_departure_handovers"),
    )
    op.create_index("ix_departure_handovers_departure", "departure_handovers", ["departure"])
