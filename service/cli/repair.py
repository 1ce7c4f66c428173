"""``assay repair``: programs sent back to a model with a report until they pass, or replayed from a file of traces."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from service.cli.console import emit, emit_json, say
from service.cli.model_options import Concurrency, MaxTokens, ModelKey, ModelUrl, Temperature
from service.cli.options import AsJson, Key, Url
from service.cli.outcome import ExitCode
from service.cli.progress import progress_bar
from service.cli.session import connect, finish
from service.client import AsyncAssay
from service.client.calls import Call, fresh_key
from service.client.endpoint import ModelEndpoint, RequestRefused, Sampling
from service.domain.check import Disclosure
from service.domain.repair import RepairMode
from service.errors import InvalidInput

_GZIP_MAGIC = b"\x1f\x8b"
_PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class _Start:
    """One task to be repaired: programs that exist already, first one first."""

    task_id: str
    index: int
    programs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    policy: dict[str, Any]
    name: str | None
    endpoint: ModelEndpoint | None
    sampling: Sampling


def repair(
    tasks: Annotated[str, typer.Option(metavar="NAME", help="The task set.")],
    model: Annotated[str, typer.Option(help="Who writes the programs.")],
    samples: Annotated[
        str | None,
        typer.Argument(
            metavar="[SAMPLES]",
            help="First programs, one a line; `implementations` instead of a program is a trace that is replayed.",
            show_default="asked of the model",
        ),
    ] = None,
    model_url: ModelUrl = None,
    model_key: ModelKey = None,
    verifier: Annotated[list[str] | None, typer.Option(help="Speaks; may be repeated.", show_default="base")] = None,
    oracle: Annotated[str | None, typer.Option(help="Counts success; never speaks.", show_default="plus")] = None,
    disclosure: Annotated[Disclosure, typer.Option(help="The most that reports show.")] = Disclosure.INPUTS,
    budget_tokens: Annotated[int | None, typer.Option(min=50, help="Most tokens of one report.")] = None,
    max_rounds: Annotated[int, typer.Option(min=0, max=100, help="Repairs after the first program.")] = 3,
    mode: Annotated[RepairMode, typer.Option(help="Reports, or one more example a round.")] = RepairMode.REPORT,
    name: Annotated[str | None, typer.Option(help="Goes on with what was begun under this name.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    temperature: Temperature = 0.8,
    max_tokens: MaxTokens = 1024,
    concurrency: Concurrency = 4,
    url: Url = None,
    api_key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Send programs back with what was found until they pass; `assay analyze repairs` says what it brought."""
    if samples is None and model_url is None:
        raise typer.BadParameter("give SAMPLES, or --model-url to ask for them", param_hint="SAMPLES / --model-url")
    policy = {
        "model": model,
        "verifiers": verifier or [],
        "oracle": oracle,
        "disclosure": disclosure.value,
        "budget_tokens": budget_tokens,
        "max_rounds": max_rounds,
        "mode": mode.value,
    }
    endpoint = None if model_url is None else ModelEndpoint(model_url, model, api_key=model_key)
    plan = _Plan(policy, name, endpoint, Sampling(temperature, max_tokens))
    counts = finish(_repair(plan, tasks, samples, limit, concurrency, url, api_key))
    if as_json:
        emit_json(counts)
    else:
        told = ", ".join(f"{word} {count}" for word, count in sorted(counts.items()))
        emit(f"{sum(counts.values())} sessions: {told}")
    lost = counts.get("unfinished", 0)
    raise typer.Exit(ExitCode.PARTLY if lost else ExitCode.DONE)


async def _repair(
    plan: _Plan, tasks: str, samples: str | None, limit: int | None, concurrency: int, url: str | None, key: str | None
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    async with connect(url, key, runs_code=True) as client, contextlib.AsyncExitStack() as stack:
        if plan.endpoint is not None:
            await stack.enter_async_context(plan.endpoint)
        starts = [each async for each in _starts(client, tasks, samples, limit)]
        waiting = iter(starts)
        with progress_bar("repairing") as bar:

            async def work() -> None:
                for start in waiting:
                    counts[await _session(client, plan, tasks, start)] += 1
                    bar.show(sum(counts.values()), len(starts), counts)

            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(concurrency):
                        group.create_task(work())
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
    return dict(counts)


async def _starts(client: AsyncAssay, tasks: str, samples: str | None, limit: int | None) -> AsyncIterator[_Start]:
    """Tasks to work on, in order."""
    taken = 0
    if samples is None:
        async for prompt in client.prompts(tasks):
            if limit is not None and taken >= limit:
                return
            taken += 1
            yield _Start(prompt["task_id"], 0)
        return
    seen: Counter[str] = Counter()
    for row in await asyncio.to_thread(lambda: list(_rows(Path(samples), limit))):
        yield _Start(row.task_id, seen[row.task_id], row.programs)
        seen[row.task_id] += 1


def _rows(path: Path, limit: int | None) -> Iterator[_Start]:
    with path.open("rb") as raw:
        packed = raw.peek(2).startswith(_GZIP_MAGIC)
        lines = gzip.GzipFile(fileobj=raw) if packed else raw
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            if limit is not None and number > limit:
                return
            yield _start(path, number, line)


def _start(path: Path, number: int, line: bytes) -> _Start:
    try:
        row = json.loads(line)
        programs = row.get("implementations") or [row.get("solution") or row["code"]]
        return _Start(str(row["task_id"]), 0, tuple(str(program) for program in programs))
    except (ValueError, KeyError, AttributeError, TypeError):
        raise InvalidInput(
            f'{path}:{number}: needs "task_id", and "solution", "code" or a list "implementations"'
        ) from None


async def _session(client: AsyncAssay, plan: _Plan, tasks: str, start: _Start) -> str:
    """Work on one session until it ends; how it ended, ``open`` where a trace was over first."""
    session = await _begin(client, plan, tasks, start)
    while (status := session["status"]) in (None, "continue"):
        if status is None:
            await asyncio.sleep(_PATIENCE_S)
            session = await client.get(f"/v1/repairs/{session['id']}")
            continue
        position = len(session["attempts"])
        try:
            attempt = await _next(plan, start, position, session["prompt"])
        except RequestRefused as error:
            say(f"{session['task_id']}: {error}")
            return "unfinished"
        if attempt is None:
            return "open"
        answer = await client.call(Call("POST", f"/v1/repairs/{session['id']}/attempts", document=attempt))
        if answer["verification"]["failure"] is not None:
            say(f"{session['task_id']}: no verdict: {answer['verification']['failure']}")
            return "unfinished"
        session = await client.get(f"/v1/repairs/{session['id']}")
    return str(status)


async def _begin(client: AsyncAssay, plan: _Plan, tasks: str, start: _Start) -> dict[str, Any]:
    """The session of one task; under a name, the one that was begun before."""
    task_id = start.task_id
    if not task_id.startswith(f"{tasks}/"):
        task_id = f"{tasks}/{task_id.rpartition('/')[2]}"
    headers = fresh_key()
    if plan.name is not None:
        digest = hashlib.sha256(f"{plan.name}\n{task_id}\n{start.index}".encode()).hexdigest()
        headers = {"Idempotency-Key": digest}
    call = Call("POST", "/v1/repairs", document={"task_id": task_id, **plan.policy}, headers=headers)
    found: dict[str, Any] = await client.call(call)
    return found


async def _next(plan: _Plan, start: _Start, position: int, prompt: str) -> dict[str, Any] | None:
    """The next program: from the file as far as it goes, then from the model; None where neither has one."""
    if position < len(start.programs):
        return {"code": start.programs[position]}
    if plan.endpoint is None:
        return None
    answer = await plan.endpoint.chat([{"role": "user", "content": prompt}], plan.sampling)
    tokens = {"prompt_tokens": answer.tokens.prompt, "completion_tokens": answer.tokens.completion}
    return {"code": answer.text.encode("utf-8", "replace").decode(), **tokens}
