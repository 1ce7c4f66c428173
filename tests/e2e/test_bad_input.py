"""Bad input gets a clear error and loses nothing."""

from __future__ import annotations

import asyncio
import importlib
import json
import pkgutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import httpx
import pytest

from service.api import schemas
from service.api.schemas.base import NUMBER, Create
from tests.fakes.service import Running, running_service
from tests.fakes.verifiers import FakeVerifiers

GOOD = {"task_id": "demo/1", "code": "accepted"}


def problem(answer: httpx.Response, status: int, pointer: str | None = None) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert set(found) == {"type", "title", "status", "detail", "request_id", "errors"}
    assert found["status"] == status
    assert found["request_id"] == answer.headers["x-request-id"]
    if pointer is not None:
        assert pointer in [part["pointer"] for part in found["errors"]]
    return found


async def send(http: httpx.AsyncClient, content: bytes | str) -> httpx.Response:
    return await http.post("/v1/verifications", content=content, headers={"Content-Type": "application/json"})


async def test_five_megabytes_of_code(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/verifications", json={**GOOD, "code": "#" * 5_000_000})
    assert "body_max_bytes" in problem(answer, 413)["detail"]


async def test_more_code_than_allowed_in_a_body_that_is_not_too_large(http: httpx.AsyncClient) -> None:
    problem(await http.post("/v1/verifications", json={**GOOD, "code": "#" * 3_000_000}), 413)


async def test_a_body_without_a_length_is_bound_too(http: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        yield b'{"code": "'
        while True:
            yield b"#" * 100_000

    answer = await http.post("/v1/verifications", content=endless(), headers={"Content-Type": "application/json"})
    problem(answer, 413)


@pytest.mark.parametrize("place", ["code", "model"])
async def test_lone_surrogates(http: httpx.AsyncClient, place: str) -> None:
    body = json.dumps({**GOOD, place: "x"}).replace('"x"', '"\\ud800x"')
    problem(await send(http, body), 422, f"/{place}")


async def test_lone_surrogates_in_an_inline_task(http: httpx.AsyncClient) -> None:
    body = '{"code": "accepted", "task": {"entry_point": "f", "cases": [{"args": ["\\udfff"], "expected": 1}]}}'
    problem(await send(http, body), 422, "/task/cases/0/args/0")


async def test_nul_in_names(http: httpx.AsyncClient) -> None:
    problem(await http.post("/v1/verifications", json={**GOOD, "model": "a\0b"}), 422, "/model")
    problem(await http.get("/v1/verifications/ver_%00"), 422, "#/path/verification_id")


@pytest.mark.parametrize("code", ["accepted # a\0b", "\ufeffaccepted", "accepted\r\n#\t\r\n", "accepted # \u00e9"])
async def test_unusual_code_is_for_the_verdict(http: httpx.AsyncClient, code: str) -> None:
    answer = await http.post("/v1/verifications", json={**GOOD, "code": code})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    "body", ["", "{", '{"task_id": "demo/1", "code": "acc', "[" * 100_000, "1" * 10_000, b"\xff\xfe"]
)
async def test_a_body_that_is_cut_off_or_no_json(http: httpx.AsyncClient, body: bytes | str) -> None:
    answer = await send(http, body)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


async def test_a_body_cut_off_in_the_middle_says_where(http: httpx.AsyncClient) -> None:
    assert "character" in problem(await send(http, '{"task_id": "demo/1", "code": "acc'), 400)["detail"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lang": "python"}, "/lang"),
        ({"limits": {"cpu": 1}}, "/limits/cpu"),
        ({"limits": {"cpu_s": -1}}, "/limits/cpu_s"),
        ({"limits": {"cpu_s": 10_000}}, "/limits/cpu_s"),
        ({"limits": {"memory_bytes": 2**45}}, "/limits/memory_bytes"),
        ({"sample_index": -1}, "/sample_index"),
        ({"sample_index": 2**70}, "/sample_index"),
        ({"isolation": "none"}, "/isolation"),
        ({"verifiers": [""]}, "/verifiers/0"),
        ({"required_verifiers": ["plus"]}, "/required_verifiers/0"),
        ({"code": 5}, "/code"),
        ({"code": None}, "/code"),
    ],
)
async def test_a_field_that_cannot_be_used_is_pointed_at(
    http: httpx.AsyncClient, change: dict[str, Any], pointer: str
) -> None:
    problem(await http.post("/v1/verifications", json={**GOOD, **change}), 422, pointer)


async def test_a_limit_above_the_cap_is_refused_and_the_cap_named(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/verifications", json={**GOOD, "limits": {"cpu_s": 301}})
    assert "300" in problem(answer, 422, "/limits/cpu_s")["detail"]


async def test_what_does_not_exist(http: httpx.AsyncClient) -> None:
    problem(await http.post("/v1/verifications", json={**GOOD, "task_id": "demo/99"}), 404)
    problem(await http.post("/v1/verifications", json={**GOOD, "verifiers": ["nope"]}), 404)
    for path in ("verifications/ver_0", "runs/run_0", "tasks/demo/99", "runs/run_0/events", "runs/run_0/export", "x"):
        problem(await http.get(f"/v1/{path}"), 404)
    problem(await http.delete("/v1/runs"), 405)


INLINE_ERRORS: list[tuple[dict[str, Any], str]] = [
    ({}, "/task"),
    ({"tests": ["assert f() == 1"], "check": "def check(c): pass"}, "/task"),
    ({"tests": []}, "/task/tests"),
    ({"entry_point": "not a name", "tests": ["assert f() == 1"]}, "/task/entry_point"),
    ({"tests": ["assert f() =="]}, "/task/tests/0"),
    ({"entry_point": "f", "cases": [{"args": [1]}]}, "/task/cases/0/expected"),
    ({"entry_point": "f", "cases": [{"args": 1, "expected": 1}]}, "/task/cases/0/args"),
    ({"entry_point": "f", "tests": ["assert f() == 1"], "suite": "x"}, "/task/suite"),
]


@pytest.mark.parametrize(("task", "pointer"), INLINE_ERRORS)
async def test_an_inline_task_that_cannot_be_used_is_pointed_at(
    http: httpx.AsyncClient, task: dict[str, Any], pointer: str
) -> None:
    problem(await http.post("/v1/verifications", json={"task": task, "code": "accepted"}), 422, pointer)


async def test_neither_or_both_kinds_of_task(http: httpx.AsyncClient) -> None:
    problem(await http.post("/v1/verifications", json={"code": "accepted"}), 422)
    both = {**GOOD, "task": {"entry_point": "f", "tests": ["assert f() == 1"]}}
    problem(await http.post("/v1/verifications", json=both), 422)


async def test_an_idempotency_key_that_cannot_be_one(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/verifications", json=GOOD, headers={"Idempotency-Key": "x" * 500})
    problem(answer, 422, "#/header/Idempotency-Key")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "cursor=%00", "cursor=nonsense"])
async def test_a_page_that_does_not_exist(http: httpx.AsyncClient, query: str) -> None:
    problem(await http.get(f"/v1/verifications?{query}"), 422)


async def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    async with running_service(tmp_path, worker=False, queue_max_checks=2) as running:
        headers = {"Prefer": "wait=0"}
        answers = [
            await running.http.post("/v1/verifications", json={**GOOD, "code": f"accepted # {n}"}, headers=headers)
            for n in range(4)
        ]
        assert [answer.status_code for answer in answers[:2]] == [202, 202]
        problem(answers[-1], 429)
        assert int(answers[-1].headers["retry-after"]) >= 1


async def test_an_error_of_ours_is_a_problem_too(tmp_path: Path) -> None:
    class Broken(FakeVerifiers):
        def infos(self) -> Any:
            raise RuntimeError("a bug")

    async with running_service(tmp_path, Broken()) as running:
        answer = await running.http.get("/v1/verifiers")
        found = problem(answer, 500)
        assert "a bug" not in answer.text
        assert found["request_id"]


async def test_the_callers_own_request_id_is_kept_where_it_is_sane(running: Running) -> None:
    kept = await running.http.get("/healthz", headers={"X-Request-ID": "mine-1"})
    assert kept.headers["x-request-id"] == "mine-1"
    replaced = await running.http.get("/healthz", headers={"X-Request-ID": "no spaces"})
    assert replaced.headers["x-request-id"].startswith("req_")


_PRIME = 2**61 - 1
_DEAR = {
    "exponent": "Fraction(Decimal('1e99999999'))",
    "products": "[" + ", ".join(["1" + " * (1 << 131000)" * 300] * 20) + "]",
    "hashes": "{" + ", ".join(str(number * _PRIME) for number in range(30_000)) + "}",
    "repetition": "[" + ", ".join(["'a' * 1000000"] * 200) + "]",
}


@pytest.mark.parametrize("text", _DEAR.values(), ids=_DEAR)
async def test_a_value_that_would_take_long_is_refused_and_keeps_nobody_waiting(
    http: httpx.AsyncClient, text: str
) -> None:
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - began)

    ticking = asyncio.create_task(tick())
    cases = [{"args": [1], "expected": {"$py": text}}]
    answer = await http.post(
        "/v1/verifications", json={"code": "accepted", "task": {"entry_point": "f", "cases": cases}}
    )
    ticking.cancel()
    problem(answer, 422, "/task/cases/0/expected/$py")
    assert max(gaps, default=0.0) < 2.0


@pytest.mark.parametrize(
    ("field", "value", "pointer"),
    [
        *(("limits", {name: True}, f"/limits/{name}") for name in ("cpu_s", "wall_s", "memory_bytes", "processes")),
        ("limits", {"output_bytes": False}, "/limits/output_bytes"),
        ("sample_index", True, "/sample_index"),
        ("task", {"entry_point": "f", "cases": [{"args": [1], "expected": True, "atol": True}]}, "/task/cases/0/atol"),
    ],
)
async def test_true_is_no_number(http: httpx.AsyncClient, field: str, value: Any, pointer: str) -> None:
    body = {"code": "accepted", **({} if field == "task" else {"task_id": "demo/1"}), field: value}
    problem(await http.post("/v1/verifications", json=body), 422, pointer)


def test_every_number_of_a_request_refuses_true() -> None:
    for module in pkgutil.iter_modules(schemas.__path__):
        importlib.import_module(f"{schemas.__name__}.{module.name}")
    waiting, lax = list(Create.__subclasses__()), []
    while waiting:
        body = waiting.pop()
        waiting += body.__subclasses__()
        for name, field in body.model_fields.items():
            for kind, marks in _leaves(field.annotation, tuple(field.metadata)):
                if kind in (int, float) and NUMBER not in marks:
                    lax.append(f"{body.__name__}.{name}")
    assert not lax


def _leaves(kind: Any, marks: tuple[Any, ...] = ()) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The types that an annotation is made of, with what stands behind each of them."""
    if get_origin(kind) is Annotated:
        inner, *more = get_args(kind)
        yield from _leaves(inner, (*marks, *more))
    elif get_origin(kind) is not None and get_origin(kind) is not Literal:
        for part in get_args(kind):
            yield from _leaves(part)
    else:
        yield kind, marks
