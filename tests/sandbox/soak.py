"""``scripts/soak``: the attack corpus everywhere, then many candidates, and what they leave behind.

First the whole corpus once for each backend and isolation level, then a long row of candidates, a few of them
hostile, in the same four ways. Anything that is not as it must be is told, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import docker
from docker.errors import DockerException

from sandbox.engine import LABEL
from sandbox.owner import owner_label
from sandbox.pool import ISOLATIONS, CellPool
from sandbox.port import CellLost
from sandbox.spec import Ending
from tests.sandbox.attacks.corpus import CHEATS, HONEST, HOSTILE, KINDS, PASSED, Program, found, programs
from tests.sandbox.conftest import make_backend
from tests.sandbox.machine import Footprint

BACKENDS = ("bubblewrap", "docker")
MIB = 1 << 20
GRACE_S = 10.0
_MORE_MEMORY = 32 * MIB
_SAMPLES = 8


@dataclass
class Way:
    """One backend with one isolation level: what was run there, and what was found.

    Attributes:
        failures: What is not as it must be, in words.
        words: What was found, by kind of program.
    """

    backend: str
    isolation: str
    failures: list[str] = field(default_factory=list)
    words: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    jobs: int = 0
    lost: int = 0
    seconds: float = 0.0
    cells: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"{self.backend}, {self.isolation}"

    async def sit(self, pool: CellPool, program: Program) -> None:
        """Run one program and note whether it is judged as it must be."""
        began = time.monotonic()
        try:
            result = await pool.run(program.job)
        except CellLost as error:
            self.lost += 1
            self.failures.append(f"{program.name}: no verdict: {error}")
            return
        took = time.monotonic() - began
        exam = result.exams[0]
        word = found(exam)
        self.jobs += 1
        self.cells.add(result.cell_id)
        self.words[program.kind][word] += 1
        if word not in program.expect or exam.ending is Ending.BROKEN_EXAM:
            self.failures.append(
                f"{program.kind}/{program.name}: {word}, not {'|'.join(sorted(program.expect))}: {exam}"
            )
        if program.kind == HOSTILE and took > 3 * (program.limits.wall_s or 0) + GRACE_S:
            self.failures.append(f"{program.name}: the verdict took {took:.1f} s")


def resident_bytes() -> int:
    """Memory of this process, which is the service's part of the sandbox."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def cell_bytes(root: int) -> int:
    """Memory of all jails' processes below a process, shared pages counted in part."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
        children.setdefault(parent, []).append(int(entry.name))
    total, waiting = 0, list(children.get(root, ()))
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, ())
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def containers() -> int:
    """Containers of this very process."""
    try:
        with closing(docker.from_env()) as client:
            return len(client.containers.list(all=True, filters={"label": f"{LABEL}={owner_label()}"}))
    except DockerException:
        return 0


@dataclass(frozen=True)
class Sample:
    """What this process holds at one time."""

    jobs: int
    resident_bytes: int
    cell_bytes: int
    descriptors: int
    containers: int

    @classmethod
    def take(cls, jobs: int, backend: str) -> Sample:
        shown = containers() if backend == "docker" else 0
        return cls(jobs, resident_bytes(), cell_bytes(os.getpid()), len(os.listdir("/proc/self/fd")), shown)

    def __str__(self) -> str:
        return (
            f"{self.jobs:>7}  service {self.resident_bytes / MIB:6.1f} MiB  cells {self.cell_bytes / MIB:6.1f} MiB  "
            f"descriptors {self.descriptors:>3}  containers {self.containers}"
        )


@asynccontextmanager
async def opened(way: Way, cells: int) -> AsyncIterator[CellPool]:
    """A started pool; afterwards nothing of it may be left on the machine."""
    backend = await make_backend(way.backend)
    before = Footprint.take(backend)
    pool = CellPool(backend, cells=cells, isolation=way.isolation)
    await pool.start()
    try:
        yield pool
    finally:
        await pool.close()
        way.failures += [f"left behind: {what}" for what in before.differences(Footprint.take(backend))]
        if left := containers():
            way.failures.append(f"left behind: {left} containers")


async def run_corpus(way: Way) -> None:
    """Every program once, the next candidate's verdict checked after each hostile one."""
    began = time.monotonic()
    async with opened(way, cells=1) as pool:
        for kind in KINDS:
            for program in programs(kind).values():
                if program.after is not None:
                    await way.sit(pool, programs(kind)[program.after])
                await way.sit(pool, program)
                if kind == HOSTILE:
                    await way.sit(pool, programs(HONEST)["plain"])
                    await way.sit(pool, programs(CHEATS)["stub"])
    way.seconds = time.monotonic() - began


def draw(count: int, hostile: float, rng: random.Random) -> list[Program]:
    """A row of candidates, this share of them hostile."""
    bad = [program for program in programs(HOSTILE).values() if program.after is None]
    good = [*programs(HONEST).values(), *programs(CHEATS).values()]
    return [rng.choice(bad if rng.random() < hostile else good) for _ in range(count)]


async def run_row(way: Way, row: Sequence[Program], cells: int) -> list[Sample]:
    """Many candidates, as many at a time as there are cells.

    Returns:
        What this process held over time; the first sample after a tenth of the row.
    """
    began = time.monotonic()
    samples: list[Sample] = []
    waiting = iter(row)
    marks = [max(1, len(row) * (1 + 9 * step // _SAMPLES) // 10) for step in range(_SAMPLES + 1)]

    async def work(pool: CellPool) -> None:
        for program in waiting:
            await way.sit(pool, program)
            if marks and way.jobs + way.lost >= marks[0]:
                marks.pop(0)
                samples.append(await asyncio.to_thread(Sample.take, way.jobs, way.backend))

    async with opened(way, cells) as pool:
        await asyncio.gather(*(work(pool) for _ in range(cells)))
    way.seconds = time.monotonic() - began
    if samples and samples[-1].resident_bytes - samples[0].resident_bytes > _MORE_MEMORY:
        way.failures.append(f"the service grew: {samples[0]} → {samples[-1]}")
    middle = samples[len(samples) // 2] if samples else None  # by then every connection to the engine is there
    if middle is not None and samples[-1].descriptors > middle.descriptors + 4 * cells:
        way.failures.append(f"descriptors leak: {middle} → {samples[-1]}")
    return samples


def ways(arguments: argparse.Namespace) -> list[Way]:
    backends = BACKENDS if arguments.backend == "both" else (arguments.backend,)
    levels = ISOLATIONS if arguments.isolation == "both" else (arguments.isolation,)
    return [Way(backend, level) for backend in backends for level in levels]


def table(done: Sequence[Way]) -> str:
    """The results of the corpus as Markdown."""
    lines = ["| backend, isolation | programs | as expected | accepted | found |", "|---|---|---|---|---|"]
    for way in done:
        for kind in KINDS:
            words = way.words[kind]
            told = ", ".join(f"{word} {count}" for word, count in words.most_common())
            wrong = sum(failure.startswith(f"{kind}/") for failure in way.failures)
            size = sum(words.values())
            lines.append(f"| {way.name} | {kind} {size} | {size - wrong} | {words[PASSED]} | {told} |")
    return "\n".join(lines)


def _told(way: Way) -> list[str]:
    """A way's failures, said at once: the whole may take an hour."""
    failures = [f"{way.name}: {failure}" for failure in way.failures]
    for failure in failures:
        print(f"FAILED {failure}", file=sys.stderr, flush=True)
    return failures


async def soak(arguments: argparse.Namespace) -> list[str]:
    """Run what was asked for and print what was found.

    Returns:
        What is not as it must be.
    """
    failures: list[str] = []
    if not arguments.skip_corpus:
        done = ways(arguments)
        for way in done:
            await run_corpus(way)
            print(f"corpus, {way.name}: {way.jobs} verdicts in {way.seconds:.0f} s", file=sys.stderr, flush=True)
            failures += _told(way)
        print(table(done), flush=True)
    if not arguments.table:
        rng = random.Random(arguments.seed)
        each = arguments.jobs // len(ways(arguments))
        for way in ways(arguments):
            samples = await run_row(way, draw(each, arguments.hostile, rng), arguments.cells)
            told = f"{way.jobs} verdicts in {way.seconds:.0f} s, {len(way.cells)} cells, {way.lost} without a verdict"
            print(f"\n{way.name}: {told}, {len(way.failures)} failures", *samples, sep="\n  ", flush=True)
            failures += _told(way)
    return failures


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=10_000, help="candidates in all, after the corpus")
    parser.add_argument("--hostile", type=float, default=0.05, help="share of hostile ones among them")
    parser.add_argument("--cells", type=int, default=2, help="candidates at a time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="both")
    parser.add_argument("--isolation", choices=(*ISOLATIONS, "both"), default="both")
    parser.add_argument("--table", action="store_true", help="the corpus alone")
    parser.add_argument("--skip-corpus", action="store_true", help="the row of candidates alone")
    failures = asyncio.run(soak(parser.parse_args()))
    print(f"\n{len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
