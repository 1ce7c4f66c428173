from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace

import pytest

from service.domain.requests import Caller, Idempotency, LimitValues, NewCandidate, Scope
from service.domain.verdict import State
from service.errors import Conflict, Forbidden, InvalidInput, LimitAboveCap, NotFound
from service.usecases.app import App
from service.usecases.export import ExportFormat, export_run
from service.usecases.run_summary import summarise_run
from service.usecases.runs import (
    RunRequest,
    cancel_run,
    create_run,
    get_run,
    list_run_candidates,
    list_runs,
    watch_run,
)
from service.usecases.upload import Refusal, Upload, add_candidates, parse_candidate
from service.worker import Worker
from tests.fakes.verifiers import FakeVerifiers

REQUEST = RunRequest("nightly", "m", "demo", ("base", "plus"))


async def lines(*documents: object) -> AsyncIterator[NewCandidate | Refusal]:
    for number, document in enumerate(documents, 1):
        parsed = parse_candidate(number, document if isinstance(document, str) else json.dumps(document))
        if parsed is not None:
            yield parsed


def sample(local: int, code: str, **more: object) -> dict[str, object]:
    return {"task_id": f"demo/{local}", "solution": code, **more}


async def started(app: App, *documents: object) -> tuple[str, Upload]:
    run = (await create_run(app, REQUEST)).run
    return run.id, await add_candidates(app, run.id, lines(*documents))


async def work(app: App, run_id: str) -> None:
    worker = Worker(app, cells=4)
    await worker.start()
    async for view in watch_run(app, run_id):
        assert view.progress.done <= view.progress.total
    await worker.stop()


async def text_of(chunks: AsyncIterator[bytes]) -> str:
    return b"".join([chunk async for chunk in chunks]).decode()


CANDIDATES = [
    sample(0, "accepted:accepted 0"),
    sample(0, "accepted:wrong_answer 1"),
    sample(1, "accepted:wrong_answer 2"),
    sample(1, "wrong_answer:wrong_answer 3"),
    sample(2, "wrong_answer:accepted 4"),
    sample(2, "accepted:invalid_task 5"),
    sample(3, "accepted:accepted 6"),
    sample(3, "trouble 7"),
]


async def test_a_run_is_summed_up(app: App) -> None:
    run_id, upload = await started(app, *CANDIDATES)
    assert (upload.accepted, upload.refused) == (8, ())
    await work(app, run_id)
    summary = await summarise_run(app, run_id)
    assert summary.view.state is State.COMPLETED
    assert (summary.view.progress.total, summary.view.progress.done, summary.view.progress.failed) == (8, 8, 2)
    assert dict(summary.view.progress.verdicts) == {"accepted": 2, "wrong_answer": 4}
    base, plus = summary.verifiers
    assert (base.n, base.accepted, base.tasks) == (7, 5, 4)
    assert base.excluded == {"infrastructure_error": 1, "invalid_task": 0, "cancelled": 0}
    assert base.coverage == 7 / 8
    assert base.pass_at_1 is not None
    assert base.pass_at_1.value == pytest.approx((1 + 0.5 + 0.5 + 1) / 4)
    assert base.pass_at_1.interval is not None
    assert (plus.n, plus.accepted) == (6, 3)
    assert plus.excluded["invalid_task"] == 1
    (quality,) = summary.quality
    cells = (quality.true_positive, quality.false_positive, quality.false_negative, quality.true_negative)
    assert (cells, quality.unresolved) == ((2, 2, 1, 1), 2)
    assert quality.fdr is not None
    assert quality.fpr is not None
    assert quality.fdr.value == 0.5
    assert quality.fpr.value == pytest.approx(2 / 3)


async def test_a_run_without_data_has_no_numbers(app: App) -> None:
    run_id, _ = await started(app)
    summary = await summarise_run(app, run_id)
    assert summary.view.state is State.QUEUED
    assert [(item.n, item.coverage, item.pass_at_1) for item in summary.verifiers] == [(0, None, None)] * 2
    assert (summary.quality[0].fdr, summary.quality[0].fpr) == (None, None)


async def test_what_is_broken_is_refused_with_its_line(app: App) -> None:
    _, upload = await started(
        app,
        sample(0, "accepted"),
        "",
        '{"task_id": "demo/1", "solution": "acc',
        sample(404, "accepted"),
        {"task_id": "other/0", "solution": "accepted"},
        {"task_id": "demo/1"},
        {"task_id": "demo/1", "solution": "x" * 2_000_000},
        [1],
        {"task_id": "demo/1", "solution": "\ud800"},
        sample(1, "accepted"),
    )
    assert upload.accepted == 2
    assert [refusal.line for refusal in upload.refused] == [3, 4, 5, 6, 7, 8, 9]
    assert all(refusal.detail for refusal in upload.refused)


async def test_samples_are_numbered_in_order_of_arrival(app: App) -> None:
    run_id, _ = await started(app, sample(0, "a"), sample(0, "b"), sample(1, "c"), sample(0, "d", sample_index=7))
    await add_candidates(app, run_id, lines(sample(0, "e"), sample(1, "f")))
    page = await list_run_candidates(app, run_id)
    found = [(item.task_id, item.sample_index) for item in reversed(page.items)]
    assert found == [("demo/0", 0), ("demo/0", 1), ("demo/1", 0), ("demo/0", 7), ("demo/0", 8), ("demo/1", 1)]


async def test_an_upload_that_was_cut_off_goes_on_where_it_ended(app: App) -> None:
    run = (await create_run(app, REQUEST)).run
    key = Idempotency("candidates:local", "abc", "hash")
    documents = [sample(number % 10, f"accepted {number}") for number in range(700)]

    async def cut() -> AsyncIterator[NewCandidate | Refusal]:
        async for item in lines(*documents[:600]):
            yield item
        raise ConnectionError("the client went away")

    with pytest.raises(ConnectionError):
        await add_candidates(app, run.id, cut(), idempotency=key)
    assert (await get_run(app, run.id)).progress.total == 500
    upload = await add_candidates(app, run.id, lines(*documents), idempotency=key)
    assert (upload.accepted, upload.replayed) == (700, False)
    again = await add_candidates(app, run.id, lines(*documents), idempotency=key)
    assert (again.accepted, again.replayed) == (700, True)
    assert (await get_run(app, run.id)).progress.total == 700
    with pytest.raises(Conflict):
        await add_candidates(app, run.id, lines(), idempotency=replace(key, body_hash="other"))


async def test_cancelling_ends_what_is_not_finished(app: App, verifiers: FakeVerifiers) -> None:
    run_id, _ = await started(app, *(sample(number % 10, f"slow {number}") for number in range(20)))
    worker = Worker(app, cells=1)
    await worker.start()
    await verifiers.until_running(2)
    view = await cancel_run(app, run_id)
    await worker.stop()
    assert view.state is State.CANCELLED
    assert (await cancel_run(app, run_id)).run.cancelled_at == view.run.cancelled_at
    progress = (await get_run(app, run_id)).progress
    assert progress.done == 20
    assert progress.cancelled == 20 - sum(progress.verdicts.values())
    with pytest.raises(Conflict):
        await add_candidates(app, run_id, lines(sample(0, "late")))
    assert [view.state async for view in watch_run(app, run_id)] == [State.CANCELLED]


async def test_watchers_see_progress_and_the_end(app: App, verifiers: FakeVerifiers) -> None:
    verifiers.delay_s = 0.1
    run_id, _ = await started(app, *(sample(number % 10, f"accepted {number}") for number in range(20)))
    worker = Worker(app, cells=2)
    await worker.start()
    seen = [view.progress.done async for view in watch_run(app, run_id)]
    await worker.stop()
    assert seen == sorted(seen)
    assert len(seen) > 2
    assert seen[-1] == 20


async def test_runs_are_listed_newest_first(app: App) -> None:
    made = [(await create_run(app, replace(REQUEST, name=f"run {number}"))).run.id for number in range(5)]
    first = await list_runs(app, limit=3)
    second = await list_runs(app, limit=3, cursor=first.next_cursor)
    found = [view.run.id for view in (*first.items, *second.items)]
    assert sorted(found, reverse=True) == found
    assert set(found) == set(made)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"task_set": "nowhere"}, NotFound),
        ({"verifiers": ("base", "magic")}, InvalidInput),
        ({"verifiers": ()}, InvalidInput),
        ({"verifiers": ("base", "base")}, InvalidInput),
        ({"name": " "}, InvalidInput),
        ({"limits": LimitValues(wall_s=1e9)}, LimitAboveCap),
    ],
)
async def test_runs_that_cannot_be_are_refused(app: App, changes: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        await create_run(app, replace(REQUEST, **changes))  # type: ignore[arg-type]
    assert (await list_runs(app)).items == ()


async def test_the_same_key_makes_one_run(app: App) -> None:
    key = Idempotency("runs:local", "abc", "hash")
    first, second = [await create_run(app, REQUEST, idempotency=key) for _ in range(2)]
    assert (first.run.id, first.replayed, second.replayed) == (second.run.id, False, True)
    with pytest.raises(Conflict):
        await create_run(app, REQUEST, idempotency=replace(key, body_hash="other"))


async def test_exports_hold_every_candidate(app: App) -> None:
    run_id, _ = await started(app, *CANDIDATES)
    await work(app, run_id)
    rows = list(csv.DictReader(io.StringIO(await text_of(export_run(app, run_id, ExportFormat.CSV)))))
    assert len(rows) == 16
    assert rows[3]["verdict"] == "wrong_answer"
    assert rows[3]["accepted"] == "false"
    documents = [
        json.loads(line) for line in (await text_of(export_run(app, run_id, ExportFormat.NDJSON))).splitlines()
    ]
    assert [item["solution"] for item in documents] == [item["solution"] for item in CANDIDATES]
    plus = documents[1]["checks"][1]
    assert (plus["verdict"], plus["error_class"]) == ("wrong_answer", "wrong_answer")
    human = [json.loads(line) for line in (await text_of(export_run(app, run_id, ExportFormat.HUMANEVAL))).splitlines()]
    assert [item["passed"] for item in human] == [True, False, False, False, False, None, True, None]
    evalplus = json.loads(await text_of(export_run(app, run_id, ExportFormat.EVALPLUS)))
    assert [item["plus_status"] for item in evalplus["eval"]["demo/0"]] == ["pass", "fail"]
    with pytest.raises(NotFound):
        await text_of(export_run(app, "run_missing", ExportFormat.CSV))


async def test_an_export_leaks_no_name_that_a_candidate_made_up(app: App) -> None:
    run_id, _ = await started(app, sample(0, "runtime_error"))
    await work(app, run_id)
    for form in ExportFormat:
        text = await text_of(export_run(app, run_id, form))
        assert text.count("Odd") == (
            1 if form in (ExportFormat.NDJSON, ExportFormat.CSV) else 0
        )  # of the visible suite


async def test_cells_of_a_spreadsheet_are_no_formulas(app: App) -> None:
    run = (await create_run(app, replace(REQUEST, model="=cmd()"))).run
    await add_candidates(app, run.id, lines(sample(0, "accepted")))
    text = await text_of(export_run(app, run.id, ExportFormat.CSV))
    assert ",'=cmd()," in text


async def test_scopes_hold(app: App) -> None:
    submitter = Caller("key_s", frozenset({Scope.SUBMIT}))
    run = (await create_run(app, REQUEST, caller=submitter)).run
    assert (await get_run(app, run.id, caller=submitter)).run.id == run.id
    with pytest.raises(Forbidden):
        await get_run(app, run.id, caller=Caller("key_t", frozenset({Scope.SUBMIT})))
    with pytest.raises(Forbidden):
        await create_run(app, REQUEST, caller=Caller("key_r", frozenset({Scope.READ})))
    with pytest.raises(Forbidden):
        await text_of(export_run(app, run.id, ExportFormat.CSV, caller=submitter))


async def test_uploads_at_the_same_time_lose_nothing(app: App) -> None:
    run = (await create_run(app, REQUEST)).run

    def part(number: int) -> Iterable[object]:
        return [sample(index % 10, f"accepted {number} {index}") for index in range(300)]

    uploads = await asyncio.gather(*(add_candidates(app, run.id, lines(*part(number))) for number in range(4)))
    assert sum(upload.accepted for upload in uploads) == 1200
    assert (await get_run(app, run.id)).progress.total == 1200
