"""Task sets, tasks and the system over HTTP."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.service import Running, running_service
from tests.fakes.verifiers import FakeVerifiers

ROW = {
    "task_id": 1, "text": "Add.", "code": "def add(a, b):\n    return a + b", "test_list": ["assert add(1, 2) == 3"],
    "test_setup_code": "", "challenge_test_list": [],
}  # fmt: skip
RAW = {"Content-Type": "application/octet-stream"}


def rows(*changes: dict[str, Any]) -> bytes:
    return "".join(json.dumps(ROW | change) + "\n" for change in changes).encode()


async def test_import_a_file(http: httpx.AsyncClient) -> None:
    content = rows({}, {"task_id": 2}, {"task_id": 3, "test_list": []}) + b"{broken\n"
    answer = await http.post("/v1/task-sets/import?name=mine&format=mbpp", content=content, headers=RAW)
    found = answer.json()
    assert (found["name"], found["total"], found["added"], found["refused_total"]) == ("mine", 2, 2, 2)
    assert [refusal["line"] for refusal in found["refused"]] == [3, 4]
    again = await http.post("/v1/task-sets/import?name=mine&format=mbpp", content=gzip.compress(rows({})), headers=RAW)
    assert again.json()["unchanged"] == 1
    sets = {each["name"]: each for each in (await http.get("/v1/task-sets")).json()["items"]}
    assert sets["mine"]["tasks"] == 2
    task = (await http.get("/v1/tasks/mine/1")).json()
    assert task["entry_point"] == "add"
    assert task["shown"][0]["cases"] == ["assert add(1, 2) == 3"]


@pytest.mark.parametrize(
    ("query", "content", "status"),
    [
        ("", b"x", 422),
        ("?name=x&format=nope", b"x", 422),
        ("?name=x&format=mbpp", b"", 422),
        ("?name=x&format=mbpp", b"nonsense\n", 422),
        ("?name=x&format=mbpp", gzip.compress(b"nonsense")[:-4], 422),
    ],
)
async def test_a_file_that_cannot_be_imported(http: httpx.AsyncClient, query: str, content: bytes, status: int) -> None:
    answer = await http.post(f"/v1/task-sets/import{query}", content=content, headers=RAW)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    async with running_service(tmp_path, import_max_bytes=1000) as running:
        answer = await running.http.post("/v1/task-sets/import?name=x", content=b"x" * 2000, headers=RAW)
        assert answer.status_code == 413


async def test_import_the_shipped_set_by_its_name(http: httpx.AsyncClient) -> None:
    found = (await http.post("/v1/task-sets/import", json={"name": "library"})).json()
    assert found["total"] >= 60
    assert found["refused"] == []
    assert (await http.post("/v1/task-sets/import", json={"name": "nope"})).status_code == 404
    assert (await http.post("/v1/task-sets/import", json={"nme": "mbpp"})).status_code == 422


async def test_tasks_in_pages(http: httpx.AsyncClient) -> None:
    page = (await http.get("/v1/tasks", params={"task_set": "demo", "limit": 3})).json()
    assert [item["id"] for item in page["items"]] == ["demo/0", "demo/1", "demo/2"]
    params = {"task_set": "demo", "limit": 3, "cursor": page["next_cursor"]}
    rest = (await http.get("/v1/tasks", params=params)).json()
    assert [item["id"] for item in rest["items"]] == ["demo/3", "demo/4"]
    assert rest["next_cursor"] is None
    assert (await http.get("/v1/tasks", params={"task_set": "nope"})).status_code == 404


class ReadsReferences(FakeVerifiers):
    """Accepts the reference and nothing else."""

    async def judge(self, task: Any, order: Any) -> Any:
        found = await super()._judge(
            type(order)(b"accepted" if b"x + 1" in order.source else b"wrong_answer", order.verifiers)
        )
        return found


async def test_validate_a_set(tmp_path: Path) -> None:
    async with running_service(tmp_path, ReadsReferences()) as running:
        found = (await running.http.post("/v1/task-sets/demo/validate", json={})).json()
        assert (found["ok"], found["tasks"], found["accepted_tasks"]) == (True, 5, 5)
        headers = {"Accept": "application/x-ndjson"}
        answer = await running.http.post("/v1/task-sets/demo/validate", json={"limit": 2}, headers=headers)
        steps = [json.loads(line) for line in answer.text.splitlines()]
        assert [step["kind"] for step in steps] == ["task", "task", "validation"]
        assert steps[-1]["tasks"] == 2
        assert (await running.http.post("/v1/task-sets/nope/validate", json={})).status_code == 404


async def test_limits_and_version(http: httpx.AsyncClient) -> None:
    limits = (await http.get("/v1/limits")).json()
    assert limits["defaults"]["memory_bytes"] == 512 * 2**20
    assert limits["caps"]["cpu_s"] == 300
    assert limits["isolations"] == ["fresh", "process"]
    assert (await http.get("/v1/version")).json()["api"] == "v1"


async def test_verifiers(http: httpx.AsyncClient) -> None:
    assert [item["name"] for item in (await http.get("/v1/verifiers")).json()["items"]] == ["base", "plus"]


async def test_health_readiness_and_metrics(running: Running) -> None:
    assert (await running.http.get("/healthz")).json() == {"status": "ok"}
    ready = (await running.http.get("/readyz")).json()
    assert ready["ready"] is True
    assert {part["name"] for part in ready["parts"]} >= {"database", "migrations", "sandbox"}
    metrics = (await running.http.get("/metrics")).text
    assert 'assay_http_requests_total{method="GET",route="/readyz",status="200"} 1.0' in metrics
    assert "assay_checks_queued 0.0" in metrics


async def test_what_does_not_work_makes_it_unready(tmp_path: Path) -> None:
    async with running_service(tmp_path) as running:
        (tmp_path / "assay.db").unlink()
        answer = await running.http.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert answer.json()["ready"] is False


async def test_the_documentation_loads_nothing_from_elsewhere(http: httpx.AsyncClient) -> None:
    page = (await http.get("/docs")).text
    assert "/v1/verifications" in page
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
