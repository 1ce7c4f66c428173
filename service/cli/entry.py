"""The tree of commands, and how errors become exit codes."""

from __future__ import annotations

import gc
import platform
import sys
from importlib.metadata import version as installed_version

import typer

from service.cli import analyze, bench, database, doctor, keys, repair, runs, serve, tasks, verify
from service.cli.console import emit, emit_json, say
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import EXPECTED, ExitCode, exit_code_of, sentence_of
from service.cli.session import finish, read_settings
from service.client import AsyncAssay

app = typer.Typer(
    name="assay",
    help="Verifies programs that language models wrote. Data goes to stdout, everything else to stderr. "
    "Exit codes: 0 done, 1 not accepted, 2 usage, 3 nothing was concluded, 4 done but part of the input was "
    "refused, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
app.command("serve")(serve.serve)
app.command("verify")(verify.verify)
app.command("bench")(bench.bench)
app.command("repair")(repair.repair)
app.add_typer(tasks.app, name="tasks")
app.add_typer(runs.app, name="runs")
app.add_typer(analyze.app, name="analyze")
app.add_typer(keys.app, name="keys")
app.command("doctor")(doctor.doctor)
app.add_typer(database.app, name="db")


@app.command("version")
def version(url: Url = None, api_key: Key = None, as_json: AsJson = False) -> None:
    """Print the version; with --url also the server's."""
    found = {"version": installed_version("assay"), "python": platform.python_version()}
    settings = read_settings(url=url, api_key=api_key)
    if settings.url is not None:
        found["server"] = finish(_server_version(settings.url, api_key))
    if as_json:
        emit_json(found)
    else:
        emit(f"assay {found['version']}" + (f", server {found['server']}" if "server" in found else ""))


async def _server_version(url: str, api_key: str | None) -> str:
    settings = read_settings(api_key=api_key)
    key = None if settings.api_key is None else settings.api_key.get_secret_value()
    async with AsyncAssay(url, key) as client:
        return str((await client.get("/v1/version"))["version"])


def run() -> None:
    """Run the command that the arguments name, and exit with its code."""
    # What is loaded by now stays: collections that large answers cause need not search it.
    gc.freeze()
    try:
        app()
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        sys.stderr.close()
        sys.exit(ExitCode.DONE)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except EXPECTED as error:
        say(f"assay: {sentence_of(error)}")
        sys.exit(exit_code_of(error))
