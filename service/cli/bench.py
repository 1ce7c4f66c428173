"""``assay bench``: samples of a file, or asked of a model, verified as a run, with its figures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_json, say
from service.cli.model_options import (
    CompletionPrice,
    Concurrency,
    MaxTokens,
    ModelKey,
    ModelUrl,
    PromptPrice,
    Seed,
    Temperature,
    TopP,
)
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.progress import Bar, progress_bar
from service.cli.sample_file import Plan, Price, SampleFile, Spent
from service.cli.samples import lines_of, open_samples
from service.cli.sampling import Sampler, limited
from service.cli.session import connect, finish
from service.cli.summary import show_run
from service.client import AsyncAssay
from service.client.endpoint import ModelEndpoint, Sampling
from service.domain.requests import Isolation
from service.usecases.prompts import PromptForm

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
    samples: Annotated[
        str,
        typer.Argument(
            metavar="SAMPLES",
            help="*.jsonl or *.jsonl.gz; - is standard input. With --model-url: where answers are kept.",
        ),
    ],
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
    model_url: ModelUrl = None,
    model_key: ModelKey = None,
    per_task: Annotated[int, typer.Option("--samples", min=1, help="With --model-url: answers to ask for.")] = 1,
    form: Annotated[PromptForm, typer.Option(help="With --model-url: how the model is asked.")] = PromptForm.CHAT,
    temperature: Temperature = 0.8,
    max_tokens: MaxTokens = 1024,
    top_p: TopP = None,
    seed: Seed = None,
    concurrency: Concurrency = 4,
    prompt_price: PromptPrice = None,
    completion_price: CompletionPrice = None,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Verify every sample of a file, or ask a model for them first, and print the run's id and figures."""
    fields = {
        "name": name or Path(samples).name,
        "model": model,
        "task_set": tasks,
        "verifiers": verifier or ["base"],
        "isolation": isolation,
        "cache": "bypass" if no_cache else None,
    }
    job = _Job(samples, limit, fields)
    if model_url is None:
        run, upload = finish(_bench(job, url, api_key))
        spent = None
    else:
        drawn = Sampling(temperature, max_tokens, top_p, seed)
        plan = Plan(model, form.value, per_task, drawn, concurrency, Price(prompt_price, completion_price))
        run, upload, spent = finish(
            _bench_model(job, plan, ModelEndpoint(model_url, model, api_key=model_key), url, api_key)
        )
    for refusal in upload["refused"][:_REFUSED_SHOWN]:
        place = samples if refusal["line"] is None else f"{samples}:{refusal['line']}"
        say(f"{place}: {refusal['detail']}")
    if upload["refused_total"] > _REFUSED_SHOWN:
        say(f"… and {upload['refused_total'] - _REFUSED_SHOWN} more refused lines")
    if as_json:
        emit_json({**run, "upload": upload} | ({} if spent is None else {"spent": asdict(spent)}))
    else:
        show_run(run)
        if spent is not None:
            emit(_spent(spent))
    raise typer.Exit(_exit_code(run, upload, fail_under))


async def _bench(job: _Job, url: str | None, api_key: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    with open_samples(job.path) as stream:
        async with connect(url, api_key, runs_code=True) as client:
            with progress_bar(job.run["name"]) as bar:
                return await _verify(client, job, lines_of(stream, job.limit), bar)


async def _bench_model(
    job: _Job, plan: Plan, endpoint: ModelEndpoint, url: str | None, api_key: str | None
) -> tuple[dict[str, Any], dict[str, Any], Spent]:
    """Verify answers while others are still being asked for."""
    file = SampleFile(Path(job.path), plan)
    sampler = Sampler(endpoint, plan, file)
    try:
        async with connect(url, api_key, runs_code=True) as client, endpoint:
            prompts = limited(client.prompts(job.run["task_set"], plan.form), job.limit)

            async def lines(bar: Bar) -> AsyncIterator[bytes]:
                for line in [*file.lines()]:
                    yield line
                async for line in sampler.lines(prompts, bar):
                    yield line

            try:
                with progress_bar(f"asking {plan.model}") as bar:
                    run, upload = await _verify(client, job, lines(bar), bar.another(job.run["name"]))
            finally:
                await sampler.settle()
    finally:
        file.close()
    return run, _with_refused(upload, sampler.refused), file.spent


def _with_refused(upload: dict[str, Any], refused: Sequence[str]) -> dict[str, Any]:
    """What the endpoint refused stands with the lines that the service refused, without a number."""
    told = [{"line": None, "detail": said} for said in refused]
    return {
        **upload,
        "refused": [*upload["refused"], *told],
        "refused_total": upload["refused_total"] + len(told),
    }


async def _verify(
    client: AsyncAssay, job: _Job, lines: AsyncIterator[bytes], bar: Bar
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run of these samples, to its end."""
    created = await client.create_run(**job.run)
    run_id = created["id"]
    say(f"run {run_id}")
    watching = asyncio.ensure_future(_watch(client, run_id, job, bar))
    try:
        upload = await client.add_candidates(run_id, lines)
        job.uploaded.set()
        await watching
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching
    return await client.run(run_id), upload


def _spent(spent: Spent) -> str:
    """What the answers cost, in a line."""
    tokens = f"{spent.prompt_tokens} prompt and {spent.completion_tokens} completion tokens"
    unknown = f" ({spent.unknown} answers without a count)" if spent.unknown else ""
    cost = "" if spent.cost is None else f", cost {spent.cost:.4f}"
    return f"{spent.answers} answers: {tokens}{unknown}{cost}"


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
