"""Figures of arXiv:2411.17501 for each of its models, where what is published determines them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from service.analysis import two_type
from service.analysis.regression import regression
from service.analysis.resampling_optimum import break_even_cost
from service.analysis.two_type import TwoTypes

PLACE = Path(__file__).parents[5] / "shared" / "methods" / "resampling_numbers.json"
pytestmark = pytest.mark.skipif(not PLACE.exists(), reason="the published figures are not here")


@pytest.fixture(scope="module")
def published() -> Any:
    return json.loads(PLACE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("benchmark", "digits"), [("humaneval", 1e-9), ("mbpp", 6e-5)])
def test_the_line_through_the_models(published: Any, benchmark: str, digits: float) -> None:
    models = published[benchmark].values()
    found = regression([each["pass1_plus"] for each in models], [each["precision_macro"] for each in models])
    expected = published["regression"][benchmark]
    assert found is not None
    assert found.models == expected["n"]
    figures = (found.slope, found.intercept, found.r, found.r2)
    assert figures == pytest.approx([expected[name] for name in ("slope", "intercept", "r", "r2")], abs=digits)
    assert found.p_value == pytest.approx(expected["p"], rel=0.01)


def test_bars_for_tasks_without_an_accepted_sample(published: Any) -> None:
    """Both follow from the macro precision and how many tasks it is over; counts were read off figures."""
    for name, model in published["humaneval"].items():
        answered = model["n_tasks_with_base_pass"] / model["n_tasks"]
        wrong = model["precision_macro"] * answered
        assert wrong == pytest.approx(model["precision_worst"], abs=1e-6), name
        assert wrong + 1 - answered == pytest.approx(model["precision_best"], abs=1e-6), name
        strong = published["humaneval"]["GPT-4o"]["pass1_plus"]
        assert strong - model["precision_macro"] == pytest.approx(model["generalization_gap_to_gpt4o_pass1"], abs=1e-6)


def test_soundness_and_break_even_from_the_rates(published: Any) -> None:
    told = [model for model in published["humaneval"].values() if "soundness_paper_estimator" in model]
    assert len(told) >= 3
    for model in told:
        right, accepted, false = model["pass1_plus"], model["pass1_base"], model["fp_rate_at_1"]
        some = model["n_tasks_with_base_pass"] / model["n_tasks"]
        wrong = 1 - right
        means = [0.5, 0.5, right, accepted, wrong, wrong - false, right, accepted - false]
        row = two_type.fitted(np.array([[*means, model["precision_macro"] * some, some]]))[0]
        assert row[4] == pytest.approx(model["soundness_pooled"], abs=2e-4)
        assert row[5] == pytest.approx(model["soundness_paper_estimator"], abs=2e-4)
        assert break_even_cost(accepted - false, false) == pytest.approx(
            model["cost_ratio_where_K1_breaks_even"], abs=0.01
        )


def test_best_budgets_of_the_two_type_model(published: Any) -> None:
    """The published heat map has float saturation where the best budget is infinite."""
    fitted = published["theory_params"]["llama31_8b_fitted"]
    model = TwoTypes(fitted["p1"], fitted["r1"], fitted["r2"], 1.0, fitted["s"])
    assert model.rejected == pytest.approx([fitted["beta1"], fitted["beta2"]])
    assert model.wrong == pytest.approx([fitted["p_fluke1"], fitted["p_fluke2"]])
    ratios, heat = published["heatmap_cost_ratios"], published["humaneval"]["Llama 3.1 8B"]["theory_K_opt_heatmap"]
    assert [model.published_best_budget(cost) for cost in ratios] == heat
    for cost, shown in zip(ratios, heat, strict=True):
        ours = model.best_budget(cost)
        assert ours == shown if shown < 10 else np.isinf(ours)
    appendix = published["theory_params"]["paper_appendix_C"]
    paper = TwoTypes(appendix["p1"], appendix["r1"], appendix["r2"], appendix["c"], appendix["s"])
    assert [paper.best_budget(-cost) for cost in appendix["V_FP"]] == appendix["K_opt"]
