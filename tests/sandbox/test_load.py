"""Verdicts on a machine that others keep busy: wall limits do not count the time that a candidate had to wait."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.encoding import encode_exam
from sandbox.pool import CellPool
from sandbox.spec import CallCase, CallExam, Ending, ExamResult, Job, Limits, ScriptExam, ScriptStyle

CALLS = encode_exam(CallExam("base", "f", (CallCase((1,), 2),)))
SCRIPT = encode_exam(ScriptExam("base", "f", ScriptStyle.ASSERTS, ("value = f(1)\nassert value == 2",)))
BUSY = """
import time
def f(x):
    until = time.process_time() + 0.4
    while time.process_time() < until: pass
    return x + 1
"""
ASLEEP = "import time\ndef f(x):\n    time.sleep(60)\n    return x + 1\n"
ENDLESS = "def f(x):\n    while True: pass\n"


@pytest.fixture
def neighbours() -> Iterator[None]:
    """Three busy programs for each core, with those that run anyway.

    They have sessions of their own, as the scheduler shares the machine by session.
    """
    running = int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].partition("/")[0])
    busy = [
        subprocess.Popen([sys.executable, "-S", "-c", "while True: pass"], start_new_session=True)
        for _ in range(3 * len(os.sched_getaffinity(0)) - running + 1)
    ]
    yield
    for process in busy:
        process.kill()
        process.wait()


async def sit(sandbox: CellPool, source: str, exam: object = CALLS, **limits: float) -> tuple[ExamResult, float]:
    began = time.monotonic()
    result = await sandbox.run(Job(source.encode(), (exam,), Limits(**{"cpu_s": 5, "wall_s": 20, **limits})))  # type: ignore[arg-type]
    return result.exams[0], time.monotonic() - began


@pytest.mark.usefixtures("neighbours")
@pytest.mark.parametrize("exam", [CALLS, SCRIPT], ids=["calls", "test code"])
async def test_waiting_for_a_processor_is_not_held_against_a_candidate(sandbox: CellPool, exam: object) -> None:
    by_case, _ = await sit(sandbox, BUSY, exam, case_wall_s=0.6)
    by_exam, _ = await sit(sandbox, BUSY, exam, wall_s=1.5, case_wall_s=20)

    assert (by_case.ending, by_case.outcomes) == (Ending.COMPLETED, "p"), by_case
    assert (by_exam.ending, by_exam.outcomes) == (Ending.COMPLETED, "p"), by_exam
    assert max(by_case.usage.wall_s, by_exam.usage.wall_s) > 0.6, "nobody had to wait: this shows nothing"


@pytest.mark.usefixtures("neighbours")
async def test_sleeping_and_computing_for_ever_end_at_their_limits_all_the_same(sandbox: CellPool) -> None:
    asleep, slept_s = await sit(sandbox, ASLEEP, case_wall_s=0.5)
    endless, took_s = await sit(sandbox, ENDLESS, case_wall_s=0.5)
    by_exam, waited_s = await sit(sandbox, ENDLESS, wall_s=0.5, case_wall_s=20)

    assert (asleep.ending, asleep.outcomes) == (Ending.CASE_TIME, "t")
    assert (endless.ending, endless.outcomes) == (Ending.CASE_TIME, "t")
    assert by_exam.ending is Ending.WALL_TIME
    assert slept_s < 6
    assert took_s < 15
    assert waited_s < 12


async def test_a_wall_limit_is_kept_on_a_machine_with_room(sandbox: CellPool) -> None:
    asleep, slept_s = await sit(sandbox, ASLEEP, case_wall_s=0.5)

    assert asleep.ending is Ending.CASE_TIME
    assert asleep.clock == "wall"
    assert slept_s < 5
