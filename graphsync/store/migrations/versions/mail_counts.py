"""Two indexes by which the open items of the mail queue are counted."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both."""
    for column in ("due", "state"):
        op.create_index(
            f"ix_dlp_items_open_school_{column}", "dlp_items", ["open", "school", column]
        )
