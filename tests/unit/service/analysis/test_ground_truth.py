from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.analysis.ground_truth import (
    AuditedSample,
    horvitz_thompson,
    latent_classes,
    prediction_powered,
    rogan_gladen,
)


def test_rogan_gladen() -> None:
    assert rogan_gladen(0.2, 0.9, 0.95).value == pytest.approx(0.1764706, abs=5e-8)
    low = rogan_gladen(0.01, 0.9, 0.95)
    assert low.value == 0.0
    assert low.clipped
    assert rogan_gladen(0.5, 0.5, 0.5).value is None
    assert rogan_gladen(0.5, 0.3, 0.5).value is None


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0.55, 1), st.floats(0.55, 1))
def test_rogan_gladen_undoes_the_errors(true: float, sensitivity: float, specificity: float) -> None:
    observed = true * sensitivity + (1 - true) * (1 - specificity)
    assert rogan_gladen(observed, sensitivity, specificity).value == pytest.approx(true, abs=1e-9)


RATES = [(0.95, 0.1), (0.85, 0.2), (0.9, 0.3), (0.7, 0.05)]


def patterns(prevalence: float, samples: int) -> tuple[list[list[bool]], list[int]]:
    """Expected counts of every pattern, rounded."""
    rows, counts = [], []
    for said in itertools.product((False, True), repeat=len(RATES)):
        right = wrong = 1.0
        for yes, (recall, fpr) in zip(said, RATES, strict=True):
            right *= recall if yes else 1 - recall
            wrong *= fpr if yes else 1 - fpr
        rows.append(list(said))
        counts.append(round(samples * (prevalence * right + (1 - prevalence) * wrong)))
    return rows, counts


def test_hidden_classes_are_found_without_the_truth() -> None:
    found = latent_classes(*patterns(0.4, 1_000_000))
    assert found.prevalence == pytest.approx(0.4, abs=2e-3)
    assert [each.recall for each in found.verifiers] == pytest.approx([t for t, _ in RATES], abs=3e-3)
    assert [each.fpr for each in found.verifiers] == pytest.approx([f for _, f in RATES], abs=3e-3)
    assert found.identified
    assert found.converged


def test_hidden_classes_need_three_verifiers_and_say_when_they_are_blind() -> None:
    with pytest.raises(ValueError, match="three"):
        latent_classes([[True, False]], [3])
    with pytest.raises(ValueError):
        latent_classes([[True, False, True]], [0])
    rng = np.random.default_rng(0)
    coins = (rng.random((400, 3)) < [0.5, 0.5, 0.99]).tolist()
    assert latent_classes([[True] * 3], [10]).prevalence > 0.9
    assert not latent_classes([[True, True, True], [False, True, True]], [5, 5]).identified
    assert latent_classes(coins, [1] * 400).iterations > 0


def audited(rng: np.random.Generator, tasks: int, skill: float) -> list[AuditedSample]:
    """Samples of tasks of differing difficulty; the judge is right that often; likely wrong ones are audited more."""
    found = []
    for task in range(tasks):
        rate = rng.beta(1, 4)
        for _ in range(4):
            wrong = bool(rng.random() < rate)
            predicted = float(wrong if rng.random() < skill else not wrong)
            chance = 0.6 if predicted else 0.2
            found.append(AuditedSample(str(task), predicted, wrong if rng.random() < chance else None, chance))
    return found


def test_audits_of_some_are_unbiased_and_their_intervals_cover() -> None:
    rng, repeats = np.random.default_rng(7), 250
    for skill, better in ((0.95, True), (0.5, None)):
        hits = 0
        values: list[float] = []
        errors: dict[str, list[float]] = {"plain": [], "powered": []}
        for _ in range(repeats):
            samples = audited(rng, 60, skill)
            powered, plain = prediction_powered(samples), horvitz_thompson(samples)
            assert powered.interval is not None
            hits += powered.interval.low <= 0.2 <= powered.interval.high
            values.append(powered.value)
            errors["plain"].append(plain.value - 0.2)
            errors["powered"].append(powered.value - 0.2)
        assert np.mean(values) == pytest.approx(0.2, abs=0.012)
        assert np.mean(errors["plain"]) == pytest.approx(0.0, abs=0.012)
        assert hits >= 0.90 * repeats
        if better:
            assert np.std(errors["powered"]) < np.std(errors["plain"])


def test_auditing_everything_is_the_plain_share() -> None:
    samples = [AuditedSample(str(n), 0.5, n % 4 == 0, 1.0) for n in range(40)]
    assert prediction_powered(samples).value == horvitz_thompson(samples).value == pytest.approx(0.25)
    assert horvitz_thompson(samples[:1]).interval is None
