from __future__ import annotations

import asyncio

import pytest

from sandbox.turns import Turns


async def spend(turns: Turns, log: list[str], name: str, seconds: float = 0.01, *, alone: bool = False) -> bool:
    if alone:
        async with turns.alone():
            log += [f"{name} begins"]
            await asyncio.sleep(seconds)
            log += [f"{name} ends"]
        return False
    async with turns.ordinary() as turn:
        log += [f"{name} begins"]
        await asyncio.sleep(seconds)
        log += [f"{name} ends"]
    return turn.crowded


async def test_as_many_run_as_there_are_places() -> None:
    turns, log = Turns(2), list[str]()

    await asyncio.gather(*(spend(turns, log, str(number)) for number in range(5)))

    running = peak = 0
    for entry in log:
        running += 1 if entry.endswith("begins") else -1
        peak = max(peak, running)
    assert (running, peak, len(log)) == (0, 2, 10)


async def test_a_turn_knows_whether_it_had_company() -> None:
    turns, log = Turns(2), list[str]()

    first = asyncio.create_task(spend(turns, log, "first", 0.05))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(spend(turns, log, "second"))

    assert await first
    assert await second
    assert not await spend(turns, log, "third")


async def test_who_needs_the_machine_alone_goes_before_those_who_wait_and_runs_with_nobody() -> None:
    turns, log = Turns(2), list[str]()

    tasks = [asyncio.create_task(spend(turns, log, name)) for name in "abcd"]
    tasks.append(asyncio.create_task(spend(turns, log, "alone", alone=True)))
    await asyncio.gather(*tasks)

    at = log.index("alone begins")
    assert log[at + 1] == "alone ends"
    assert set(log[:at]) == {"a begins", "a ends", "b begins", "b ends"}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("granted", [False, True])
async def test_cancelling_loses_no_place(alone: bool, granted: bool) -> None:
    turns, log = Turns(1), list[str]()
    holder = asyncio.create_task(spend(turns, log, "holder", 0.02))
    await asyncio.sleep(0)
    leaver = asyncio.create_task(spend(turns, log, "leaver", alone=alone))
    await asyncio.sleep(0)
    if granted:
        await holder
    leaver.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaver
    await holder

    async with asyncio.timeout(1):
        await spend(turns, log, "next")
        await spend(turns, log, "alone", alone=True)
