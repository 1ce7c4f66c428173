"""The shipped task set says of itself what is true: references pass, labels hold, stubs do not get through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tasks.formats import read_tasks
from tasks.task import CallCase, SuiteKind, Task, Visibility

LIBRARY = Path(__file__).parents[3] / "tasks" / "library"
FAILING = {"wrong", "crash", "loop", "compile"}
VERDICTS = {"accepted", "wrong_answer", "runtime_error", "time_limit_exceeded", "compile_error"}

# Runs in a process of its own: [source, entry point, asserts, calls] in, [base, plus] verdicts out, one line each.
# A call is [args, expected, atol] as Python text. The first case that does not pass decides.
WORKER = r"""
import ast, json, signal, sys

class Late(BaseException):
    pass

def ring(*_):
    raise Late

def close(actual, expected, atol):
    if not atol:
        return actual == expected
    if isinstance(expected, list):
        return len(actual) == len(expected) and all(map(close, actual, expected, [atol] * len(expected)))
    return abs(actual - expected) <= atol

def first_failure(checks):
    for check in checks:
        try:
            signal.setitimer(signal.ITIMER_REAL, 2)
            if not check():
                return "wrong_answer"
        except Late:
            return "time_limit_exceeded"
        except Exception:
            return "runtime_error"
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    return "accepted"

def verdicts(source, entry_point, asserts, calls):
    names = {"__name__": "solution"}
    try:
        exec(compile(source, "solution", "exec"), names)
        function = names[entry_point]
    except Exception:
        return ["compile_error", "compile_error"]
    base = [lambda text=text: eval(text.removeprefix("assert "), names) for text in asserts]
    plus = [lambda a=a, e=e, t=t: close(function(*ast.literal_eval(a)), ast.literal_eval(e), t) for a, e, t in calls]
    return [first_failure(base), first_failure(plus)]

signal.signal(signal.SIGALRM, ring)
for line in sys.stdin:
    print(json.dumps(verdicts(*json.loads(line))), flush=True)
"""


@cache
def library_tasks() -> tuple[Task, ...]:
    found = list(read_tasks(LIBRARY / "tasks.jsonl", "native", "library"))
    assert all(isinstance(task, Task) for task in found), [task for task in found if not isinstance(task, Task)]
    return tuple(task for task in found if isinstance(task, Task))


@cache
def library_samples() -> tuple[dict[str, Any], ...]:
    with (LIBRARY / "samples.jsonl").open(encoding="utf-8") as lines:
        return tuple(json.loads(line) for line in lines)


@cache
def written_asserts() -> dict[str, list[str]]:
    """Base asserts by task as the file has them, before any lowering."""
    asserts = {}
    for line in (LIBRARY / "tasks.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        base = next(suite for suite in row["suites"] if suite["name"] == "base")
        assert base["kind"] == SuiteKind.ASSERTS.value
        asserts[f"library/{row['local']}"] = base["cases"]
    return asserts


def plus_cases(task: Task) -> list[CallCase]:
    suite = task.suite("plus")
    assert suite is not None
    return [case for case in suite.cases if isinstance(case, CallCase)]


def judged(candidates: list[tuple[Task, str]]) -> list[list[str]]:
    """Base and plus verdict of each candidate, from one process of its own."""
    jobs = []
    for task, source in candidates:
        calls = [[repr(case.args), repr(case.expected), case.atol] for case in plus_cases(task)]
        jobs.append(json.dumps([source, task.entry_point, written_asserts()[task.id], calls]))
    worker = [sys.executable, "-I", "-c", WORKER]
    done = subprocess.run(worker, input="\n".join(jobs), capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_there_are_enough_tasks() -> None:
    tasks = library_tasks()
    assert len(tasks) >= 60
    assert len({task.id for task in tasks}) == len(tasks)
    assert len({task.entry_point for task in tasks}) == len(tasks)


def test_each_task_is_complete() -> None:
    for task in library_tasks():
        base, plus = task.suite("base"), task.suite("plus")
        assert base is not None, task.id
        assert plus is not None, task.id
        assert base.visibility is Visibility.VISIBLE
        assert plus.visibility is Visibility.HIDDEN
        assert plus.kind is SuiteKind.CASES
        assert len(base.cases) == len(written_asserts()[task.id]) == 3, task.id
        assert len(plus.cases) == len(plus_cases(task)) >= 20, task.id
        assert task.prompt.endswith(written_asserts()[task.id][0]), task.id
        assert task.tags, task.id
        assert task.contract, task.id


def test_plus_repeats_the_inputs_of_base() -> None:
    for task in library_tasks():
        seen: list[tuple[object, ...]] = []

        def record(*args: object, into: list[tuple[object, ...]] = seen) -> None:
            into.append(args)

        for text in written_asserts()[task.id]:
            eval(text.removeprefix("assert "), {task.entry_point or "": record})
        assert len(seen) == 3
        assert all(args in [case.args for case in plus_cases(task)] for args in seen), task.id


def test_references_pass_and_every_case_keeps_the_contract() -> None:
    for task in library_tasks():
        names: dict[str, Any] = {}
        exec(task.reference or "", names)
        function = names[task.entry_point or ""]
        for text in written_asserts()[task.id]:
            exec(text, dict(names))
        parameters = function.__code__.co_varnames
        for case in plus_cases(task):
            exec(task.contract, dict(zip(parameters, case.args, strict=False)))
    references = [(task, task.reference or "") for task in library_tasks()]
    assert judged(references) == [["accepted", "accepted"]] * len(references)


@pytest.mark.parametrize(
    "body", ["return None", "return args[0]", "return args[-1]", "return args", "raise ValueError"]
)
def test_no_stub_is_accepted(body: str) -> None:
    stubs = [(task, f"def {task.entry_point}(*args):\n    {body}\n") for task in library_tasks()]
    for (task, _), (base, plus) in zip(stubs, judged(stubs), strict=True):
        assert base != "accepted", task.id
        assert plus != "accepted", task.id


def test_there_are_enough_samples_of_each_kind() -> None:
    samples = library_samples()
    kinds = Counter(sample["metadata"]["kind"] for sample in samples)
    assert len(samples) >= 400
    assert len(set(kinds) - FAILING - {"right"}) >= 8
    assert set(kinds) > FAILING
    assert kinds["loop"] <= 10


def test_each_model_has_as_many_samples_on_each_task() -> None:
    indices = defaultdict(list)
    for sample in library_samples():
        indices[sample["model"], sample["task_id"]].append(sample["sample_index"])
    models = {model for model, _ in indices}
    assert len(models) >= 3
    assert set(indices) == {(model, task.id) for model in models for task in library_tasks()}
    assert len({tuple(sorted(found)) for found in indices.values()}) == 1


def test_models_differ_in_strength_and_in_false_positives() -> None:
    passed: dict[str, Counter[str]] = defaultdict(Counter)
    for sample in library_samples():
        for suite, verdict in sample["metadata"]["expected"].items():
            passed[sample["model"]][suite] += verdict == "accepted"
    assert len({counts["plus"] for counts in passed.values()}) == len(passed)
    assert all(counts["base"] > counts["plus"] > 0 for counts in passed.values())


def test_kinds_agree_with_the_expected_verdicts() -> None:
    for sample in library_samples():
        kind, expected = sample["metadata"]["kind"], sample["metadata"]["expected"]
        accepted = (expected["base"] == "accepted", expected["plus"] == "accepted")
        assert accepted == ((False, False) if kind in FAILING else (True, kind == "right")), sample
        assert set(expected.values()) <= VERDICTS


def test_labels_hold() -> None:
    by_id = {task.id: task for task in library_tasks()}
    samples = [sample for sample in library_samples() if sample["metadata"]["kind"] != "loop"]
    found = judged([(by_id[sample["task_id"]], sample["solution"]) for sample in samples])
    for sample, (base, plus) in zip(samples, found, strict=True):
        assert {"base": base, "plus": plus} == sample["metadata"]["expected"], sample
