from __future__ import annotations

import asyncio

import pytest

from service.errors import QueueFull
from service.usecases.app import Backlog, TaskCache
from service.usecases.concurrency import each
from service.usecases.notifier import LocalNotifier
from tests.integration.conftest import make_task


async def test_what_was_published_before_the_wait_is_not_missed() -> None:
    notifier = LocalNotifier()
    with notifier.subscribe("a") as subscription:
        notifier.publish("a")
        assert await subscription.wait(0.0 + 1)
        assert not await subscription.wait(0.01)
        notifier.publish("b")
        assert not await subscription.wait(0.01)
    notifier.publish("a")


async def test_everybody_who_waits_is_woken() -> None:
    notifier = LocalNotifier()
    with notifier.subscribe("a") as one, notifier.subscribe("a") as two:
        waiting = asyncio.gather(one.wait(5), two.wait(5))
        await asyncio.sleep(0)
        notifier.publish("a")
        assert all(await waiting)


class Queue:
    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.counted = 0

    async def backlog(self, at_most: int) -> int:
        self.counted += 1
        return min(self.waiting, at_most)


async def test_the_queue_is_counted_once_a_second_until_it_looks_full() -> None:
    now = 0.0
    backlog, queue = Backlog(10, lambda: now), Queue(0)
    for _ in range(5):
        await backlog.require_room(queue, 2)  # type: ignore[arg-type]
    assert queue.counted == 1
    queue.waiting = 10
    with pytest.raises(QueueFull):
        await backlog.require_room(queue, 1)  # type: ignore[arg-type]
    queue.waiting = 3
    await backlog.require_room(queue, 1)  # type: ignore[arg-type]
    now = 2.0
    await backlog.require_room(queue, 1)  # type: ignore[arg-type]
    assert queue.counted == 4


async def test_an_empty_queue_takes_whatever_comes_at_once() -> None:
    await Backlog(1).require_room(Queue(0), 5)  # type: ignore[arg-type]


def test_the_cache_drops_what_was_used_longest_ago() -> None:
    cache = TaskCache(2)
    tasks = [make_task(str(number)) for number in range(3)]
    cache.put(0, tasks[0])
    cache.put(1, tasks[1])
    assert cache.get(0) is tasks[0]
    cache.put(2, tasks[2])
    assert cache.get(1) is None
    assert cache.get(0) is tasks[0]
    cache.forget([0, 7])
    assert cache.get(0) is None


async def test_a_few_things_are_done_at_a_time() -> None:
    running = most = 0
    done: list[int] = []

    async def action(item: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        done.append(item)
        running -= 1

    await each(range(20), action, 3)
    assert sorted(done) == list(range(20))
    assert most == 3


async def test_the_first_error_ends_the_rest() -> None:
    async def action(item: int) -> None:
        if item == 3:
            raise ValueError("three")
        await asyncio.sleep(0)

    with pytest.raises(ValueError, match="three"):
        await each(range(100), action, 2)
