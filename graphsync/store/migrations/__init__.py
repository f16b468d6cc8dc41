"""Alembic's home: `schema.bring_up_to_date` runs these revisions."""
