"""The store: links, names, runs, approvals, holds, the mirror of the tenant, and the journal.

The only home of SQLAlchemy and Alembic. SQLite (WAL) embedded, PostgreSQL for several processes;
one module per kind of record, `db.Store` holds them all.
"""
