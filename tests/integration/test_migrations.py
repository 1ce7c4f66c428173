from __future__ import annotations

import sys
from pathlib import Path

import pytest
from alembic import command

from service.errors import InvalidInput, NotMigrated, Unavailable
from service.storage import migrate
from service.storage.unit_of_work import SqlStorage


def test_up_down_and_up_again_leave_nothing_to_generate(
    empty_database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate.upgrade(empty_database)
    migrate.downgrade(empty_database)
    assert migrate.current_revision(empty_database) is None
    migrate.upgrade(empty_database)
    migrate.upgrade(empty_database)
    assert migrate.current_revision(empty_database) == migrate.head_revision()
    command.check(migrate.alembic_config(empty_database))
    assert capsys.readouterr().out == ""


def test_every_revision_goes_down_and_up(empty_database: str) -> None:
    migrate.upgrade(empty_database)
    migrate.downgrade(empty_database, "-1")
    migrate.upgrade(empty_database)
    migrate.require_migrated(empty_database)


async def test_what_to_run_is_said_when_tables_are_missing(empty_database: str) -> None:
    storage = SqlStorage(empty_database)
    with pytest.raises(NotMigrated, match="assay db upgrade"):
        await storage.require_migrated()
    migrate.upgrade(empty_database)
    await storage.require_migrated()
    await storage.close()


def test_a_newer_schema_is_refused(database: str) -> None:
    config = migrate.alembic_config(database)
    command.stamp(config, "base", purge=True)
    with pytest.raises(NotMigrated, match="assay db upgrade"):
        migrate.require_migrated(database)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "nonsense", "sqlite://", "sqlite:///:memory:"])
def test_urls_that_cannot_be_used_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        SqlStorage(url)


def test_a_database_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(Unavailable) as caught:
        migrate.current_revision("postgresql://someone:secret@127.0.0.1:1/nowhere")
    assert "secret" not in str(caught.value)


def test_a_directory_that_is_missing_is_made(tmp_path: Path) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'deep' / 'er' / 'assay.db'}")
    assert (tmp_path / "deep" / "er" / "assay.db").is_file()


def test_the_storage_room_logs_nothing_on_stdout(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    migrate.upgrade(f"sqlite:///{tmp_path / 'assay.db'}")
    sys.stdout.flush()
    assert capfd.readouterr().out == ""
