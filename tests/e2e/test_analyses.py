"""Analyses over HTTP and by the command line: the same numbers from counts and from a stored run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Done
from tests.e2e.test_runs import create, finished, line, upload
from tests.fakes.service import Running

FOUR = [
    {"task_id": "t1", "samples": 10, "accepted": 8, "correct": 8, "accepted_correct": 8},
    {"task_id": "t2", "samples": 10, "accepted": 5, "correct": 3, "accepted_correct": 3},
    {"task_id": "t3", "samples": 10, "accepted": 2, "correct": 0, "accepted_correct": 0},
    {"task_id": "t4", "samples": 10, "accepted": 0, "correct": 0, "accepted_correct": 0},
]
BUDGETS = [1, 2, 5, 10]


async def asked(http: httpx.AsyncClient, tasks: Any = FOUR, **fields: Any) -> httpx.Response:
    body = {"tasks": tasks, "budgets": BUDGETS, "replicates": 200, **fields}
    return await http.post("/v1/analyses/resampling", json=body)


async def refusal(http: httpx.AsyncClient, tasks: Any = FOUR, **fields: Any) -> tuple[str, str]:
    answer = await asked(http, tasks, **fields)
    assert answer.status_code == 422, answer.text
    (problem,) = answer.json()["errors"]
    return problem["pointer"], problem["detail"]


async def test_resampling_from_counts(http: httpx.AsyncClient) -> None:
    answer = await asked(http, false_positive_costs=[0, 1, 2, 4, 8, "inf"])
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["tasks"], found["excluded"]) == (4, 0)
    assert found["single_sample"]["accuracy"] == pytest.approx(0.275)
    assert found["single_sample"]["acceptance"] == pytest.approx(0.375)
    precision = found["precision"]
    assert precision["macro_tasks"] == 3
    figures = {name: precision[name] for name in ("macro", "macro_if_abstain_wrong", "pooled", "fdr_pooled", "fpr")}
    assert figures == pytest.approx(
        {"macro": 8 / 15, "macro_if_abstain_wrong": 0.4, "pooled": 11 / 15, "fdr_pooled": 4 / 15, "fpr": 4 / 29}
    )
    assert set(precision["intervals"]) >= {"macro", "pooled", "fdr_pooled", "fpr"}
    second = found["curve"][1]
    assert second["budget"] == 2
    assert second["true_positive"] == pytest.approx(13 / 36)
    assert second["generalisation_gap"] == second["false_positive"] == pytest.approx(31 / 180)
    assert second["rewards"][1]["false_positive_cost"] == 1
    assert second["rewards"][1]["value"] == pytest.approx(17 / 90)
    assert second["rewards"][5]["value"] == "-inf"
    assert [(best["budget"], best["budget_limited"]) for best in found["optimum"]] == [
        (6, False), (2, False), (1, False), (0, False), (0, False), (0, False)
    ]  # fmt: skip
    assert found["optimum"][5]["false_positive_cost"] == "inf"
    assert found["limit"]["true_positive"] == pytest.approx(0.4)
    assert found["limit"]["expected_samples"] == "inf"
    assert found["break_even_cost"] == pytest.approx(2.75)
    assert found["method"]["seed"] == 0
    assert found["method"]["differences"] == []
    assert (await asked(http)).json() == (await asked(http)).json()


async def test_the_papers_estimators_say_how_they_differ(http: httpx.AsyncClient) -> None:
    ours, theirs = (await asked(http)).json(), (await asked(http, paper_compatible=True)).json()
    buckets = [[each["fdr"] for each in found["fdr_by_attempt"]["buckets"]] for found in (ours, theirs)]
    assert buckets[0] == pytest.approx([4 / 15, 10 / 19, 26 / 29, 1])
    assert buckets[1] == pytest.approx([7 / 15, 7 / 15, 31 / 40, 1])
    assert any("two_type" in said for said in theirs["method"]["differences"])
    assert theirs["curve"] == ours["curve"]


async def test_what_cannot_be_computed_is_refused_with_its_place(http: httpx.AsyncClient) -> None:
    pointer, detail = await refusal(http, budgets=[1, 11])
    assert pointer == "/budgets/1"
    assert "largest usable budget is 10" in detail
    wrong = [*FOUR[:3], {**FOUR[3], "accepted_correct": 1}]
    assert (await refusal(http, wrong))[0] == "/tasks/3/accepted_correct"
    assert (await refusal(http, [{**FOUR[0], "accepted": 11}]))[0] == "/tasks/0/accepted"
    assert (await refusal(http, false_positive_costs=[-1]))[0] == "/false_positive_costs/0"
    assert (await refusal(http, compare=[[2, 11]]))[0] == "/compare/0"
    assert (await refusal(http, []))[0] == "/tasks"


async def test_what_would_take_too_long_is_refused(http: httpx.AsyncClient) -> None:
    huge = [{"samples": 2**31 - 1, "accepted": 5 + n, "correct": 5, "accepted_correct": 5} for n in range(1_500)]
    assert (await refusal(http, huge, budgets=[100_000]))[0] == "/budgets"
    pointer, said = await refusal(http, huge[:1_000], budgets=[1_000], replicates=20_000)
    assert pointer == "/replicates"
    assert "at most" in said
    assert (await refusal(http, huge[:10], budgets=[1], models=["beta"]))[0] == "/models"
    assert (await asked(http, huge[:10], budgets=[1], replicates=0)).status_code == 200


async def test_counts_at_the_edge_are_answered(http: httpx.AsyncClient) -> None:
    unresolved = {"task_id": "t5", "samples": 0, "accepted": 0, "correct": 0, "accepted_correct": 0}
    found = (await asked(http, [*FOUR, unresolved])).json()
    assert (found["tasks"], found["excluded"]) == (4, 1)
    nothing = (await asked(http, [unresolved])).json()
    assert nothing["curve"][0]["true_positive"] is None
    assert nothing["optimum"][0]["budget"] is None
    uneven = [{**FOUR[0], "samples": 12}, FOUR[1]]
    assert (await refusal(http, uneven, budgets=[12]))[0] == "/budgets/0"
    assert any("10 to 12 samples" in said for said in (await asked(http, uneven)).json()["warnings"])
    free = (await asked(http, sample_cost=0.0, false_positive_costs=[0])).json()
    assert free["optimum"][0]["reward"] == pytest.approx(0.4)
    dear = (await asked(http, sample_cost=0.5, false_positive_costs=[0])).json()
    assert dear["optimum"][0]["budget"] == 0
    for replicates in (0, 100):
        endless = (
            await asked(http, sample_cost="inf", replicates=replicates, models=["beta"], compare=[[1, 2]])
        ).json()
        assert endless["optimum"][0]["budget"] == 0
        assert endless["curve"][0]["rewards"][0]["value"] == "-inf"
        assert endless["beta"]["refused"]


async def test_models_are_answered_or_refused(http: httpx.AsyncClient) -> None:
    found = (await asked(http, models=["two_type", "beta"], extrapolate=[50])).json()
    assert found["two_type"]["refused"]
    assert found["beta"]["refused"] == "fewer than 5 tasks"
    tasks = [
        {"samples": 10, "accepted": good + (10 - good) // 3, "correct": good, "accepted_correct": good}
        for good in (0, 0, 1, 1, 2, 4, 6, 8, 9, 10) * 4
    ]
    found = (await asked(http, tasks, models=["beta", "two_type"], extrapolate=[50])).json()
    for model in ("beta", "two_type"):
        last = found[model]["curve"][-1]
        assert (last["budget"], last["extrapolated"]) == (50, True)
        assert len(last["true_positive"]["interval"]) == 2
        assert found[model]["largest_difference"] < 0.2
    assert (await asked(http)).json()["beta"] is None


async def test_pass_at_k_from_counts(http: httpx.AsyncClient) -> None:
    tasks = [{"samples": 10, "passed": passed} for passed in (3, 0, 10, 5)]
    found = (await http.post("/v1/analyses/pass-at-k", json={"tasks": tasks, "k": [1, 5]})).json()
    first, fifth = found["pass_at_k"]
    assert first["value"] == pytest.approx(0.45)
    assert first["variance"] == pytest.approx(first["standard_error"] ** 2)
    assert fifth["value"] == pytest.approx((11 / 12 + 0 + 1 + 1 - 1 / 252) / 4)
    assert found["mbpp"]["tasks_solved"]["value"] == 0.75
    assert found["mbpp"]["samples_that_solve"]["value"] == 0.45
    refused = await http.post("/v1/analyses/pass-at-k", json={"tasks": tasks, "k": [1, 11]})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/k/1"
    assert "largest usable k is 10" in refused.json()["detail"]


async def stored_run(http: httpx.AsyncClient) -> str:
    """Three tasks with four samples each, one without a verdict, and a repair."""
    run = await create(http)
    codes = {
        0: ["accepted", "accepted", "accepted", "wrong_answer"],
        1: ["accepted:wrong_answer", "accepted", "wrong_answer", "wrong_answer"],
        2: ["wrong_answer", "wrong_answer", "wrong_answer", "wrong_answer", "invalid_task"],
    }
    lines = [line(task, f"{code} # {task} {place}") for task, some in codes.items() for place, code in enumerate(some)]
    lines.append(line(1, "accepted # repaired", parent="an earlier one"))
    assert (await upload(http, run["id"], "".join(lines))).json()["accepted"] == 14
    await finished(http, run["id"])
    return str(run["id"])


async def test_a_stored_run_gives_what_its_counts_give(http: httpx.AsyncClient) -> None:
    run_id = await stored_run(http)
    answer = await http.get(f"/v1/runs/{run_id}/resampling", params={"budgets": [1, 4], "replicates": 200})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    tasks = [
        {"samples": 4, "accepted": 3, "correct": 3, "accepted_correct": 3},
        {"samples": 4, "accepted": 2, "correct": 1, "accepted_correct": 1},
        {"samples": 4, "accepted": 0, "correct": 0, "accepted_correct": 0},
    ]
    posted = (await asked(http, tasks, budgets=[1, 4])).json()
    for part in ("single_sample", "precision", "curve", "optimum", "limit", "fdr_by_attempt"):
        assert found[part] == posted[part]
    assert (found["run_id"], found["verifier"], found["oracle"]) == (run_id, "base", "plus")
    assert (found["excluded_samples"], found["repairs_left_out"]) == (1, 1)
    assert sum("Left out" in said for said in found["warnings"]) == 2
    for params, pointer in (
        ({"budgets": [5]}, "#/query/budgets/0"),
        ({"oracle": "base"}, "#/query/oracle"),
        ({"verifier": "lint"}, "#/query/verifier"),
        ({"nonsense": 1}, "#/query/nonsense"),
    ):
        refused = await http.get(f"/v1/runs/{run_id}/resampling", params=params)
        assert refused.status_code == 422, refused.text
        assert refused.json()["errors"][0]["pointer"] == pointer
    passes = (await http.get(f"/v1/runs/{run_id}/pass-at-k", params={"k": [1, 4]})).json()
    base, plus = passes["verifiers"]
    assert (base["samples"], base["excluded_samples"], passes["repairs_left_out"]) == (12, 1, 1)
    assert [each["value"] for each in plus["pass_at_k"]] == pytest.approx([1 / 3, 2 / 3])
    assert (await http.get(f"/v1/runs/{run_id}/pass-at-k", params={"k": [5]})).status_code == 422
    assert (await http.get("/v1/runs/run_none/resampling")).status_code == 404


async def test_an_empty_run_has_nothing_to_say(running: Running) -> None:
    run = await create(running.http)
    found = (await running.http.get(f"/v1/runs/{run['id']}/resampling")).json()
    assert (found["tasks"], found["curve"], found["precision"]["macro"]) == (0, [], None)
    passes = (await running.http.get(f"/v1/runs/{run['id']}/pass-at-k")).json()
    assert [each["pass_at_k"] for each in passes["verifiers"]] == [[], []]


def test_counts_by_the_command_line(assay: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "counts.jsonl").write_text("".join(json.dumps(task) + "\n" for task in FOUR))
    some = ("analyze", "resampling", "--counts", "counts.jsonl", "--replicates", "100")
    table = assay(*some, "--cost", "0", "--cost", "1", "--cost", "inf", "--plot", "figure.svg")
    assert table.code == 0, table.err
    assert "73.3 %" in table.out
    assert "intervals may cover less" in table.err
    drawn = (tmp_path / "figure.svg").read_text()
    for text in ("Answers by budget", "Reward by budget", "Wrong answers by attempt", "1: best 2"):
        assert text in drawn
    document = json.loads(assay(*some, "--json").out)
    assert document["optimum"][0]["budget"] == 6
    rows = list(csv.DictReader(io.StringIO(assay(*some, "--csv", "--budget", "2").out)))
    best = [row for row in rows if row["quantity"] == "best_budget"]
    assert [row["value"] for row in best] == ["2", "2", "1", "0", "0"]
    assert assay(*some, "--budget", "11").code == 2
    assert assay(*some, "--plot", "figure.gif").code == 2
    assert assay("analyze", "resampling").code == 2
    (tmp_path / "passed.json").write_text(json.dumps([{"samples": 4, "passed": 1}, {"samples": 4, "passed": 4}]))
    passes = assay("analyze", "pass-at-k", "--counts", "passed.json", "--k", "1", "--k", "4")
    assert "62.5 %" in passes.out
    assert "tasks solved by any sample" in passes.out
    (tmp_path / "broken.json").write_text("{")
    assert assay("analyze", "pass-at-k", "--counts", "broken.json").code == 2
