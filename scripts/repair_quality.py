"""Measures repair on public traces and by a scripted repairer, and writes the tables into ``docs/repairs.md``.

    scripts/repair_quality [--every N]

Reads the traces and task files in ``ASSAY_TEST_DATA`` (by default ``../shared/data``), sends every program of every
trace through sessions of a service with a database of its own, once for each oracle, and holds the last verdicts
against those that the source recorded. The scripted repairer works on the shipped samples. ``--every N`` takes every
Nth trace and sample and only prints.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from scripts.fidelity import ROOT
from scripts.repair_page import STATIC, Found, scripted_part, traces_part
from scripts.repair_scripted import LEVELS, Broken, Ended, broken, repair
from scripts.repair_traces import PLUS, RECORDED, SETS, Trace, contradicted, replay, store, traces
from service.cli.session import connect
from service.client import AsyncAssay

Work = TypeVar("Work")
Made = TypeVar("Made")

PAGE = ROOT / "docs" / "repairs.md"
TRACES, SCRIPTED = "measured", "scripted"
"""Names of the page's markers."""
_SESSIONS = 3
"""At once."""


async def measure(client: AsyncAssay, name: str, rows: Sequence[Trace]) -> Found:
    """Replay one set against every oracle."""
    found = Found(name)
    await store(client, name, rows)
    against = await _each(rows, lambda trace: contradicted(client, trace))
    found.without = against.count(None)
    found.apart = [trace.task.local for trace, apart in zip(rows, against, strict=True) if apart]
    fit = [trace for trace, apart in zip(rows, against, strict=True) if apart is False]
    for oracle, taken in ((RECORDED, rows), (PLUS, fit), (STATIC, rows)):
        found.replayed[oracle] = await _each(taken, partial(replay, client, oracle=oracle))
        found.figures[oracle] = await client.get("/v1/analyses/repairs", task_set=name, oracle=oracle)
        print(f"{name}, {oracle}: {len(taken)} sessions", file=sys.stderr)
    found.kinds = await client.get("/v1/analyses/repairs", task_set=name, oracle=RECORDED, by="error_class")
    return found


async def script(
    client: AsyncAssay, works: Sequence[Broken]
) -> tuple[Mapping[str, Sequence[Ended]], Mapping[str, dict[str, Any]]]:
    """The scripted repairer at each level: how its sessions ended, and what they come to."""
    await client.import_task_set("library")
    ended: dict[str, Sequence[Ended]] = {}
    figures = {}
    for level in LEVELS:
        ended[level] = await _each(works, partial(repair, client, level=level))
        figures[level] = await client.get("/v1/analyses/repairs", task_set="library", model=level)
        print(f"scripted repairer, {level}: {len(works)} sessions", file=sys.stderr)
    return ended, figures


async def _each(rows: Sequence[Work], work: Callable[[Work], Awaitable[Made]]) -> list[Made]:
    places = asyncio.Semaphore(_SESSIONS)

    async def one(row: Work) -> Made:
        async with places:
            return await work(row)

    return await asyncio.gather(*map(one, rows))


@asynccontextmanager
async def service() -> AsyncIterator[AsyncAssay]:
    """A service within this process, on a database of its own."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["ASSAY_DATABASE_URL"] = f"sqlite+aiosqlite:///{place}/repairs.db"
        async with connect(None, None, runs_code=True) as client:
            yield client


async def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    given = parser.parse_args()
    data = Path(os.environ.get("ASSAY_TEST_DATA", ROOT.parent / "shared" / "data"))
    async with service() as client:
        found = [await measure(client, name, list(traces(data, name))[:: given.every]) for name in SETS]
        scripted = await script(client, list(broken(given.every)))
    for name, lines in ((TRACES, traces_part(found)), (SCRIPTED, scripted_part(*scripted))):
        write(name, lines, given.every == 1)


def write(name: str, lines: Iterator[str], publish: bool) -> None:
    """Print a part, and put it between the page's markers of that name."""
    text = "\n".join(lines).rstrip()
    print(text)
    if publish:
        begin, end = (f"<!-- {name}: {word} -->" for word in ("begin", "end"))
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
        _, _, after = rest.partition(end)
        PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
