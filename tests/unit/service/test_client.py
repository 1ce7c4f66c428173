"""The client: what it sends again, what it tells, what it leaves to the caller."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from service.client import Assay, AssayError, Unreachable
from service.client.calls import ATTEMPTS, LONGEST_PAUSE_S, event_of, pause_before

BUSY = httpx.Response(429, json={"detail": "later"}, headers={"Retry-After": "0"})


def client(answer: Callable[[httpx.Request], httpx.Response]) -> Assay:
    return Assay("http://127.0.0.1", transport=httpx.MockTransport(answer))


def test_a_busy_service_is_asked_again_with_the_same_key() -> None:
    keys = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["idempotency-key"])
        return BUSY if len(keys) < 3 else httpx.Response(200, json={"verdict": "accepted"})

    with client(answer) as assay:
        assert assay.verify("x", task_id="a/1")["verdict"] == "accepted"
    assert len(keys) == 3
    assert len(set(keys)) == 1


def test_a_service_that_stays_busy_is_given_up() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return BUSY

    with client(answer) as assay, pytest.raises(AssayError, match="later"):
        assay.get("/v1/limits")
    assert len(asked) == ATTEMPTS


def test_a_service_that_does_not_work_is_told_at_once() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503, json={"detail": "no sandbox"}, headers={"Retry-After": "5"})

    with client(answer) as assay, pytest.raises(AssayError, match="no sandbox"):
        assay.get("/v1/limits")
    assert len(asked) == 1


def test_an_upload_is_a_stream_and_is_not_sent_again() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.read())
        return BUSY

    with client(answer) as assay, pytest.raises(AssayError):
        assay.add_candidates("run_1", [{"task_id": "a/1", "solution": "x"}])
    assert [json.loads(body) for body in asked] == [{"task_id": "a/1", "solution": "x"}]


def test_pauses_grow_and_are_bound() -> None:
    pauses = [pause_before(attempt, AssayError(429, {}, 12.0)) for attempt in range(1, ATTEMPTS + 1)]
    assert pauses == [12.0, 24.0, LONGEST_PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S, None]
    assert pause_before(1, AssayError(429, {}, None)) is None


def test_every_place_that_is_wrong_is_told() -> None:
    parts = [{"pointer": "/code", "detail": "missing"}, {"pointer": None, "detail": "odd"}]
    assert str(AssayError(422, {"detail": "2 places", "errors": parts})) == "/code: missing; body: odd"


def test_an_answer_that_is_no_problem_document_is_shown() -> None:
    with client(lambda _: httpx.Response(502, text="<html>")) as assay, pytest.raises(AssayError, match="<html>"):
        assay.get("/v1/limits")


def test_no_service() -> None:
    with Assay("http://127.0.0.1:9") as assay, pytest.raises(Unreachable, match="does not answer"):
        assay.get("/v1/limits")


def test_the_key_goes_with_every_request() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={})

    transport = httpx.MockTransport(answer)
    with Assay("http://127.0.0.1", "secret", transport=transport) as assay:
        assay.get("/v1/limits")
    assert seen[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("lines", "event"),
    [
        (["id: 1", "event: end", 'data: {"a": 1}'], ("end", {"a": 1})),
        (['data: {"a": ": x"}'], ("message", {"a": ": x"})),
        ([": keep-alive"], None),
        ([], None),
    ],
)
def test_events(lines: list[str], event: object) -> None:
    assert event_of(lines) == event
