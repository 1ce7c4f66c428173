"""Holds cells against plain Python on public data and writes ``docs/semantics.md``.

Every reference and every sample recorded as accepted is run twice: by ``exec`` in a process of its own with the
suite's own text or inputs, and in a cell. Suites of text are compared test by test, suites of inputs value by value
with ordinary ``==``. What differs is run once more alone, for a clock may have ended it.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.backends import BackendOptions, open_sandbox
from sandbox.encoding import encode_exam, encode_value
from sandbox.pool import CellPool
from sandbox.spec import MIB, CollectExam, Ending, ExamResult, Job, Limits
from scripts.semantics_text import page
from service.verify.exams import prepare_exam
from tasks.formats import read_tasks
from tasks.samples import Form, program_of
from tasks.task import CallCase, Task

ROOT = Path(__file__).resolve().parent.parent
TEXT_SETS = {
    "mbpp": "mbpp.jsonl",
    "mbpp-sanitized": "sanitized-mbpp.json",
    "humaneval": "HumanEval.jsonl.gz",
}
INPUT_SETS = {"humaneval-plus": "HumanEvalPlus.jsonl.gz", "mbpp-plus": "MbppPlus.jsonl.gz"}
LIMITS = Limits(cpu_s=120, wall_s=240, case_wall_s=60, memory_bytes=1536 * MIB)
_PLAIN_S = 240


@dataclass(frozen=True)
class Program:
    """One program and the task that it solves."""

    name: str
    task: Task
    source: str
    row: dict[str, Any] = field(compare=False)


@dataclass
class Found:
    """What comparing one group of programs gave."""

    programs: int = 0
    results: int = 0
    differences: list[tuple[str, str]] = field(default_factory=list)
    types: Counter[str] = field(default_factory=Counter)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a task file or a sample file."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as stream:
        if path.suffix == ".json":
            yield from json.load(stream)
        else:
            yield from map(json.loads, stream)


def local_of(row: dict[str, Any]) -> str:
    """A row's id within its set."""
    return str(row["task_id"]).rpartition("/")[2]


def programs(data: Path) -> Iterator[tuple[str, Program]]:
    """Every program with the group that it belongs to."""
    for set_name, file in (TEXT_SETS | INPUT_SETS).items():
        tasks = {task.local: task for task in read_tasks(data / file, set_name, set_name) if isinstance(task, Task)}
        rows = {local_of(row): row for row in rows_of(data / file)}
        for local, task in tasks.items():
            if task.reference is not None:
                yield f"{set_name} references", Program(task.id, task, task.reference, rows[local])
        yield from _samples(data, set_name, tasks, rows)


def _samples(
    data: Path, set_name: str, tasks: dict[str, Task], rows: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, Program]]:
    plus = set_name in INPUT_SETS
    family = "mbpp" if set_name.startswith("mbpp") else "humaneval"
    seen = set()
    for path in sorted((data / "samples").glob(f"*_{family}.jsonl.gz")) if set_name != "mbpp-sanitized" else ():
        for row in rows_of(path):
            task = tasks.get(local_of(row))
            accepted = row["plus_status"] == "pass" if plus else row["orig_pass"]
            if task is None or not accepted or (task.id, row["solution"]) in seen:
                continue
            seen.add((task.id, row["solution"]))
            source = program_of(row["solution"], Form.SOLUTION, task).code
            yield f"{set_name}, accepted samples", Program(row["sample_id"], task, source, rows[task.local])


def _bound_child() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (_PLAIN_S, _PLAIN_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * MIB, 64 * MIB))


def plain(request: dict[str, Any], seed: str) -> Any:
    """A request answered by ``scripts.semantics_plain``, or how that process ended, in words."""
    environment = {
        "PYTHONHASHSEED": seed,
        "PYTHONPATH": str(ROOT),
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with tempfile.TemporaryDirectory() as place, tempfile.TemporaryFile() as out:

        def prepare() -> None:
            os.dup2(out.fileno(), 3, inheritable=True)
            _bound_child()

        try:
            done = subprocess.run(
                [sys.executable, "-m", "scripts.semantics_plain"], input=pickle.dumps(request), cwd=place, check=False,
                env=environment, preexec_fn=prepare, pass_fds=(3,), capture_output=True, timeout=_PLAIN_S,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return "the plain process took too long"
        out.seek(0)
        text = out.read()
    if not text:
        return f"the plain process ended with {done.returncode}: {done.stderr[-200:].decode(errors='replace')}"
    return json.loads(text)


class Comparison:
    """Both ways to run a program."""

    def __init__(self, pool: CellPool) -> None:
        """Compare with the cells of a pool."""
        self._pool = pool
        self.found: dict[str, Found] = defaultdict(Found)

    async def compare(self, program: Program, seed: str = "random") -> tuple[int, list[str], list[str]]:
        """One program.

        Returns:
            How many results were compared, what differs, and the types that became another.
        """
        if program.task.set_name in INPUT_SETS:
            suites = program.task.suites
            inputs = [case.args for suite in suites for case in suite.cases if isinstance(case, CallCase)]
            return await self._calls(program, inputs, seed)
        return await self._tests(program, seed)

    async def _sit(self, program: Program, exam: Any) -> ExamResult:
        return (await self._pool.run(Job(program.source.encode(), (exam,), LIMITS))).exams[0]

    async def _tests(self, program: Program, seed: str) -> tuple[int, list[str], list[str]]:
        prepared = prepare_exam(program.task, program.task.suites[0], None, own_walls=False)
        exam = await self._sit(program, prepared.exam)
        row = program.row
        check = [f"{row['test']}\ncheck({row['entry_point']})"] if "test" in row else row["test_list"]
        request = {
            "program": program.source, "prelude": program.task.prelude, "tests": check,
            "setup": row.get("test_setup_code") or "\n".join(row.get("test_imports") or ()),
        }  # fmt: skip
        answers = await asyncio.to_thread(plain, request, seed)
        if isinstance(answers, str):
            return 0, [answers], []
        cell = ["passed" if letter == "p" else exam.ending.value for letter in exam.outcomes]
        if len(cell) != len(answers):  # a script that was taken apart into cases
            cell = ["passed" if set(cell) == {"passed"} else exam.ending.value]
        told = {report.index: report for report in exam.reports}
        differences = [
            f"test {at}: plain {mine}, cell {theirs} {told[at].message if at in told else exam.message}"
            for at, (mine, theirs) in enumerate(zip(answers, cell, strict=True))
            if (mine == "passed") != (theirs == "passed")
        ]
        return len(answers), differences, []

    async def _calls(self, program: Program, inputs: list[Any], seed: str) -> tuple[int, list[str], list[str]]:
        entry_point = str(program.task.entry_point)
        exam = await self._sit(program, encode_exam(CollectExam("values", entry_point, tuple(inputs))))
        if exam.ending is not Ending.COMPLETED:
            return 0, [f"the cell ended it with {exam.ending.value} {exam.message} after {len(exam.values)} values"], []
        request = {
            "program": program.source, "prelude": program.task.prelude, "entry_point": entry_point,
            "inputs": [encode_value(args) for args in inputs],
            "cell": [(value.encoded, value.error) for value in exam.values],
        }  # fmt: skip
        answers = await asyncio.to_thread(plain, request, seed)
        if isinstance(answers, str):
            return 0, [answers], []
        differences = [f"input {at}: {told}" for at, told in answers if at >= 0]
        return len(inputs), differences, [told for at, told in answers if at < 0]

    async def work(self, waiting: list[tuple[str, Program]], again: list[tuple[str, Program]]) -> None:
        """Compare until nothing waits; what differs goes to ``again``."""
        while waiting:
            group, program = waiting.pop()
            count, differences, types = await self.compare(program)
            found = self.found[group]
            found.programs += 1
            found.results += count
            found.types.update(types)
            if differences:
                again.append((group, program))

    async def confirm(self, group: str, program: Program) -> None:
        """Compare once more, alone, and twice in plain Python: what that does not agree on itself is no difference."""
        _, differences, _ = await self.compare(program, "1")
        if not differences:
            return
        _, others, _ = await self.compare(program, "2")
        unstable = " (plain Python's own results change from run to run)" if set(differences) != set(others) else ""
        name = program.name if program.name == program.task.id else f"{program.name} ({program.task.id})"
        for told in sorted(set(differences))[:4]:
            self.found[group].differences.append((name, told + unstable))


async def run(arguments: argparse.Namespace, data: Path) -> None:
    """Compare everything and write the page."""
    waiting = [entry for entry in programs(data) if arguments.only in entry[0]][:: arguments.every]
    waiting.reverse()
    pool = await open_sandbox(BackendOptions(backend=arguments.backend), cells=2)
    began = time.monotonic()
    try:
        comparison = Comparison(pool)
        again: list[tuple[str, Program]] = []
        print(f"{len(waiting)} programs", file=sys.stderr, flush=True)
        await asyncio.gather(*(comparison.work(waiting, again) for _ in range(2)))
        print(f"{len(again)} once more alone", file=sys.stderr, flush=True)
        for group, program in again:
            await comparison.confirm(group, program)
    finally:
        await pool.close()
    text = page(comparison.found)
    if arguments.only or arguments.every > 1:
        print(text)
    else:
        (ROOT / "docs" / "semantics.md").write_text(text)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="scripts/semantics", description=__doc__)
    parser.add_argument("--backend", choices=("auto", "docker", "bubblewrap"), default="auto")
    parser.add_argument("--only", default="", help="groups whose name holds this; prints the page")
    parser.add_argument("--every", type=int, default=1, help="each n-th program only; prints the page")
    asyncio.run(run(parser.parse_args(), Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))))


if __name__ == "__main__":
    main()
