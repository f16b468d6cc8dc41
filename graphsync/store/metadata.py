"""Where every table is registered, and how constraints and indexes are named."""

from sqlalchemy import MetaData

TABLES = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
