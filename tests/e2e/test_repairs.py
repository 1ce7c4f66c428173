"""Repair sessions over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.domain.requests import LOCAL, Scope
from service.usecases.api_keys import create_key
from tests.fakes.service import Running, running_service


async def begin(http: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await http.post("/v1/repairs", json={"task_id": "demo/1", "model": "m", **fields})
    assert answer.status_code == 201, answer.text
    session: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/repairs/{session['id']}"
    return session


async def attempt(http: httpx.AsyncClient, session: dict[str, Any], code: str, **fields: Any) -> httpx.Response:
    headers = fields.pop("headers", {})
    return await http.post(f"/v1/repairs/{session['id']}/attempts", json={"code": code, **fields}, headers=headers)


async def test_a_session_goes_on_until_it_is_solved(http: httpx.AsyncClient) -> None:
    session = await begin(http)
    assert (session["status"], session["rounds"], session["oracle"]) == ("continue", 0, "plus")
    assert "Task 1" in session["prompt"]

    first = (await attempt(http, session, "wrong_answer", prompt_tokens=10, completion_tokens=20)).json()
    assert (first["round"], first["status"], first["verification"]["verdict"]) == (0, "continue", "wrong_answer")
    assert "f(1)" in first["report"]
    assert first["report"].strip() in first["prompt"]
    assert "```python\nwrong_answer\n```" in first["prompt"]
    second = (await attempt(http, session, "accepted:wrong_answer")).json()
    assert (second["round"], second["status"], second["prompt"]) == (1, "solved", "")

    found = (await http.get(f"/v1/repairs/{session['id']}")).json()
    assert [each["round"] for each in found["attempts"]] == [0, 1]
    assert found["attempts"][0]["prompt_tokens"] == 10
    parents = [each["verification"]["candidate_id"] for each in found["attempts"]]
    assert len(set(parents)) == 2
    assert (await attempt(http, session, "accepted")).status_code == 409


async def test_the_oracle_is_asked_and_does_not_speak(http: httpx.AsyncClient) -> None:
    session = await begin(http)
    answer = (await attempt(http, session, "accepted:wrong_answer")).json()

    assert answer["status"] == "solved"
    assert [check["verifier"] for check in answer["verification"]["checks"]] == ["base"]
    assert "plus" not in answer["report"]
    shown = (await http.get(f"/v1/repairs/{session['id']}")).json()["attempts"][0]["verification"]["checks"]
    assert [(check["verifier"], check["verdict"]) for check in shown] == [
        ("base", "accepted"), ("plus", "wrong_answer"),
    ]  # fmt: skip
    assert shown[1]["cases"] == []


async def test_rounds_end(http: httpx.AsyncClient) -> None:
    session = await begin(http, max_rounds=1)

    assert (await attempt(http, session, "wrong_answer")).json()["status"] == "continue"
    last = (await attempt(http, session, "wrong_answer other")).json()
    assert (last["round"], last["status"]) == (1, "exhausted")
    assert "round 0: wrong_answer" in last["report"]
    assert (await attempt(http, session, "accepted")).status_code == 409


async def test_a_report_says_when_a_round_brought_nothing(http: httpx.AsyncClient) -> None:
    session = await begin(http, disclosure="names")
    await attempt(http, session, "wrong_answer one")
    same = (await attempt(http, session, "wrong_answer two")).json()
    again = (await attempt(http, session, "wrong_answer one")).json()

    assert "The last change brought nothing" in same["report"]
    assert "This is an earlier program again" in again["report"]


SHOWN: dict[str, tuple[list[str], list[str]]] = {
    "verdict": ([], ["assert f(1)", "f(1)", "Traceback", "printed", "Case 1"]),
    "names": (["Case 1"], ["f(1)", "Traceback", "printed"]),
    "inputs": (["Case 1", "f(1)"], ["== 2", "expected:", "Traceback", "printed"]),
    "full": (["assert f(1) == 2", "expected:", "Traceback", "printed"], []),
}


async def test_a_report_shows_no_more_than_the_session_allows(http: httpx.AsyncClient) -> None:
    for level, (shown, withheld) in SHOWN.items():
        answer = (await attempt(http, await begin(http, disclosure=level), f"wrong_answer {level}")).json()

        told = answer["report"] + str(answer["verification"])
        assert all(part in answer["report"] for part in shown), level
        assert not [part for part in withheld if part in told], level


async def test_trouble_is_no_round(http: httpx.AsyncClient) -> None:
    session = await begin(http, max_rounds=0)
    lost = (await attempt(http, session, "trouble")).json()
    assert (lost["round"], lost["status"], lost["verification"]["failure"]) == (
        None,
        "continue",
        "infrastructure_error",
    )
    assert (await attempt(http, session, "accepted")).json()["status"] == "solved"


async def test_one_program_at_a_time(http: httpx.AsyncClient) -> None:
    session = await begin(http)
    pending = await attempt(http, session, "slow", headers={"Prefer": "wait=0"})
    assert (pending.status_code, pending.json()["status"]) == (202, None)
    assert (await attempt(http, session, "accepted")).status_code == 409
    for _ in range(100):
        found = (await http.get(f"/v1/repairs/{session['id']}")).json()
        if found["status"]:
            break
        await asyncio.sleep(0.05)
    assert found["status"] == "solved"


async def test_a_repeated_request_is_one_attempt(http: httpx.AsyncClient) -> None:
    made = {"json": {"task_id": "demo/1", "model": "m"}, "headers": {"Idempotency-Key": "begin"}}
    session = (await http.post("/v1/repairs", **made)).json()  # type: ignore[arg-type]
    assert (await http.post("/v1/repairs", **made)).json()["id"] == session["id"]  # type: ignore[arg-type]

    key = {"Idempotency-Key": "first"}
    once = (await attempt(http, session, "wrong_answer", headers=key)).json()
    twice = (await attempt(http, session, "wrong_answer", headers=key)).json()
    assert once == twice
    assert (await attempt(http, session, "accepted", headers=key)).status_code == 409
    assert len((await http.get(f"/v1/repairs/{session['id']}")).json()["attempts"]) == 1


REFUSED: list[tuple[dict[str, Any], int]] = [
    ({"task_id": "demo/none"}, 404),
    ({"verifiers": ["none"]}, 404),
    ({"oracle": "none"}, 404),
    ({"max_rounds": -1}, 422),
    ({"max_rounds": 101}, 422),
    ({"budget_tokens": 3}, 422),
    ({"mode": "examples", "oracle": None, "verifiers": ["base", "plus"]}, 422),
    ({"limits": {"cpu_s": 1e9}}, 422),
]


async def test_what_cannot_be_begun_is_refused(http: httpx.AsyncClient) -> None:
    for fields, status in REFUSED:
        answer = await http.post("/v1/repairs", json={"task_id": "demo/1", "model": "m", **fields})

        assert answer.status_code == status, answer.text


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Running]:
    (tmp_path / "guarded").mkdir()
    async with running_service(tmp_path / "guarded") as running:
        yield running


async def test_what_is_hidden_is_told_to_admin_alone(guarded: Running) -> None:
    made = await create_key(guarded.app, "loop", frozenset({Scope.SUBMIT}), caller=LOCAL)
    http = guarded.http
    http.headers["Authorization"] = f"Bearer {made.secret}"
    base = {"task_id": "demo/1", "model": "m"}
    assert (await http.post("/v1/repairs", json={**base, "verifiers": ["plus"]})).status_code == 403
    assert (await http.post("/v1/repairs", json={**base, "mode": "examples"})).status_code == 403
    spoken = await http.post("/v1/repairs", json={**base, "verifiers": ["plus"], "disclosure": "verdict"})
    assert spoken.status_code == 201
    session = await begin(http)
    assert (await attempt(http, session, "wrong_answer")).status_code == 200
    shown = (await http.get(f"/v1/repairs/{session['id']}")).json()["attempts"][0]["verification"]["checks"]
    assert [check["verifier"] for check in shown] == ["base"]
