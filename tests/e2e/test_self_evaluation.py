"""Opinions of a model as external verdicts, and the threshold for its feedback, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Done

# (what base and plus say, what the model says of its own code)
SAMPLES = [("accepted", True), ("accepted:wrong_answer", True), ("wrong_answer", False), ("accepted", False)]


async def test_opinions_are_scored_as_a_search_for_faulty_code(http: httpx.AsyncClient) -> None:
    body = {"name": "r", "model": "m", "task_set": "demo", "verifiers": ["base", "plus"]}
    run = (await http.post("/v1/runs", json=body)).json()["id"]
    rows = [{"task_id": f"demo/{at}", "code": f"{code} {at}"} for at, (code, _) in enumerate(SAMPLES)]
    assert (await http.post(f"/v1/runs/{run}/candidates", json=rows)).json()["accepted"] == 4
    async with http.stream("GET", f"/v1/runs/{run}/events") as events:
        async for _ in events.aiter_lines():
            pass
    listed = (await http.get(f"/v1/runs/{run}/candidates")).json()["items"]
    said = {f"demo/{at}": opinion for at, (_, opinion) in enumerate(SAMPLES)}
    checks = [{"candidate_id": each["candidate_id"], "accepted": said[each["task_id"]]} for each in listed]
    answer = await http.post("/v1/external-verdicts", json={"verifier": "self:m", "version": "1", "checks": checks})
    assert answer.json()["recorded"] == 4, answer.text

    answered = await http.get(f"/v1/runs/{run}/self-evaluation", params={"verifier": "self:m"})
    assert answered.status_code == 200, answered.text
    found = answered.json()

    assert found["called_faulty_and_faulty"] == 1
    assert found["called_faulty_and_right"] == 1
    assert found["called_right_and_faulty"] == 1
    assert (found["precision"]["value"], found["recall"]["value"], found["f1"]) == (0.5, 0.5, 0.5)
    unknown = await http.get(f"/v1/runs/{run}/self-evaluation", params={"verifier": "self:other"})
    assert unknown.status_code == 422


def feedback(*rows: tuple[int, int, bool | None]) -> dict[str, Any]:
    made = [{"task_id": str(at), "equal": equal, "tried": n, "good": good} for at, (equal, n, good) in enumerate(rows)]
    return {"feedback": made, "precision": 0.8}


async def test_the_threshold_for_feedback_is_calibrated(http: httpx.AsyncClient) -> None:
    body = feedback((10, 10, True), (8, 10, True), (7, 10, False), (1, 10, False), (9, 10, None))

    found = (await http.post("/v1/analyses/feedback", json=body)).json()

    assert found["chosen"] == 8
    assert len(found["curve"]) == 11
    assert found["curve"][8]["coverage"]["value"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ([(3, 2, True)], "/feedback/0/equal"),
        ([(1, 2, True), (1, 3, True)], "/feedback/1/tried"),
        ([(1, 2, None)], "/feedback"),
    ],
)
async def test_feedback_that_cannot_calibrate_is_refused_with_its_place(
    http: httpx.AsyncClient, rows: list[tuple[int, int, bool | None]], pointer: str
) -> None:
    answer = await http.post("/v1/analyses/feedback", json=feedback(*rows))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].endswith(pointer)


FIX = "def add(a, b):\n    return a + b\n"
AGREES = 'Here you are:\n```python\ndef add(a, b):\n    """Add."""\n    return (a + b)  # mended\n```\n'
OTHER = "def add(a, b):\n    return b + a\n"
BROKEN = "def add(a, b:\n"
TRIED: list[dict[str, Any]] = [
    {"task_id": "right", "fix": FIX, "refixes": [AGREES, FIX, OTHER], "good": True},
    {"task_id": "wrong", "fix": FIX, "refixes": [OTHER, BROKEN, AGREES], "good": False},
    {"task_id": "new", "fix": f"```\n{FIX}```", "refixes": [AGREES, AGREES, AGREES]},
]


def test_programs_are_compared_in_cells_and_feedback_is_shown_from_the_threshold_on(
    cells: None, assay: Callable[..., Done], tmp_path: Path
) -> None:
    (tmp_path / "tried.json").write_text(json.dumps({"feedback": TRIED}))
    done = assay("analyze", "feedback", "tried.json", "--precision", "0.9", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)

    assert [(each["equal"], each["tried"], each["unreadable"]) for each in found["feedback"]] == [
        (2, 3, 0), (1, 3, 1), (3, 3, 0),
    ]  # fmt: skip
    assert (found["chosen"], found["threshold"]) == (2, 2)
    assert [each["shown"] for each in found["feedback"]] == [True, False, True]
    shown = assay("analyze", "feedback", "tried.json", "--threshold", "3")
    assert shown.out.split()[-len(found["source"].split()) - 15 :][:15] == [
        "right", "2", "3", "0", "no", "wrong", "1", "3", "1", "no", "new", "3", "3", "0", "yes",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"feedback": [{"task_id": "a", "equal": 1, "tried": 2, "good": True}]}, ""),
        ({"feedback": [{"task_id": "a", "equal": 1, "fix": FIX}], "threshold": 1}, "/feedback/0"),
        ({"feedback": [{"task_id": "a", "equal": 1, "tried": 1, "fix": FIX, "refixes": [FIX]}], "threshold": 1}, "/0"),
        ({"feedback": [{"task_id": "a", "equal": 3, "tried": 2}], "threshold": 1}, "/feedback/0/equal"),
        ({"feedback": [{"task_id": "a", "fix": FIX, "refixes": ["x" * (2**21 + 1)]}], "threshold": 1}, "/refixes/0"),
    ],
)
async def test_feedback_is_given_in_one_form(http: httpx.AsyncClient, body: dict[str, Any], pointer: str) -> None:
    answer = await http.post("/v1/analyses/feedback", json=body)

    assert answer.status_code in (413, 422), answer.text
    places = [each["pointer"] or "" for each in answer.json().get("errors", [])] or [answer.text]
    assert any(pointer in place for place in places), answer.text


async def test_without_cells_nothing_is_compared(http: httpx.AsyncClient) -> None:
    answer = await http.post("/v1/analyses/feedback", json={"feedback": TRIED, "threshold": 1})

    assert answer.status_code == 503


def test_a_fix_without_a_syntax_tree_is_refused(cells: None, assay: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text(json.dumps({"feedback": [{**TRIED[0], "fix": BROKEN}], "threshold": 1}))
    done = assay("analyze", "feedback", "broken.json")

    assert done.code == 2
    assert "no syntax tree" in done.err
