"""Verifications over HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.fakes.service import Running

INLINE = {"entry_point": "add", "prompt": "Add.", "tests": ["assert add(1, 2) == 3"]}


async def post(http: httpx.AsyncClient, code: str = "accepted", **fields: Any) -> httpx.Response:
    headers = fields.pop("headers", {})
    return await http.post("/v1/verifications", json={"task_id": "demo/1", "code": code, **fields}, headers=headers)


async def test_a_verdict_that_comes_in_time_is_a_200(http: httpx.AsyncClient) -> None:
    answer = await post(http, "wrong_answer", model="m", sample_index=3)
    found = answer.json()
    assert answer.status_code == 200
    assert (found["state"], found["verdict"], found["accepted"], found["failure"]) == (
        "completed", "wrong_answer", False, None,
    )  # fmt: skip
    assert answer.headers["location"] == f"/v1/verifications/{found['id']}"
    assert (found["task_id"], found["model"], found["sample_index"], found["run_id"]) == ("demo/1", "m", 3, None)
    (check,) = found["checks"]
    assert check["verifier"] == "base"
    assert check["disclosure"] == "full"
    assert check["cases"][0]["expected"] == "2"
    assert check["usage"]["cpu_ms"] == 3
    assert set(check["detail"]) == {"reason", "clock", "limit", "rule", "signal", "phase", "candidate_equality"}
    assert found["environment"]["backend"] == "fake"
    assert (await http.get(answer.headers["location"])).json() == found


async def test_a_verdict_that_takes_longer_is_a_202_with_its_place(http: httpx.AsyncClient) -> None:
    answer = await post(http, "slow", headers={"Prefer": "wait=0"})
    assert answer.status_code == 202
    assert answer.json()["accepted"] is None
    for _ in range(100):
        found = (await http.get(answer.headers["location"])).json()
        if found["state"] == "completed":
            break
        await asyncio.sleep(0.05)
    assert found["verdict"] == "accepted"


async def test_respond_async_does_not_wait(http: httpx.AsyncClient) -> None:
    assert (await post(http, "slow", headers={"Prefer": "respond-async"})).status_code == 202


async def test_an_inline_task_is_verified(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/verifications", json={"task": INLINE, "code": "accepted"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] is True


async def test_trouble_with_the_sandbox_is_no_verdict(http: httpx.AsyncClient) -> None:
    found = (await post(http, "trouble")).json()
    assert (found["state"], found["verdict"], found["accepted"]) == ("failed", None, None)
    assert found["failure"] == "infrastructure_error"


async def test_a_hidden_suite_shows_its_verdict_only(http: httpx.AsyncClient) -> None:
    answer = await post(http, "wrong_answer", verifiers=["base", "plus"])
    hidden = answer.json()["checks"][1]
    assert (hidden["verifier"], hidden["verdict"], hidden["disclosure"]) == ("plus", "wrong_answer", "verdict")
    assert hidden["cases"] == []
    assert hidden["stdout"] == hidden["stderr"] == hidden["message"] == ""


async def test_the_verdict_is_the_worst_of_the_required_verifiers(http: httpx.AsyncClient) -> None:
    both = {"verifiers": ["base", "plus"]}
    assert (await post(http, "accepted:wrong_answer", **both)).json()["verdict"] == "wrong_answer"
    assert (await post(http, "accepted:wrong_answer", **both, required_verifiers=["base"])).json()["accepted"] is True


async def test_reports(http: httpx.AsyncClient) -> None:
    place = (await post(http, "wrong_answer", verifiers=["base", "plus"])).headers["location"]
    document = (await http.get(f"{place}/report")).json()
    assert document["verdict"] == "wrong_answer"
    assert document["checks"][0]["failed_cases"][0]["actual"] == "3"
    assert document["checks"][1]["failed_cases"] == []
    markdown = await http.get(f"{place}/report", params={"format": "markdown"})
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert "assert f(1) == 2" in markdown.text
    assert "secret" not in markdown.text
    short = await http.get(f"{place}/report", params={"format": "markdown", "budget_tokens": 60})
    assert len(short.text) < len(markdown.text)
    log = (await http.get(f"{place}/report", params={"format": "sarif"})).json()
    assert log["runs"][0]["results"][0]["ruleId"] == "base/wrong_answer"
    xml = await http.get(f"{place}/report", params={"format": "junit"})
    assert xml.headers["content-type"].startswith("application/xml")
    assert 'failures="1"' in xml.text
    assert (await http.get(f"{place}/report", params={"format": "pdf"})).status_code == 422


async def test_code_fences_are_removed_and_said_so(http: httpx.AsyncClient) -> None:
    found = (await post(http, "Here it is:\n```python\naccepted\n```\n")).json()
    assert found["accepted"] is True
    assert found["notes"]


async def test_listing_goes_page_by_page(running: Running) -> None:
    made = [(await post(running.http, f"accepted # {number}")).json()["id"] for number in range(5)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (
            await running.http.get("/v1/verifications", params={"limit": 2} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


async def test_the_same_key_and_body_create_once(running: Running) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = await post(running.http, headers=headers)
    again = await post(running.http, headers=headers)
    assert first.json()["id"] == again.json()["id"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    other = await post(running.http, "wrong_answer", headers=headers)
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"


async def test_identical_work_is_not_done_twice(running: Running) -> None:
    await post(running.http, "accepted # once")
    second = (await post(running.http, "accepted # once")).json()
    assert second["checks"][0]["cached"] is True
    third = (await post(running.http, "accepted # once", cache="bypass")).json()
    assert third["checks"][0]["cached"] is False
    assert running.verifiers.jobs["accepted # once"] == 2
