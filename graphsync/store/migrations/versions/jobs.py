"""Long work, and the outline of each run that lists are made of."""

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the jobs; give every run its outline, from the report it has."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("schools", sa.Text(), nullable=False),
        sa.Column("requester", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("slot", sa.Text()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("runs", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.String(27), nullable=False),
        sa.Column("begun_at", sa.String(27)),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("seen_at", sa.String(27), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("started", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        sa.UniqueConstraint("slot", name="uq_jobs_slot"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_index("ix_jobs_asked_at", "jobs", ["asked_at"])
    op.create_table(
        "run_outlines",
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("outline", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_run_outlines"),
    )
    _outline_runs(op.get_bind())


def _outline_runs(connection: sa.Connection) -> None:
    runs = sa.table("runs", sa.column("id"), sa.column("report"))
    outlines = sa.table("run_outlines", sa.column("run"), sa.column("outline"))
    for run in connection.scalars(sa.select(runs.c.id)).all():
        report = connection.scalars(sa.select(runs.c.report).where(runs.c.id == run)).one()
        told = msgspec.msgpack.decode(report)
        outline = msgspec.msgpack.encode(
            {
                "name": told["name"],
                "counts": told["counts"],
                "held": len(told["held"]),
                "reasons": [one["text"] for one in told["verdict"]["reasons"]],
                "error": told.get("error", ""),
            }
        )
        connection.execute(sa.insert(outlines).values(run=run, outline=outline))
