"""Plants label errors in the shipped tasks, audits them, and prints recall and precision.

``scripts/audit_quality [SEEDS [TASKS]]``: how many plantings (default 5), in how many of the tasks (default all).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path

from scripts.planting import Found, Planting, count_found, plant
from service import bootstrap
from service.domain.audit import Flag
from service.domain.requests import NewCandidate
from service.settings import Settings
from service.usecases.app import App
from service.usecases.audit_evidence import AuditOptions
from service.usecases.audits import get_audit, start_audit
from service.usecases.runs import RunRequest, create_run
from service.usecases.task_sets import import_task_set
from service.usecases.upload import add_candidates
from tasks.formats import native
from tasks.task import Task, TaskSet

LIBRARY = Path(__file__).resolve().parent.parent / "tasks" / "library"
SHARE = 0.05
_SET = TaskSet("library", "1", "Apache-2.0", "shipped")


def shipped() -> tuple[Task, ...]:
    """The tasks that ship with the project."""
    lines = (LIBRARY / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(native.task_from_row(json.loads(line), _SET.name) for line in lines)


def samples() -> tuple[Sequence[NewCandidate], Mapping[str, Sequence[str]]]:
    """Recorded candidates, and by task the wrong ones that pass ``base``."""
    everything: list[NewCandidate] = []
    wrong: dict[str, list[str]] = defaultdict(list)
    for line in (LIBRARY / "samples.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        everything.append(NewCandidate(len(everything) + 1, row["task_id"], row["solution"]))
        expected = row["metadata"]["expected"]
        if expected["base"] == "accepted" and expected["plus"] == "wrong_answer":
            wrong[row["task_id"]].append(row["solution"])
    return everything, wrong


async def record(app: App, candidates: Sequence[NewCandidate], tasks: Sequence[Task]) -> None:
    """Store candidates of these tasks; nothing is run."""
    await import_task_set(app, _SET, tasks)
    ids = {task.id for task in tasks}
    run = (await create_run(app, RunRequest("samples", "samples", _SET.name))).run

    async def stream() -> AsyncIterator[NewCandidate]:
        for candidate in candidates:
            if candidate.task_id in ids:
                yield candidate

    await add_candidates(app, run.id, stream())


async def audited(app: App, tasks: Sequence[Task], options: AuditOptions) -> tuple[Flag, ...]:
    """Flags of an audit of these tasks; what an earlier one found of a task is used again."""
    await import_task_set(app, _SET, tasks)
    begun = await start_audit(app, _SET.name, options)
    while True:
        view = await get_audit(app, begun.id, results=False)
        if view.audit.state != "running":
            assert view.audit.state == "completed", view.audit.message
            return view.flags
        await asyncio.sleep(0.05)


async def measured(seeds: Sequence[int], tasks: Sequence[Task], options: AuditOptions, *, share: float) -> list[Found]:
    """Plant with each seed, audit, and compare; prints one line per seed."""
    candidates, wrong = samples()
    found: list[Found] = []
    with tempfile.TemporaryDirectory() as place:
        settings = Settings(database_url=f"sqlite:///{place}/audit.db")
        await asyncio.to_thread(bootstrap.upgrade_database, settings)
        async with bootstrap.open_service(settings, sandbox=True) as service:
            await record(service.app, candidates, tasks)
            for seed in seeds:
                began = time.perf_counter()
                planting = plant(tasks, wrong, share=share, rng=random.Random(seed))
                flags = await audited(service.app, planting.tasks, options)
                found.append(count_found(planting, flags))
                told(seed, planting, found[-1], time.perf_counter() - began)
    return found


def told(seed: int, planting: Planting, found: Found, wall_s: float) -> None:
    """Print what one planting came to."""
    print(
        f"seed {seed}: {len(planting.planted)} errors in {len(planting.tasks)} tasks, found {found.found}, "
        f"flagged and not planted {len(found.wrong)}, {wall_s:.1f} s"
    )
    for line in found.missed:
        print("  missed", *line)
    for line in found.wrong:
        print("  not planted", *line)


def main() -> int:
    """Print recall and precision over all seeds."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    tasks = shipped()[: int(sys.argv[2]) if len(sys.argv) > 2 else None]
    found = asyncio.run(measured(range(count), tasks, AuditOptions(), share=SHARE))
    hits, missed = sum(each.found for each in found), sum(len(each.missed) for each in found)
    wrong = sum(len(each.wrong) for each in found)
    recall, precision = hits / (hits + missed), hits / max(1, hits + wrong)
    print(f"recall {recall:.3f} ({hits} of {hits + missed}), precision {precision:.3f} ({wrong} not planted)")
    return 0 if recall >= 0.9 and precision >= 0.8 else 1


if __name__ == "__main__":
    sys.exit(main())
