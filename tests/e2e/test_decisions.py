"""Decisions over HTTP: worked values, what every answer says of itself, and refusals with the place."""

from __future__ import annotations

import math
from typing import Any

import httpx
import pytest

TASKS = [
    {"task_id": f"t{n}", "samples": 10, "accepted": b, "correct": t, "accepted_correct": t}
    for n, (b, t) in enumerate(((8, 8), (5, 3), (2, 0), (0, 0)))
]
RATES = ((0.9, 0.05), (0.8, 0.1), (0.5, 0.2), (0.4, 0.1))
STRONG = [{**task, "strong": {"right": a, "wrong": g}} for task, (a, g) in zip(TASKS, RATES, strict=True)]
SCORED = [{"task_id": str(n), "score": 1 - n / 100, "correct": n % 5 != 0} for n in range(100)]
BETA = {"type": "beta_accuracy", "alpha": 0.6, "beta": 0.4, "fpr": 0.2}
EASY_AND_HARD = {"type": "two_types", "share_easy": 0.58, "easy": 0.87, "hard": 0.13, "soundness": 0.75}


def decision(kind: str, **fields: Any) -> tuple[str, dict[str, Any]]:
    return "decision", {"kind": kind, **fields}


def at(document: Any, path: str) -> Any:
    for step in path.split("/"):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (*decision("required_quality", accuracy=0.3, target=0.95, suite_fpr=0.3),
     {"required_fpr": 0.0225564, "suites": 4, "required_fdr": 0.05}),
    (*decision("required_quality", accuracy=0.3, completeness=0.9, target=0.95), {"required_fpr": 0.0203008}),
    (*decision("required_quality", accuracy=0.3, target=0.7, budget=5, fpr=0.1),
     {"present_precision": 0.8108108, "present_true_positive": 0.7303430}),
    (*decision("required_quality_of_tasks", tasks=TASKS, strong_accuracy=0.51), {"attainable": False}),
    (*decision("required_quality_of_tasks", tasks=TASKS, strong_accuracy=0.45, suite_fpr=0.3),
     {"requirement/scale/value": 0.375, "requirement/fdr_now": 4 / 15, "suites": 1}),
    (*decision("suites", required_fpr=0.0225564, suite_fpr=0.3), {"suites": 4, "fpr": 0.0081}),
    (*decision("suites", required_fpr=0.0, suite_fpr=0.3), {"suites": "inf", "fpr": None}),
    (*decision("stopping", model=BETA, false_positive_cost=1), {"plan/budget": 3, "plan/reward": 0.578368}),
    (*decision("stopping", model=BETA, false_positive_cost=0), {"plan/budget": "inf"}),
    (*decision("stopping", model=BETA, false_positive_cost=1, rejected=3),
     {"sample_again": False, "plan/budget": 0}),
    (*decision("stopping", model=EASY_AND_HARD, false_positive_cost=0.7),
     {"plan/budget": 3, "plan/reward": 0.524567}),
    (*decision("cascade", tasks=STRONG, budgets=[2]),
     {"points/1/reward/value": 0.354167, "strong_alone": 0.5375, "best": 0}),
    (*decision("threshold", curve={"type": "power", "exponent": 0.5}, prevalence=0.3, sample_cost=0.01,
               samples=[4, 64]),
     {"one_shot/fpr": 0.0459184, "one_shot/value": 0.0321429, "unlimited/fpr": 0.0105698,
      "unlimited/value": 0.3515532, "best_of/0/best_of": 0.45834, "best_of/1/rejection/precision": 0.901282}),
    (*decision("threshold", curve={"type": "roc", "points": [[0.2, 0.9]]}, prevalence=0.3, samples=[16]),
     {"best_of/0/best_of": 0.6584056, "limit": 0.6585366}),
    (*decision("threshold_of_tasks", samples=SCORED), {"prevalence": 0.8, "choices/0/reward/value": 0.6}),
    (*decision("ensemble", verifiers=[{"recall": 0.9, "fpr": 0.2}] * 3, prevalence=0.3),
     {"alone/0/precision": 0.658537, "independent/1/precision": 0.800220, "independent/2/precision": 0.975033,
      "independent/1/accepted": 0.3644}),
    (*decision("ensemble", verifiers=[{"recall": 0.9, "fpr": 0.2}] * 2, prevalence=0.3, correlation=0.5),
     {"correlated/fpr": 0.12, "independent/1/precision": 0.896679}),
    (*decision("ensemble_of_tasks", verifiers=["base", "static"], samples=[
        {"task_id": "a", "correct": True, "accepted": [True, True], "count": 3},
        {"task_id": "a", "correct": False, "accepted": [True, False]},
        {"task_id": "b", "correct": False, "accepted": [True, True]}]),
     {"prevalence": 0.6, "combinations/0/fpr/value": 1.0, "combinations/1/fpr/value": 0.5, "added/1/fpr": 0.5}),
    (*decision("corrected_rate", observed=0.2, sensitivity=0.9, specificity=0.95), {"value": 0.1764706}),
    (*decision("corrected_rate", observed=0.2, sensitivity=0.5, specificity=0.5), {"value": None}),
    (*decision("latent_classes", verifiers=["a", "b", "c"], patterns=[
        {"accepted": [True] * 3, "count": 400}, {"accepted": [False] * 3, "count": 500},
        {"accepted": [True, False, False], "count": 50}, {"accepted": [True, True, False], "count": 50}]),
     {"identified": True, "converged": True}),
    (*decision("partial_audit", samples=[
        {"task_id": str(n), "predicted": 0.5, "wrong": n % 4 == 0, "chance": 1} for n in range(40)]),
     {"horvitz_thompson/value": 0.25, "prediction_powered/value": 0.25, "audited": 40}),
    ("acceptance", {"method": "audit", "audited": 59, "wrong": 0, "target_fdr": 0.05},
     {"certified": True, "clean_needed": 59, "upper": 1 - 0.05 ** (1 / 59)}),
    ("acceptance", {"method": "audit", "audited": 100, "wrong": 4, "target_fdr": 0.1},
     {"certified": True, "p_value": 0.023711, "hoeffding_bentkus_p_value": 0.064453}),
    ("acceptance", {"method": "audit", "audited": 100, "wrong": 5, "target_fdr": 0.1},
     {"certified": False, "p_value": 0.057577}),
    ("acceptance", {"method": "conformal_risk_control", "samples": SCORED, "target_risk": 0.1},
     {"loss": 0.09, "threshold": 0.56, "tasks_needed": 9}),
    ("acceptance", {"method": "learn_then_test", "samples": SCORED, "target_fdr": 0.35, "thresholds": [0.505, 0.0]},
     {"threshold": 0.0, "tested/0/accepted": 50, "tested/0/certified": True}),
    ("acceptance", {"method": "learn_then_test", "samples": SCORED, "target_fdr": 0.1}, {"threshold": None}),
    ("drift", {"method": "sprt", "outcomes": [], "tolerated_fdr": 0.05, "alarm_fdr": 0.15},
     {"upper": 2.944439, "lower": -2.944439, "watched/until_alarm": 3, "watched/until_accepted": 27}),
    ("drift", {"method": "sprt", "outcomes": [False] * 30, "tolerated_fdr": 0.05, "alarm_fdr": 0.15},
     {"watched/decision": "accept", "watched/decided_at": 27}),
    ("drift", {"method": "cusum", "outcomes": [False] * 50 + [True] * 9, "tolerated_fdr": 0.05, "alarm_fdr": 0.15},
     {"watched/decision": "alarm", "watched/decided_at": 57}),
    ("drift", {"method": "e_process", "wrong": 9, "audited": 30, "tolerated_fdr": 0.1},
     {"e_value": 20.6059, "watched/decision": "alarm"}),
    ("drift", {"method": "e_process", "outcomes": [True] * 4 + [False] * 11, "tolerated_fdr": 0.5},
     {"confidence_sequence/0": 0.0440, "confidence_sequence/1": 0.6385, "watched/decision": "continue"}),
]  # fmt: skip


async def test_worked_values(http: httpx.AsyncClient) -> None:
    for route, body, expected in CASES:
        answer = await http.post(f"/v1/analyses/{route}", json=body)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        for path, value in expected.items():
            shown = at(found["result"], path)
            numeric = isinstance(value, float) and not isinstance(value, bool)
            assert shown == (pytest.approx(value, abs=6e-5 * max(1, abs(value))) if numeric else value), (body, path)
        assert found["kind"] == body.get("kind", body.get("method"))
        assert {"n", "unit", "excluded", "method", "warnings"} <= set(found)
        assert found["method"]["estimator"]
        assert found["method"]["source"]
        assert not math.isnan(found["n"] or 0)


REFUSED = [
    (*decision("nonsense"), ""),
    ("decision", {}, ""),
    (*decision("required_quality", accuracy=0.3), "/target"),
    (*decision("required_quality", accuracy=3, target=0.5), "/accuracy"),
    (*decision("required_quality_of_tasks", tasks=TASKS, strong_accuracy=0.4, budget=11), "/budget"),
    (*decision("required_quality_of_tasks", tasks=[{**TASKS[0], "accepted": 20}], strong_accuracy=0.4),
     "/tasks/0/accepted"),
    (*decision("required_quality_of_tasks", tasks=TASKS), ""),
    (*decision("required_quality_of_tasks", tasks=TASKS, strong=[{"task_id": "t0", "samples": 1, "correct": 2}]),
     "/strong/0/correct"),
    (*decision("required_quality_of_tasks", tasks=TASKS, strong=[{"task_id": "x", "samples": 1, "correct": 1}]),
     "/tasks"),
    (*decision("stopping", model={**BETA, "beta": 0}), "/model/beta"),
    (*decision("stopping", model={**BETA, "fpr": 1}, rejected=1), "/rejected"),
    (*decision("stopping", model={"type": "task_types", "types": [{"share": 0.4, "right": 0, "wrong": 0}]}), "/model"),
    (*decision("cascade", tasks=STRONG, budgets=[11]), "/budgets/0"),
    (*decision("cascade", tasks=[{**TASKS[0], "strong": {"right": 0.9, "wrong": 0.2}}], budgets=[1]),
     "/tasks/0/strong/wrong"),
    (*decision("threshold", curve={"type": "roc", "points": [[0.2, 0.9], [0.3, 0.5]]}, prevalence=0.3),
     "/curve/points"),
    (*decision("threshold_of_tasks", samples=SCORED, budgets=[1, 2]), "/budgets/1"),
    (*decision("ensemble", verifiers=[{"recall": 0.9, "fpr": 0.2}, {"recall": 0.9, "fpr": 0.9}], prevalence=0.3,
               correlation=0.9), "/correlation"),
    (*decision("ensemble_of_tasks", verifiers=["a", "a"], samples=[
        {"task_id": "a", "correct": True, "accepted": [True, True]}]), "/verifiers"),
    (*decision("ensemble_of_tasks", verifiers=["a"], samples=[
        {"task_id": "a", "correct": True, "accepted": [True, True]}]), "/samples/0/accepted"),
    (*decision("latent_classes", verifiers=["a", "b"], patterns=[{"accepted": [True, True]}]), "/verifiers"),
    (*decision("latent_classes", verifiers=["a", "b", "c"], patterns=[{"accepted": [True]}]), "/patterns/0/accepted"),
    ("acceptance", {"method": "audit", "audited": 3, "wrong": 4, "target_fdr": 0.1}, "/wrong"),
    ("drift", {"method": "sprt", "outcomes": [], "tolerated_fdr": 0.2, "alarm_fdr": 0.1}, "/alarm_fdr"),
    ("drift", {"method": "e_process", "wrong": 4, "tolerated_fdr": 0.2}, ""),
    ("drift", {"method": "e_process", "wrong": 4, "audited": 3, "tolerated_fdr": 0.2}, "/wrong"),
]  # fmt: skip


async def test_what_cannot_be_used_is_refused_with_its_place(http: httpx.AsyncClient) -> None:
    for route, body, pointer in REFUSED:
        answer = await http.post(f"/v1/analyses/{route}", json=body)
        assert answer.status_code == 422, (body, answer.text)
        assert answer.json()["errors"][0]["pointer"] == pointer, (body, answer.text)


async def test_the_same_seed_gives_the_same_answer(http: httpx.AsyncClient) -> None:
    _, body = decision("cascade", tasks=STRONG, budgets=[1, 2], seed=7)
    first, second = [(await http.post("/v1/analyses/decision", json=body)).json() for _ in range(2)]
    assert first == second
    assert first["method"]["seed"] == 7
    assert first["excluded"] == {"tasks without samples": 0}
