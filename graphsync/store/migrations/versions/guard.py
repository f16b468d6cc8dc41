"""Deputies, one register for every look, and when somebody proved who they are."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables; the looks at the queue of mail move into the one register."""
    op.create_table(
        "deputies",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("deputy", sa.Text(), nullable=False),
        sa.Column("did", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_deputies"),
    )
    op.create_index("ix_deputies_account", "deputies", ["account"])
    op.create_index("ix_deputies_school", "deputies", ["school"])
    op.create_table(
        "looks",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_looks"),
    )
    op.create_index("ix_looks_at", "looks", ["at"])
    op.create_index("ix_looks_by_item_at", "looks", ["by", "item", "at"])
    op.execute(
        sa.text(
            'INSERT INTO looks (at, "by", kind, school, item, filter, shown, reason)'
            " SELECT l.at, l.\"by\", 'mail', coalesce(i.school, ''), l.item, l.filter, l.shown,"
            " l.reason FROM dlp_looks l LEFT JOIN dlp_items i ON i.item = l.item ORDER BY l.seq"
        )
    )
    op.drop_table("dlp_looks")
    op.add_column("sessions", sa.Column("proved_at", sa.String(27)))
