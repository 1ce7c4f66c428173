"""Killing the service at any moment loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import hashlib
import random
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from service.storage.unit_of_work import SqlStorage
from tests.e2e.conftest import Done, Server

CANDIDATES = 500
KILLS = 3
SEED = 20260101

TASK = "\n".join(
    f'{{"set": "kill", "local": "{number}", "entry_point": "f", "prompt": "Add {number}.", '
    f'"reference": "def f(x):\\n    return x + {number}\\n", "suites": ['
    f'{{"name": "base", "kind": "asserts", "cases": ["assert f(1) == {number + 1}"]}}, '
    f'{{"name": "plus", "kind": "asserts", "visibility": "hidden", '
    f'"cases": ["assert f(1) == {number + 1}", "assert f(5) == {number + 5}"]}}]}}'
    for number in range(10)
)


def candidate(number: int) -> dict[str, object]:
    """Every third one is wrong in a way that base does not see."""
    task = number % 10
    answer = f"x + {task}" if number % 3 else f"{task + 1}"
    code = f"def f(x):\n    return {answer}  # {number}\n"
    return {"task_id": f"kill/{task}", "code": code, "verifiers": ["base", "plus"]}


async def post(client: httpx.AsyncClient, number: int) -> str:
    """Post until it is taken, as a client does that cannot know whether its first try arrived."""
    headers = {"Idempotency-Key": f"candidate-{number}", "Prefer": "wait=0"}
    while True:
        try:
            answer = await client.post("/v1/verifications", json=candidate(number), headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(0.1)
            continue
        if answer.status_code in (200, 202):
            identity: str = answer.json()["id"]
            return identity
        assert answer.status_code in (429, 503), answer.text
        await asyncio.sleep(0.2)


async def post_all(url: str) -> list[str]:
    waiting = asyncio.Semaphore(8)
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:

        async def one(number: int) -> str:
            async with waiting:
                return await post(client, number)

        return await asyncio.gather(*(one(number) for number in range(CANDIDATES)))


@pytest.mark.slow
async def test_500_candidates_survive_three_kills(
    server: Server, process: Callable[..., Done], environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "kill.jsonl").write_text(TASK + "\n")
    imported = await asyncio.to_thread(
        process, "tasks", "import", "native", str(tmp_path / "kill.jsonl"), "--name", "kill"
    )
    assert imported.code == 0, imported.err
    rng = random.Random(SEED)
    await asyncio.to_thread(server.start)
    posting = asyncio.create_task(post_all(server.url))
    for kill in range(KILLS):
        await asyncio.sleep(rng.uniform(0.2, 1.2))
        assert kill or not posting.done()
        assert await asyncio.to_thread(server.end, signal.SIGKILL) == -signal.SIGKILL
        await asyncio.to_thread(server.start)
    identities = await posting
    assert len(set(identities)) == CANDIDATES
    storage = SqlStorage(environment["ASSAY_DATABASE_URL"])
    try:
        for _ in range(600):
            if await _all_final(storage, identities):
                break
            await asyncio.sleep(0.2)
        await _every_candidate_has_one_result_of_each_verifier(storage, identities)
    finally:
        await storage.close()
    assert await asyncio.to_thread(server.end) == 0


async def _all_final(storage: SqlStorage, identities: list[str]) -> bool:
    async with storage.reading() as unit:
        return all([await unit.verifications.is_final(identity) for identity in identities])


async def _every_candidate_has_one_result_of_each_verifier(storage: SqlStorage, identities: list[str]) -> None:
    async with storage.reading() as unit:
        stored = await unit.verifications.page(run_id=None, before=None, limit=2 * CANDIDATES)
        assert {item.verification.id for item in stored} == set(identities)
        assert len(stored) == CANDIDATES
        by_id = {item.verification.id: item.verification for item in stored}
        for number, identity in enumerate(identities):
            found = by_id[identity]
            verdict = "accepted" if number % 3 else "wrong_answer"
            assert [(check.verifier, check.verdict) for check in found.checks] == [
                ("base", "accepted"),
                ("plus", verdict),
            ]
            code = await unit.verifications.candidate(found.candidate_id)
            assert code is not None
            assert code.code_hash == hashlib.sha256(str(candidate(number)["code"]).encode()).hexdigest()
