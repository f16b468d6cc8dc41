"""The requests about somebody's data, and the trigger that guards their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# A row is never edited. A request may go whole when its time is over, which the journal tells.
_SQLITE_GUARD = """
CREATE TRIGGER data_requests_refuse_UPDATE BEFORE UPDATE ON data_requests
BEGIN SELECT RAISE(ABORT, 'rows of the requests are never edited'); END
"""
_POSTGRESQL_GUARD = """
CREATE FUNCTION data_requests_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of the requests are never edited'; END $$;
CREATE TRIGGER data_requests_refuse_row BEFORE UPDATE ON data_requests
FOR EACH ROW EXECUTE FUNCTION data_requests_refuse();
"""


def upgrade() -> None:
    """Make what was done with requests, in rows that nobody edits."""
    op.create_table(
        "data_requests",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_data_requests"),
        sa.UniqueConstraint("id", name="uq_data_requests_id"),
    )
    op.create_index("ix_data_requests_school_request", "data_requests", ["school", "request"])
    op.create_index("ix_data_requests_request", "data_requests", ["request"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    op.execute(_POSTGRESQL_GUARD if postgresql else _SQLITE_GUARD)
