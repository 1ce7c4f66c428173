"""What static analysis costs: CPU time per candidate by analyser, beside the cost of running the same candidates.

Takes the samples of the shipped library, so it needs no other data. Both sides are cells of the bubblewrap
backend and are counted whole: the host's own work, and that of every process in the cells. With ``--publish`` the
table is written into ``docs/static-analysis.md`` between its two markers.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from sandbox.analysis import ANALYSERS, AnalysisRoom
from sandbox.backends import BUBBLEWRAP, BackendOptions, open_analysis, open_sandbox
from sandbox.pool import CellPool
from sandbox.spec import Job
from scripts.benchmark.pools import spent_by_parts_s
from scripts.benchmark.samples import LIBRARY
from service.verify.exams import prepare_exam
from service.verify.static import examine, judge
from service.verify.static_default import DEFAULT_POLICY
from tasks.formats import read_tasks
from tasks.task import Task

PAGE = Path(__file__).resolve().parent.parent / "docs" / "static-analysis.md"
BEGIN, END = "<!-- cost: begin -->", "<!-- cost: end -->"
CHEAP = ("own", "ruff", "bandit")
"""Those that together must cost less than half of a verification."""
_ALL = frozenset(ANALYSERS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sample and the job that runs it against its task's base suite."""

    source: bytes
    job: Job


def candidates(count: int) -> list[Candidate]:
    """Distinct samples of the library, evenly spread over its tasks; each made unique."""
    tasks = {task.local: task for task in read_tasks(LIBRARY, "native", "library") if isinstance(task, Task)}
    with LIBRARY.with_name("samples.jsonl").open(encoding="utf-8") as file:
        rows = {
            row["solution"]: row["task_id"].partition("/")[2]
            for row in map(json.loads, file)
            if row["metadata"]["expected"]["base"] == "accepted"  # none that runs into a limit
        }
    jobs = {}
    for local, task in tasks.items():
        suite = task.suite("base")
        assert suite is not None
        jobs[local] = Job(b"", (prepare_exam(task, suite, None, own_walls=False).exam,))
    distinct = list(rows.items())
    found = []
    for at in range(count):
        code, local = distinct[at * len(distinct) // count if count <= len(distinct) else at % len(distinct)]
        source = f"{code}\n# {at}\n".encode()
        found.append(Candidate(source, replace(jobs[local], source=source)))
    return found


async def run_all(pool: CellPool, todo: Sequence[Candidate]) -> float:
    """CPU milliseconds per candidate of running them, host included."""
    slots = asyncio.Semaphore(4)

    async def one(candidate: Candidate) -> None:
        async with slots:
            await pool.run(candidate.job)

    before = sum(spent_by_parts_s())
    await asyncio.gather(*map(one, todo))
    return (sum(spent_by_parts_s()) - before) / len(todo) * 1000


async def analyse_all(room: AnalysisRoom, todo: Sequence[Candidate]) -> dict[str, float]:
    """CPU milliseconds per candidate of analysing them, by analyser; ``host`` is what this process does itself."""
    cost: dict[str, float] = {}

    async def one(candidate: Candidate) -> None:
        analysis = await room.analyse(candidate.source, _ALL)
        judge(DEFAULT_POLICY, examine(candidate.source, analysis))
        for name, seconds in analysis.cpu_s.items():
            cost[name] = cost.get(name, 0.0) + seconds

    before = time.process_time()
    await asyncio.gather(*map(one, todo))
    cost["host"] = time.process_time() - before
    return {name: seconds / len(todo) * 1000 for name, seconds in cost.items()}


async def measure(count: int, passes: int) -> tuple[float, dict[str, float]]:
    """Medians over some passes, after one that does not count."""
    todo = candidates(count)
    options = BackendOptions(backend=BUBBLEWRAP)

    async def backend() -> str:
        return BUBBLEWRAP

    runs: list[float] = []
    costs: list[dict[str, float]] = []
    pool, room = await open_sandbox(options, cells=2), open_analysis(options, backend)
    try:
        for number in range(passes + 1):
            run, cost = await run_all(pool, todo), await analyse_all(room, todo)
            if number:
                runs.append(run)
                costs.append(cost)
    finally:
        await room.close()
        await pool.close()
    return median(runs), {name: median(cost[name] for cost in costs) for name in (*ANALYSERS, "desk", "host")}


def report(count: int, run_ms: float, costs: dict[str, float]) -> str:
    """The table that is printed."""
    together = sum(costs[name] for name in CHEAP)
    rows = [
        *((name if name != "own" else "our rules", costs[name]) for name in ANALYSERS),
        ("handing out (cell)", costs["desk"]),
        ("host: parsing, policy", costs["host"]),
        ("all", sum(costs.values())),
        ("ruff, bandit and our rules", together),
    ]
    lines = [
        f"{count} samples of the shipped library, bubblewrap, {os.cpu_count()} processors, medians over passes; "
        f"running one candidate against its base suite took {run_ms:.2f} CPU ms:",
        "",
    ]
    lines += ["| what | CPU ms per candidate | of a verification |", "|---|---|---|"]
    lines += [f"| {name} | {value:.2f} | {value / run_ms:.0%} |" for name, value in rows]
    return "\n".join(lines)


def publish(measured: str) -> None:
    """Put the table into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{measured}\n{END}{after}", encoding="utf-8")


def main() -> int:
    """Measure and print; 1 if ruff, bandit and our rules cost half of a verification or more."""
    parser = argparse.ArgumentParser(prog="scripts/bench_static", description=__doc__)
    parser.add_argument("--candidates", type=int, default=500)
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--publish", action="store_true", help="write the table into the documentation")
    arguments = parser.parse_args()
    run_ms, costs = asyncio.run(measure(arguments.candidates, arguments.passes))
    measured = report(arguments.candidates, run_ms, costs)
    print(measured)
    if arguments.publish:
        publish(measured)
    return 0 if sum(costs[name] for name in CHEAP) < run_ms / 2 else 1


if __name__ == "__main__":
    raise SystemExit(main())
