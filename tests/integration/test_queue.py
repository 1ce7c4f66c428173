from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.candidate import Candidate, code_hash
from service.domain.check import CaseResult, Counterexample, Disclosure, Evidence, Finding, Judgement, Usage
from service.domain.ids import new_id
from service.domain.ports import Claim, NewCheck, NewVerification, Recording
from service.domain.ports.queue import BULK, INTERACTIVE
from service.domain.requests import CachePolicy, Isolation, LimitValues
from service.domain.run import Run
from service.domain.verdict import Detail, Failure, State, Verdict
from service.storage.unit_of_work import SqlStorage
from service.usecases.app import App

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=30)
ACCEPTED = Judgement(Verdict.ACCEPTED, evidence=Evidence(3, 3), usage=Usage(1.5, 2.5, 3 << 30), environment="e")


def new_verification(
    task_key: int, *, priority: int = BULK, verifiers: tuple[str, ...] = ("base", "plus")
) -> NewVerification:
    code = b"def f(x): return x"
    return NewVerification(
        id=new_id("ver"),
        candidate=Candidate(new_id("cand"), "demo/0", task_key, code, code_hash(code)),
        checks=tuple(NewCheck(new_id("chk"), name, "v1", name == "plus") for name in verifiers),
        required=verifiers,
        limits=LimitValues(cpu_s=3.5, memory_bytes=1 << 33),
        isolation=Isolation.PROCESS,
        cache=CachePolicy.USE,
        disclosure=Disclosure.VERDICT,
        priority=priority,
        key_id=None,
        created_at=NOW,
    )


@pytest.fixture
async def key(app: App) -> int:
    async with app.storage.reading() as unit:
        found = await unit.tasks.current_key("demo/0")
    assert found is not None
    return found


async def add(storage: SqlStorage, *items: NewVerification) -> None:
    async with storage.writing() as unit:
        await unit.verifications.add(items)
        await unit.commit()


async def claim(storage: SqlStorage, worker: str, limit: int = 100, now: datetime = NOW) -> list[Claim]:
    async with storage.writing() as unit:
        claims = await unit.checks.claim(worker, now=now, lease_until=now + LEASE, limit=limit)
        await unit.commit()
    return list(claims)


async def record(storage: SqlStorage, worker: str, *recordings: Recording) -> frozenset[str]:
    async with storage.writing() as unit:
        recorded = await unit.checks.record(worker, recordings, NOW)
        await unit.commit()
    return recorded.checks


async def test_nothing_is_kept_without_commit(storage: SqlStorage, key: int) -> None:
    new = new_verification(key)
    async with storage.writing() as unit:
        await unit.verifications.add([new])
    async with storage.reading() as unit:
        assert await unit.verifications.get(new.id) is None


async def test_an_error_rolls_back(storage: SqlStorage, key: int) -> None:
    new = new_verification(key)

    async def fail_halfway() -> None:
        async with storage.writing() as unit:
            await unit.verifications.add([new])
            raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        await fail_halfway()
    async with storage.reading() as unit:
        assert await unit.checks.backlog(10) == 0


async def test_checks_of_one_verification_are_claimed_together(storage: SqlStorage, key: int) -> None:
    items = [new_verification(key) for _ in range(5)]
    await add(storage, *items)
    claims = await claim(storage, "w1", limit=3)
    assert [len(item.checks) for item in claims] == [2, 2]
    assert all([check.verifier for check in item.checks] == ["base", "plus"] for item in claims)
    assert claims[0].limits == LimitValues(cpu_s=3.5, memory_bytes=1 << 33)
    rest = await claim(storage, "w2")
    assert {item.verification_id for item in (*claims, *rest)} == {item.id for item in items}
    assert await claim(storage, "w3") == []


async def test_interactive_work_goes_first(storage: SqlStorage, key: int) -> None:
    bulk = [new_verification(key) for _ in range(3)]
    urgent = new_verification(key, priority=INTERACTIVE)
    await add(storage, *bulk, urgent)
    claims = await claim(storage, "w1", limit=2)
    assert [item.verification_id for item in claims] == [urgent.id]


async def test_many_workers_never_claim_the_same(storage: SqlStorage, key: int) -> None:
    await add(storage, *(new_verification(key) for _ in range(60)))

    async def drain(worker: str) -> list[str]:
        mine: list[str] = []
        while claims := await claim(storage, worker, limit=7):
            mine += [check.id for item in claims for check in item.checks]
        return mine

    shares = await asyncio.gather(*(drain(f"w{number}") for number in range(6)))
    everything = [check for share in shares for check in share]
    assert len(everything) == len(set(everything)) == 120


async def test_an_expired_lease_is_claimed_again_and_the_first_worker_is_fenced_out(
    storage: SqlStorage, key: int
) -> None:
    new = new_verification(key, verifiers=("base",))
    await add(storage, new)
    (first,) = await claim(storage, "w1")
    assert await claim(storage, "w2", now=NOW + LEASE / 2) == []
    (second,) = await claim(storage, "w2", now=NOW + LEASE * 2)
    check = first.checks[0].id
    assert (first.checks[0].attempt, second.checks[0].attempt) == (1, 2)
    wrong = replace(ACCEPTED, verdict=Verdict.WRONG_ANSWER)
    assert await record(storage, "w1", Recording(check, 1, wrong)) == frozenset()
    assert await record(storage, "w1", Recording(check, 2, wrong)) == frozenset()
    assert await record(storage, "w2", Recording(check, 1, wrong)) == frozenset()
    assert await record(storage, "w2", Recording(check, 2, ACCEPTED)) == {check}
    assert await record(storage, "w2", Recording(check, 2, wrong)) == frozenset()
    async with storage.reading() as unit:
        stored = await unit.verifications.get(new.id)
    assert stored is not None
    assert (stored.verification.state, stored.verification.verdict) == (State.COMPLETED, Verdict.ACCEPTED)


async def test_a_renewed_lease_is_not_claimed(storage: SqlStorage, key: int) -> None:
    await add(storage, new_verification(key, verifiers=("base",)))
    (held,) = await claim(storage, "w1")
    async with storage.writing() as unit:
        renewed = await unit.checks.renew("w1", [held.checks[0].id, "chk_other"], NOW + LEASE * 4)
        assert await unit.checks.renew("w2", [held.checks[0].id], NOW + LEASE * 9) == frozenset()
        await unit.commit()
    assert renewed == {held.checks[0].id}
    assert await claim(storage, "w2", now=NOW + LEASE * 2) == []


async def test_everything_that_was_found_comes_back(storage: SqlStorage, key: int) -> None:
    new = new_verification(key)
    await add(storage, new)
    (held,) = await claim(storage, "w1")
    evidence = Evidence(
        cases_total=7,
        cases_passed=5,
        cases=(CaseResult(2, "wrong_answer", "assert f(1) == 2", "f(1)", "2", "\ud8003", "m\x00", "tb", "out"),),
        findings=(Finding("ruff", "F821", "error", "undefined", 3, 1, 78),),
        counterexample=Counterexample("f(1)", "2", None, "\ud800Error", 7, 300, shrunk=True),
        stdout=b"\x00\xff",
        stderr=b"e",
        message="said",
    )
    detail = Detail("Odd", "wall", "case_wall_s", "rule", 9, "test", True)
    found = Judgement(Verdict.TIME_LIMIT_EXCEEDED, None, detail, 0.25, evidence, Usage(1.5, 2.5, 3 << 30), "env")
    failed = Judgement(None, Failure.INFRASTRUCTURE_ERROR, evidence=Evidence(message="lost"))
    recordings = [
        Recording(check.id, check.attempt, judgement)
        for check, judgement in zip(held.checks, (found, failed), strict=True)
    ]
    await record(storage, "w1", *recordings)
    async with storage.reading() as unit:
        stored = await unit.verifications.get(new.id)
    assert stored is not None
    base, plus = stored.verification.checks
    assert (base.verdict, base.detail, base.score, base.evidence) == (found.verdict, detail, 0.25, evidence)
    assert (base.usage, base.environment, base.hidden) == (found.usage, "env", False)
    assert (plus.state, plus.failure, plus.evidence.message) == (State.FAILED, failed.failure, "lost")
    whole = stored.verification
    assert (whole.state, whole.verdict, whole.failure) == (State.COMPLETED, Verdict.TIME_LIMIT_EXCEEDED, None)


async def test_text_that_a_database_cannot_hold_is_made_fit(storage: SqlStorage, key: int) -> None:
    new = new_verification(key, verifiers=("base",))
    await add(
        storage,
        replace(
            new, candidate=replace(new.candidate, model="m\x00\ud800", metadata={"x": float("nan"), "y": "\ud800"})
        ),
    )
    (held,) = await claim(storage, "w1")
    judgement = Judgement(Verdict.RUNTIME_ERROR, detail=Detail(reason="E\x00\udfff" + "x" * 500))
    assert await record(storage, "w1", Recording(held.checks[0].id, 1, judgement, trouble="\x00"))


async def test_work_that_is_put_back_is_claimed_again_with_its_loss_counted(storage: SqlStorage, key: int) -> None:
    await add(storage, new_verification(key, verifiers=("base",)))
    (held,) = await claim(storage, "w1")
    await record(storage, "w1", Recording(held.checks[0].id, 1, None, lost=True, trouble="cell lost"))
    (again,) = await claim(storage, "w2")
    assert (again.checks[0].attempt, again.checks[0].losses) == (2, 1)


async def test_only_what_has_a_content_key_is_reused(storage: SqlStorage, key: int) -> None:
    await add(storage, *(new_verification(key, verifiers=("base",)) for _ in range(2)))
    first, second = await claim(storage, "w1")
    wrong = Judgement(
        Verdict.WRONG_ANSWER,
        detail=Detail(reason="opaque_value"),
        evidence=Evidence(3, 2, (CaseResult(1, "wrong_answer"),), message="said"),
        usage=Usage(7.0, 8.0, 9),
        environment="e",
    )
    await record(storage, "w1", Recording(first.checks[0].id, 1, wrong, content_key="k1"))
    async with storage.reading() as unit:
        known = await unit.checks.reusable(["k1", "k2"])
    assert set(known) == {"k1"}
    reused = known["k1"]
    await record(storage, "w1", Recording(second.checks[0].id, 1, reused.judgement, source_id=reused.check_id))
    async with storage.reading() as unit:
        stored = await unit.verifications.get(second.verification_id)
    assert stored is not None
    check = stored.verification.checks[0]
    assert (check.cached, check.usage, check.evidence) == (True, wrong.usage, wrong.evidence)
    assert check.detail == wrong.detail


async def test_two_workers_who_finish_one_verification_at_once_finish_it(storage: SqlStorage, key: int) -> None:
    items = [new_verification(key) for _ in range(10)]
    await add(storage, *items)
    claims = await claim(storage, "w1")
    for item in claims:  # the second check of each changes hands
        async with storage.writing() as unit:
            await unit.checks.record("w1", [Recording(item.checks[1].id, 1, None)], NOW)
            await unit.commit()
    others = await claim(storage, "w2")
    await asyncio.gather(
        *(record(storage, "w1", Recording(item.checks[0].id, 1, ACCEPTED)) for item in claims),
        *(record(storage, "w2", Recording(item.checks[0].id, 2, ACCEPTED)) for item in others),
    )
    async with storage.reading() as unit:
        states = {await unit.verifications.is_final(item.id) for item in items}
    assert states == {True}


async def test_workers_that_died_give_back_what_they_held(storage: SqlStorage, key: int) -> None:
    await add(storage, new_verification(key), new_verification(key))
    await claim(storage, "dead", limit=1)
    await claim(storage, "alive", limit=1)
    async with storage.writing() as unit:
        assert await unit.checks.holders() == {"dead", "alive"}
        assert await unit.checks.release(["dead"]) == 2
        await unit.commit()
    (again,) = await claim(storage, "w3")
    assert again.checks[0].attempt == 2


async def test_expected_values_keep_what_came_first(storage: SqlStorage) -> None:
    async with storage.writing() as unit:
        await unit.evidence.save_expectations("r", "i", "e", b"\x00first", NOW)
        await unit.evidence.save_expectations("r", "i", "e", b"second", NOW)
        await unit.commit()
    async with storage.reading() as unit:
        assert await unit.evidence.expectations("r", "i", "e") == b"\x00first"
        assert await unit.evidence.expectations("r", "i", "other") is None


async def test_readers_do_not_wait_for_a_writer(storage: SqlStorage, key: int) -> None:
    async with storage.writing() as writing:
        await writing.verifications.add([new_verification(key)])
        async with asyncio.timeout(5), storage.reading() as reading:
            assert await reading.checks.backlog(10) == 0


async def test_writers_of_two_connections_take_turns(database: str, storage: SqlStorage, key: int) -> None:
    """As of two processes: neither sees "database is locked"."""
    other = SqlStorage(database)

    async def write(where: SqlStorage) -> None:
        for _ in range(30):
            await add(where, new_verification(key))

    await asyncio.gather(write(storage), write(other), write(storage), write(other))
    async with other.reading() as unit:
        assert await unit.checks.backlog(1000) == 240
    await other.close()


async def test_nobody_waits_in_a_circle(app: App, storage: SqlStorage, key: int) -> None:
    """Recording, renewing, claiming and cancelling at once: no deadlock, and every verification ends."""
    run = Run("run_x", "r", "m", "demo", ("base", "plus"), ("base", "plus"), created_at=NOW)
    items = [new_verification(key) for _ in range(150)]
    items = [replace(item, candidate=replace(item.candidate, run_id=run.id)) for item in items]
    async with storage.writing() as unit:
        await unit.runs.add(run)
        await unit.verifications.add(items)
        await unit.commit()
    held: dict[str, set[str]] = {"w0": set(), "w1": set(), "w2": set()}

    async def work(worker: str) -> None:
        while claims := await claim(storage, worker, limit=20):
            checks = [(check.id, check.attempt) for item in claims for check in item.checks]
            held[worker].update(check for check, _ in checks)
            for start in range(0, len(checks), 5):
                await record(storage, worker, *(Recording(*check, ACCEPTED) for check in checks[start : start + 5]))

    async def renew(worker: str) -> None:
        for _ in range(15):
            async with storage.writing() as unit:
                await unit.checks.renew(worker, sorted(held[worker]), NOW + LEASE)
                await unit.commit()

    async def cancel() -> None:
        await asyncio.sleep(0.1)
        async with storage.writing() as unit:
            await unit.checks.cancel_run(run.id, NOW)
            await unit.commit()

    await asyncio.gather(*(work(worker) for worker in held), *(renew(worker) for worker in held), cancel())
    async with storage.reading() as unit:
        progress = (await unit.runs.progress([run.id]))[run.id]
    assert (progress.total, progress.done) == (150, 150)
