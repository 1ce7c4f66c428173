"""Defined verifiers, verdicts from outside and figures about verifiers, over HTTP and by the command line."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from tests.e2e.conftest import Done
from tests.e2e.test_runs import create, finished, line, upload
from tests.fakes.service import running_service

CODES = ["accepted", "accepted:wrong_answer", "wrong_answer:wrong_answer", "invalid_task"]
LINES = "".join(line(task, f"{code} # {task}") for task in range(3) for code in CODES)


async def done_run(http: httpx.AsyncClient, **fields: object) -> str:
    run = await create(http, **fields)
    await upload(http, run["id"], LINES)
    return str((await finished(http, run["id"]))["id"])


async def test_a_combination_from_its_definition_to_its_figures(http: httpx.AsyncClient) -> None:
    body = {"name": "strict", "rule": {"all_of": ["base", "plus"]}}
    made = await http.post("/v1/verifiers", json=body, headers={"Idempotency-Key": "a"})
    assert (made.status_code, made.json()["version"]) == (201, "1")
    again = await http.post("/v1/verifiers", json=body, headers={"Idempotency-Key": "a"})
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    assert (await http.post("/v1/verifiers", json=body)).status_code == 200
    other = {**body, "rule": {"any_of": ["base"]}}
    conflict = await http.post("/v1/verifiers", json=other, headers={"Idempotency-Key": "a"})
    assert conflict.status_code == 409
    listed = {each["name"]: each for each in (await http.get("/v1/verifiers")).json()["items"]}
    assert (listed["strict"]["kind"], listed["strict"]["rule"]) == ("combination", body["rule"])
    assert listed["base"]["rule"] is None

    ran = await done_run(http, verifiers=["strict"])
    figures = (await http.get(f"/v1/runs/{ran}/verifier-quality", params={"verifier": ["strict", "base"]})).json()
    strict, base = figures["verifiers"]
    assert (strict["true_positive"], strict["false_positive"], base["false_positive"]) == (3, 0, 3)
    assert base["excluded"] == {"invalid_task": 3}
    assert base["fdr"]["value"] == 0.5
    later = await done_run(http)
    answer = await http.post(f"/v1/runs/{later}/combinations", json={"verifier": "strict@1"})
    assert answer.json() == {"verifier": "strict", "version": "1", "recorded": 12, "undecided": 0}
    summary = (await http.get(f"/v1/runs/{later}")).json()
    assert [each["verifier"] for each in summary["verifiers"]] == ["base", "plus", "strict"]
    assert summary["verifier_names"] == ["base", "plus"]
    assert await said_by(http, later, "strict") == await said_by(http, ran, "strict")


async def said_by(http: httpx.AsyncClient, run_id: str, verifier: str) -> dict[str, tuple[object, ...]]:
    """Program → what a verifier said of it, as it is exported."""
    lines = (await http.get(f"/v1/runs/{run_id}/export", params={"format": "ndjson"})).text.splitlines()
    rows = list(map(json.loads, lines))
    found: dict[str, tuple[object, ...]] = {
        row["solution"]: (check["verdict"], check["failure"], check["score"])
        for row in rows
        for check in row["checks"]
        if check["verifier"] == verifier
    }
    assert len(found) == len(rows) > 0
    return found


async def test_definitions_that_cannot_be_are_told_where(http: httpx.AsyncClient) -> None:
    for body, pointer in [
        ({"name": "base", "rule": {"all_of": ["plus"]}}, "/name"),
        ({"name": "x", "rule": {"all_of": ["base", "magic"]}}, "/rule/all_of/1"),
        ({"name": "x", "rule": {"all_of": ["x"]}}, "/rule/all_of/0"),
        ({"name": "x", "rule": {}}, "/rule"),
        ({"name": "x", "rule": {"all_of": ["base"]}, "extra": 1}, "/extra"),
    ]:
        answer = await http.post("/v1/verifiers", json=body)
        assert answer.status_code == 422, answer.text
        assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]


async def test_a_judge_from_outside(http: httpx.AsyncClient) -> None:
    run = await done_run(http)
    items = (await http.get(f"/v1/runs/{run}/candidates")).json()["items"]
    checks = [
        {"candidate_id": item["candidate_id"], "score": index / 20, "evidence": "says so"}
        for index, item in enumerate(items)
    ]
    body = {"verifier": "judge:gpt", "version": "1", "threshold": 0.3, "checks": [*checks, {"candidate_id": "cand_x"}]}
    answer = (await http.post("/v1/external-verdicts", json=body)).json()
    assert (answer["recorded"], answer["unchanged"], answer["refused"][0]["index"]) == (12, 0, 12)
    assert (await http.post("/v1/external-verdicts", json=body)).json()["unchanged"] == 12
    shown = (await http.get(f"/v1/verifications/{items[0]['id']}")).json()["checks"][2]
    assert (shown["verifier"], shown["version"], shown["accepted"], shown["message"]) == (
        "judge:gpt", "1", False, "says so"
    )  # fmt: skip
    found = (await http.get(f"/v1/runs/{run}/verifier-quality", params={"by": "task"})).json()
    judge = found["verifiers"][1]
    assert sum(judge[cell] for cell in ("true_positive", "false_positive")) + judge["unresolved"] > 0
    assert [each["verifier"] for each in found["roc"]] == ["judge:gpt"]
    assert [group["group"] for group in judge["groups"]] == ["demo/0", "demo/1", "demo/2"]
    wrong = await http.post("/v1/external-verdicts", json={**body, "verifier": "plus"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/verifier")


async def test_figures_over_several_runs(http: httpx.AsyncClient) -> None:
    runs = [await done_run(http, model="a"), await done_run(http, model="b")]
    found = (await http.get("/v1/analyses/verifiers", params={"run": runs, "by": "model"})).json()
    assert [group["group"] for group in found["verifiers"][0]["groups"]] == ["a", "b"]
    one = (await http.get("/v1/analyses/verifiers", params={"model": "b"})).json()
    assert one["runs"] == [runs[1]]
    assert (await http.get("/v1/analyses/verifiers")).status_code == 422
    assert (await http.get(f"/v1/runs/{runs[0]}/verifier-quality", params={"verifier": "x"})).status_code == 404
    odd = await http.get(f"/v1/runs/{runs[0]}/verifier-quality", params={"oracle": "x"})
    assert (odd.status_code, odd.json()["errors"][0]["pointer"]) == (422, "#/query/oracle")


def test_the_command_prints_what_the_route_answers(assay: Callable[..., Done], tmp_path: Path) -> None:
    async def made() -> tuple[str, Any]:
        async with running_service(tmp_path) as running:
            run = await done_run(running.http)
            return run, (await running.http.get(f"/v1/runs/{run}/verifier-quality")).json()

    run, route = asyncio.run(made())
    assert json.loads(assay("analyze", "verifiers", run, "--json").out) == route
    text = assay("analyze", "verifiers", run, "--by", "task").out
    assert "fdr = P(wrong | accepted)" in text
    assert "demo/1" in text
    rows = list(csv.DictReader(io.StringIO(assay("analyze", "verifiers", run, "--csv").out)))
    fdr = next(row for row in rows if row["quantity"] == "fdr")
    assert (fdr["verifier"], fdr["other"], float(fdr["value"])) == ("base", "plus", 0.5)
    assert assay("analyze", "verifiers", "run_missing").code == 2
