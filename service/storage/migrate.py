"""Bring a database's schema up to date, and insist that it is. In a wheel the scripts lie beside this module."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from service.errors import NotMigrated, Unavailable
from service.storage.database import BUSY_TIMEOUT_MS, parse_url


def scripts_path() -> Path:
    """The directory of migration scripts: the wheel's own, or the checkout's ``alembic/``.

    Raises:
        Unavailable: If the installation has neither.
    """
    here = Path(__file__).resolve().parent
    for place in (here / "alembic", here.parents[1] / "alembic"):
        if (place / "env.py").is_file():
            return place
    raise Unavailable("this installation of assay lacks its migrations; install it again")


def alembic_config(database_url: str) -> Config:
    """Alembic's configuration for a database, without a file and without output on stdout."""
    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(scripts_path()))
    config.attributes["url"] = _sync_url(database_url)
    return config


def upgrade(database_url: str, revision: str = "head") -> None:
    """Migrate up; blocking, idempotent. A SQLite file and its directory are made.

    Raises:
        Unavailable: If the database does not answer.
    """
    url = parse_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).expanduser().parent.mkdir(parents=True, exist_ok=True)
    with _reachable(database_url):
        command.upgrade(alembic_config(database_url), revision)


def downgrade(database_url: str, revision: str = "base") -> None:
    """Migrate down; blocking. Data of what is dropped is lost.

    Raises:
        Unavailable: If the database does not answer.
    """
    with _reachable(database_url):
        command.downgrade(alembic_config(database_url), revision)


def head_revision() -> str:
    """The revision that this version of the code needs."""
    config = Config()
    config.set_main_option("script_location", str(scripts_path()))
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise Unavailable("this installation of assay lacks its migrations; install it again")
    return head


def current_revision(database_url: str) -> str | None:
    """The revision of a database; None for an empty one or a SQLite file that does not exist. Blocking.

    Raises:
        Unavailable: If the database does not answer.
    """
    url = parse_url(database_url)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).exists():
        return None
    with _reachable(database_url):
        engine = create_engine(_sync_url(database_url), poolclass=NullPool)
        try:
            with engine.connect() as connection:
                return MigrationContext.configure(connection).get_current_revision()
        finally:
            engine.dispose()


def require_migrated(database_url: str) -> None:
    """Insist that the schema is this version's. Blocking.

    Raises:
        NotMigrated: If it is not; the message says which command to run.
        Unavailable: If the database does not answer.
    """
    current, head = current_revision(database_url), head_revision()
    if current == head:
        return
    if current is None:
        raise NotMigrated("the database has no tables yet; run: assay db upgrade")
    raise NotMigrated(
        f"the database's schema is at revision {current}, this version of assay needs {head}; run: assay db upgrade"
    )


def _sync_url(database_url: str) -> URL:
    url = parse_url(database_url)
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite+pysqlite", query={**url.query, "timeout": str(BUSY_TIMEOUT_MS // 1000)})
    return url


@contextlib.contextmanager
def _reachable(database_url: str) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        shown = parse_url(database_url).render_as_string(hide_password=True)
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise Unavailable(f"the database {shown} cannot be used: {reason}") from error
