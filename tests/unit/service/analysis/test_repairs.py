"""Repair loops: rates by hand, by enumeration over tiny loops, and as properties."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.repairs import Round, Session, example_figures, flattens_at, repair_figures


def session(task: str, *rounds: tuple[bool | None, bool | None]) -> Session:
    return Session(task, tuple(Round(accepted, correct) for accepted, correct in rounds))


WRONG, FALSE, RIGHT, MISSED = (False, False), (True, False), (True, True), (False, True)

LOOP = (
    session("a", RIGHT),
    session("b", WRONG, RIGHT),
    session("c", WRONG, FALSE),
    session("d", WRONG, WRONG, RIGHT),
    session("e", MISSED, WRONG, WRONG),
    session("f", WRONG, WRONG, WRONG),
)


def test_each_round_by_hand() -> None:
    came, first, second = repair_figures(LOOP)

    assert (came.attempts, first.attempts, second.attempts) == (6, 5, 3)
    assert came.repair_rate is None
    assert came.correct is not None
    assert came.correct.value == pytest.approx(2 / 6)
    assert first.repair_rate is not None
    assert first.repair_rate.value == pytest.approx(1 / 4)  # b of b, c, d, f
    assert first.regression_rate is not None
    assert first.regression_rate.value == 1.0  # e
    assert second.repair_rate is not None
    assert second.repair_rate.value == pytest.approx(1 / 3)  # d of d, e, f
    assert second.regression_rate is None
    assert second.total_repair_rate is not None
    assert second.total_repair_rate.value == pytest.approx(2 / 4)  # b, d of b, c, d, f
    assert first.fdr is not None
    assert first.fdr.value == pytest.approx(1 / 3)  # c of a, b, c
    assert first.gain == pytest.approx(0.0)
    assert second.gain == pytest.approx(1 / 6)


def test_what_has_no_verdict_is_counted_and_left_out() -> None:
    figures = repair_figures([session("a", (False, None), RIGHT), session("b", WRONG, (None, None))])

    assert figures[1].unresolved == 2
    assert figures[1].repair_rate is None


def test_new_findings_are_those_that_the_program_before_did_not_have() -> None:
    before = Round(False, False, findings=frozenset({"ruff F821"}))
    after = Round(True, True, findings=frozenset({"ruff B006", "bandit B101"}))

    assert repair_figures([Session("a", (before, after))])[1].new_findings == 2.0


def test_the_analysers_verdict_is_mended_and_broken_like_the_oracles() -> None:
    def looked_at(*clean: bool | None) -> Session:
        return Session(str(clean), tuple(Round(False, False, clean=each) for each in clean))

    sessions = [looked_at(False, True), looked_at(False, False), looked_at(True, False), looked_at(True, True)]
    came, second = repair_figures([*sessions, looked_at(False, True), looked_at(None, True), looked_at(True, None)])

    assert came.clean is not None
    assert came.clean.value == 3 / 6  # safety, |S|/N
    assert (came.clean_repair_rate, came.clean_regression_rate) == (None, None)
    assert second.clean_repair_rate is not None
    assert second.clean_repair_rate.value == 2 / 3
    assert second.clean_regression_rate is not None
    assert second.clean_regression_rate.value == 1 / 2


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.lists(st.sampled_from([WRONG, FALSE, RIGHT, MISSED]), min_size=1, max_size=4)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_correct_share_moves_by_what_was_mended_and_broken(rows: list[tuple[str, list[tuple[bool, bool]]]]) -> None:
    sessions = [session(task, *rounds) for task, rounds in rows]
    figures = repair_figures(sessions)

    shares = [each.correct.value for each in figures if each.correct is not None]
    for before, after, each in zip(shares, shares[1:], figures[1:], strict=False):
        assert each.gain == pytest.approx(after - before)
    for each in figures:
        for rate in (each.accepted, each.correct, each.repair_rate, each.regression_rate, each.fdr):
            assert rate is None or 0 <= rate.value <= 1


def test_rates_equal_a_count_over_every_loop_of_two_rounds() -> None:
    outcomes = [WRONG, FALSE, RIGHT, MISSED]
    sessions = [session(str(at), *pair) for at, pair in enumerate(itertools.product(outcomes, repeat=2))]

    second = repair_figures(sessions)[1]

    wrong = [pair for pair in itertools.product(outcomes, repeat=2) if not pair[0][1]]
    mended = [pair for pair in wrong if pair[1][1]]
    accepted = [pair for pair in itertools.product(outcomes, repeat=2) if pair[1][0]]
    assert second.repair_rate is not None
    assert second.repair_rate.value == len(mended) / len(wrong) == 0.5
    assert second.fdr is not None
    assert second.fdr.value == sum(not pair[1][1] for pair in accepted) / len(accepted) == 0.5


def test_gains_flatten_after_the_last_round_that_mended_enough() -> None:
    assert flattens_at(repair_figures(LOOP)) is None
    assert flattens_at(repair_figures([*LOOP, session("g", WRONG, RIGHT, RIGHT, RIGHT)])) == 2
    assert flattens_at([]) is None


def test_growing_examples_are_told_by_conformity_and_by_the_lack_of_a_counterexample() -> None:
    first, second = example_figures([session("a", RIGHT), session("b", FALSE, RIGHT), session("c", WRONG, FALSE)])

    assert first.o1 is not None
    assert first.o2 is not None
    assert second.o1 is not None
    assert second.o2 is not None
    assert [first.o1.value, first.o2.value] == pytest.approx([2 / 3, 1 / 3])
    assert [second.o1.value, second.o2.value] == pytest.approx([1.0, 2 / 3])
    assert second.first_round_share == 0.5
