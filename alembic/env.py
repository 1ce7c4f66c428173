"""Run migrations on the database that ``service.storage.migrate`` or ``alembic.ini`` names."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from service.storage.models import Base
from service.storage.types import UtcDateTime

MIGRATION_LOCK = 0x6173736179


def database_url() -> object:
    """The URL given by the caller, else the environment's, else the file's."""
    given = context.config.attributes.get("url")
    if given is not None:
        return given
    from service.storage.migrate import alembic_config

    fallback = context.config.get_main_option("sqlalchemy.url") or "sqlite:///assay.db"
    return alembic_config(os.environ.get("ASSAY_DATABASE_URL", fallback)).attributes["url"]


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column type as the plain one, so that migrations do not depend on the models."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run() -> None:
    """Migrate; processes that start together wait for each other."""
    engine = create_engine(database_url(), poolclass=NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.commit()
        else:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            compare_type=True,
            render_item=render_item,
            render_as_batch=connection.dialect.name == "sqlite",
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
