"""``assay db``: the schema of the database."""

from __future__ import annotations

import typer

from service import bootstrap
from service.cli.console import emit, emit_json, say
from service.cli.options import AsJson
from service.cli.session import read_settings

app = typer.Typer(help="The database's schema.", no_args_is_help=True, rich_markup_mode=None)


@app.command("upgrade")
def upgrade() -> None:
    """Bring the schema to this version's; a SQLite file is made where there is none."""
    settings = read_settings()
    before = bootstrap.current_revision(settings)
    bootstrap.upgrade_database(settings)
    after = bootstrap.current_revision(settings)
    say(f"the database is at revision {after}" + ("" if before == after else f" (was {before or 'empty'})"))


@app.command("current")
def current(as_json: AsJson = False) -> None:
    """Print the schema's revision and the one that this version needs."""
    settings = read_settings()
    found = {"current": bootstrap.current_revision(settings), "head": bootstrap.head_revision()}
    if as_json:
        emit_json(found)
    else:
        emit(f"{found['current'] or 'empty'} (needs {found['head']})")
