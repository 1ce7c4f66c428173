from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.agreement import agreements
from service.analysis.estimates import Estimate
from service.analysis.verifier_quality import set_rates, verifier_rates

CELLS = st.lists(st.tuples(*[st.integers(0, 6)] * 4), min_size=1, max_size=8)
PAIRS = ((True, True), (True, False), (False, True), (False, False))


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def value(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.value


@given(CELLS)
def test_rates_are_shares_of_candidates(cells: list[tuple[int, ...]]) -> None:
    """Each candidate is written out and counted by the definitions."""
    candidates = [pair for row in cells for count, pair in zip(row, PAIRS, strict=True) for _ in range(count)]

    def share(of: list[bool]) -> float | None:
        return sum(of) / len(of) if of else None

    rates = verifier_rates(cells, rng())
    expected = {
        "precision": share([good for accepted, good in candidates if accepted]),
        "fdr": share([not good for accepted, good in candidates if accepted]),
        "fpr": share([accepted for accepted, good in candidates if not good]),
        "soundness": share([not accepted for accepted, good in candidates if not good]),
        "recall": share([accepted for accepted, good in candidates if good]),
    }
    for name, rate in expected.items():
        assert value(getattr(rates, name)) == (None if rate is None else pytest.approx(rate))
    verdicts = np.array(candidates, dtype=float).reshape(-1, 2).T
    if len(set(verdicts[0])) == 2 and len(set(verdicts[1])) == 2:
        assert value(rates.mcc) == pytest.approx(np.corrcoef(verdicts)[0, 1])
    else:
        assert rates.mcc is None


def test_intervals_hold_their_rate_and_come_from_tasks() -> None:
    cells = rng().integers(1, 8, size=(40, 4))
    rates = verifier_rates(cells, rng())
    for name in ("precision", "fdr", "fpr", "recall", "soundness", "mcc"):
        estimate: Estimate = getattr(rates, name)
        assert estimate.n == 40
        assert estimate.interval is not None
        assert estimate.interval.low < estimate.value < estimate.interval.high
        assert ("bootstrap" in estimate.method) == (name == "mcc")
    assert rates == verifier_rates(cells, rng())


def test_precision_of_tasks_is_another_number_than_precision_of_candidates() -> None:
    """Tasks with 8 of 8, 3 of 5, 0 of 2 and 0 of 0 accepted candidates that are good."""
    rates = verifier_rates([(8, 0, 0, 2), (3, 2, 0, 5), (0, 2, 0, 8), (0, 0, 0, 10)], rng())
    assert value(rates.precision) == pytest.approx(11 / 15)
    assert value(rates.fdr) == pytest.approx(4 / 15)
    assert value(rates.fpr) == pytest.approx(4 / 29)
    assert value(rates.precision_macro) == pytest.approx(8 / 15)


def test_counts_are_never_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        verifier_rates([(1, 2, 3, -4)], rng())


@pytest.mark.parametrize("cells", [[], [(0, 0, 0, 0)]])
def test_without_data_there_are_no_rates(cells: list[tuple[int, ...]]) -> None:
    rates = verifier_rates(cells, rng())
    assert (rates.precision, rates.fdr, rates.fpr, rates.mcc) == (None, None, None, None)


def test_a_set_of_checks_against_bad_and_good_candidates() -> None:
    """Ten bad of which six are caught, twenty good of which two fail."""
    rates = set_rates([(9, 2, 1, 3), (9, 2, 1, 3)], rng())
    assert value(rates.coverage) == pytest.approx(0.60)
    assert value(rates.false_failure_rate) == pytest.approx(0.10)
    assert value(rates.alignment) == pytest.approx(0.72)


def test_alignment_at_its_ends() -> None:
    assert value(set_rates([(0, 5, 5, 0), (0, 1, 1, 0)], rng()).alignment) == 0.0
    assert value(set_rates([(5, 0, 0, 5), (1, 0, 0, 1)], rng()).alignment) == 1.0
    assert set_rates([(5, 0, 1, 0)], rng()).alignment is None


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1))
def test_a_further_check_lowers_neither_coverage_nor_false_failures(said: list[tuple[bool, bool, bool]]) -> None:
    def cells(accepted: list[bool]) -> list[list[int]]:
        pairs = list(zip(accepted, [good for _, _, good in said], strict=True))
        return [[pairs.count(pair) for pair in PAIRS]]

    one = set_rates(cells([first for first, _, _ in said]), rng())
    both = set_rates(cells([first and second for first, second, _ in said]), rng())
    for name in ("coverage", "false_failure_rate"):
        before, after = value(getattr(one, name)), value(getattr(both, name))
        assert (before is None) == (after is None)
        assert before is None or after is None or before <= after


def test_agreement_beyond_chance() -> None:
    """Cohen's kappa of 20 and 15 agreements, 5 and 10 disagreements is .4."""
    (found,) = agreements(np.array([[[10, 3, 5, 8]], [[10, 2, 5, 7]]]), rng())
    assert found.observed == pytest.approx(0.70)
    assert value(found.kappa) == pytest.approx(0.40)
    verdicts = np.repeat(PAIRS, [20, 5, 10, 15], axis=0).T.astype(float)
    assert value(found.phi) == pytest.approx(np.corrcoef(verdicts)[0, 1])


def test_pairs_are_judged_each_for_itself() -> None:
    first, second = rng().integers(0, 9, size=(2, 30, 1, 4))
    together = agreements(np.concatenate([first, second], axis=1), rng())
    alone = [agreements(cells, rng())[0] for cells in (first, second)]
    for one, two in zip(together, alone, strict=True):
        assert value(one.kappa) == pytest.approx(value(two.kappa))
        assert value(one.phi) == pytest.approx(value(two.phi))


def test_of_one_mind_there_is_nothing_to_correlate() -> None:
    (found,) = agreements(np.array([[[7, 0, 0, 0]], [[3, 0, 0, 0]]]), rng())
    assert (found.observed, found.kappa, found.phi) == (1.0, None, None)
    assert agreements(np.zeros((0, 2, 4)), rng())[1].observed is None
