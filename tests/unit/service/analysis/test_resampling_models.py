"""The two-type and the Beta model: worked values, scans, fits, refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.analysis import two_type
from service.analysis.beta_fit import Fit, Unidentifiable, fit_beta, goodness, refit_beta
from service.analysis.beta_model import BetaModel, exponential_power_law
from service.analysis.bootstrap import FloatArray
from service.analysis.resampling_counts import Counts, TaskCounts
from service.analysis.resampling_models import Beyond, Fitted, fit_beta_model, fit_two_types
from service.analysis.two_type import TwoTypes

APPENDIX = TwoTypes(0.58, 0.87, 0.13, 1.0, 0.75)
LLAMA_8B = TwoTypes(0.56, 0.8738248665464701, 0.13823971665148135, 1.0, 0.7516008131097383)
"""Parameters that the paper's code printed for Llama 3.1 8B on HumanEval+."""
RATIOS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 4, 10)
FOUR = [TaskCounts(10, 8, 8, 8), TaskCounts(10, 5, 3, 3), TaskCounts(10, 2, 0, 0), TaskCounts(10, 0, 0, 0)]
units = st.floats(0.02, 0.98)


@pytest.mark.parametrize(
    ("cost", "best", "published", "rewards", "fifteen", "endless"),
    [
        (0.7, 3, 0.554134, (0.48206, 0.523874, 0.524567), 0.517645, 0.517601),
        (1, 2, 0.488433, (0.449, 0.472381, 0.461352), 0.432647, 0.432472),
        (2, 1, 0.338800, (0.3388, 0.300737, 0.250637), 0.149318, 0.148708),
    ],
)
def test_two_types_by_the_appendix(
    cost: float, best: int, published: float, rewards: tuple[float, ...], fifteen: float, endless: float
) -> None:
    assert APPENDIX.best_budget(cost) == APPENDIX.published_best_budget(cost) == best
    assert APPENDIX.published_rewards(cost)[best - 1] == pytest.approx(published, abs=5e-7)
    assert [APPENDIX.reward(k, cost) for k in (1, 2, 3)] == pytest.approx(rewards, abs=5e-7)
    assert APPENDIX.reward(15, cost) == pytest.approx(fifteen, abs=5e-7)
    assert APPENDIX.reward(math.inf, cost) == pytest.approx(endless, abs=5e-7)


def test_what_the_published_reward_gets_wrong() -> None:
    """Its chances to reach an attempt add up to more than one, so its rewards are of no sampler."""
    assert APPENDIX.published_rewards(2)[14] == pytest.approx(-0.0781, abs=5e-5)
    assert APPENDIX.rejected == pytest.approx([0.0975, 0.6525])
    assert APPENDIX.wrong == pytest.approx([0.0325, 0.2175])
    right, wrong, _ = APPENDIX.outcome(math.inf)
    assert (right, wrong) == pytest.approx((0.716236, 0.283764), abs=5e-7)
    accepted = [sum(APPENDIX.outcome(k)[:2]) for k in (1, 2, 3, 5)]
    assert accepted == pytest.approx([0.6694, 0.815669, 0.882784, 0.950318], abs=5e-7)
    both = APPENDIX.published_rewards(0) - 0.0 + (APPENDIX.published_rewards(0) - APPENDIX.published_rewards(1))
    assert both[-1] == pytest.approx(1.3447, abs=5e-5)


def test_large_published_optima_are_where_double_precision_ends() -> None:
    published = [LLAMA_8B.published_best_budget(cost) for cost in RATIOS]
    assert published == [82, 81, 81, 80, 79, 76, 3, 2, 2, 2, 1, 1, 0]
    assert [LLAMA_8B.best_budget(cost) for cost in RATIOS] == [math.inf] * 6 + [3, 2, 2, 2, 1, 1, 0]
    edge = LLAMA_8B.hard_accuracy / ((1 - LLAMA_8B.hard_accuracy) * (1 - LLAMA_8B.soundness))
    assert edge == pytest.approx(0.6458, abs=5e-5)
    assert LLAMA_8B.best_budget(edge - 1e-6) == math.inf
    assert math.isfinite(LLAMA_8B.best_budget(edge + 1e-3))


@settings(max_examples=40)
@given(units, units, units, units, units, st.floats(0, 8), st.sampled_from([0.0, 0.02, 0.2]))
def test_the_best_budget_of_two_types_is_the_best_of_a_scan(
    share: float, easy: float, hard: float, complete: float, sound: float, cost: float, sample_cost: float
) -> None:
    model = TwoTypes(share, easy, hard, complete, sound)
    found = model.best_budget(cost, sample_cost)
    scanned = np.array([model.reward(k, cost, sample_cost) for k in range(200)])
    if math.isinf(found):
        assert model.reward(math.inf, cost, sample_cost) >= scanned.max() - 1e-9
    else:
        assume(found < 200)
        assert scanned[int(found)] >= max(scanned.max(), model.reward(math.inf, cost, sample_cost)) - 1e-9
        assert found == 0 or scanned[int(found) - 1] <= scanned[int(found)] + 1e-12


def test_two_types_at_their_edges() -> None:
    never = TwoTypes(1.0, 0.5, 0.0, 0.0, 1.0)
    assert never.outcome(math.inf) == (0.0, 0.0, math.inf)
    assert never.best_budget(1.0) == 0.0
    assert TwoTypes(1.0, 1.0, 0.0, 1.0, 0.5).best_budget(1.0) == 1.0
    assert TwoTypes(0.5, 1.0, 0.0, 1.0, 0.5).best_budget(0.5) == 1.0


def test_both_soundness_estimates() -> None:
    counts = Counts.of(FOUR)
    row = two_type.fitted((counts.multiplicity @ two_type.columns_of(counts) / 4)[None, :])[0]
    assert row == pytest.approx([1 / 4, 0.8, 0.1, 1.0, 25 / 29, 22 / 29])


@pytest.mark.parametrize(
    ("cost", "sample_cost", "best"),
    [(0.5, 0, 6), (1, 0, 3), (2, 0, 2), (4, 0, 1), (8, 0, 0), (1, 0.01, 3), (1, 0.05, 2), (0, 0, math.inf)],
)
def test_the_best_budget_under_a_beta(cost: float, sample_cost: float, best: float) -> None:
    assert BetaModel(0.6, 0.4, 0.2).best_budget(cost, sample_cost) == best


def test_the_beta_model_in_figures() -> None:
    model = BetaModel(0.6, 0.4, 0.2)
    assert model.outcome(3) == pytest.approx((0.73184, 0.153472, 1.4992), abs=5e-7)
    assert sum(model.step(k, 1) for k in (1, 2, 3)) == pytest.approx(0.578368, abs=5e-7)
    wide = BetaModel(0.5, 1.5, 0.0)
    assert [wide.coverage(10), wide.coverage(100)] == pytest.approx([0.6636238, 0.8878609], abs=5e-8)
    assert wide.coverage_far_out(100) == pytest.approx(0.8871621, abs=5e-8)
    found = exponential_power_law(1.0, 0.5, np.array([1.0, 4.0, 100.0]))
    assert found == pytest.approx([0.367879, 0.606531, 0.904837], abs=5e-7)


@given(st.floats(0.1, 5), st.floats(0.1, 5), units, st.floats(0.05, 8), st.sampled_from([0.0, 0.05]))
def test_the_best_budget_under_a_beta_is_the_best_of_a_scan(
    alpha: float, beta: float, fpr: float, cost: float, sample_cost: float
) -> None:
    model = BetaModel(alpha, beta, fpr)
    best = model.best_budget(cost, sample_cost)
    assume(best < 300)
    steps = [0.0, *(model.step(k, cost, sample_cost) for k in range(1, int(best) + 30))]
    rewards = np.cumsum(steps)
    assert rewards[int(best)] >= rewards.max() - 1e-12
    right, wrong, drawn = model.outcome(int(best))
    assert right - cost * wrong - sample_cost * drawn == pytest.approx(float(rewards[int(best)]), abs=1e-9)


def test_a_simulation_of_the_beta_model() -> None:
    rng = np.random.default_rng(2)
    correct = rng.beta(0.6, 0.4, size=100_000)[:, None] > rng.random((100_000, 3))
    accepted = correct | (rng.random((100_000, 3)) < 0.2)
    first = np.where(accepted.any(axis=1), accepted.argmax(axis=1), -1)
    good = correct[np.arange(len(first)), first] & (first >= 0)
    right, wrong, _ = BetaModel(0.6, 0.4, 0.2).outcome(3)
    assert good.mean() == pytest.approx(right, abs=0.005)
    assert ((first >= 0) & ~good).mean() == pytest.approx(wrong, abs=0.005)


def drawn(
    alpha: float, beta: float, tasks: int, samples: int, seed: int = 0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    hits = rng.binomial(samples, rng.beta(alpha, beta, size=tasks)).astype(np.float64)
    return np.full(tasks, float(samples)), hits, np.ones(tasks)


def test_the_fit_finds_the_parameters_and_says_how_well_it_fits() -> None:
    data = drawn(0.5, 1.5, 4_000, 20)
    fit = fit_beta(*data)
    assert isinstance(fit, Fit)
    assert (fit.alpha, fit.beta) == pytest.approx((0.5, 1.5), rel=0.1)
    tested = goodness(fit, *data)
    assert tested.p_value is not None
    assert tested.p_value > 0.01
    rng = np.random.default_rng(1)
    two = np.where(rng.random(800) < 0.5, 0.9, 0.2)
    mixed = data[0][:800], rng.binomial(20, two).astype(np.float64), data[2][:800]
    misfit = fit_beta(*mixed)
    assert isinstance(misfit, Fit)
    p_value = goodness(misfit, *mixed).p_value
    assert p_value is not None
    assert p_value < 1e-6


def test_the_fit_is_a_maximum() -> None:
    data = drawn(0.8, 1.2, 60, 10)
    best = fit_beta(*data)
    assert isinstance(best, Fit)
    n, x, times = data
    from scipy import special

    for alpha, beta in ((1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98)):
        a, b = best.alpha * alpha, best.beta * beta
        assert times @ (special.betaln(a + x, b + n - x) - special.betaln(a, b)) < best.log_likelihood


def test_many_refits_are_single_fits() -> None:
    n, x, _ = drawn(0.8, 1.2, 40, 8)
    start = fit_beta(n, x, np.ones(40))
    assert isinstance(start, Fit)
    times = np.random.default_rng(5).multinomial(40, np.full(40, 1 / 40), size=6).astype(np.float64)
    again = refit_beta(n, x, times, start)
    for row, each in zip(again, times, strict=True):
        alone = fit_beta(n, x, each)
        assert isinstance(alone, Fit)
        assert tuple(row) == pytest.approx((alone.alpha, alone.beta), rel=1e-3)
    alike = np.zeros((1, 40))
    alike[0, np.flatnonzero(x == x[0])] = 5.0
    assert np.isnan(refit_beta(n, x, alike, start)).all()


@pytest.mark.parametrize(
    ("samples", "hits", "reason"),
    [
        ([5, 5, 5], [1, 2, 3], "fewer than 5 tasks"),
        ([1] * 9, [0, 1] * 4 + [1], "one sample per task"),
        ([5] * 9, [0] * 9, "alike"),
        ([5] * 9, [5, 0, 5, 0, 5, 0, 5, 0, 0], "all or nothing"),
        ([10] * 40, [4, 5, 4, 3] * 10, "more than chance"),
    ],
)
def test_what_cannot_be_fitted_is_refused(samples: list[int], hits: list[int], reason: str) -> None:
    found = fit_beta(np.array(samples, float), np.array(hits, float), np.ones(len(hits)))
    assert isinstance(found, Unidentifiable)
    assert reason in found.reason


def counted(tasks: int, samples: int, seed: int = 3) -> Counts:
    rng = np.random.default_rng(seed)
    correct = rng.binomial(samples, rng.beta(0.6, 0.8, size=tasks))
    false = rng.binomial(samples - correct, 0.2)
    rows = zip(correct, false, strict=True)
    return Counts.of([TaskCounts(samples, int(p + f), int(p), int(p)) for p, f in rows])


def test_models_look_beyond_the_samples_and_say_so() -> None:
    asked = Beyond((5, 50), (1.0, 4.0), replicates=60)
    for fit in (fit_two_types, fit_beta_model):
        found = fit(counted(150, 10), asked)
        assert isinstance(found, Fitted)
        within, beyond = found.predictions
        assert (within.extrapolated, beyond.extrapolated) == (False, True)
        for each in (within.true_positive, beyond.true_positive, *beyond.rewards, *found.parameters.values()):
            assert each.interval is not None
            assert each.interval.low <= each.value <= each.interval.high
        assert found.refits >= 48
        assert within.true_positive.value + within.false_positive.value <= 1
        assert found.largest_difference < 0.2
    beta = fit_beta_model(counted(150, 10), asked)
    assert isinstance(beta, Fitted)
    assert beta.parameters["fpr"].value == pytest.approx(0.2, abs=0.05)
    assert beta.largest_difference < 0.03
    assert beta.goodness is not None


def test_models_are_refused_where_counts_do_not_determine_them() -> None:
    asked = Beyond((5,), (1.0,), replicates=0)
    single = Counts.of([TaskCounts(1, 1, 1, 1)] * 6 + [TaskCounts(1, 1, 0, 0)] * 4)
    assert isinstance(fit_two_types(single, asked), Unidentifiable)
    assert isinstance(fit_beta_model(single, asked), Unidentifiable)
    easy = Counts.of([TaskCounts(4, 4, 4, 4)] * 9)
    assert isinstance(fit_two_types(easy, asked), Unidentifiable)
    found = fit_two_types(Counts.of(FOUR), asked)
    assert isinstance(found, Fitted)
    assert found.best[0].interval is None
    unsure = fit_two_types(Counts.of(FOUR), Beyond((5,), (1.0,)))
    assert isinstance(unsure, Unidentifiable)
    assert "resampled" in unsure.reason


def test_the_published_two_type_fit() -> None:
    found = fit_two_types(Counts.of(FOUR), Beyond((1,), (1.0,), replicates=0, published=True))
    assert isinstance(found, Fitted)
    assert found.parameters["soundness"].value == pytest.approx(22 / 29)
    assert found.parameters["completeness"].value == 1.0
