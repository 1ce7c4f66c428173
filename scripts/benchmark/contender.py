"""What is measured of each contender, and how."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

from scripts.benchmark.processor import Containers, spent_s
from scripts.benchmark.samples import Sample


class NotMeasured(Exception):
    """The contender cannot be measured here; the message says why."""


class NotAccepted(Exception):
    """A right candidate was not accepted: whatever was measured means nothing."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One pass over some samples.

    Attributes:
        seconds: Wall-clock time of the pass.
        latencies_s: Of each candidate, from request to verdict; empty if they have none of their own.
    """

    seconds: float
    latencies_s: Sequence[float]


class Contender(Protocol):
    """One way to verify candidates."""

    @property
    def name(self) -> str:
        """Unique and short."""

    @property
    def share(self) -> float:
        """Samples of a pass, as a share of what the fast ones get."""

    @property
    def settle_s(self) -> float:
        """Seconds until it has done what it does afterwards, such as starting new cells."""

    @property
    def containers(self) -> Containers:
        """Which containers work for it."""

    @property
    def single(self) -> bool:
        """Whether one candidate can be verified on its own, and so has a latency."""

    async def verify(self, samples: Sequence[Sample], in_flight: int) -> Batch:
        """Verify samples, ``in_flight`` at a time.

        Raises:
            NotAccepted: A right candidate was not accepted.
        """

    async def close(self) -> None:
        """End what was started."""


async def gather(one: Callable[[Sample], Awaitable[None]], samples: Sequence[Sample], in_flight: int) -> Batch:
    """Verify samples in tasks of this event loop."""
    waiting, latencies = iter(samples), []

    async def work() -> None:
        for sample in waiting:
            began = time.perf_counter()
            await one(sample)
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    return Batch(time.perf_counter() - began, latencies)


def in_threads(one: Callable[[int, Sample], None], samples: Sequence[Sample], in_flight: int) -> Batch:
    """Verify samples in threads; ``one`` is also given the number of its thread."""
    waiting, latencies = iter(list(samples)), []

    def work(thread: int) -> None:
        for sample in waiting:
            began = time.perf_counter()
            one(thread, sample)
            latencies.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(in_flight) as executor:
        for done in [executor.submit(work, thread) for thread in range(in_flight)]:
            done.result()
    return Batch(time.perf_counter() - began, latencies)


def busy_s() -> float:
    """CPU seconds that this machine has spent on anything since it started."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _wait, interrupts, soft = map(int, file.readline().split()[1:8])
    return (user + nice + system + interrupts + soft) / 100


@dataclass(slots=True)
class Results:
    """What was measured of one contender, round by round.

    Attributes:
        rates: Candidates per second of each round.
        cpu_ms: CPU milliseconds for each candidate, of each round: all processes that took part, no others.
        latencies_s: One at a time on an idle machine, of all rounds.
        problem: Why it was not measured; empty if it was.
    """

    rates: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    latencies_s: list[float] = field(default_factory=list)
    problem: str = ""

    @property
    def rate(self) -> float | None:
        """The median rate."""
        return median(self.rates) if self.rates else None

    def quantile_s(self, share: float) -> float | None:
        """A quantile of the latencies, or None without any."""
        ordered = sorted(self.latencies_s)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else None


async def measure(contender: Contender, found: Results, samples: Sequence[Sample], singles: int, workers: int) -> None:
    """One round: a pass at full load, then a few candidates one at a time."""
    before = await asyncio.to_thread(spent_s, contender.containers)
    batch = await contender.verify(samples, workers)
    spent = await asyncio.to_thread(spent_s, contender.containers) - before
    found.rates.append(len(samples) / batch.seconds)
    found.cpu_ms.append(1000 * spent / len(samples))
    await asyncio.sleep(contender.settle_s)
    if contender.single and singles:
        step = max(1, len(samples) // singles)
        alone = await contender.verify(samples[::step][:singles], 1)
        found.latencies_s.extend(alone.latencies_s)
        await asyncio.sleep(contender.settle_s)
