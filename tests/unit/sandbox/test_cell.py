from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox import cell as cell_module
from sandbox.cell import Cell
from sandbox.port import CellLost, SandboxError
from sandbox.runner import frames
from sandbox.spec import CollectedValue, EncodedExam, Ending, Job, Limits, Outcome
from tests.fakes.cells import FakeBackend

EXAM = EncodedExam("base", 3, b"payload", "f")


def job(word: str, *exams: EncodedExam, wall_s: float | None = 5.0) -> Job:
    return Job(source=word.encode(), exams=exams or (EXAM,), limits=Limits(wall_s=wall_s))


@pytest.fixture
async def backend() -> AsyncIterator[FakeBackend]:
    backend = FakeBackend()
    yield backend
    for jail in list(backend.alive):
        await jail.kill()


@pytest.fixture
async def cell(backend: FakeBackend) -> AsyncIterator[Cell]:
    cell = await backend.launch()
    yield cell
    await cell.kill()


async def test_a_clean_job_leaves_a_usable_cell(cell: Cell) -> None:
    for count in range(1, 4):
        result = await cell.run(job("honest", EXAM, EncodedExam("plus", 5, b"other", "f")))

        assert [exam.exam for exam in result.exams] == ["base", "plus"]
        assert [exam.outcomes for exam in result.exams] == ["ppp", "ppppp"]
        assert result.cell_clean
        assert cell.fit
        assert cell.jobs == count


async def test_reports_and_values_reach_their_exam(cell: Cell) -> None:
    wrong = (await cell.run(job("wrong"))).exams[0]
    values = (await cell.run(job("values"))).exams[0]

    assert (wrong.outcomes, wrong.reports[0].outcome, wrong.reports[0].actual) == ("wpp", Outcome.WRONG, "2")
    assert values.values == (CollectedValue(b"encoded", None, 0.5), CollectedValue(None, "ValueError", 0.25))
    assert values.reports == ()


async def test_a_cell_that_says_it_is_not_clean_is_not_used_again(cell: Cell) -> None:
    result = await cell.run(job("unclean"))

    assert not result.cell_clean
    assert not cell.fit
    assert cell.why == "a file is left"
    with pytest.raises(CellLost):
        await cell.run(job("honest"))


LIES = [
    "foreign_nonce", "foreign_suite", "short_record", "long_record", "odd_outcome", "odd_ending", "odd_type",
    "no_record", "twice", "odd_frame", "not_json", "deep_json", "oversize", "truncated", "many_reports",
    "report_beyond", "fatal", "die",
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
async def test_a_cell_that_breaks_the_protocol_is_lost(cell: Cell, lie: str) -> None:
    with pytest.raises(CellLost):
        await cell.run(job(lie))

    assert not cell.fit


async def test_words_after_the_end_make_a_cell_unfit(cell: Cell) -> None:
    await cell.run(job("chatty"))
    await asyncio.sleep(0.05)

    assert not cell.fit


async def test_a_silent_cell_is_lost_after_its_limits(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_module, "SILENCE_S", 0.05)

    with pytest.raises(CellLost, match="said nothing"):
        await cell.run(job("silent", wall_s=0.05))


async def test_without_a_wall_limit_a_silent_cell_is_waited_for(cell: Cell) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(cell.run(job("silent", wall_s=None)), 0.2)

    assert not cell.fit


async def test_cancelling_a_job_condemns_the_cell(cell: Cell) -> None:
    task = asyncio.create_task(cell.run(job("silent")))
    await asyncio.sleep(0.02)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not cell.fit


async def test_a_job_that_is_too_large_does_not_harm_the_cell(cell: Cell) -> None:
    huge = Job(source=b"x" * (frames.MAX_HOST_FRAME + 1), exams=(EXAM,))

    with pytest.raises(SandboxError, match="accepts"):
        await cell.run(huge)
    assert (await cell.run(job("honest"))).exams[0].ending is Ending.COMPLETED


@pytest.mark.parametrize(
    ("hello", "complaint"),
    [
        ({"problems": ["can open /etc/shadow"]}, "not confined.*shadow"),
        ({"protocol": 2}, "protocol 2"),
        ({"python": 3}, "python"),
        ({"warm_rss_bytes": -1}, "warm_rss_bytes"),
    ],
)
async def test_a_cell_with_a_wrong_hello_is_refused_and_killed(hello: dict[str, object], complaint: str) -> None:
    backend = FakeBackend(**hello)

    with pytest.raises(CellLost, match=complaint):
        await backend.launch()
    assert not backend.alive


async def test_closing_twice_is_closing_once(backend: FakeBackend, cell: Cell) -> None:
    await cell.close()
    await cell.close()

    assert not backend.alive
