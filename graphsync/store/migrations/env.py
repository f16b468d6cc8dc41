"""Alembic's entry: runs the revisions on the connection that `graphsync.store.schema` gives."""

from alembic import context

from graphsync.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
