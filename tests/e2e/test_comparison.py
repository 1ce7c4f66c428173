"""Comparing models over HTTP and by the command line: posted worked values, stored runs, refusals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.cli import analyze_compare
from service.reports.plots import comparison as drawing
from tests.e2e.conftest import Done
from tests.e2e.test_runs import create, finished, line, upload
from tests.fakes.service import Running

ROUTE = "/v1/analyses/comparison"
PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "published_models.json").read_text(encoding="utf-8"))
FIRST, SECOND = [689, 656, 668, 660, 679, 663, 664, 647], [657, 623, 652, 654, 658, 660, 670, 620]
WRONG = (set(range(16)), {*range(6), 20, 21}, {0, 1, 2, 6, 20, 21, 98, 99})


async def posted(http: httpx.AsyncClient, kind: str, **fields: Any) -> Any:
    answer = await http.post(ROUTE, json={"kind": kind, **fields})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["kind"] == kind
    assert {"n", "unit", "excluded", "method", "warnings"} <= set(found)
    return found["result"]


def single(name: str, wrong: set[int], tasks: int = 100) -> dict[str, Any]:
    cells = [{"task_id": f"t{n:03}", "samples": 1, "correct": int(n not in wrong)} for n in range(tasks)]
    return {"name": name, "tasks": cells}


async def test_tables_lists_points_and_rankings(http: httpx.AsyncClient) -> None:
    found = await posted(http, "mcnemar", table=[[101, 121], [59, 33]])
    assert found["mcnemar"]["statistic"] == pytest.approx(20.6722, abs=5e-5)
    assert found["mcnemar"]["chi2_p_value"] == pytest.approx(5.4501e-06, rel=1e-4)
    assert found["mcnemar"]["exact_p_value"] == pytest.approx(4.4344e-06, rel=1e-4)
    assert found["flips"]["nfr"] == pytest.approx(121 / 314)
    found = await posted(http, "scores", first=FIRST, second=SECOND)
    assert found["p_value_greater"] == pytest.approx(387 / 12870)
    found = await posted(http, "scores", first=FIRST, second=SECOND, paired=True)
    assert found["p_value_greater"] == pytest.approx(4 / 256)
    points = [{"name": name, "accuracy": x, "precision": y} for name, (x, y) in PUBLISHED["humaneval"].items()]
    found = await posted(http, "line", points=points)
    assert [found["slope"], found["intercept"], found["r"], found["r2"]] == pytest.approx(
        [0.2182854, 0.7247121, 0.9443631, 0.8918216], abs=5e-8
    )
    ranked = [{"name": f"m{n}", "visible": n, "hidden": n**3} for n in range(12)]
    found = await posted(http, "rankings", models=ranked)
    assert (found["kendall"], found["drawn"], found["repeats"]) == (pytest.approx(1.0), 10, 1_000)


async def test_three_models_from_counts(http: httpx.AsyncClient) -> None:
    names = ("one", "two", "three")
    models = [single(name, wrong) for name, wrong in zip(names, WRONG, strict=True)]
    found = await posted(http, "counts", models=models)
    assert found["omnibus_test"] == "cochran_q"
    assert found["omnibus"]["statistic"] == pytest.approx(7.529, abs=5e-4)
    assert found["omnibus"]["p_value"] == pytest.approx(0.023, abs=5e-4)
    assert [each["accuracy"]["value"] for each in found["models"]] == pytest.approx([0.84, 0.92, 0.92])
    first = found["pairs"][0]
    assert (first["mcnemar"]["first_only"], first["mcnemar"]["second_only"]) == (2, 10)
    assert first["difference"]["value"] == pytest.approx(0.08)
    assert first["permutation"]["exact"]
    assert first["permutation"]["p_value"] == pytest.approx(first["mcnemar"]["exact_p_value"])
    assert [flip["task_id"] for flip in first["flips"]["negative"]] == ["t020", "t021"]
    assert first["adjusted_p_value"] == pytest.approx(min(1, 3 * first["mcnemar"]["p_value"]))
    assert "100 tasks find a true difference" in first["power"]["statement"]
    assert "5x2cv" in found["not_applicable"]
    assert (found["rankings"], found["line"]) == (None, None)


async def test_several_samples_per_task(http: httpx.AsyncClient) -> None:
    def model(name: str, correct: tuple[int, ...]) -> dict[str, Any]:
        cells = [
            {"task_id": str(n), "samples": 10, "correct": c, "accepted": min(10, c + 1), "accepted_correct": c}
            for n, c in enumerate(correct)
        ]
        return {"name": name, "tasks": cells}

    models = [model(f"m{n}", tuple((n * (k + 1)) % 10 for k in range(6))) for n in range(1, 6)]
    models[0]["tasks"].append({"task_id": "extra", "samples": 1, "correct": 1})
    answer = (await http.post(ROUTE, json={"kind": "counts", "models": models})).json()
    found = answer["result"]
    assert answer["n"] == 6
    assert answer["excluded"]["tasks not judged for every model"] == 1
    assert any("several samples" in said for said in answer["warnings"])
    assert found["omnibus_test"] == "permutation"
    assert {pair["mcnemar"] for pair in found["pairs"]} == {None}
    assert found["pairs"][0]["flips"]["by_test"]
    assert found["rankings"]["models"] == 5
    assert found["line"]["models"] == 5


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "rankings", "models": [{"name": "a", "visible": 1, "hidden": 1}] * 4}, "/models"),
    ({"kind": "scores", "first": [1], "second": [1, 2], "paired": True}, "/second"),
    ({"kind": "mcnemar", "table": [[0, 0], [0, 0]]}, "/table"),
    ({"kind": "line", "points": [{"name": "a", "accuracy": 0.5, "precision": 0.5}] * 3}, "/points"),
    ({"kind": "line", "points": []}, "/points"),
    ({"kind": "counts", "models": [single("a", set()), single("a", set())]}, "/models"),
    ({"kind": "counts", "models": [single("a", set(), 2), {"name": "b", "tasks": [
        {"task_id": "other", "samples": 1, "correct": 1}]}]}, "/models"),
    ({"kind": "counts", "models": [single("a", set(), 2), {"name": "b", "tasks": [
        {"task_id": "x", "samples": 1, "correct": 2}]}]}, "/models/1/tasks/0"),
]  # fmt: skip


async def test_what_cannot_be_compared_is_refused_with_its_place(http: httpx.AsyncClient) -> None:
    for body, pointer in REFUSED:
        answer = await http.post(ROUTE, json=body)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["errors"][0]["pointer"] == pointer, answer.text


async def stored(http: httpx.AsyncClient, model: str, codes: dict[int, list[str]]) -> str:
    run = await create(http, model=model)
    lines = [line(task, f"{code} # {task} {place}") for task, some in codes.items() for place, code in enumerate(some)]
    assert (await upload(http, run["id"], "".join(lines))).status_code == 200
    await finished(http, run["id"])
    return str(run["id"])


async def test_stored_runs_give_what_their_counts_give(http: httpx.AsyncClient) -> None:
    yes, fooled, no = "accepted", "accepted:wrong_answer", "wrong_answer"
    old = await stored(http, "old", {0: [yes], 1: [yes], 2: [fooled], 3: [no], 4: [yes]})
    new = await stored(http, "new", {0: [yes], 1: [fooled], 2: [yes], 3: ["invalid_task"]})
    answer = (await http.get(ROUTE, params={"runs": f"{old},{new}"})).json()
    found = answer["result"]
    assert answer["n"] == 3
    assert answer["excluded"] == {
        "tasks not judged for every model": 2, "samples without a verdict": 1, "repairs": 0
    }  # fmt: skip
    assert found["run_ids"] == [old, new]
    assert [each["precision"]["value"] for each in found["models"]] == pytest.approx([2 / 3, 2 / 3])
    pair = found["pairs"][0]
    assert [flip["task_id"] for flip in pair["flips"]["negative"]] == ["demo/1"]
    assert [flip["task_id"] for flip in pair["flips"]["positive"]] == ["demo/2"]
    by_base = (await http.get(ROUTE, params={"runs": f"{old},{new}", "verifier": "base"})).json()["result"]
    assert by_base["pairs"][0]["difference"]["value"] == 0
    same = (await http.get(ROUTE, params={"runs": f"{old}, {old}"})).json()
    assert same["errors"][0]["pointer"] == "#/query/runs"
    for runs, extra in ((old, {}), (f"{old},", {}), (f"{old},{new}", {"verifier": "lint"})):
        assert (await http.get(ROUTE, params={"runs": runs, **extra})).status_code == 422
    assert (await http.get(ROUTE, params={"runs": f"{old},run_none"})).status_code == 404
    twins = (await http.get(ROUTE, params={"runs": f"{old},{await stored(http, 'old', {0: [no]})}"})).json()
    assert twins["result"]["models"][0]["name"] == f"old ({old})"


def test_comparisons_and_decisions_by_the_command_line(assay: Callable[..., Done], tmp_path: Path) -> None:
    """On a database without runs: decisions need none."""
    body = {"kind": "threshold", "curve": {"type": "power", "exponent": 0.5}, "prevalence": 0.3, "samples": [2, 4, 16]}
    (tmp_path / "threshold.json").write_text(json.dumps(body))
    table = assay("analyze", "decision", "threshold.json", "--plot", "roc.svg")
    assert table.code == 0, table.err
    assert "0.0459184" in table.out
    drawn = (tmp_path / "roc.svg").read_text()
    for text in ("Receiver operating characteristic", "best of n", "one sample: precision 0.667"):
        assert text in drawn
    audit = {"method": "audit", "audited": 59, "wrong": 0, "target_fdr": 0.05}
    (tmp_path / "audit.json").write_text(json.dumps(audit))
    assert json.loads(assay("analyze", "acceptance", "audit.json", "--json").out)["result"]["certified"]
    watched = {"method": "sprt", "outcomes": [True] * 3, "tolerated_fdr": 0.05, "alarm_fdr": 0.15}
    (tmp_path / "drift.json").write_text(json.dumps(watched))
    rows = dict(csv.reader(io.StringIO(assay("analyze", "drift", "drift.json", "--csv").out)))
    assert rows["watched/decision"] == "alarm"
    (tmp_path / "broken.json").write_text("{")
    assert assay("analyze", "decision", "broken.json").code == 2
    assert assay("analyze", "compare", "run_none", "run_other").code == 2


async def test_a_comparison_as_tables_values_and_a_drawing(
    running: Running, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    models = [single(name, wrong) for name, wrong in zip(("one", "two", "three"), WRONG, strict=True)]
    for model in models:
        for cell in model["tasks"]:
            cell |= {"accepted": 1, "accepted_correct": cell["correct"]}
    found = (await running.http.post(ROUTE, json={"kind": "counts", "models": models})).json()
    analyze_compare.show(found, "plus", "base")
    shown = capsys.readouterr().out
    for text in ("one → two", "flipped to the worse: 2 (t020, t021)", "cochran_q: p = 0.02317", "5x2cv", "84.0 %"):
        assert text in shown
    rows = analyze_compare.rows_of(found["result"])
    assert ("detectable_difference", "one", "two") in {row[:3] for row in rows}
    drawn = drawing.draw(found, "svg").decode()
    assert "Paired differences of accuracy" in drawn
    assert "one → two" in drawn
