"""Repair loops on real cells: a repairer that reads nothing but its report, growing examples, traces, figures."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Done
from tests.e2e.test_models import served
from tests.fakes.endpoint import ScriptedEndpoint

Assay = Callable[..., Done]

RIGHT = "def f(x):\n    return x * 2\n"
WRONG = "def f(x):\n    return x + 1\n"
TASKS = [
    {
        "local": str(at), "prompt": "Double a number.", "entry_point": "f", "reference": RIGHT,
        "suites": [
            {"name": "base", "kind": "asserts", "cases": ["assert f(1) == 2", "assert f(7) == 14"]},
            {"name": "plus", "kind": "asserts", "visibility": "hidden",
             "cases": ["assert f(1) == 2", "assert f(7) == 14", "assert f(50) == 100", "assert f(-8) == -16"]},
        ],
    }
    for at in range(4)
]  # fmt: skip


@pytest.fixture
def doubling(cells: None, assay: Assay, tmp_path: Path) -> Path:
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, TASKS)))
    assert assay("tasks", "import", "native", "set.jsonl", "--name", "doubling").code == 0
    rows = [{"task_id": f"doubling/{at}", "solution": WRONG} for at in range(4)]
    (tmp_path / "first.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def fenced(code: str) -> str:
    return f"Here:\n```python\n{code}```\n"


def reader(prompt: str, before: int) -> str:
    """Knows no arithmetic: copies an expected value it is shown; thinks again when it is shown the input alone."""
    report = prompt.partition("This was found:")[2]
    if found := re.search(r"assert f\((-?\d+)\) == (-?\d+)", report):
        return fenced(f"def f(x):\n    return {found[2]} if x == {found[1]} else x + 1\n")
    if re.search(r"f\(7\)", report):
        return fenced(RIGHT)
    return fenced(f"# again {before}\n{WRONG}")


def figures(assay: Assay, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(assay("analyze", "repairs", "--json", *more).out)
    return found


def test_more_disclosure_fixes_more_and_a_copied_answer_shows_as_what_it_is(doubling: Path, assay: Assay) -> None:
    with served(ScriptedEndpoint(reader)) as url:
        for level in ("verdict", "inputs", "full"):
            done = assay(
                "repair", "first.jsonl", "--tasks", "doubling", "--model", level, "--model-url", url,
                "--disclosure", level, "--max-rounds", "2", "--json",
            )  # fmt: skip
            assert done.code == 0, done.err
    last = {
        level: figures(assay, "--model", level)["groups"][0]["rounds"][-1] for level in ("verdict", "inputs", "full")
    }

    assert [last[level]["accepted"]["value"] for level in ("verdict", "inputs", "full")] == [0.0, 1.0, 1.0]
    assert last["inputs"]["total_repair_rate"]["value"] == 1.0
    assert last["inputs"]["fdr"]["value"] == 0.0
    assert last["full"]["total_repair_rate"]["value"] == 0.0
    assert last["full"]["fdr"]["value"] == 1.0
    groups = [group["label"] for group in figures(assay)["groups"]]
    assert groups == ["all", "report, base, full", "report, base, inputs", "report, base, verdict"]


def test_examples_grow_by_what_the_hidden_suite_finds(doubling: Path, assay: Assay) -> None:
    def learner(prompt: str, before: int) -> str:
        known = dict(re.findall(r"f\((-?\d+)\) == (-?\d+)", prompt))
        body = (
            RIGHT
            if len(known) >= 4
            else f"def f(x):\n    return {{{', '.join(map(': '.join, known.items()))}}}.get(x)\n"
        )
        return fenced(body)

    with served(ScriptedEndpoint(learner)) as url:
        done = assay(
            "repair", "--tasks", "doubling", "--model", "m", "--model-url", url, "--mode", "examples",
            "--limit", "2", "--json",
        )  # fmt: skip

    assert json.loads(done.out) == {"solved": 2}, done.err
    examples = figures(assay)["groups"][0]["examples"]
    assert [each["o1"]["value"] for each in examples] == [1.0, 1.0, 1.0]
    assert [each["o2"]["value"] for each in examples] == [0.0, 0.0, 1.0]


def test_traces_are_replayed_and_held_against_resampling(doubling: Path, assay: Assay) -> None:
    partly = "def f(x):\n    return x * 2 if x < 20 else 0\n"
    traces = [
        {"task_id": "Doubling/0", "implementations": [RIGHT]},
        {"task_id": "Doubling/1", "implementations": [WRONG, partly]},
        {"task_id": "Doubling/2", "implementations": [WRONG, WRONG, RIGHT]},
        {"task_id": "Doubling/3", "implementations": [WRONG]},
    ]
    (doubling / "traces.jsonl").write_text("\n".join(map(json.dumps, traces)))
    done = assay("repair", "traces.jsonl", "--tasks", "doubling", "--model", "m", "--json")
    assert json.loads(done.out) == {"solved": 3, "open": 1}, done.err
    samples = [{"task_id": f"doubling/{at}", "solution": code} for at in range(4) for code in (WRONG, RIGHT, WRONG)]
    (doubling / "samples.jsonl").write_text("\n".join(map(json.dumps, samples)))
    run = json.loads(
        assay(
            "bench",
            "samples.jsonl",
            "--tasks",
            "doubling",
            "--model",
            "m",
            "--verifier",
            "base",
            "--verifier",
            "plus",
            "--json",
        ).out
    )

    group = figures(assay, "--run", run["id"], "--oracle", "plus")["groups"][0]

    assert [each["attempts"] for each in group["rounds"]] == [4, 2, 1]
    assert [each["fdr"]["value"] for each in group["rounds"]] == pytest.approx([0.0, 0.5, 1 / 3])
    assert group["rounds"][1]["repair_rate"]["value"] == 0.0
    assert group["rounds"][2]["repair_rate"]["value"] == 1.0
    assert group["rounds"][2]["total_repair_rate"]["value"] == pytest.approx(1 / 3)
    against = {each["rounds"]: each for each in group["against"]}
    assert [against[n]["repair"] for n in (0, 1, 2)] == [0.25, 0.25, 0.5]
    assert [against[n]["resampling"] for n in (0, 1, 2)] == pytest.approx([1 / 3, 2 / 3, 1.0])
    shown = assay("analyze", "repairs", "--run", run["id"])
    assert "at the samples of 2 samples" in shown.out, shown.err
    assert "fdr = P(wrong | accepted)" in shown.out


def test_a_named_repair_goes_on_where_it_was(doubling: Path, assay: Assay) -> None:
    endpoint = ScriptedEndpoint(reader)
    with served(endpoint) as url:
        command = (
            "repair", "first.jsonl", "--tasks", "doubling", "--model", "m", "--model-url", url, "--name", "night",
            "--disclosure", "inputs", "--limit", "2", "--json",
        )  # fmt: skip
        assert json.loads(assay(*command).out) == {"solved": 2}
        asked = len(endpoint.asked)
        assert json.loads(assay(*command).out) == {"solved": 2}

    assert len(endpoint.asked) == asked == 2
    assert figures(assay)["sessions"] == 2
