"""``assay bench``: a file of samples, verified as a run, with its figures."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.console import emit_json, say
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.progress import Bar, progress_bar
from service.cli.samples import lines_of, open_samples
from service.cli.session import connect, finish
from service.cli.summary import show_run
from service.client import AsyncAssay
from service.domain.requests import Isolation

_REFUSED_SHOWN = 20
_LOOK_AGAIN_S = 0.2


@dataclass(frozen=True, slots=True)
class _Job:
    """What to verify."""

    path: str
    limit: int | None
    run: dict[str, Any]
    uploaded: asyncio.Event = field(default_factory=asyncio.Event)


def bench(
    samples: Annotated[str, typer.Argument(metavar="SAMPLES", help="*.jsonl or *.jsonl.gz; - is standard input.")],
    tasks: Annotated[str, typer.Option(metavar="NAME", help="The task set that the samples are for.")],
    model: Annotated[str, typer.Option(help="Who wrote the samples.")],
    verifier: Annotated[list[str] | None, typer.Option(help="May be repeated.", show_default="base")] = None,
    name: Annotated[str | None, typer.Option(help="Name of the run.", show_default="the file's name")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many samples.")] = None,
    fail_under: Annotated[
        float | None,
        typer.Option(min=0, max=1, metavar="P", help="Exit 1 if pass@1 of the first verifier is below P."),
    ] = None,
    isolation: Annotated[Isolation | None, typer.Option(help="Overrides the service's own.")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Do not reuse results of identical work.")] = False,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Verify every sample of a file and print the run's id and figures."""
    fields = {
        "name": name or Path(samples).name,
        "model": model,
        "task_set": tasks,
        "verifiers": verifier or ["base"],
        "isolation": isolation,
        "cache": "bypass" if no_cache else None,
    }
    run, upload = finish(_bench(_Job(samples, limit, fields), url, api_key))
    for refusal in upload["refused"][:_REFUSED_SHOWN]:
        say(f"{samples}:{refusal['line']}: {refusal['detail']}")
    if upload["refused_total"] > _REFUSED_SHOWN:
        say(f"… and {upload['refused_total'] - _REFUSED_SHOWN} more refused lines")
    if as_json:
        emit_json({**run, "upload": upload})
    else:
        show_run(run)
    raise typer.Exit(_exit_code(run, upload, fail_under))


async def _bench(job: _Job, url: str | None, api_key: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    with open_samples(job.path) as stream:
        async with connect(url, api_key, runs_code=True) as client:
            created = await client.create_run(**job.run)
            run_id = created["id"]
            say(f"run {run_id}")
            with progress_bar(job.run["name"]) as bar:
                watching = asyncio.ensure_future(_watch(client, run_id, job, bar))
                try:
                    upload = await client.add_candidates(run_id, lines_of(stream, job.limit))
                    job.uploaded.set()
                    await watching
                finally:
                    watching.cancel()
                    with contextlib.suppress(asyncio.CancelledError):
                        await watching
            return await client.run(run_id), upload


async def _watch(client: AsyncAssay, run_id: str, job: _Job, bar: Bar) -> None:
    """Show progress until everything that was uploaded is finished.

    A run counts as finished whenever nothing is left to do, so also in pauses of the upload.
    """
    while True:
        last = job.uploaded.is_set()
        progress = (await client.get("/v1/runs/" + run_id))["progress"] if last else None
        if progress is not None and progress["done"] == progress["total"]:
            return
        async for _, data in client.events(run_id):
            progress = data["progress"]
            bar.show(progress["done"], progress["total"], progress["verdicts"] | {"failed": progress["failed"]})
        if last:
            return
        await asyncio.sleep(_LOOK_AGAIN_S)


def _exit_code(run: dict[str, Any], upload: dict[str, Any], fail_under: float | None) -> ExitCode:
    excluded = [each["excluded"] for each in run["verifiers"]]
    if any(reasons.get("infrastructure_error") or reasons.get("cancelled") for reasons in excluded):
        return ExitCode.NOTHING_CONCLUDED
    if upload["refused_total"] or any(reasons.get("invalid_task") for reasons in excluded):
        return ExitCode.PARTLY
    if fail_under is not None:
        found = run["verifiers"][0]["pass_at_1"] if run["verifiers"] else None
        if found is None or found["value"] < fail_under:
            return ExitCode.NOT_ACCEPTED
    return ExitCode.DONE
