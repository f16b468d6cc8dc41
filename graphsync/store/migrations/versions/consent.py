"""The tables about consent, and the trigger that guards its rows."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# A row of consent is never edited. It may go whole when its time is over, which the journal tells.
_SQLITE_GUARD = """
CREATE TRIGGER consents_refuse_UPDATE BEFORE UPDATE ON consents
BEGIN SELECT RAISE(ABORT, 'rows of consent are never edited'); END
"""
_POSTGRESQL_GUARD = """
CREATE FUNCTION consents_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of consent are never edited'; END $$;
CREATE TRIGGER consents_refuse_row BEFORE UPDATE ON consents
FOR EACH ROW EXECUTE FUNCTION consents_refuse();
"""


def upgrade() -> None:
    """Make what was asked and answered, in rows that nobody edits."""
    op.create_table(
        "consents",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_consents"),
        sa.UniqueConstraint("id", name="uq_consents_id"),
    )
    op.create_index("ix_consents_school_mis_id", "consents", ["school", "mis_id"])
    op.create_index("ix_consents_school_at", "consents", ["school", "at"])
    op.create_table(
        "consent_batches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("sample", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consent_batches"),
    )
    op.create_index("ix_consent_batches_school", "consent_batches", ["school"])
    op.create_table(
        "consent_links",
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("pupils", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("made_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("used_at", sa.String(27), nullable=True),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token_sha256", name="pk_consent_links"),
    )
    op.create_index("ix_consent_links_school_contact", "consent_links", ["school", "contact"])
    op.create_table(
        "consent_modes",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("begins", sa.Date(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("alternative", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_consent_modes"),
    )
    op.create_index("ix_consent_modes_school", "consent_modes", ["school"])
    op.create_table(
        "provisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.String(27), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("arranged", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provisions"),
    )
    op.create_index("ix_provisions_school_closed_at", "provisions", ["school", "closed_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_GUARD)
    else:
        op.execute(_SQLITE_GUARD)
