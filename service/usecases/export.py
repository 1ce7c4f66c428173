"""Export a run in the formats that other tools read, streamed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace
from enum import StrEnum

from service.domain.check import Disclosure
from service.domain.disclosure import safe_class
from service.domain.ports import ExportedCandidate, ExportedCheck
from service.domain.requests import LOCAL, Caller, Scope
from service.domain.run import Run
from service.domain.verdict import Verdict
from service.usecases.app import App
from service.usecases.runs import get_run

_PAGE = 250
_CHUNK = 64 * 1024


class ExportFormat(StrEnum):
    """Formats of an export."""

    EVALPLUS = "evalplus"
    """One JSON document like ``*.eval_results.json``: samples only, for its readers count pass@k from it."""
    HUMANEVAL = "humaneval"
    """human-eval results: one JSON object a line with ``passed`` and ``result``; samples only."""
    CSV = "csv"
    """One row per check; ``parent`` names the candidate that this one repairs."""
    NDJSON = "ndjson"
    """One candidate with its checks a line."""


MEDIA_TYPES = {
    ExportFormat.EVALPLUS: "application/json",
    ExportFormat.HUMANEVAL: "application/x-ndjson",
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.NDJSON: "application/x-ndjson",
}


def export_run(app: App, run_id: str, form: ExportFormat, *, caller: Caller = LOCAL) -> AsyncIterator[bytes]:
    """The run as chunks of bytes.

    Raises:
        NotFound: On the first step, if there is no such run.
        Forbidden: On the first step, without the scope ``read``.
    """
    writers = {
        ExportFormat.EVALPLUS: _evalplus,
        ExportFormat.HUMANEVAL: _humaneval,
        ExportFormat.CSV: _csv,
        ExportFormat.NDJSON: _ndjson,
    }
    return _export(app, run_id, writers[form], caller)


_Candidates = AsyncIterator[ExportedCandidate]
_Writer = Callable[[Run, _Candidates], AsyncIterator[str]]


async def _export(app: App, run_id: str, writer: _Writer, caller: Caller) -> AsyncIterator[bytes]:
    caller.require(Scope.READ)
    run = (await get_run(app, run_id, caller=caller)).run
    buffer: list[str] = []
    size = 0
    async for text in writer(run, _candidates(app, run)):
        buffer.append(text)
        size += len(text)
        if size >= _CHUNK:
            yield "".join(buffer).encode("utf-8", "replace")
            buffer, size = [], 0
    yield "".join(buffer).encode("utf-8", "replace")


async def _candidates(app: App, run: Run) -> _Candidates:
    """The run's candidates in order of upload, a page at a time, each in a transaction of its own."""
    after: str | None = None
    while True:
        async with app.storage.reading() as unit:
            page = await unit.runs.candidates(run.id, after, _PAGE)
        for item in page:
            yield _disclosed(run, item)
        if len(page) < _PAGE:
            return
        after = page[-1].candidate.id


def _disclosed(run: Run, item: ExportedCandidate) -> ExportedCandidate:
    """Error classes of hidden suites may name an exception of the candidate's own making."""
    checks = tuple(
        replace(check, error_class=safe_class(check.error_class))
        if check.hidden and run.disclosure is not Disclosure.FULL
        else check
        for check in item.checks
    )
    return replace(item, checks=checks)


async def _samples(candidates: _Candidates) -> _Candidates:
    """Without repairs: what reads these formats takes every program for a sample of its own."""
    async for item in candidates:
        if item.candidate.parent is None:
            yield item


def _program(item: ExportedCandidate) -> str:
    return item.candidate.code.decode("utf-8", "replace")


async def _ndjson(run: Run, candidates: _Candidates) -> AsyncIterator[str]:
    async for item in candidates:
        candidate = item.candidate
        document = {
            "run_id": run.id,
            "verification_id": item.verification_id,
            "candidate_id": candidate.id,
            "task_id": candidate.task_id,
            "model": candidate.model,
            "sample_index": candidate.sample_index,
            "parent": candidate.parent,
            "solution": _program(item),
            "metadata": dict(candidate.metadata),
            "notes": list(candidate.notes),
            "state": item.state,
            "verdict": item.verdict,
            "accepted": None if item.verdict is None else item.verdict == Verdict.ACCEPTED,
            "failure": item.failure,
            "checks": [_check(check) for check in item.checks],
        }
        yield json.dumps(document) + "\n"


def _check(check: ExportedCheck) -> dict[str, object]:
    return {
        "verifier": check.verifier,
        "state": check.state,
        "verdict": check.verdict,
        "accepted": None if check.verdict is None else check.verdict == Verdict.ACCEPTED,
        "failure": check.failure,
        "error_class": check.error_class,
        "score": check.score,
        "cached": check.cached,
        "cpu_ms": check.cpu_ms,
        "wall_ms": check.wall_ms,
    }


_COLUMNS = ("run_id", "candidate_id", "task_id", "model", "sample_index", "code_sha256")


async def _csv(run: Run, candidates: _Candidates) -> AsyncIterator[str]:
    checks = ("verifier", "state", "verdict", "accepted", "failure", "error_class", "score", "cached")
    fields = (*_COLUMNS, *checks, "cpu_ms", "wall_ms", "parent")
    yield _row(fields)
    async for item in candidates:
        candidate = item.candidate
        head = (run.id, candidate.id, candidate.task_id, candidate.model, candidate.sample_index, candidate.code_hash)
        for check in item.checks:
            yield _row((*head, *_check(check).values(), candidate.parent))


def _row(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow([_cell(value) for value in values])
    return line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value  # a spreadsheet would run it as a formula
    return value


async def _humaneval(run: Run, candidates: _Candidates) -> AsyncIterator[str]:
    async for item in _samples(candidates):
        result = "passed" if item.verdict == Verdict.ACCEPTED else f"failed: {item.verdict or item.failure}"
        if item.verdict == Verdict.TIME_LIMIT_EXCEEDED:
            result = "timed out"
        document = {
            "task_id": original_id(item.candidate.task_id),
            "completion": _program(item),
            "sample_index": item.candidate.sample_index,
            "passed": None if item.verdict is None else item.verdict == Verdict.ACCEPTED,
            "result": result if item.verdict or item.failure else item.state,
        }
        yield json.dumps(document) + "\n"


async def _evalplus(run: Run, candidates: _Candidates) -> AsyncIterator[str]:
    # The format groups by task while candidates come in order of upload, so this one form is held in memory.
    by_task: dict[str, list[str]] = {}
    async for item in _samples(candidates):
        name = original_id(item.candidate.task_id)
        statuses = {check.verifier: _status(check) for check in item.checks}
        document: dict[str, object] = {
            "task_id": name,
            "solution": _program(item),
            "base_status": statuses.get("base"),
            "plus_status": statuses.get("plus"),
            "base_fail_tests": [],
            "plus_fail_tests": [],
        }
        by_task.setdefault(name, []).append(json.dumps(document))
    created = run.created_at.strftime("%Y-%m-%d %H:%M") if run.created_at else ""
    yield f'{{"date": {json.dumps(created)}, "hash": {json.dumps(run.id)}, "eval": {{'
    for index, (name, documents) in enumerate(by_task.items()):
        yield f"{',' if index else ''}\n{json.dumps(name)}: [{', '.join(documents)}]"
    yield "\n}}\n"


def _status(check: ExportedCheck) -> str | None:
    if check.verdict is None:
        return None
    if check.verdict == Verdict.ACCEPTED:
        return "pass"
    return "timeout" if check.verdict == Verdict.TIME_LIMIT_EXCEEDED else "fail"


def original_id(task_id: str) -> str:
    """A task's id as the tools of its own benchmark write it: ``Mbpp/11``, ``HumanEval/0``."""
    set_name, _, local = task_id.partition("/")
    if set_name.startswith("humaneval"):
        return f"HumanEval/{local}"
    return f"Mbpp/{local}" if set_name.startswith("mbpp") else task_id
