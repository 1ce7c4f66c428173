"""Who may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from service.api.application import create_app
from service.domain.requests import Scope
from service.errors import NotAuthorised
from service.settings import Settings, is_loopback
from service.storage import migrate
from service.usecases.api_keys import create_key, revoke_key
from tests.fakes.service import Running, fake_opening, running_service
from tests.fakes.verifiers import FakeVerifiers

BODY = {"task_id": "demo/1", "code": "accepted"}


@dataclass
class Guarded:
    running: Running
    headers: dict[str, dict[str, str]]
    ids: dict[str, str]


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[Guarded]:
    """A service with one key for each scope."""
    async with running_service(tmp_path, worker=False) as running:
        keys = {scope.value: await create_key(running.app, scope.value, frozenset({scope}), quota=2) for scope in Scope}
        headers = {name: {"Authorization": f"Bearer {key.secret}"} for name, key in keys.items()}
        yield Guarded(running, headers, {name: key.key.id for name, key in keys.items()})


async def test_without_keys_everybody_on_loopback_is_admin(http: httpx.AsyncClient) -> None:
    answer = await http.get("/v1/tasks/demo/1")
    assert answer.status_code == 200
    assert {shown["suite"] for shown in answer.json()["shown"]} == {"base", "plus"}


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.1", ""])
async def test_without_keys_a_name_of_elsewhere_is_refused(http: httpx.AsyncClient, host: str) -> None:
    assert (await http.get("/v1/limits", headers={"Host": host})).status_code == 401


async def test_without_keys_what_came_in_from_elsewhere_is_refused(running: Running) -> None:
    transport = httpx.ASGITransport(running.api)
    async with httpx.AsyncClient(transport=transport, base_url="http://192.0.2.1") as http:
        assert (await http.get("/v1/limits", headers={"Host": "127.0.0.1"})).status_code == 401


async def test_bound_elsewhere_without_keys_the_service_refuses_to_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'assay.db'}"
    migrate.upgrade(url)
    settings = Settings(_env_file=None, database_url=url, host="0.0.0.0")
    app = create_app(settings, fake_opening(FakeVerifiers()))
    with pytest.raises(NotAuthorised, match="keys create"):
        async with app.router.lifespan_context(app):
            pass


async def test_with_keys_a_key_is_needed(guarded: Guarded) -> None:
    http = guarded.running.http
    for headers in ({}, {"Authorization": "Bearer nope"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        answer = await http.get("/v1/limits", headers=headers)
        assert answer.status_code == 401, headers
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
    assert (await http.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("submit", "POST", "/v1/verifications", 202),
        ("read", "POST", "/v1/verifications", 403),
        ("admin", "POST", "/v1/verifications", 202),
        ("submit", "GET", "/v1/verifications", 403),
        ("read", "GET", "/v1/verifications", 200),
        ("submit", "GET", "/v1/runs", 403),
        ("read", "GET", "/v1/runs", 200),
        ("read", "POST", "/v1/task-sets/import?name=x", 403),
        ("submit", "POST", "/v1/task-sets/demo/validate", 403),
        ("read", "GET", "/v1/tasks/demo/1", 200),
        ("submit", "GET", "/v1/limits", 200),
    ],
)
async def test_scopes(guarded: Guarded, scope: str, method: str, path: str, status: int) -> None:
    body = {} if path.endswith("validate") else BODY
    headers = guarded.headers[scope] | {"Prefer": "wait=0"}
    answer = await guarded.running.http.request(method, path, json=body if method == "POST" else None, headers=headers)
    assert answer.status_code == status, answer.text


async def test_hidden_cases_and_references_are_for_admin(guarded: Guarded) -> None:
    read, admin = [
        (await guarded.running.http.get("/v1/tasks/demo/1", headers=guarded.headers[scope])).json()
        for scope in ("read", "admin")
    ]
    assert [suite["cases"] for suite in read["suites"]] == [1, 2]
    assert "secret" not in str(read)
    assert read["reference"] is None
    assert "secret" in str(admin)
    assert admin["reference"]


async def test_more_disclosure_needs_admin(guarded: Guarded) -> None:
    body = {**BODY, "disclosure": "full"}
    answer = await guarded.running.http.post("/v1/verifications", json=body, headers=guarded.headers["submit"])
    assert answer.status_code == 403


async def test_a_key_has_a_quota(guarded: Guarded) -> None:
    http, headers = guarded.running.http, guarded.headers["submit"] | {"Prefer": "wait=0"}
    answers = [
        await http.post("/v1/verifications", json={**BODY, "code": f"accepted # {n}"}, headers=headers)
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2].headers["retry-after"]) >= 1


async def test_a_revoked_key_is_worth_nothing(guarded: Guarded) -> None:
    await revoke_key(guarded.running.app, guarded.ids["read"])
    assert (await guarded.running.http.get("/v1/runs", headers=guarded.headers["read"])).status_code == 401


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("example.org", False), ("localhost.example", False)],
)  # fmt: skip
def test_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


async def test_a_run_is_changed_by_its_own_key_and_by_admin(guarded: Guarded) -> None:
    http, app = guarded.running.http, guarded.running.app
    other = await create_key(app, "other", frozenset({Scope.SUBMIT, Scope.READ}), quota=2)
    stranger = {"Authorization": f"Bearer {other.secret}"}
    own, admin = guarded.headers["submit"], guarded.headers["admin"]
    body = {"name": "r", "model": "m", "task_set": "demo", "verifiers": ["base"]}
    run = (await http.post("/v1/runs", json=body, headers=own)).json()["id"]
    sample = b'{"task_id": "demo/1", "solution": "accepted"}'

    for headers, allowed in ((stranger, False), (own, True), (admin, True)):
        kind = {"Content-Type": "application/x-ndjson"}
        added = await http.post(f"/v1/runs/{run}/candidates", content=sample, headers=headers | kind)
        assert added.status_code == (200 if allowed else 403), added.text
    assert (await http.post(f"/v1/runs/{run}/cancel", headers=stranger)).status_code == 403
    assert (await http.post(f"/v1/runs/{run}/cancel", headers=own)).status_code == 200
