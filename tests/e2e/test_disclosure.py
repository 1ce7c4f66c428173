"""Unique words in every hidden input, expected value and test source: a real server lets none of them out.

What ``tests/sandbox/test_disclosure`` shows of reports alone, here for everything that a server answers: verifications,
listings, events, exports, reports in every form, figures, and repair sessions in which a hidden suite speaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Server
from tests.sandbox.test_disclosure import EXPECTED, INPUTS, LEAKS, SOURCE, SUITES, leaked

BODY = f"    {SOURCE} = '{EXPECTED[2]}'\n    assert {{}}('{INPUTS[2]}') == {SOURCE}\n"
CHECK = "def check(candidate):\n" + BODY.format("candidate")
PYTEST = "from solution import f\n\ndef test_it():\n" + BODY.format("f")
NAMES = [*(suite.name for suite in SUITES), "file"]
WITHHELD = {
    "verdict": (*INPUTS, *EXPECTED, SOURCE),
    "names": (*INPUTS, *EXPECTED, SOURCE),
    "inputs": (*EXPECTED, SOURCE),
    "full": (),
}
STDIO = [
    {"name": "io", "kind": "stdio", "visibility": "hidden", "cases": [{"stdin": INPUTS[0], "stdout": EXPECTED[0]}]}
]
ECHO = "import sys\nx = sys.stdin.read()\nprint(x)\nsys.stderr.write(x)\nraise ValueError(x)\n"


def tasks() -> bytes:
    hidden = {"visibility": "hidden"}
    suites: list[dict[str, Any]] = [
        {"name": "cases", "kind": "cases", **hidden,
         "cases": [{"args": [word], "expected": value} for word, value in zip(INPUTS, EXPECTED, strict=True)]},
        {"name": "asserts", "kind": "asserts", **hidden,
         "cases": [f"assert f('{INPUTS[0]}') == '{EXPECTED[0]}', '{SOURCE}'"]},
        {"name": "script", "kind": "check", **hidden, "cases": [CHECK]},
        {"name": "file", "kind": "pytest", **hidden, "cases": [PYTEST]},
    ]  # fmt: skip
    rows = [
        {"local": "1", "prompt": "Say the right word.", "entry_point": "f", "suites": suites},
        {"local": "2", "prompt": "Print the right word.", "suites": STDIO},
    ]
    return "\n".join(map(json.dumps, rows)).encode()


@pytest.fixture
def http(server: Server) -> Iterator[httpx.Client]:
    server.start()
    with httpx.Client(base_url=server.url, timeout=120) as client:
        params = {"name": "planted", "format": "native"}
        headers = {"Content-Type": "application/octet-stream"}
        answer = client.post("/v1/task-sets/import", params=params, content=tasks(), headers=headers)
        assert answer.is_success, answer.text
        yield client


def run_of(http: httpx.Client, level: str, suites: list[str], task: str, programs: list[str]) -> dict[str, str]:
    """Everything that a run of these programs lets out at a level of disclosure, by place."""
    body = {"name": level, "model": "m", "task_set": "planted", "verifiers": suites, "disclosure": level}
    run = http.post("/v1/runs", json=body).json()["id"]
    rows = [{"task_id": task, "code": code} for code in programs]
    assert http.post(f"/v1/runs/{run}/candidates", json=rows).json()["accepted"] == len(programs)
    told = {"events": http.get(f"/v1/runs/{run}/events").text}
    for place in ("", "/candidates", "/pass-at-k", f"/verifier-quality?oracle={suites[-1]}"):
        told[f"run{place}"] = http.get(f"/v1/runs/{run}{place}").text
    for form in ("evalplus", "humaneval", "csv", "ndjson"):
        told[f"export {form}"] = http.get(f"/v1/runs/{run}/export", params={"format": form}).text
    for item in http.get(f"/v1/runs/{run}/candidates").json()["items"]:
        told[f"verification {item['id']}"] = http.get(f"/v1/verifications/{item['id']}").text
        for form in ("json", "markdown", "sarif", "junit"):
            told[f"{form} {item['id']}"] = http.get(
                f"/v1/verifications/{item['id']}/report", params={"format": form}
            ).text
    return told


def test_nothing_that_a_server_answers_tells_more_than_a_run_allows(http: httpx.Client) -> None:
    for level, words in WITHHELD.items():
        found = run_of(http, level, NAMES, "planted/1", list(LEAKS.values()))
        found |= {f"io {place}": text for place, text in run_of(http, level, ["io"], "planted/2", [ECHO]).items()}
        assert len(found) > 80
        for place, text in found.items():
            assert not leaked(text, words), (level, place, leaked(text, words))
        if level == "full":  # the words do stand in the evidence
            everything = "".join(found.values())
            assert set(leaked(everything, (*INPUTS, *EXPECTED))) == {*INPUTS, *EXPECTED}


def test_a_hidden_suite_that_speaks_in_a_repair_tells_no_more_than_the_session_allows(http: httpx.Client) -> None:
    for level, words in WITHHELD.items():
        for name in ("prints", "raises", "names_an_exception", "returns_an_object", "notes", "exits"):
            policy = {"task_id": "planted/1", "model": "m", "verifiers": NAMES[:2], "oracle": "script"}
            began = http.post("/v1/repairs", json={**policy, "disclosure": level, "max_rounds": 1})
            place = f"/v1/repairs/{began.json()['id']}"
            for code in (LEAKS[name], f"{LEAKS[name]}\n# again"):
                answer = http.post(f"{place}/attempts", json={"code": code}, headers={"Prefer": "wait=60"})
                assert answer.status_code == 200, answer.text
                assert not leaked(answer.text, words), (level, name)
            assert not leaked(http.get(place).text, words), (level, name)
