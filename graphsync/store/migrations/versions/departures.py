"""The tables of staff who leave."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make departures, and what happened to them."""
    op.create_table(
        "departures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_departures"),
    )
    op.create_index("ix_departures_school", "departures", ["school"])
    op.create_index("ix_departures_object_id", "departures", ["object_id"])
    op.create_table(
        "departure_moves",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("departure", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("leaves_at", sa.String(27), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_departure_moves"),
    )
    op.create_index("ix_departure_moves_departure", "departure_moves", ["departure"])
