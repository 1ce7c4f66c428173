"""Runs over HTTP."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.cli.inprocess import InProcessTransport
from service.client import AsyncAssay
from tests.fakes.service import URL, Running, running_service
from tests.fakes.verifiers import FakeVerifiers

NDJSON = {"Content-Type": "application/x-ndjson"}


async def create(http: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    body = {"name": "r", "model": "m", "task_set": "demo", "verifiers": ["base", "plus"], **fields}
    answer = await http.post("/v1/runs", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/runs/{found['id']}"
    return found


def line(task: int | str, code: str, **fields: Any) -> str:
    return json.dumps({"task_id": f"demo/{task}", "solution": code, **fields}) + "\n"


async def upload(http: httpx.AsyncClient, run_id: str, content: Any, **headers: str) -> httpx.Response:
    return await http.post(f"/v1/runs/{run_id}/candidates", content=content, headers=NDJSON | headers)


async def finished(http: httpx.AsyncClient, run_id: str) -> dict[str, Any]:
    for _ in range(200):
        found: dict[str, Any] = (await http.get(f"/v1/runs/{run_id}")).json()
        if found["state"] in ("completed", "cancelled"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(found)


async def test_a_run_from_its_samples_to_its_figures(http: httpx.AsyncClient) -> None:
    run = await create(http)
    assert run["state"] == "queued"
    codes = ["accepted", "accepted:wrong_answer", "wrong_answer", "invalid_task"]
    lines = "".join(line(task, f"{code} # {task}") for task in range(3) for code in codes)
    stored = (await upload(http, run["id"], lines)).json()
    assert stored == {"accepted": 12, "refused": [], "refused_total": 0, "replayed": False}
    found = await finished(http, run["id"])
    assert found["progress"]["total"] == found["progress"]["done"] == 12
    assert found["progress"]["failed"] == 3
    base, plus = found["verifiers"]
    assert (base["verifier"], base["n"], base["accepted"], base["coverage"]) == ("base", 9, 6, 0.75)
    assert base["excluded"]["invalid_task"] == 3
    assert base["pass_at_1"]["value"] == pytest.approx(2 / 3)
    assert base["pass_at_1"]["method"]
    assert plus["accepted"] == 3
    (quality,) = found["quality"]
    assert (quality["verifier"], quality["oracle"]) == ("base", "plus")
    cells = ("true_positive", "false_positive", "false_negative", "true_negative", "unresolved")
    assert [quality[cell] for cell in cells] == [3, 3, 0, 3, 3]
    assert quality["fdr"]["value"] == pytest.approx(0.5)
    assert quality["fpr"]["value"] == pytest.approx(0.5)
    assert len(quality["fpr"]["interval"]) == 2


async def test_broken_lines_are_refused_with_their_number_and_the_rest_goes_on(http: httpx.AsyncClient) -> None:
    run = await create(http)
    lines = [
        line(0, "accepted").encode(),
        b'{"task_id": "demo/1", "solution": \n',
        b"\n",
        line(99, "accepted").encode(),
        b'{"task_id": "demo/1"}\n',
        b"[1]\n",
        b"\xff\xfe\n",
        b'{"task_id": "demo/1", "solution": "\\ud800"}\n',
        line(2, "accepted").encode().rstrip(b"\n"),
    ]
    stored = (await upload(http, run["id"], b"".join(lines))).json()
    assert stored["accepted"] == 2
    assert [refusal["line"] for refusal in stored["refused"]] == [2, 4, 5, 6, 7, 8]
    assert all(refusal["detail"] for refusal in stored["refused"])
    assert (await finished(http, run["id"]))["progress"]["total"] == 2


async def test_an_overlong_line_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with running_service(tmp_path, code_max_bytes=1000, body_max_bytes=2000) as running:
        run = await create(running.http)

        async def lines() -> AsyncIterator[bytes]:
            yield line(0, "accepted").encode()
            for _ in range(50):
                yield b"x" * 1000
            yield b"\n" + line(1, "accepted #" + "x" * 1500).encode() + line(2, "accepted").encode()

        stored = (await upload(running.http, run["id"], lines())).json()
        assert stored["accepted"] == 2
        assert [refusal["line"] for refusal in stored["refused"]] == [2, 3]


async def test_lines_may_come_in_any_pieces(http: httpx.AsyncClient) -> None:
    run = await create(http)
    content = "".join(line(task, f"accepted # é {task}") for task in range(5)).replace("\n", "\r\n").encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    assert (await upload(http, run["id"], pieces())).json()["accepted"] == 5


async def test_candidates_as_json(http: httpx.AsyncClient) -> None:
    run = await create(http, candidates=[{"task_id": "demo/0", "code": "accepted"}, {"task_id": "demo/x", "code": ""}])
    assert run["upload"]["accepted"] == 1
    assert run["upload"]["refused"][0]["line"] == 2
    items = [{"task_id": "demo/1", "completion": "accepted"}]
    for body in (items, {"candidates": items}):
        answer = await http.post(f"/v1/runs/{run['id']}/candidates", json=body)
        assert answer.json()["accepted"] == 1, answer.text
    for broken in ("{", '"x"', '{"candidates": 1}'):
        headers = {"Content-Type": "application/json"}
        answer = await http.post(f"/v1/runs/{run['id']}/candidates", content=broken, headers=headers)
        assert answer.status_code in (400, 422)


async def test_an_upload_with_a_key_is_taken_once(http: httpx.AsyncClient) -> None:
    run = await create(http)
    content = line(0, "accepted") + line(1, "accepted")
    first = (await upload(http, run["id"], content, **{"Idempotency-Key": "u1"})).json()
    again = (await upload(http, run["id"], content, **{"Idempotency-Key": "u1"})).json()
    assert (first["accepted"], first["replayed"]) == (2, False)
    assert (again["accepted"], again["replayed"]) == (2, True)
    other = await upload(http, run["id"], content + line(2, "accepted"), **{"Idempotency-Key": "u1"})
    assert other.status_code == 409
    assert (await finished(http, run["id"]))["progress"]["total"] == 2


async def test_creating_a_run_with_a_key_creates_one(http: httpx.AsyncClient) -> None:
    body = {"name": "r", "model": "m", "task_set": "demo", "candidates": [{"task_id": "demo/0", "code": "accepted"}]}
    headers = {"Idempotency-Key": "r1"}
    first, again = [await http.post("/v1/runs", json=body, headers=headers) for _ in range(2)]
    assert first.json()["id"] == again.json()["id"]
    assert (await finished(http, first.json()["id"]))["progress"]["total"] == 1


async def test_events_tell_progress_until_the_end(tmp_path: Path) -> None:
    async with (
        running_service(tmp_path, FakeVerifiers(delay_s=0.05)) as running,
        AsyncAssay(URL, transport=InProcessTransport(running.api)) as client,
    ):
        run = await client.create_run("r", "m", "demo")

        async def samples() -> AsyncIterator[dict[str, Any]]:
            for number in range(20):
                yield {"task_id": "demo/0", "code": f"accepted # {number}"}

        await client.add_candidates(run["id"], samples())
        seen = [event async for event in client.events(run["id"])]
        assert seen[-1][0] == "end"
        assert seen[-1][1]["progress"] == {
            "total": 20, "done": 20, "failed": 0, "cancelled": 0, "verdicts": {"accepted": 20},
        }  # fmt: skip
        assert len(seen) > 1
        assert all(name == "progress" for name, _ in seen[:-1])
        done = [data["progress"]["done"] for _, data in seen]
        assert done == sorted(done)


async def test_events_end_when_the_service_does(tmp_path: Path) -> None:
    async with (
        running_service(tmp_path, worker=False) as running,
        AsyncAssay(URL, transport=InProcessTransport(running.api)) as client,
    ):
        run = await client.create_run("r", "m", "demo")
        async for name, _ in client.events(run["id"]):
            assert name == "progress"
            running.api.state.context.closing.set()


async def test_exports(http: httpx.AsyncClient) -> None:
    run = await create(http)
    await upload(http, run["id"], line(0, "accepted") + line(1, "accepted:wrong_answer"))
    await finished(http, run["id"])
    place = f"/v1/runs/{run['id']}/export"
    rows = list(csv.DictReader(io.StringIO((await http.get(place, params={"format": "csv"})).text)))
    assert len(rows) == 4
    ndjson = [json.loads(each) for each in (await http.get(place)).text.splitlines()]
    assert len(ndjson) == 2
    assert "secret" not in str(ndjson)
    humaneval = [json.loads(each) for each in (await http.get(place, params={"format": "humaneval"})).text.splitlines()]
    assert all("passed" in each for each in humaneval)
    evalplus = (await http.get(place, params={"format": "evalplus"})).json()
    (second,) = evalplus["eval"]["demo/1"]
    assert (second["base_status"], second["plus_status"]) == ("pass", "fail")
    assert (await http.get(place, params={"format": "xml"})).status_code == 422


async def test_a_cancelled_run_takes_no_more(tmp_path: Path) -> None:
    async with running_service(tmp_path, worker=False) as running:
        run = await create(running.http)
        await upload(running.http, run["id"], line(0, "accepted"))
        cancelled = (await running.http.post(f"/v1/runs/{run['id']}/cancel")).json()
        assert cancelled["state"] == "cancelled"
        assert (await upload(running.http, run["id"], line(0, "accepted"))).status_code == 409


async def test_listings(http: httpx.AsyncClient) -> None:
    made = [(await create(http, name=f"r{number}"))["id"] for number in range(3)]
    page = (await http.get("/v1/runs", params={"limit": 2})).json()
    assert [run["id"] for run in page["items"]] == made[:0:-1]
    await upload(http, made[0], line(0, "accepted") + line(1, "accepted"))
    await finished(http, made[0])
    candidates = (await http.get(f"/v1/runs/{made[0]}/candidates")).json()["items"]
    assert {item["task_id"] for item in candidates} == {"demo/0", "demo/1"}
    assert all(item["run_id"] == made[0] for item in candidates)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"task_set": "nope"}, 404),
        ({"verifiers": ["nope"]}, 422),
        ({"verifiers": []}, 422),
        ({"limits": {"cpu_s": 1e6}}, 422),
        ({"extra": 1}, 422),
        ({"name": ""}, 422),
    ],
)
async def test_a_run_that_cannot_be(http: httpx.AsyncClient, change: dict[str, Any], status: int) -> None:
    answer = await http.post("/v1/runs", json={"name": "r", "model": "m", "task_set": "demo", **change})
    assert answer.status_code == status, answer.text


async def test_an_upload_that_is_cut_off_can_be_repeated(running: Running) -> None:
    run = await create(running.http)
    content = "".join(line(0, f"accepted # {number}") for number in range(600)).encode()
    half = content[: len(content) // 2]
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": half, "more_body": True}

    async def send(_message: Any) -> None:
        pass

    headers = [(b"content-type", b"application/x-ndjson"), (b"idempotency-key", b"cut"), (b"host", b"127.0.0.1")]
    scope = {
        "type": "http", "method": "POST", "path": f"/v1/runs/{run['id']}/candidates", "headers": headers,
        "query_string": b"", "root_path": "", "scheme": "http", "http_version": "1.1", "server": ("127.0.0.1", 80),
    }  # fmt: skip
    await running.api(scope, receive, send)

    async def whole() -> AsyncIterator[bytes]:
        yield content

    again = (await upload(running.http, run["id"], whole(), **{"Idempotency-Key": "cut"})).json()
    assert again["accepted"] == 600
    assert (await finished(running.http, run["id"]))["progress"]["total"] == 600


async def test_an_upload_may_begin_with_a_byte_order_mark(http: httpx.AsyncClient) -> None:
    content = "\ufeff" + line(0, "accepted") + line(1, "accepted")
    for kind in ("application/x-ndjson", "application/json"):
        run = await create(http, name=kind)
        rows = "\ufeff[" + ",".join(content[1:].splitlines()) + "]" if kind == "application/json" else content
        answer = await upload(http, run["id"], rows.encode(), **{"Content-Type": kind})
        assert (answer.status_code, answer.json()["accepted"], answer.json()["refused"]) == (200, 2, [])
