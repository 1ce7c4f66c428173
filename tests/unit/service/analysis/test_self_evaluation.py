"""What a model's opinion is worth, by hand and as properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.analysis.self_evaluation import Feedback, accept_feedback, calibrate, faulty_class


def test_the_faulty_class_by_hand() -> None:
    rows = [("a", False, False)] * 3 + [("b", False, True)] + [("c", True, False)] * 2 + [("d", True, True)] * 4
    found = faulty_class([*rows, ("e", None, True), ("f", True, None)])

    assert found.excluded == 2
    assert found.precision is not None
    assert found.recall is not None
    assert [found.precision.value, found.recall.value] == pytest.approx([3 / 4, 3 / 5])
    assert found.f1 == pytest.approx(2 * (3 / 4) * (3 / 5) / (3 / 4 + 3 / 5))


def test_without_faulty_code_there_is_no_recall() -> None:
    found = faulty_class([("a", True, True)])

    assert (found.precision, found.recall, found.f1) == (None, None, None)


JUDGED = [
    Feedback("a", 10, 10, True), Feedback("b", 8, 10, True), Feedback("c", 7, 10, False), Feedback("d", 3, 10, True),
    Feedback("e", 1, 10, False), Feedback("f", 0, 10, False), Feedback("g", 9, 10, None),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "chosen"), [(0.5, 0), (0.6, 1), (0.75, 2), (0.8, 8), (1.0, 8)])
def test_the_threshold_is_the_lowest_that_reaches_the_wanted_precision(wanted: float, chosen: int) -> None:
    assert calibrate(JUDGED, wanted).chosen == chosen


def test_a_precision_that_no_threshold_reaches_is_said_so() -> None:
    assert calibrate([Feedback("a", 1, 2, False)], 0.9).chosen is None


def test_without_comparable_judgements_there_is_no_calibration() -> None:
    with pytest.raises(ValueError, match="equally often"):
        calibrate([Feedback("a", 1, 2, True), Feedback("b", 1, 3, True)], 0.9)


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 10), st.booleans()), min_size=1, max_size=40))
def test_a_higher_threshold_never_shows_more(rows: list[tuple[str, int, bool]]) -> None:
    feedback = [Feedback(task, equal, 10, good) for task, equal, good in rows]
    curve = calibrate(feedback, 0.9).curve

    assert [each.shown for each in curve] == sorted((each.shown for each in curve), reverse=True)
    assert curve[0].coverage.value == 1.0
    for each in curve:
        assert each.shown == sum(accept_feedback(one, each.threshold) for one in feedback)
