"""The breach register, and the trigger that guards its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# A row is never edited. An entry may go whole when its time is over, which the journal tells.
_SQLITE_GUARD = """
CREATE TRIGGER breaches_refuse_UPDATE BEFORE UPDATE ON breaches
BEGIN SELECT RAISE(ABORT, 'rows of the breach register are never edited'); END
"""
_POSTGRESQL_GUARD = """
CREATE FUNCTION breaches_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of the breach register are never edited'; END $$;
CREATE TRIGGER breaches_refuse_row BEFORE UPDATE ON breaches
FOR EACH ROW EXECUTE FUNCTION breaches_refuse();
"""


def upgrade() -> None:
    """Make what is known of breaches, in rows that nobody edits."""
    op.create_table(
        "breaches",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("breach", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_breaches"),
        sa.UniqueConstraint("id", name="uq_breaches_id"),
    )
    op.create_index("ix_breaches_school_breach", "breaches", ["school", "breach"])
    op.create_index("ix_breaches_breach", "breaches", ["breach"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(_POSTGRESQL_GUARD if postgresql else _SQLITE_GUARD)
