"""Alarms that may be looked at all the time: worked values, and that they do not cry wolf."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from service.analysis.sequential import (
    Decision,
    Side,
    Sprt,
    confidence_sequence,
    log_e_value,
    run_cusum,
    run_e_process,
    run_sprt,
)

TEST = Sprt(0.05, 0.15)


def test_walds_bounds_and_increments() -> None:
    assert TEST.upper == pytest.approx(2.944439, abs=5e-7)
    assert TEST.lower == pytest.approx(-2.944439, abs=5e-7)
    assert TEST.if_wrong == pytest.approx(1.098612, abs=5e-7)
    assert TEST.if_right == pytest.approx(-0.111226, abs=5e-7)
    fresh = run_sprt(TEST, [])
    assert (fresh.decision, fresh.until_alarm, fresh.until_accepted) == (Decision.CONTINUE, 3, 27)


def test_straight_runs_decide() -> None:
    clean, bad = run_sprt(TEST, [False] * 40), run_sprt(TEST, [True] * 10)
    assert (clean.decision, clean.decided_at, len(clean.path)) == (Decision.ACCEPT, 27, 27)
    assert (bad.decision, bad.decided_at) == (Decision.ALARM, 3)
    assert run_sprt(TEST, [False] * 26).until_accepted == 1


def test_an_e_value_and_confidence_sequences() -> None:
    assert math.exp(log_e_value(9, 30, 0.1)) == pytest.approx(20.6059, abs=5e-5)
    found = confidence_sequence(4, 15, 0.05)
    assert found.low == pytest.approx(0.0440, abs=5e-5)
    assert found.high == pytest.approx(0.6385, abs=5e-5)
    clean = confidence_sequence(0, 20, 0.05)
    assert clean.low == 0.0
    assert clean.high == pytest.approx(0.2607, abs=5e-5)
    assert confidence_sequence(20, 20, 0.05).high == 1.0
    assert confidence_sequence(0, 0, 0.05) == confidence_sequence(0, 1, 0.9).__class__(0.0, 1.0, 0.95)
    assert log_e_value(0, 0, 0.3) == 0.0


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(("wrong", "n"), [(0, 4), (3, 7), (9, 9)])
def test_e_values_are_mixtures_of_likelihood_ratios(side: Side, wrong: int, n: int) -> None:
    null, low = 0.2, 0.2 if side is Side.GREATER else 0.0

    def ratio(rate: float) -> float:
        return float((rate / null) ** wrong * ((1 - rate) / (1 - null)) ** (n - wrong))

    mixture = integrate.quad(ratio, low, 1)[0] / (1 - low)
    assert math.exp(log_e_value(wrong, n, null, side)) == pytest.approx(mixture)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.booleans(), max_size=60), st.floats(0.01, 0.9))
def test_the_alarm_is_where_the_path_first_crosses(outcomes: list[bool], null: float) -> None:
    found = run_e_process(outcomes, null, 0.05)
    over = [place for place, value in enumerate(found.path, start=1) if value >= math.log(20) - 1e-12]
    assert found.decided_at == (over[0] if over else None)
    if found.decision is Decision.CONTINUE and found.until_alarm is not None:
        more = run_e_process([*outcomes, *[True] * found.until_alarm], null, 0.05)
        assert more.decided_at == len(outcomes) + found.until_alarm
    inside = confidence_sequence(sum(outcomes), len(outcomes), 0.05)
    now = found.path[-1] if outcomes else 0.0
    if abs(now - math.log(20)) > 1e-6:
        assert (inside.low <= null <= inside.high) is (now < math.log(20))


@pytest.mark.parametrize("side", Side)
def test_false_alarms_are_rare_however_often_one_looks(side: Side) -> None:
    rng, alarms, repeats = np.random.default_rng(4), 0, 400
    for _ in range(repeats):
        outcomes = (rng.random(300) < 0.1).tolist()
        alarms += run_e_process(outcomes, 0.1, 0.1, side).decision is Decision.ALARM
    assert alarms <= 0.1 * repeats


def test_walds_error_rates() -> None:
    rng, repeats = np.random.default_rng(8), 400
    ends = {
        rate: [run_sprt(TEST, (rng.random(800) < rate).tolist()).decision for _ in range(repeats)]
        for rate in (0.05, 0.15)
    }
    assert ends[0.05].count(Decision.ALARM) <= 0.05 * repeats + 13
    assert ends[0.15].count(Decision.ACCEPT) <= 0.05 * repeats + 13
    assert all(end is not Decision.CONTINUE for end in ends[0.15])


def test_a_late_change_is_found_by_cusum_and_false_alarms_are_far_between() -> None:
    steady = [False] * 500
    late = run_cusum(TEST, [*steady, *[True] * 10], 1_000)
    assert (late.decision, late.decided_at) == (Decision.ALARM, 507)
    assert run_sprt(TEST, [*steady, *[True] * 10]).decision is Decision.ACCEPT
    rng, lengths = np.random.default_rng(6), []
    for _ in range(60):
        found = run_cusum(TEST, (rng.random(2_000) < 0.05).tolist(), 200)
        lengths.append(found.decided_at or 2_000)
    assert np.mean(lengths) >= 200
