"""The first schema: every table of the first release, and the triggers that guard the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSED = "the journal is append-only"
_SQLITE_GUARD = """
CREATE TRIGGER journal_refuses_{event} BEFORE {event} ON journal
BEGIN SELECT RAISE(ABORT, '{text}'); END
"""
_POSTGRESQL_GUARD = """
CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{text}'; END $$;
CREATE TRIGGER journal_refuses_row BEFORE UPDATE OR DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER journal_refuses_truncate BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();
"""


def upgrade() -> None:
    """Make everything."""
    _people()
    _runs()
    _mirror()
    _journal()
    _guard_the_journal()


def _people() -> None:
    """Who is who."""
    op.create_table(
        "links",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.String(27), nullable=False),
        sa.Column("blocked_by_us_at", sa.String(27), nullable=True),
        sa.Column("revoked_at", sa.String(27), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("school", "mis_id", name="pk_links"),
        sa.UniqueConstraint("object_id", name="uq_links_object_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "names",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("reserved_at", sa.String(27), nullable=False),
        sa.Column("freed_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("domain", "alias", name="pk_names"),
    )
    op.create_index("ix_names_domain_school_mis_id", "names", ["domain", "school", "mis_id"])
    op.create_table(
        "exports",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.String(27), nullable=False),
        sa.Column("complete", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("roster", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_exports"),
        sa.UniqueConstraint("school", "sha256", name="uq_exports_school_sha256"),
    )
    op.create_table(
        "absences",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("school", "mis_id", "sha256", name="pk_absences"),
    )
    op.create_table(
        "proposals",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("strength", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("school", "mis_id", "object_id", name="pk_proposals"),
    )
    op.create_table(
        "secrets",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("must_change", sa.Integer(), nullable=False),
        sa.Column("revealed_at", sa.String(27), nullable=True),
        sa.Column("revealed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("school", "mis_id", name="pk_secrets"),
    )
    op.create_table(
        "custody",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_custody"),
    )
    op.create_index("ix_custody_school", "custody", ["school"])
    op.create_table(
        "worklist",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("doubt", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.String(27), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_worklist"),
    )
    op.create_index("ix_worklist_school_closed_at", "worklist", ["school", "closed_at"])


def _runs() -> None:
    """Plans, and what people said of them."""
    op.create_table(
        "runs",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
        sa.Column("roster_sha256", sa.Text(), nullable=False),
        sa.Column("pack_sha256", sa.Text(), nullable=False),
        sa.Column("scope", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.LargeBinary(), nullable=False),
        sa.Column("verdict", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_runs"),
        sa.UniqueConstraint("id", name="uq_runs_id"),
    )
    op.create_index("ix_runs_school_seq", "runs", ["school", "seq"])
    op.create_table(
        "approvals",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("approver", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.Column("overrides", sa.Text(), nullable=False),
        sa.Column("left_out", sa.Text(), nullable=False),
        sa.Column("waiver", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_approvals"),
    )
    op.create_index("ix_approvals_run", "approvals", ["run"])
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("lifted_by", sa.Text(), nullable=True),
        sa.Column("lifted_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_holds"),
    )
    op.create_index("ix_holds_school", "holds", ["school"])
    op.create_table(
        "pauses",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("school", name="pk_pauses"),
    )
    op.create_table(
        "class_logons",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mis_id", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("year", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("holders", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", "mis_id", name="pk_class_logons"),
    )
    op.create_table(
        "pack_versions",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("policy_sha256", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("approvals", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("active_from", sa.String(27), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.String(27), nullable=True),
        sa.PrimaryKeyConstraint("school", "version", name="pk_pack_versions"),
    )
    op.create_table(
        "claims",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("expires_at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("school", name="pk_claims"),
    )


def _journal() -> None:
    """What was done, and the head that a cut tail is found against."""
    op.create_table(
        "journal",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("object_id", sa.Text(), nullable=True),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("payload_sha256", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_journal"),
    )
    op.create_index("ix_journal_person", "journal", ["person"])
    op.create_index("ix_journal_run", "journal", ["run"])
    done = sa.text("what = 'outcome' AND result = 'done'")
    op.create_index(
        "ix_journal_done",
        "journal",
        ["school", "operation", "at", "population", "run", "person"],
        sqlite_where=done,
        postgresql_where=done,
    )
    op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journal_head"),
    )
    op.create_table(
        "payloads",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_payloads"),
    )
    op.create_table(
        "open_intents",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("school", "run", "item", name="pk_open_intents"),
    )
    head = sa.table("journal_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": "0" * 64}])


def _mirror() -> None:
    """What the tenant held."""
    op.create_table(
        "mirrors",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("users_link", sa.Text(), nullable=False),
        sa.Column("groups_link", sa.Text(), nullable=False),
        sa.Column("roles_read_on", sa.Date(), nullable=True),
        sa.Column("selected", sa.Text(), nullable=False),
        sa.Column("skus", sa.LargeBinary(), nullable=False),
        sa.Column("protected", sa.LargeBinary(), nullable=False),
        sa.Column("school_data_sync", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", name="pk_mirrors"),
    )
    op.create_table(
        "mirror_accounts",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "object_id", name="pk_mirror_accounts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mirror_groups",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "object_id", name="pk_mirror_groups"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bound_members",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "object_id", name="pk_bound_members"),
    )
    op.create_table(
        "pending",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_pending"),
    )
    op.create_index("ix_pending_object_id", "pending", ["object_id"])


def _guard_the_journal() -> None:
    """Rows are never changed or deleted, whoever asks, until the triggers are dropped."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRESQL_GUARD.format(text=_REFUSED))
        return
    for event in ("UPDATE", "DELETE"):
        op.execute(_SQLITE_GUARD.format(event=event, text=_REFUSED))
