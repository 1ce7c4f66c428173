from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from service.domain.check import Disclosure
from service.domain.requests import Caller, Idempotency, Isolation, LimitValues, Scope
from service.domain.verdict import Failure, State, Verdict
from service.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    LimitAboveCap,
    NotFound,
    QueueFull,
    QuotaExceeded,
    TooLarge,
)
from service.usecases.app import App, Policy
from service.usecases.inline_tasks import read_inline_task
from service.usecases.submission import Submission, submit_verification
from service.usecases.verifications import get_verification, list_verifications, wait_for_verification
from service.worker import Worker
from tests.fakes.verifiers import FakeVerifiers


def submission(code: str | bytes = "accepted", **changes: object) -> Submission:
    return replace(Submission(code, task_id="demo/1", verifiers=("base", "plus")), **changes)  # type: ignore[arg-type]


async def test_a_candidate_gets_its_verdict(app: App) -> None:
    worker = Worker(app, cells=2)
    await worker.start()
    submitted = await submit_verification(app, submission("accepted:wrong_answer", model="m", sample_index=3))
    found = await wait_for_verification(app, submitted.verification_id, 10)
    await worker.stop()
    assert (found.state, found.verdict, found.accepted, found.failure) == (
        State.COMPLETED,
        Verdict.WRONG_ANSWER,
        False,
        None,
    )
    assert [(check.verifier, check.verdict) for check in found.checks] == [
        ("base", Verdict.ACCEPTED),
        ("plus", Verdict.WRONG_ANSWER),
    ]
    assert found.environment is not None
    assert found.environment.backend == "fake"
    assert (found.model, found.sample_index, found.task_id) == ("m", 3, "demo/1")
    assert found.finished_at is not None
    assert found.finished_at.tzinfo is not None


async def test_only_required_verifiers_make_the_verdict(app: App) -> None:
    worker = Worker(app, cells=1)
    await worker.start()
    made = await submit_verification(app, submission("accepted:wrong_answer", required=("base",)))
    found = await wait_for_verification(app, made.verification_id, 10)
    await worker.stop()
    assert found.verdict is Verdict.ACCEPTED


async def test_evidence_of_hidden_suites_stays_inside(app: App) -> None:
    worker = Worker(app, cells=1)
    await worker.start()
    made = await submit_verification(app, submission("wrong_answer"))
    found = await wait_for_verification(app, made.verification_id, 10)
    full = await submit_verification(app, submission("wrong_answer", disclosure=Disclosure.INPUTS))
    inputs = await wait_for_verification(app, full.verification_id, 10)
    await worker.stop()
    base, plus = found.checks
    assert base.evidence.cases[0].expected == "2"
    assert base.evidence.stdout == b"out\xff\x00"
    assert base.disclosure is Disclosure.FULL
    assert (plus.evidence.cases, plus.evidence.stdout, plus.evidence.message) == ((), b"", "")
    assert (plus.disclosure, plus.detail.reason) == (Disclosure.VERDICT, "CandidateError")
    case = inputs.checks[1].evidence.cases[0]
    assert (case.source, case.expected, case.actual, case.message) == ("f(1)", None, None, "")


async def test_without_a_worker_waiting_ends_in_time(app: App) -> None:
    made = await submit_verification(app, submission())
    found = await wait_for_verification(app, made.verification_id, 0.15)
    assert (found.state, found.verdict) == (State.QUEUED, None)


async def test_an_inline_task_is_kept_and_judged(app: App) -> None:
    task = await read_inline_task({"prompt": "Add.", "entry_point": "add", "tests": ["assert add(1, 2) == 3"]})
    worker = Worker(app, cells=1)
    await worker.start()
    made = await submit_verification(app, Submission("accepted", task=task))
    again = await submit_verification(app, Submission("wrong_answer", task=task))
    first = await wait_for_verification(app, made.verification_id, 10)
    second = await wait_for_verification(app, again.verification_id, 10)
    await worker.stop()
    assert first.task_id == second.task_id
    assert first.task_id.startswith("inline/")
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.WRONG_ANSWER)


async def test_code_is_kept_byte_by_byte(app: App) -> None:
    for code in (b"\x00\xff", "a\r\nb\té\n", b"# coding: latin-1\nx = '\xe9'\n", ""):
        made = await submit_verification(app, submission(code))
        async with app.storage.reading() as unit:
            stored = await unit.verifications.get(made.verification_id)
            assert stored is not None
            candidate = await unit.verifications.candidate(stored.verification.candidate_id)
        assert candidate is not None
        assert candidate.code == (code if isinstance(code, bytes) else code.encode())


async def test_a_code_fence_is_removed_and_said_so(app: App) -> None:
    made = await submit_verification(app, submission("Sure!\n```python\ndef f(x):\n    return 1\n```\n"))
    found = await get_verification(app, made.verification_id)
    assert "code fence removed" in found.notes


@pytest.mark.parametrize(
    ("changes", "error", "pointer"),
    [
        ({"task_id": "demo/404"}, NotFound, None),
        ({"verifiers": ("magic",)}, NotFound, None),
        ({"required": ("other",)}, InvalidInput, "/required_verifiers/0"),
        ({"verifiers": ("base", "base")}, InvalidInput, "/verifiers/1"),
        ({"limits": LimitValues(cpu_s=1e9)}, LimitAboveCap, "/limits/cpu_s"),
        ({"limits": LimitValues(memory_bytes=0)}, InvalidInput, "/limits/memory_bytes"),
        ({"code": "x" * 2_000_000}, TooLarge, "/code"),
        ({"code": "'\ud800'"}, InvalidInput, "/code"),
        ({"task_id": None}, InvalidInput, "/task_id"),
    ],
)
async def test_what_cannot_be_used_is_refused(
    app: App, changes: dict[str, object], error: type[Exception], pointer: str | None
) -> None:
    with pytest.raises(error) as caught:
        await submit_verification(app, replace(submission(), **changes))  # type: ignore[arg-type]
    if pointer is not None:
        assert isinstance(caught.value, InvalidInput)
        assert caught.value.pointer == pointer
    assert (await list_verifications(app)).items == ()


async def test_isolation_is_the_operators_choice(app: App) -> None:
    strict = replace(app, policy=Policy(isolation=Isolation.FRESH, isolations=frozenset({Isolation.FRESH})))
    with pytest.raises(InvalidInput, match="isolation"):
        await submit_verification(strict, submission(isolation=Isolation.PROCESS))
    made = await submit_verification(strict, submission())
    assert (await get_verification(app, made.verification_id)).isolation is Isolation.FRESH


async def test_scopes_hold(app: App) -> None:
    reader, submitter = Caller("key_a", frozenset({Scope.READ})), Caller("key_b", frozenset({Scope.SUBMIT}))
    with pytest.raises(Forbidden):
        await submit_verification(app, submission(), caller=reader)
    with pytest.raises(Forbidden):
        await submit_verification(app, submission(disclosure=Disclosure.FULL), caller=submitter)
    made = await submit_verification(app, submission(), caller=submitter)
    assert (await get_verification(app, made.verification_id, caller=submitter)).id == made.verification_id
    with pytest.raises(Forbidden):
        await get_verification(app, made.verification_id, caller=Caller("key_c", frozenset({Scope.SUBMIT})))
    with pytest.raises(Forbidden):
        await list_verifications(app, caller=submitter)


async def test_the_same_key_makes_one_verification(app: App) -> None:
    key = Idempotency("verifications:local", "abc", "hash-1")
    made = await asyncio.gather(*(submit_verification(app, submission(), idempotency=key) for _ in range(8)))
    assert len({item.verification_id for item in made}) == 1
    assert sum(not item.replayed for item in made) == 1
    with pytest.raises(Conflict):
        await submit_verification(app, submission("other"), idempotency=replace(key, body_hash="hash-2"))
    assert len((await list_verifications(app)).items) == 1


async def test_a_full_queue_takes_no_more(app: App) -> None:
    small = replace(app, policy=Policy(queue_bound=5))
    for _ in range(2):
        await submit_verification(small, submission())
    with pytest.raises(QueueFull) as caught:
        await submit_verification(small, submission())
    assert caught.value.retry_after_s >= 1


async def test_a_key_has_its_quota_in_flight(app: App) -> None:
    caller = Caller("key_q", frozenset({Scope.SUBMIT}), quota=2)
    for _ in range(2):
        await submit_verification(app, submission(), caller=caller)
    with pytest.raises(QuotaExceeded):
        await submit_verification(app, submission(), caller=caller)
    worker = Worker(app, cells=1)
    await worker.start()
    for item in (await list_verifications(app)).items:
        await wait_for_verification(app, item.id, 10)
    await worker.stop()
    await submit_verification(app, submission(), caller=caller)


async def test_listing_goes_page_by_page(app: App) -> None:
    made = {(await submit_verification(app, submission())).verification_id for _ in range(7)}
    seen: list[str] = []
    cursor = None
    while True:
        page = await list_verifications(app, cursor=cursor, limit=3)
        seen += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(made)
    assert seen == sorted(seen, reverse=True)
    for bad in ("nonsense", "ver_x"):
        with pytest.raises(InvalidInput):
            await list_verifications(app, cursor=bad)
    with pytest.raises(InvalidInput):
        await list_verifications(app, limit=0)


async def test_a_task_that_cannot_judge_gives_no_verdict(app: App, verifiers: FakeVerifiers) -> None:
    worker = Worker(app, cells=1)
    await worker.start()
    made = await submit_verification(app, submission("accepted:invalid_task"))
    found = await wait_for_verification(app, made.verification_id, 10)
    await worker.stop()
    assert (found.state, found.verdict, found.failure) == (State.FAILED, None, Failure.INVALID_TASK)
    assert found.checks[0].verdict is Verdict.ACCEPTED
