"""Public traces of a repair loop as task sets of our own, and their programs sent through repair sessions again.

A trace is what a published debugger wrote for one task, program after program. Its task here gets the suites
``visible`` (the tests that the loop saw, and nothing else), ``recorded`` (the tests that the source counted success by,
as the trace gives them: HumanEval's own ``check``, MBPP's own asserts) and, where HumanEval+ or MBPP+ has the task,
``plus``.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from scripts.fidelity import lines_of
from service.client import AsyncAssay
from service.client.calls import Call, fresh_key
from tasks.formats import evalplus, humaneval, mbpp, native
from tasks.lowering import lower
from tasks.task import AssertCase, Suite, SuiteKind, Task, Visibility
from tasks.versions import with_versions

VISIBLE, RECORDED, PLUS = "visible", "recorded", "plus"
MODEL = "ldb-gpt-3.5-turbo-0613"
MAX_ROUNDS = 10
"""The longest trace holds eleven programs."""
SETS = {
    "ldb-humaneval": ("HumanEval", "ldb_gpt-3.5-turbo-0613_humaneval.jsonl.gz", "HumanEvalPlus.jsonl.gz"),
    "ldb-mbpp": ("Mbpp", "ldb_gpt-3.5-turbo-0613_mbpp.jsonl.gz", "MbppPlus.jsonl.gz"),
}
"""Task set → family, file of traces, file with stronger tests."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One session as its source recorded it.

    Attributes:
        programs: In the order in which they were written.
        passes_visible: What the source says of the last program and the tests that the loop saw.
        passes_hidden: The same of the tests that success was counted by.
    """

    task: Task
    programs: tuple[str, ...]
    passes_visible: bool
    passes_hidden: bool


def traces(data: Path, name: str) -> Iterator[Trace]:
    """The traces of a set, with their tasks."""
    family, file, stronger = SETS[name]
    rows = list(lines_of(data / "repair" / file))
    originals = dict(_originals(data, family, name, {row["task_id"]: row["hidden_test"] for row in rows}))
    plus = {row["task_id"]: evalplus.task_from_row(row, name) for row in lines_of(data / stronger)}
    for row in rows:
        task = _task(originals[row["task_id"]], plus.get(row["task_id"]), row["visible_tests"])
        yield Trace(task, tuple(row["implementations"]), row["passes_visible"], row["passes_hidden"])


def _originals(data: Path, family: str, name: str, tests: Mapping[str, str]) -> Iterator[tuple[str, Task]]:
    """Public id → task, with the tests that success was counted by as ``base``."""
    if family == "HumanEval":
        for row in lines_of(data / "HumanEval.jsonl.gz"):
            yield row["task_id"], humaneval.task_from_row({**row, "test": tests[row["task_id"]]}, name)
        return
    with (data / "mbpp.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            public = f"Mbpp/{row['task_id']}"
            asserts = [
                line.strip() for line in tests.get(public, "").splitlines() if line.strip().startswith("assert ")
            ]
            if asserts:
                yield public, mbpp.task_from_row({**row, "test_list": asserts}, name)


def _task(original: Task, stronger: Task | None, shown: Sequence[str]) -> Task:
    """The original task with these suites; reference and entry point are the stronger one's where there is one."""
    assert original.entry_point is not None
    base = original.suites[0]
    seen = Suite(VISIBLE, SuiteKind.ASSERTS, tuple(map(AssertCase, shown)), setup=base.setup)
    seen = lower(replace(seen, setup_uses_candidate=base.setup_uses_candidate), original.entry_point, original.prelude)
    counted = replace(base, name=RECORDED, visibility=Visibility.HIDDEN)
    if stronger is None or stronger.entry_point != original.entry_point:
        return with_versions(replace(original, suites=(seen, counted)))
    plus = stronger.suite(PLUS)
    assert plus is not None
    names = tuple(dict.fromkeys((*original.candidate_names, *stronger.candidate_names)))
    prelude = original.prelude or stronger.prelude
    kept = replace(stronger, prompt=original.prompt, candidate_names=names, prelude=prelude)
    return with_versions(replace(kept, suites=(seen, counted, plus)))


async def store(client: AsyncAssay, name: str, rows: Sequence[Trace]) -> None:
    """Import the tasks of a set."""
    lines = [json.dumps(native.encode(trace.task)).encode() for trace in rows]
    await client.import_task_set(name, b"\n".join(lines), "native")


async def contradicted(client: AsyncAssay, trace: Trace) -> bool | None:
    """Whether the stronger suite's reference fails what the loop saw or was counted by; None without that suite."""
    if trace.task.suite(PLUS) is None:
        return None
    asked = {"task_id": trace.task.id, "verifiers": [VISIBLE, RECORDED], "model": "reference"}
    assert trace.task.reference is not None
    found = await client.verify(trace.task.reference, wait_s=120, **asked)
    return not found["accepted"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One trace as the service judged it.

    Attributes:
        rounds: Verdicts of each program that was sent in, by verifier; None where there is none.
        unsent: Programs of the trace that were left when the session had ended.
    """

    trace: Trace
    status: str
    rounds: tuple[Mapping[str, str | None], ...]
    unsent: int


async def replay(client: AsyncAssay, trace: Trace, oracle: str) -> Replayed:
    """Send a trace through a session; it ends where what speaks accepts, as the loop did."""
    policy = {"model": f"{MODEL}/{oracle}", "verifiers": [VISIBLE], "oracle": oracle, "max_rounds": MAX_ROUNDS}
    begin = Call("POST", "/v1/repairs", document={"task_id": trace.task.id, **policy}, headers=fresh_key())
    session = await client.call(begin)
    place, sent = f"/v1/repairs/{session['id']}", 0
    async for program in _still(client, place, trace.programs):
        call = Call("POST", f"{place}/attempts", document={"code": program}, headers={"Prefer": "wait=600"})
        await client.call(call)
        sent += 1
    shown = await client.get(place)
    rounds = tuple(
        {check["verifier"]: check["verdict"] for check in attempt["verification"]["checks"]}
        for attempt in shown["attempts"]
    )
    return Replayed(trace, shown["status"], rounds, len(trace.programs) - sent)


async def _still(client: AsyncAssay, place: str, programs: Sequence[str]) -> AsyncIterator[str]:
    """The programs for as long as the session takes another one."""
    for program in programs:
        if (await client.get(place))["status"] != "continue":
            return
        yield program
