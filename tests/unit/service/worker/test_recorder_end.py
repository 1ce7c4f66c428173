"""A recorder ends when it is told to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from service.domain.ports import Recording
from service.usecases.notifier import LocalSubscription
from service.worker.recorder import Recorder
from tests.fakes.service import running_service


async def test_cancelled_while_it_gathers_nothing(tmp_path: Path) -> None:
    async with running_service(tmp_path, worker=False) as running:
        recorder = Recorder(running.app, "w")
        task = asyncio.create_task(recorder.run())
        recorder.give(Recording("chk_none", 1, None), urgent=False)
        recorder._waiting.clear()
        recorder._written.set()  # what a write that just ended leaves behind
        await asyncio.sleep(0.005)  # it is gathering now
        await recorder.flush()
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2)
        stuck = not done
        if stuck:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert not stuck, "the cancellation was swallowed"


async def test_a_waiter_can_be_cancelled_as_it_is_woken() -> None:
    subscription = LocalSubscription()
    task = asyncio.create_task(subscription.wait(5))
    await asyncio.sleep(0.005)
    subscription.wake()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled(), "the cancellation was swallowed"
